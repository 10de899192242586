//! Arbitrary bytes for everything that reads a header, and arbitrary text for what describes a layout;
//! see `fuzz/README.md`.
#![no_main]

#[path = "../../tests/format/forge.rs"]
#[allow(dead_code, reason = "each user takes a part of this")]
mod forge;

use forge::Forged;
use libfuzzer_sys::fuzz_target;
use shm_core::schema::{self, Difference, Room, Schema};
use shm_core::{SharedLayout, dynamic::DynLayout, format};

#[derive(SharedLayout)]
#[repr(C)]
struct Pose {
    x: f64,
    heading: f32,
}

/// The expected layout: the layout of one of the seeds.
#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    temperature: f64,
    poses: [Pose; 2],
}

fuzz_target!(|bytes: &[u8]| {
    examine(bytes);
    if bytes.len() >= forge::PREAMBLE.end {
        let mut forged = Forged(bytes.to_vec());
        forged.seal();
        examine(&forged.0);
    }
    if let Ok(schema) = Schema::decode(bytes) {
        examine_schema(&schema, bytes);
        let _ = schema.clone().annotate(bytes);
        match DynLayout::from_schema(schema) {
            Ok(layout) => walk(&layout),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        describe(text);
    }
});

/// Reads the text as a type, and as definitions.
fn describe(text: &str) {
    for outcome in [DynLayout::of(text), DynLayout::defined(text, "T")] {
        match outcome {
            Ok(layout) => examine_schema(layout.schema(), &layout.schema().to_bytes()),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

/// Goes through the fields as a tool does that prints the first of them.
fn walk(layout: &DynLayout) {
    let size = layout.schema().root().size();
    for field in layout.fields().take(1_000) {
        assert!(field.offset() + field.size() <= size);
        assert!(!field.path().is_empty() && !field.ty().to_string().is_empty());
    }
}

/// Opens the bytes as a tool would, and as a program with types of its own would.
fn examine(bytes: &[u8]) {
    let size = bytes.len() as u64;
    let checked = match format::check(bytes, size) {
        Ok(checked) => checked,
        Err(error) => return drop(error.to_string()),
    };
    for section in checked.sections() {
        assert!(section.offset().checked_add(section.len()).is_some_and(|end| end <= size));
    }
    if let Err(error) = checked.expect(bytes, Station::LAYOUT) {
        assert!(!error.to_string().is_empty());
    }
    let _ = (checked.expect_writable(), checked.expect_ready());
    if let Ok(Some((offset, count))) = checked.participants() {
        assert!(count > 0 && offset + 64 * u64::from(count) <= size);
    }
    if let Ok(schema) = checked.decode_schema() {
        let size = schema.root().size_with(checked.tail_len()).expect("a size that was checked");
        assert!(size == checked.data_len() || checked.may_grow() && size < checked.data_len());
        let first = Schema::decode(checked.schema_bytes()).expect("what the region was made with");
        examine_schema(&first, checked.schema_bytes());
        examine_schema(&schema, &schema.to_bytes());
        assert!(checked.has_grown() || schema == first);
        assert!(schema.root().size() >= first.root().size(), "nothing was forgotten");
        let noted = checked.read_schema(bytes).expect("bytes can be read");
        assert_eq!((&noted, noted.to_bytes()), (&schema, schema.to_bytes()));
    }
}

fn examine_schema(schema: &Schema, bytes: &[u8]) {
    assert_eq!(schema.to_bytes(), bytes);
    let own = Schema::of(Station::LAYOUT).expect("a small layout");
    for (found, expected) in [(schema, &own), (&own, schema)] {
        if let Err(refusal) = schema::compare(found, Room::of(found), expected) {
            assert!(!refusal.to_string().is_empty());
        }
        match Difference::between(found, expected) {
            Some(difference) => assert!(!difference.to_string().is_empty()),
            None => assert_eq!(schema.fingerprint(), Some(Station::LAYOUT.fingerprint())),
        }
    }
}
