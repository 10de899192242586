//! Fields whose numbers only grow, as notes.

use crate::layout::{FieldLayout, Kind, Layout};
use crate::schema::samples::{F64, LOCK, U32};
use crate::schema::{Field, Schema, SchemaBuilder, StructField, StructType};

static COUNTED: Layout = Layout::new(
    "Door",
    24,
    8,
    Kind::Struct {
        fields: &[
            FieldLayout::new("way", 0, &F64),
            FieldLayout::new("lock", 8, &LOCK),
            FieldLayout::new("opened", 12, &U32).with_counter(),
            FieldLayout::new("open", 16, &F64).with_notes("", "s").with_guard("lock", &LOCK),
        ],
    },
);
static PLAIN: Layout = Layout::new(
    "Door",
    24,
    8,
    Kind::Struct {
        fields: &[
            FieldLayout::new("way", 0, &F64),
            FieldLayout::new("lock", 8, &LOCK),
            FieldLayout::new("opened", 12, &U32),
            FieldLayout::new("open", 16, &F64).with_notes("", "s").with_guard("lock", &LOCK),
        ],
    },
);

#[test]
fn a_counter_is_a_note_and_no_part_of_the_layout() {
    let (counted, plain) = (Schema::of(&COUNTED).unwrap(), Schema::of(&PLAIN).unwrap());
    assert_eq!((&counted, counted.to_bytes()), (&plain, plain.to_bytes()));
    assert_eq!(COUNTED.fingerprint(), PLAIN.fingerprint());
    let mut read = Schema::decode(&counted.to_bytes()).unwrap();
    assert!(read.root().fields().all(|field| !field.is_counter()));
    assert!(read.annotate(&counted.annotations().unwrap()));
    let counters: Vec<_> = read.root().fields().map(Field::is_counter).collect();
    assert_eq!(counters, [false, false, true, false]);
    assert_eq!(read.root().field("open").unwrap().guarded_by(), "lock");
}

#[test]
fn annotations_without_counters_have_the_bytes_that_they_always_had() {
    let [counted, plain] =
        [&COUNTED, &PLAIN].map(|layout| Schema::of(layout).unwrap().annotations().unwrap());
    // Flags for each of four fields, after the guards.
    assert_eq!(counted.len(), plain.len() + 4 * 2);
    assert_eq!(counted[..4], plain[..4]);
}

#[test]
fn flags_of_later_versions_are_ignored() {
    let schema = Schema::of(&COUNTED).unwrap();
    let mut annotations = schema.annotations().unwrap();
    let end = annotations.len();
    assert_eq!(annotations[end - 8..], [0, 0, 0, 0, 1, 0, 0, 0]);
    annotations[end - 8..].copy_from_slice(&[0xfe, 0xff, 0, 0x80, 3, 0, 0, 0]);
    let mut read = Schema::decode(&schema.to_bytes()).unwrap();
    assert!(read.annotate(&annotations));
    let counters: Vec<_> = read.root().fields().map(Field::is_counter).collect();
    assert_eq!(counters, [false, false, true, false]);
}

#[test]
fn an_entry_that_ends_in_its_flags_is_damaged() {
    let schema = Schema::of(&COUNTED).unwrap();
    let whole = schema.annotations().unwrap();
    let mut read = Schema::decode(&schema.to_bytes()).unwrap();
    // The root's entry, the last one, is as long as its first word says.
    let mut at = 4;
    let mut last = at;
    while at < whole.len() {
        last = at;
        at += u32::from_le_bytes(whole[at..at + 4].try_into().unwrap()) as usize;
    }
    for cut in [1, 2, 3, 7] {
        let mut cut_short = whole[..whole.len() - cut].to_vec();
        let len = (whole.len() - last - cut) as u32;
        cut_short[last..last + 4].copy_from_slice(&len.to_le_bytes());
        assert!(!read.annotate(&cut_short), "without {cut} bytes");
    }
}

#[test]
fn a_schema_made_at_run_time_can_have_counters() {
    let mut types = SchemaBuilder::new();
    let number = types.scalar(crate::layout::ScalarKind::U64);
    let ty = StructType::new("Door").field(StructField::new("opened", number).with_counter(true));
    let root = types.structure(ty);
    let schema = types.finish(root).unwrap();
    let mut read = Schema::decode(&schema.to_bytes()).unwrap();
    assert!(read.annotate(&schema.annotations().unwrap()));
    assert!(read.root().field("opened").unwrap().is_counter());
}
