//! The limits of each kind of section.

use shm_core::format::{self, Description, FormatError, SectionFault, SectionKind};
use shm_core::layout::{Kind, Layout, ScalarKind};
use shm_core::{DynRegion, Error, Region, SharedLayout, limits};

use crate::forge::{self, Forged};
use crate::{
    CREATOR, DATA, FLAGS, HEAP, LEN, OFFSET, PARTICIPANTS, Page, Station, check, fault, region,
    station,
};

const FINGERPRINT: usize = 72;
const TAIL_LEN: usize = 80;

#[test]
fn data_start_at_a_multiple_of_64() {
    for by in [1, 2, 4, 8, 16, 32, 48, 63] {
        let moved = station().with(|file| file.move_data(by));
        let (kind, found) = fault(check(&moved));
        assert_eq!(kind, SectionKind::Data);
        let offset = moved.u64(moved.entry(DATA) + OFFSET);
        assert_eq!(found, SectionFault::Misaligned { offset, align: 64 }, "by {by}");
    }
    for by in [64, 128, 192] {
        assert!(check(&station().with(|file| file.move_data(by))).is_ok(), "by {by}");
    }
}

/// Opens by its type, by its schema alone, and by a different type that could use the region.
#[test]
fn data_start_at_a_multiple_of_what_their_type_asks_for() {
    #[derive(SharedLayout)]
    #[repr(C, align(4096))]
    struct SamePage {
        bytes: [u8; 2048],
    }
    let page = region(Page::LAYOUT, 4096, 0);
    assert_eq!(check(&page).unwrap().data_offset() % 4096, 0);
    for by in [64, 128, 1024, 2048, 4032] {
        let moved = page.with(|file| file.move_data(by));
        let checked = check(&moved).unwrap();
        let expected = SectionFault::Misaligned { offset: checked.data_offset(), align: 4096 };
        assert_eq!(fault(checked.decode_schema()), (SectionKind::Data, expected), "by {by}");
        assert_eq!(fault(checked.expect(&moved.0[..], Page::LAYOUT)).1, expected, "by {by}");
        assert!(checked.expect(&moved.0[..], SamePage::LAYOUT).is_err(), "by {by}");
    }
    let moved = page.with(|file| file.move_data(4096));
    let checked = check(&moved).unwrap();
    assert!(checked.decode_schema().is_ok());
    assert!(checked.expect(&moved.0[..], Page::LAYOUT).unwrap().is_same());
}

#[test]
fn participants_start_at_a_multiple_of_64() {
    let whole = station();
    let participants = |by: i64| {
        let moved = whole.with(|file| {
            // Makes room for them to go either way.
            file.move_data(128);
            let at = file.entry(PARTICIPANTS) + OFFSET;
            file.set_u64(at, file.u64(at).wrapping_add_signed(by + 64));
        });
        check(&moved).unwrap().participants()
    };
    for by in [-63, -32, -8, -1, 1, 2, 4, 8, 16, 32, 63] {
        let (kind, found) = fault(participants(by));
        assert_eq!(kind, SectionKind::Participants);
        assert!(matches!(found, SectionFault::Misaligned { align: 64, .. }), "by {by}: {found}");
    }
    assert!(matches!(participants(0), Ok(Some((_, 2)))));
    assert!(matches!(participants(64), Ok(Some((_, 2)))));
}

#[test]
fn a_misaligned_participants_section_is_refused_when_the_region_is_opened() {
    let path = format!("/dev/shm/shm-limits-{}", std::process::id());
    let created = Region::<Station>::create(&path).unwrap();
    let whole = Forged(std::fs::read(&path).unwrap());
    for (by, len) in [(8, 64), (32, 64), (0, 0), (0, 63), (0, 65)] {
        let forged = whole.with(|file| {
            let entry = file.entry(PARTICIPANTS);
            file.set_u64(entry + OFFSET, file.u64(entry + OFFSET) + by);
            file.set_u64(entry + LEN, len);
        });
        std::fs::write(format!("{path}-forged"), &forged.0).unwrap();
        for writable in [true, false] {
            let opened = if writable {
                Region::<Station>::open(format!("{path}-forged")).err()
            } else {
                Region::<Station>::open_read_only(format!("{path}-forged")).err()
            };
            let Some(Error::Format { source, .. }) = opened else { panic!("{by} {len}") };
            assert_eq!(fault::<()>(Err(source)).0, SectionKind::Participants);
        }
    }
    std::fs::remove_file(format!("{path}-forged")).unwrap();
    created.unlink().unwrap();
}

#[test]
fn there_are_1_to_1023_participants_and_no_parts_of_one() {
    let whole = region(Station::LAYOUT, crate::DATA_LEN, 1024);
    let of_len = |len: u64| {
        let forged = whole.with(|file| {
            let entry = file.entry(PARTICIPANTS);
            file.set_u64(entry + LEN, len);
        });
        check(&forged).unwrap().participants()
    };
    for count in [1, 2, 512, 1022, 1023] {
        assert_eq!(of_len(u64::from(count) * 64).unwrap().unwrap().1, count);
    }
    for len in [0, 1, 63, 65, 127, 64 * 1022 + 1, 64 * 1023 - 1, 64 * 1023 + 1, 64 * 1024] {
        assert_eq!(fault(of_len(len)), (SectionKind::Participants, SectionFault::Length { len }));
    }
}

#[test]
fn a_region_without_locks_needs_no_participants() {
    assert!(check(&region(Page::LAYOUT, 4096, 5)).unwrap().participants().unwrap().is_none());
}

#[test]
fn a_fingerprint_that_is_not_that_of_the_schema_is_refused() {
    let whole = station();
    let found = whole.u64(FINGERPRINT);
    let forged = whole.with(|file| file.set_u64(FINGERPRINT, found ^ 1));
    let checked = check(&forged).unwrap();
    let refused = |error: FormatError| match error {
        FormatError::Fingerprint { found: f, expected } => {
            assert_eq!((f, expected), (found ^ 1, found))
        }
        other => panic!("{other}"),
    };
    refused(checked.decode_schema().unwrap_err());
    refused(checked.expect(&forged.0[..], Station::LAYOUT).unwrap_err());
}

#[test]
fn the_data_section_has_the_length_of_the_value() {
    let whole = station();
    for (by, fits) in [(-8, false), (-1, false), (0, true), (1, false), (8, false), (64, false)] {
        let forged = whole.with(|file| {
            let entry = file.entry(DATA);
            file.grow(64);
            file.set_u64(entry + LEN, crate::DATA_LEN.wrapping_add_signed(by));
        });
        let decoded = check(&forged).unwrap().decode_schema();
        assert_eq!(decoded.is_ok(), fits, "by {by}");
        let Some(error) = decoded.err() else { continue };
        let len = crate::DATA_LEN.wrapping_add_signed(by);
        assert!(
            matches!(error, FormatError::DataLength { found, tail_len: 0 } if found == len),
            "{error}"
        );
    }
}

/// With room to grow they may be longer, and never shorter.
#[test]
fn a_data_section_with_room_to_grow_has_the_value_at_least() {
    let whole = region(Station::LAYOUT, 64, 2);
    for (len, fits) in [(15, false), (16, true), (17, true), (64, true)] {
        let forged = whole.with(|file| file.set_u64(file.entry(DATA) + LEN, len));
        assert_eq!(check(&forged).unwrap().decode_schema().is_ok(), fits, "{len} bytes");
    }
}

#[test]
fn a_value_without_a_slice_has_no_run_time_length() {
    let whole = station();
    let forged = whole.with(|file| file.set_u64(TAIL_LEN, 1));
    let error = check(&forged).unwrap().decode_schema().unwrap_err();
    assert!(matches!(error, FormatError::DataLength { tail_len: 1, .. }), "{error}");
}

#[test]
fn sections_are_written_with_the_flags_that_the_format_gives_them() {
    let with_room = region(Station::LAYOUT, 64, 2);
    let flags = |kind: u8| with_room.0[with_room.entry(kind) + FLAGS];
    assert_eq!([1, 2, 3, 4, 5].map(flags), [5, 4, 1, 2, 0]);
    for kind in [DATA, PARTICIPANTS, 5] {
        assert_eq!(with_room.u64(with_room.entry(kind) + 24), 0, "no checksum of section {kind}");
    }
    for kind in 1..=5 {
        assert_eq!(with_room.section(kind).start % 8, 0, "section {kind}");
    }
    assert_eq!(with_room.section(PARTICIPANTS).start % 64, 0);
}

/// A region that no reader would open is not made.
#[test]
fn a_layout_is_made_up_to_a_depth_of_64() {
    fn nested(depth: usize) -> &'static Layout {
        static BYTE: Layout = Layout::new("u8", 1, 1, Kind::Scalar(ScalarKind::U8));
        (1..depth).fold(&BYTE, |element, _| {
            Box::leak(Box::new(Layout::new("array", 1, 1, Kind::Array { element, len: 1 })))
        })
    }
    let compose = |depth| {
        let description = Description::of(nested(depth))?;
        format::compose(&description, 0, 1, 1, 0, &CREATOR)
    };
    assert!(compose(64).is_ok());
    let error = compose(65).unwrap_err();
    assert!(matches!(error, FormatError::Schema(_)), "{error}");
}

/// A region that no reader could map is not made.
#[test]
fn a_region_is_made_up_to_the_largest_size_of_a_file() {
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Samples {
        samples: [u64],
    }
    let description = Description::of(<Samples as shm_core::traits::Root>::ROOT_LAYOUT).unwrap();
    let compose = |len: u64| format::compose(&description, 0, len, 1, 0, &CREATOR);
    let header = compose(8).unwrap().data_offset;
    let most = i64::MAX as u64 - header;
    assert_eq!(compose(most).unwrap().total_size, i64::MAX as u64);
    for len in [most + 1, i64::MAX as u64, u64::MAX - header, u64::MAX - header + 1, u64::MAX] {
        let error = compose(len).unwrap_err();
        assert!(
            matches!(error, FormatError::TooLarge { found, limit, .. }
                if (found, limit) == (header.saturating_add(len), i64::MAX as u64)),
            "{error}"
        );
    }
}

/// Zeros at the place of the heap, which the header puts there.
fn heaped() -> Forged {
    crate::with_heap(Page::LAYOUT, 4096, 2, 16 << 10)
}

#[test]
fn a_heap_starts_at_a_multiple_of_4096_and_has_whole_pages_within_its_limits() {
    let whole = heaped();
    let (offset, len) = check(&whole).unwrap().heap().unwrap().unwrap();
    assert_eq!((offset % 4096, len), (0, 16 << 10));
    let at = |by: u64| {
        let forged = whole.with(|file| {
            file.grow(8192);
            let entry = file.entry(HEAP);
            file.set_u64(entry + OFFSET, offset + by);
        });
        check(&forged).unwrap().heap()
    };
    assert!(matches!(at(4096), Ok(Some(_))));
    for by in [1, 8, 64, 1024, 2048, 4095, 4097] {
        let (kind, found) = fault(at(by));
        assert_eq!(kind, SectionKind::Heap);
        assert!(matches!(found, SectionFault::Misaligned { align: 4096, .. }), "by {by}: {found}");
    }
    let of_len = |len: u64| {
        let mut forged = whole.with(|file| {
            let entry = file.entry(HEAP);
            file.set_u64(entry + LEN, len);
            file.set_u64(forge::TOTAL_SIZE, offset + len);
        });
        forged.0.truncate(offset as usize);
        // Only the header is read.
        format::check(&forged.0[..], offset + len).unwrap().heap()
    };
    for len in [limits::MIN_HEAP_LEN, 12 << 10, 1 << 30, limits::MAX_HEAP_LEN] {
        assert!(matches!(of_len(len), Ok(Some((_, found))) if found == len), "{len}");
    }
    for len in [0, 4096, 8191, 8193, (12 << 10) + 1024, limits::MAX_HEAP_LEN + 4096] {
        assert_eq!(fault(of_len(len)), (SectionKind::Heap, SectionFault::Length { len }));
    }
    assert_eq!(format::heap_len_for(limits::MAX_HEAP_LEN + 1), None);
    assert_eq!(format::heap_len_for(limits::MIN_HEAP_LEN - 4096), None);
}

#[test]
fn a_heap_is_the_last_section_and_its_region_has_participants() {
    let whole = heaped();
    let last = whole.with(|file| {
        let (heap, data) = (file.entry(HEAP), file.entry(DATA));
        let end = file.u64(heap + OFFSET) + file.u64(heap + LEN);
        file.grow(4096);
        file.set_u64(data + OFFSET, end);
    });
    assert_eq!(fault(check(&last).unwrap().heap()), (SectionKind::Heap, SectionFault::NotLast));
    let without = whole.with(|file| {
        let entry = file.entry(PARTICIPANTS);
        file.set(entry, &99_u32.to_le_bytes());
        file.set(entry + FLAGS, &0_u32.to_le_bytes());
    });
    let missing = (SectionKind::Participants, SectionFault::Missing);
    assert_eq!(fault(check(&without).unwrap().heap()), missing);
    assert!(matches!(check(&region(Page::LAYOUT, 4096, 2)).unwrap().heap(), Ok(None)));
}

#[test]
fn a_region_whose_type_needs_a_heap_is_refused_without_one() {
    let path = format!("/dev/shm/shm-limits-heap-{}", std::process::id());
    let options = Region::<shm_core::Owned<str>>::options().heap_max(limits::MIN_HEAP_LEN);
    let created = options.create(&path).unwrap();
    let forged = Forged(std::fs::read(&path).unwrap()).with(|file| {
        let entry = file.entry(HEAP);
        file.set(entry, &99_u32.to_le_bytes());
    });
    std::fs::write(format!("{path}-forged"), &forged.0).unwrap();
    let opened = Region::<shm_core::Owned<str>>::open(format!("{path}-forged")).err();
    let Some(Error::Format { source, .. }) = opened else { panic!("it was opened") };
    let missing = (SectionKind::Heap, SectionFault::Missing);
    assert_eq!(fault::<()>(Err(source)), missing);
    assert!(DynRegion::open(format!("{path}-forged")).is_err());
    std::fs::remove_file(format!("{path}-forged")).unwrap();
    created.unlink().unwrap();
}
