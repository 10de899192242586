//! Each comparison of the header's checks, on both sides of its boundary, in files whose checksums are right.

use std::sync::Arc;

use zerocopy::{FromBytes, IntoBytes};

use super::directory::{
    CHECKSUMMED, ENTRY_LEN, Entry, NEEDED_TO_OPEN, Section, SectionFault, SectionKind,
};
use super::preamble::{PREAMBLE_LEN, Preamble};
use super::{Creator, Description, FormatError, HeaderPart, check, compose};
use crate::format::check::check_for;
use crate::layout::fnv1a;
use crate::limits::MAX_SCHEMA_LEN;
use crate::schema::Encoded;
use crate::schema::samples::{POSE, STATION};

const CREATOR: Creator = Creator { pid: 1, start_time: 2, boot_id: [3; 16], created_at: 4 };

fn file_of(description: &Description) -> Vec<u8> {
    let composed = compose(description, 0, 24, 0, 0, &CREATOR).expect("a small region");
    let mut file = composed.header;
    file.resize(composed.total_size as usize, 0);
    file
}

fn pose() -> Vec<u8> {
    file_of(&Description::of(&POSE).expect("a small layout"))
}

/// Changes the preamble and the directory of a file, and makes the checksums right.
fn forge(file: &mut [u8], change: impl FnOnce(&mut Preamble, &mut [Entry])) {
    let (start, rest) = file.split_at_mut(PREAMBLE_LEN);
    let mut preamble = Preamble::read_from_bytes(start).expect("a preamble");
    let len = preamble.section_count.get() as usize * ENTRY_LEN;
    let entries = <[Entry]>::mut_from_bytes(&mut rest[..len]).expect("entries");
    change(&mut preamble, entries);
    preamble.directory_checksum = fnv1a(entries.as_bytes()).into();
    preamble.header_checksum = preamble.checksum().into();
    start.copy_from_slice(preamble.as_bytes());
}

fn kind_of(entry: &Entry) -> SectionKind {
    SectionKind::from_code(entry.kind.get())
}

fn schema_of(entries: &mut [Entry]) -> &mut Entry {
    entries.iter_mut().find(|entry| kind_of(entry) == SectionKind::Schema).expect("a schema")
}

#[test]
fn every_shorter_file_is_refused_for_the_right_reason_and_a_longer_one_is_not() {
    let mut file = pose();
    let total_size = file.len() as u64;
    for len in 0..file.len() {
        let error = check(&file[..len], len as u64).expect_err("it is too short");
        match error {
            FormatError::NotARegion { found } => {
                assert_eq!((len < 8, &found[..]), (true, &file[..len]));
            }
            FormatError::Truncated { found, expected } => {
                let whole = if len < PREAMBLE_LEN { PREAMBLE_LEN as u64 } else { total_size };
                assert_eq!((found, expected), (len as u64, whole));
            }
            other => panic!("{len}: {other}"),
        }
    }
    file.extend([0; 9]);
    for len in [total_size, total_size + 1, total_size + 9, u64::MAX] {
        assert!(check(&file[..], len).is_ok(), "{len}");
    }
}

#[test]
fn a_short_file_of_another_kind_is_not_taken_for_half_a_region() {
    for len in 0..PREAMBLE_LEN {
        let file = vec![b'x'; len];
        let error = check(&file[..], len as u64).expect_err("it is none");
        let found = file[..len.min(8)].to_vec();
        assert!(matches!(error, FormatError::NotARegion { found: it } if it == found), "{len}");
    }
}

#[test]
fn a_directory_may_end_with_the_region_and_not_after_it() {
    let file = pose();
    let directory_end = (PREAMBLE_LEN + directory_len(&file)) as u64;
    for total_size in directory_end - 1..=directory_end + 1 {
        let mut file = file.clone();
        forge(&mut file, |preamble, _| preamble.total_size = total_size.into());
        let error = check(&file[..], file.len() as u64).expect_err("its sections are outside");
        let is_directory = matches!(error, FormatError::TooLarge { found, limit, .. }
            if (found, limit) == (directory_end, total_size));
        assert_eq!(is_directory, total_size < directory_end, "{total_size}: {error}");
    }
}

fn directory_len(file: &[u8]) -> usize {
    let (preamble, _) = Preamble::read_from_prefix(file).expect("a preamble");
    preamble.section_count.get() as usize * ENTRY_LEN
}

#[test]
fn the_longest_schema_is_read_and_one_byte_more_is_refused() {
    let mut description = Description::of(&POSE).expect("a small layout");
    for (len, is_accepted) in [(MAX_SCHEMA_LEN, true), (MAX_SCHEMA_LEN + 1, false)] {
        description.schema = vec![7; len as usize];
        let file = file_of(&description);
        let outcome = check(&file[..], file.len() as u64);
        match outcome {
            Ok(_) => assert!(is_accepted, "{len}"),
            Err(FormatError::TooLarge { found, limit, .. }) => {
                assert_eq!((is_accepted, found, limit), (false, len, MAX_SCHEMA_LEN));
            }
            Err(other) => panic!("{len}: {other}"),
        }
    }
}

#[test]
fn a_schema_without_a_checksum_is_refused() {
    let mut file = pose();
    forge(&mut file, |_, entries| schema_of(entries).flags = NEEDED_TO_OPEN.into());
    let error = check(&file[..], file.len() as u64).expect_err("it has none");
    let fault = SectionFault::NoChecksum;
    assert_eq!(
        error.to_string(),
        FormatError::Section { kind: SectionKind::Schema, fault }.to_string()
    );
}

#[test]
fn a_schema_is_the_programs_own_only_if_hash_and_bytes_are_both_the_same() {
    let own = Arc::new(Encoded::of(&POSE).expect("a small layout"));
    let other = Arc::new(Encoded::of(&STATION).expect("a small layout"));
    // The hash of the program's schema, over other bytes: what a forger would try.
    let mut file = pose();
    forge(&mut file, |_, entries| schema_of(entries).checksum = other.hash().into());
    let error = check_for(&file[..], file.len() as u64, Some(&other)).expect_err("it is forged");
    assert!(matches!(error, FormatError::Damaged { part: HeaderPart::Schema, .. }), "{error}");
    // The bytes of the program's schema, with another hash.
    let error = check_for(&file[..], file.len() as u64, Some(&own)).expect_err("it is damaged");
    assert!(matches!(error, FormatError::Damaged { part: HeaderPart::Schema, .. }), "{error}");
    // Both, or another program's: the schema is what is in the file.
    let file = pose();
    for program in [None, Some(&own), Some(&other)] {
        let checked = check_for(&file[..], file.len() as u64, program).expect("it is whole");
        assert_eq!(checked.decode_schema().expect("a schema").root().size(), 24);
    }
}

#[test]
fn data_starts_at_a_multiple_of_64() {
    let file = pose();
    let mut seen = 0;
    for moved in [0, 1, 8, 32, 63, 64] {
        let mut file = file.clone();
        forge(&mut file, |preamble, entries| {
            let data = entries.iter_mut().find(|entry| kind_of(entry) == SectionKind::Data);
            let data = data.expect("data");
            data.offset += moved;
            preamble.total_size += moved;
        });
        file.extend([0; 64]);
        let outcome = check(&file[..], file.len() as u64);
        assert_eq!(outcome.is_ok(), moved % 64 == 0, "moved by {moved}");
        seen += usize::from(outcome.is_ok());
    }
    assert_eq!(seen, 2);
}

#[test]
fn an_unknown_section_keeps_a_program_out_only_if_it_says_so() {
    for (flags, is_accepted) in [
        (0, true),
        (CHECKSUMMED, true),
        (NEEDED_TO_OPEN, false),
        (NEEDED_TO_OPEN | 2, false),
        (2, true),
    ] {
        let mut file = pose();
        forge(&mut file, |_, entries| {
            let notes = entries.iter_mut().find(|entry| kind_of(entry) == SectionKind::Annotations);
            let notes = notes.expect("notes");
            notes.kind = 77.into();
            notes.flags = flags.into();
        });
        let outcome = check(&file[..], file.len() as u64);
        assert_eq!(outcome.is_ok(), is_accepted, "flags {flags}: {outcome:?}");
        let may_write = outcome.is_ok_and(|checked| checked.expect_writable().is_ok());
        assert_eq!(may_write, is_accepted && flags & 2 == 0, "flags {flags}");
    }
}

#[test]
fn a_section_is_empty_if_it_has_no_bytes() {
    for (len, is_empty) in [(0, true), (1, false), (u64::MAX, false)] {
        let entry = Entry {
            kind: 77.into(),
            flags: 0.into(),
            offset: 200.into(),
            len: len.into(),
            checksum: 0.into(),
        };
        let section = Section::of(&entry);
        assert_eq!((section.len(), section.is_empty()), (len, is_empty));
    }
}

#[test]
fn a_known_section_is_there_once() {
    let mut file = pose();
    forge(&mut file, |_, entries| {
        let notes = entries.iter_mut().find(|entry| kind_of(entry) == SectionKind::Annotations);
        notes.expect("notes").kind = SectionKind::Schema.code().into();
    });
    let error = check(&file[..], file.len() as u64).expect_err("there are two");
    let fault = SectionFault::Twice;
    assert_eq!(
        error.to_string(),
        FormatError::Section { kind: SectionKind::Schema, fault }.to_string()
    );
}

#[test]
fn faults_of_sections_say_what_was_found() {
    let outside = SectionFault::Outside { offset: 3, len: 5, total_size: 7 };
    let overlap = SectionFault::Overlap { offset: 3, taken_to: 5 };
    assert!(outside.to_string().contains("5 bytes at offset 3"), "{outside}");
    assert!(overlap.to_string().contains("ends at 5"), "{overlap}");
    assert_eq!(SectionKind::Unknown(9).to_string(), "section of kind 9");
}
