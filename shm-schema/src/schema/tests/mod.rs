//! Encoding, decoding and comparing, together.

mod build;
mod counters;
mod folds;
mod guards;
mod hostile;
mod random;

use super::lower::canonical_bytes;
use super::samples::{FRAME, POSE, POSE_64, POSE_RENAMED, STATION, WORDS, wrapped};
use super::{Difference, Schema, SchemaError, TypeFault, TypeKind};
use crate::layout::Layout;
use crate::limits::MAX_DEPTH;

fn bytes(layout: &'static Layout) -> Vec<u8> {
    canonical_bytes(layout).unwrap()
}

fn annotations(layout: &'static Layout) -> Vec<u8> {
    Schema::of(layout).unwrap().annotations().unwrap()
}

fn differs(found: &'static Layout, expected: &'static Layout) -> Difference {
    Difference::between(&Schema::of(found).unwrap(), &Schema::of(expected).unwrap()).unwrap()
}

#[test]
fn a_decoded_schema_says_what_the_layout_says() {
    let schema = Schema::of(&STATION).unwrap();
    let root = schema.root();
    assert_eq!((root.size(), root.align()), (216, 8));
    let names: Vec<_> = root.fields().map(|f| (f.name(), f.offset())).collect();
    let expected: Vec<_> = STATION.fields().iter().map(|f| (f.name(), f.offset() as u64)).collect();
    assert_eq!(names, expected);
    let types: Vec<_> = root.fields().map(|f| f.ty().to_string()).collect();
    let expected = [
        "f64",
        "[u32; 16]",
        "[Pose; 4]",
        "Pose",
        "enum i8",
        "PhantomData",
        "Be<u16>",
        "Le<u32> (packed)",
        "Option<NonZero<u32>>",
        "CText<10>",
    ];
    assert_eq!(types, expected);
    let TypeKind::Enum { variants, .. } = root.field("mode").unwrap().ty().kind() else { panic!() };
    assert_eq!((variants[2].name(), variants[2].discriminant()), ("Lost", -1));
}

#[test]
fn the_fingerprint_of_a_decoded_schema_is_that_of_the_layout() {
    for layout in [&STATION, &FRAME, &WORDS, &POSE] {
        assert_eq!(Schema::of(layout).unwrap().fingerprint(), Some(layout.fingerprint()));
    }
}

#[test]
fn names_of_types_and_docs_are_not_part_of_a_schema() {
    assert_eq!(bytes(&POSE), bytes(&POSE_RENAMED));
    let (pose, renamed) = (Schema::of(&POSE).unwrap(), Schema::of(&POSE_RENAMED).unwrap());
    assert_eq!((&pose, pose.fingerprint()), (&renamed, renamed.fingerprint()));
    assert_ne!(annotations(&POSE), annotations(&POSE_RENAMED));
}

#[test]
fn a_structure_used_twice_is_written_once() {
    // f64, u32, [u32; 16], f32, Pose, [Pose; 4], Mode, marker, Be, packed, optional, label, Station
    assert_eq!(Schema::of(&STATION).unwrap().types().len(), 13);
}

#[test]
fn a_run_time_length_gives_the_size() {
    let frame = Schema::of(&FRAME).unwrap();
    assert_eq!(frame.root().size_with(5), Some(16));
    assert_eq!(frame.root().size_with(u64::MAX), None);
    assert_eq!(Schema::of(&WORDS).unwrap().root().size_with(3), Some(24));
    assert_eq!(Schema::of(&POSE).unwrap().root().size_with(3), Some(24));
}

#[test]
fn types_that_are_nested_too_deep_are_refused_when_encoded_and_decoded() {
    let mut layout: &'static Layout = &POSE;
    for _ in 0..MAX_DEPTH {
        layout = wrapped(layout, "inner");
    }
    let fault = TypeFault::Depth { found: MAX_DEPTH + 1, limit: MAX_DEPTH };
    let index = MAX_DEPTH + 1;
    assert_eq!(Schema::of(layout), Err(SchemaError::Type { index, fault }));
}

#[test]
fn a_type_that_holds_the_one_below_twice_on_each_of_many_levels_is_encoded_quickly() {
    use crate::layout::{FieldLayout, Kind};
    let mut layout: &'static Layout = &super::samples::U8;
    for level in 0..50 {
        let size = layout.size();
        let (a, b) = (FieldLayout::new("a", 0, layout), FieldLayout::new("b", size, layout));
        let fields = Box::leak(Box::new([a, b]));
        layout = Box::leak(Box::new(Layout::new("T", 2 << level, 1, Kind::Struct { fields })));
    }
    let schema = Schema::of(layout).unwrap();
    assert_eq!(schema.types().len(), 51);
    assert_eq!(schema.fingerprint(), Some(layout.fingerprint()));
    let text = differs(layout, wrapped(layout, "c")).to_string();
    assert!(text.lines().count() < 30, "{text}");
}

#[test]
fn a_difference_deep_inside_shows_its_path() {
    let (mut found, mut expected): (&'static Layout, &'static Layout) = (&POSE, &POSE_64);
    for name in ["third", "second", "first"] {
        (found, expected) = (wrapped(found, name), wrapped(expected, name));
    }
    let difference = differs(found, expected);
    assert_eq!(difference.path(), "first.second.third.heading");
    assert_eq!(difference.first().found(), Some((16, "f32")));
    assert_eq!(difference.first().expected(), Some((16, "f64")));
    let text = difference.to_string();
    assert!(text.contains(">       16  f32"), "{text}");
}

#[test]
fn a_difference_names_structs_and_their_names_alone_are_none() {
    use super::samples::U32;
    use crate::layout::{FieldLayout, Kind};
    static PAIR: [FieldLayout; 2] =
        [FieldLayout::new("a", 0, &U32), FieldLayout::new("b", 4, &U32)];
    static MOTOR: Layout = Layout::new("Motor", 8, 4, Kind::Struct { fields: &PAIR });
    static ENGINE: Layout = Layout::new("Engine", 8, 4, Kind::Struct { fields: &PAIR });
    let robot = |part: &'static Layout, len: usize| -> &'static Layout {
        let array = Kind::Array { element: part, len };
        let array = Box::leak(Box::new(Layout::new("array", 8 * len, 4, array)));
        let fields = [FieldLayout::new("id", 0, &U32), FieldLayout::new("motors", 4, array)];
        let fields = Kind::Struct { fields: Box::leak(Box::new(fields)) };
        Box::leak(Box::new(Layout::new("Robot", 4 + 8 * len, 4, fields)))
    };
    let difference = differs(robot(&MOTOR, 4), robot(&ENGINE, 3));
    assert_eq!(difference.path(), "motors");
    assert_eq!(difference.first().found(), Some((4, "[Motor; 4]")));
    assert_eq!(difference.first().expected(), Some((4, "[Engine; 3]")));
    assert!(difference.to_string().contains("[Motor; 4]"), "{difference}");
    // The struct was renamed; the field beside it is the one that differs.
    static WIDE: [FieldLayout; 2] =
        [FieldLayout::new("motor", 0, &MOTOR), FieldLayout::new("last", 8, &U32)];
    static ODD: [FieldLayout; 2] =
        [FieldLayout::new("motor", 0, &ENGINE), FieldLayout::new("latest", 8, &U32)];
    static CAR: Layout = Layout::new("Car", 12, 4, Kind::Struct { fields: &WIDE });
    static BOAT: Layout = Layout::new("Boat", 12, 4, Kind::Struct { fields: &ODD });
    assert_eq!(differs(&CAR, &BOAT).path(), "last");
}

#[test]
fn a_lock_and_a_plain_struct_of_its_parts_differ() {
    use super::samples::U32;
    use crate::layout::{FieldLayout, Kind, Role};
    static PARTS: [FieldLayout; 2] =
        [FieldLayout::new("lock", 0, &U32), FieldLayout::new("value", 4, &U32)];
    static PLAIN: Layout = Layout::new("Lock", 8, 4, Kind::Struct { fields: &PARTS });
    static LOCK: Layout =
        Layout::new("Lock", 8, 4, Kind::Live { role: Role::Mutex, fields: &PARTS });
    let difference = differs(&PLAIN, &LOCK);
    assert_eq!(difference.first().found(), Some((0, "Lock")));
    assert_eq!(difference.first().expected(), Some((0, "Mutex")));
}

/// The schema of a layout, from its bytes and its annotations.
fn read(layout: &'static Layout) -> Schema {
    let mut schema = Schema::decode(&bytes(layout)).unwrap();
    assert!(schema.annotate(&annotations(layout)));
    schema
}

#[test]
fn annotations_come_back() {
    for schema in [Schema::of(&STATION).unwrap(), read(&STATION)] {
        let root = schema.root();
        assert_eq!(root.name(), "Station");
        assert_eq!(root.doc(), "One weather station.\n\nIt stands on a roof.");
        let temperature = root.field_at(0).unwrap();
        assert_eq!((temperature.doc(), temperature.unit()), ("In the shade.", "°C"));
        let pose = root.field_at(3).unwrap().ty();
        assert_eq!((pose.name(), pose.field_at(2).unwrap().unit()), ("Pose", "rad"));
        let poses = root.field("poses").unwrap().ty();
        let TypeKind::Array { element, .. } = poses.kind() else { panic!() };
        assert_eq!((element, element.doc()), (pose, "Where a robot is."));
    }
}

#[test]
fn one_structure_with_two_names_is_one_type_of_the_layout_and_two_of_the_notes() {
    use crate::layout::{FieldLayout, Kind};
    static PARTS: [FieldLayout; 2] =
        [FieldLayout::new("here", 0, &POSE), FieldLayout::new("there", 24, &POSE_RENAMED)];
    static BOTH: Layout = Layout::new("Both", 48, 8, Kind::Struct { fields: &PARTS });
    for schema in [Schema::of(&BOTH).unwrap(), read(&BOTH)] {
        let [here, there] = ["here", "there"].map(|name| schema.root().field(name).unwrap().ty());
        assert_eq!((here.name(), there.name()), ("Pose", "Position"));
        assert_eq!(here.index(), there.index());
        assert_ne!(here, there);
        assert_eq!(schema.types().len(), 4);
    }
}
