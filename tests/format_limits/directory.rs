//! The preamble's numbers, and the limits of the directory.

use shm_core::format::{self, FormatError, SectionFault, SectionKind};
use shm_core::limits::MAX_SECTIONS;

use crate::forge::{
    ENTRY_SIZE, Forged, INCOMPATIBLE, PREAMBLE, READ_COMPATIBLE, SECTION_COUNT, TOTAL_SIZE,
};
use crate::{ANNOTATIONS, DATA, FLAGS, LEN, OFFSET, check, fault, station};

const ENTRY: usize = 32;
const BYTE_ORDER: usize = 12;
const POINTER_WIDTH: usize = 13;

#[test]
fn an_address_has_4_or_8_bytes_and_a_byte_order_is_1_or_2() {
    let whole = station();
    let with = |at: usize, value: u8| check(&whole.with(|file| file.0[at] = value));
    for width in 0..=255 {
        match with(POINTER_WIDTH, width) {
            Ok(checked) => assert!([4, 8].contains(&checked.pointer_width()), "{width}"),
            Err(FormatError::Invalid { what: "pointer width", found, .. }) => {
                assert!(found == u64::from(width) && ![4, 8].contains(&width), "{width}");
            }
            Err(other) => panic!("{width}: {other}"),
        }
    }
    for order in 0..=255 {
        match with(BYTE_ORDER, order) {
            Ok(_) => assert!([1, 2].contains(&order), "{order}"),
            Err(FormatError::Invalid { what: "byte order", found, .. }) => {
                assert!(found == u64::from(order) && ![1, 2].contains(&order), "{order}");
            }
            Err(other) => panic!("{order}: {other}"),
        }
    }
}

#[test]
fn every_feature_bit_allows_all_or_refuses_writers_or_refuses_all() {
    const COMPATIBLE: usize = 40;
    let whole = station();
    for bit in (0..64).map(|bit| 1_u64 << bit) {
        let with = |at: usize| check(&whole.with(|file| file.set_u64(at, bit)));
        assert!(with(COMPATIBLE).unwrap().expect_writable().is_ok(), "{bit:#x}");
        let error = with(READ_COMPATIBLE).unwrap().expect_writable().unwrap_err();
        assert!(matches!(error, FormatError::FeatureToWrite { bits } if bits == bit), "{error}");
        let error = with(INCOMPATIBLE).unwrap_err();
        assert!(matches!(error, FormatError::Feature { bits } if bits == bit), "{error}");
    }
}

/// A header with nothing but a directory of `count` entries of `size` bytes, all of unknown kinds.
fn directory_of(count: usize, size: usize) -> Forged {
    let mut file = station();
    file.0.truncate(PREAMBLE.end);
    file.0.resize(PREAMBLE.end + count * size, 0);
    let end = file.0.len() as u64;
    for at in (PREAMBLE.end..file.0.len()).step_by(size.max(1)) {
        file.0[at..].iter_mut().take(4).for_each(|byte| *byte = 99);
        if file.0.len() >= at + ENTRY {
            file.set_u64(at + OFFSET, end);
        }
    }
    file.set(SECTION_COUNT, &(count as u32).to_le_bytes());
    file.set(ENTRY_SIZE, &(size as u16).to_le_bytes());
    file.set_u64(TOTAL_SIZE, end);
    file
}

#[test]
fn a_directory_entry_is_a_multiple_of_8_from_32_to_256_bytes() {
    for size in 0..=512 {
        let mut file = directory_of(2, size);
        seal_directory(&mut file);
        let error = check(&file).unwrap_err();
        let allowed = (32..=256).contains(&size) && size % 8 == 0;
        match error {
            // The directory was read, and has no data section.
            FormatError::Section { fault: SectionFault::Missing, .. } => assert!(allowed, "{size}"),
            FormatError::Invalid { what: "size of a directory entry", found, .. } => {
                assert!(!allowed && found == size as u64, "{size}");
            }
            other => panic!("{size}: {other}"),
        }
    }
}

#[test]
fn there_are_64_sections_at_most() {
    let mut most = directory_of(MAX_SECTIONS as usize, ENTRY);
    seal_directory(&mut most);
    assert_eq!(fault(check(&most)), (SectionKind::Data, SectionFault::Missing));
    let mut more = directory_of(MAX_SECTIONS as usize + 1, ENTRY);
    seal_directory(&mut more);
    let error = check(&more).unwrap_err();
    assert!(
        matches!(error, FormatError::TooLarge { what: "number of sections", found: 65, limit: 64 }),
        "{error}"
    );
}

/// Checksums for a directory that the forger would not recognise as one.
fn seal_directory(file: &mut Forged) {
    let directory = shm_core::layout::fnv1a(&file.0[PREAMBLE.end..]);
    file.seal();
    file.set_u64(crate::forge::DIRECTORY_CHECKSUM, directory);
    let mut covered = file.0[PREAMBLE].to_vec();
    covered[crate::forge::HEADER_CHECKSUM..][..8].fill(0);
    covered[crate::forge::READY].fill(0);
    file.set_u64(crate::forge::HEADER_CHECKSUM, shm_core::layout::fnv1a(&covered));
}

/// The file is long enough; it is the region that ends too early.
#[test]
fn the_directory_ends_inside_the_region() {
    let whole = station();
    let end = whole.directory().end as u64;
    let ending_at = |total: u64| check(&whole.with(|file| file.set_u64(TOTAL_SIZE, total)));
    for total in [PREAMBLE.end as u64, end - 32, end - 1] {
        let error = ending_at(total).unwrap_err();
        assert!(
            matches!(error, FormatError::TooLarge { what, found, limit }
                if what.contains("section directory") && (found, limit) == (end, total)),
            "{error}"
        );
    }
    assert!(matches!(fault(ending_at(end)).1, SectionFault::Outside { .. }));
    // A region can end with its directory, if that has nothing in it.
    let mut empty = directory_of(0, ENTRY);
    seal_directory(&mut empty);
    assert_eq!(empty.0.len(), PREAMBLE.end);
    assert_eq!(fault(check(&empty)).1, SectionFault::Missing);
}

#[test]
fn a_region_ends_with_its_file_or_before() {
    let whole = station();
    let size = whole.0.len() as u64;
    assert!(format::check(&whole.0[..], size).is_ok());
    assert!(format::check(&whole.0[..], size + 1).is_ok());
    let error = format::check(&whole.0[..], size - 1).unwrap_err();
    assert!(
        matches!(error, FormatError::Truncated { found, expected } if (found, expected) == (size - 1, size)),
        "{error}"
    );
}

#[test]
fn a_section_ends_with_the_region_or_before() {
    let whole = station();
    let total = whole.0.len() as u64;
    // Longer than the region, so that there is something to read after its end.
    let mut longer = whole.clone();
    longer.0.resize(whole.0.len() + 64, 0);
    let ending_at = |kind: u8, end: u64| {
        check(&longer.with(|file| {
            let entry = file.entry(kind);
            // Nothing is in the way of the section that is tried.
            if kind != DATA {
                let data = file.entry(DATA);
                file.set(data, &[99, 0, 0, 0]);
                file.0[data + FLAGS] = 0;
                file.set_u64(data + OFFSET, total);
                file.set_u64(data + LEN, 0);
            }
            file.set_u64(entry + LEN, end - file.u64(entry + OFFSET));
        }))
    };
    assert_eq!(ending_at(DATA, total).unwrap().data_len(), crate::DATA_LEN);
    assert!(ending_at(DATA, total - 1).is_ok());
    let (kind, found) = fault(ending_at(DATA, total + 1));
    let SectionFault::Outside { offset, len, total_size } = found else { panic!("{kind} {found}") };
    assert_eq!((kind, offset + len, total_size), (SectionKind::Data, total + 1, total));
    for kind in [crate::PARTICIPANTS, crate::SCHEMA, ANNOTATIONS] {
        let (named, found) = fault(ending_at(kind, total + 1));
        assert!(matches!(found, SectionFault::Outside { .. }), "{named} {found}");
    }
    // The participants end where the data, which follow them, were.
    assert_eq!(fault(ending_at(crate::PARTICIPANTS, total)).1, SectionFault::Missing);
}

/// Adds an entry of an unknown kind; it describes the end of the directory, and every section is moved
/// away from there.
fn with_unknown(count: usize, place: impl Fn(&mut Forged, usize)) -> Forged {
    let mut file = station();
    let end = file.directory().end;
    file.0.splice(end..end, vec![0; 64 * count]);
    for at in file.directory().step_by(ENTRY) {
        let moved = file.u64(at + OFFSET) + 64 * count as u64;
        file.set_u64(at + OFFSET, moved);
    }
    for index in 0..count {
        let at = end + index * ENTRY;
        file.set(at, &[77, 0, 0, 0]);
        file.0[SECTION_COUNT] += 1;
        place(&mut file, at);
    }
    let total = file.0.len() as u64;
    file.set_u64(TOTAL_SIZE, total);
    file.seal();
    file
}

#[test]
fn there_can_be_several_sections_of_one_unknown_kind_and_one_of_each_known_kind() {
    let at_the_end = |file: &mut Forged, entry: usize| {
        let end = file.0.len() as u64;
        file.set_u64(entry + OFFSET, end);
    };
    let checked = check(&with_unknown(3, at_the_end)).unwrap();
    let unknown = SectionKind::Unknown(77);
    assert_eq!(checked.sections().iter().filter(|section| section.kind() == unknown).count(), 3);
    for kind in 1..=5 {
        let twice = with_unknown(2, |file, entry| {
            at_the_end(file, entry);
            file.0[entry] = kind;
        });
        assert_eq!(fault(check(&twice)).1, SectionFault::Twice, "{kind}");
    }
}

#[test]
fn sections_begin_where_the_directory_or_the_section_before_ends() {
    let starting_at = |start: &dyn Fn(&Forged) -> u64, len: u64| {
        check(&with_unknown(1, |file, entry| {
            let start = start(file);
            file.set_u64(entry + OFFSET, start);
            file.set_u64(entry + LEN, len);
        }))
    };
    let directory_end = |file: &Forged| file.directory().end as u64;
    assert!(starting_at(&directory_end, 8).is_ok());
    let (_, found) = fault(starting_at(&|file| directory_end(file) - 1, 8));
    assert!(matches!(found, SectionFault::Overlap { .. }), "{found}");
    let data_end = |file: &Forged| file.section(DATA).end as u64;
    assert!(starting_at(&data_end, 0).is_ok());
    let (kind, found) = fault(starting_at(&|file| data_end(file) - 1, 1));
    assert_eq!(kind, SectionKind::Unknown(77));
    assert!(matches!(found, SectionFault::Overlap { offset, taken_to } if offset + 1 == taken_to));
    // The section before it must not reach into the data either.
    let before_data = |file: &Forged| file.section(DATA).start as u64 - 8;
    let (kind, found) = fault(starting_at(&before_data, 9));
    assert!(kind == SectionKind::Data || kind == SectionKind::Unknown(77), "{kind}");
    assert!(matches!(found, SectionFault::Overlap { .. }), "{found}");
}

#[test]
fn a_section_without_bytes_can_start_where_another_does() {
    for kind in [DATA, crate::PARTICIPANTS, crate::SCHEMA] {
        let empty = with_unknown(1, |file, entry| {
            let start = file.section(kind).start as u64;
            file.set_u64(entry + OFFSET, start);
        });
        assert!(check(&empty).is_ok(), "at the start of section {kind}");
    }
}
