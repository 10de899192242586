//! The room for a description, and descriptions that do not fit.

use super::*;
use crate::format::SectionKind;
use crate::format::directory::Entry;
use crate::limits::MAX_SCHEMA_LEN;

const OFFSET: u64 = 4096;

/// A description whose schema and annotations have these lengths; their contents do not matter here.
fn description(schema: usize, annotations: usize) -> Description {
    Description {
        name: "Made up".to_owned(),
        schema: vec![7; schema],
        annotations: (annotations > 0).then(|| vec![9; annotations]),
        align: 8,
        size: Some(8),
        fingerprint: 0,
        has_locks: false,
        needs_heap: false,
        needs_notes: false,
        is_mirror: false,
    }
}

/// A growth section with slots of this length, the current one being `current`.
fn section(slot_len: u64, current: Option<(u64, u64)>) -> Growth {
    let entry = Entry {
        kind: SectionKind::Growth.code().into(),
        flags: 0.into(),
        offset: OFFSET.into(),
        len: (2 * slot_len).into(),
        checksum: 0.into(),
    };
    let grown = |sequence| Grown { sequence, schema: Vec::new(), annotations: Vec::new() };
    let current = current.map(|(slot, sequence)| (slot, grown(sequence)));
    Growth { section: Section::of(&entry), current }
}

/// The number of bytes written to a slot of this length, and how many of them are annotations.
fn patched(slot_len: u64, description: &Description) -> Option<(usize, usize)> {
    let patch = section(slot_len, None).patch(description)?;
    assert_eq!(patch.offset, OFFSET);
    let grown = grown(&patch.bytes).expect("a valid slot");
    assert_eq!(grown.schema, description.schema);
    Some((patch.bytes.len(), grown.annotations.len()))
}

#[test]
fn a_schema_that_fits_into_its_slot_to_the_byte_is_written() {
    let schema = description(100, 0);
    assert_eq!(patched(HEAD_LEN + 100, &schema), Some((132, 0)));
    for slot_len in [HEAD_LEN + 99, HEAD_LEN, 100, 0] {
        assert_eq!(patched(slot_len, &schema), None, "{slot_len}");
    }
}

#[test]
fn annotations_that_do_not_fit_after_the_schema_are_left_out() {
    let both = description(100, 12);
    assert_eq!(patched(HEAD_LEN + 112, &both), Some((144, 12)));
    assert_eq!(patched(HEAD_LEN + 111, &both), Some((132, 0)));
    assert_eq!(patched(HEAD_LEN + 100, &both), Some((132, 0)));
}

#[test]
fn the_slot_that_is_not_current_is_written_with_the_next_sequence() {
    let written = |current| {
        let patch = section(1024, current).patch(&description(8, 0))?;
        let sequence = grown(&patch.bytes).expect("a valid slot").sequence;
        Some(((patch.offset - OFFSET) / 1024, sequence))
    };
    assert_eq!(written(None), Some((0, 1)));
    assert_eq!(written(Some((0, 1))), Some((1, 2)));
    assert_eq!(written(Some((1, 2))), Some((0, 3)));
    assert_eq!(written(Some((1, u64::MAX - 1))), Some((0, u64::MAX)));
    assert_eq!(written(Some((0, u64::MAX))), None);
}

/// Twice the first description, and room for more.
#[test]
fn a_section_has_room_for_descriptions_that_grow_and_no_more_than_any_reader_allows() {
    for (schema, annotations) in [(0, 0), (100, 0), (100, 51), (5000, 3000)] {
        let today = (schema + annotations) as u64;
        let slot = HEAD_LEN + (2 * today + 4096).next_multiple_of(8);
        assert_eq!(len_for(&description(schema, annotations)), 2 * slot);
    }
    let most = MAX_SCHEMA_LEN as usize;
    for (schema, annotations) in [(most, most), (most, 0), (most, most - 1)] {
        let len = len_for(&description(schema, annotations));
        assert!(len <= 67_108_928 && len % 16 == 0, "{len}");
        let room = len / 2 - HEAD_LEN;
        assert!(room >= (schema + annotations) as u64, "{len}");
    }
}
