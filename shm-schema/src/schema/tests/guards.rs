//! Locks that guard fields beside them, as notes.

use crate::layout::{FieldLayout, Kind, Layout, ScalarKind};
use crate::schema::samples::{F64, LOCK, U32};
use crate::schema::{Field, Schema, SchemaBuilder, SchemaError, StructField, StructType};

static RANGE: Layout = Layout::new(
    "Range",
    24,
    8,
    Kind::Struct {
        fields: &[
            FieldLayout::new("low", 0, &F64).with_guard("lock", &LOCK),
            FieldLayout::new("lock", 8, &LOCK),
            FieldLayout::new("looks", 12, &U32),
            FieldLayout::new("high", 16, &F64).with_notes("", "m").with_guard("lock", &LOCK),
        ],
    },
);
static UNGUARDED: Layout = Layout::new(
    "Range",
    24,
    8,
    Kind::Struct {
        fields: &[
            FieldLayout::new("low", 0, &F64),
            FieldLayout::new("lock", 8, &LOCK),
            FieldLayout::new("looks", 12, &U32),
            FieldLayout::new("high", 16, &F64).with_notes("", "m"),
        ],
    },
);

#[test]
fn a_guard_is_a_note_and_no_part_of_the_layout() {
    let (guarded, plain) = (Schema::of(&RANGE).unwrap(), Schema::of(&UNGUARDED).unwrap());
    assert_eq!((&guarded, guarded.to_bytes()), (&plain, plain.to_bytes()));
    assert_eq!(RANGE.fingerprint(), UNGUARDED.fingerprint());
    assert!(guarded.has_guards() && !plain.has_guards());
    let mut read = Schema::decode(&guarded.to_bytes()).unwrap();
    assert!(!read.has_guards());
    assert!(read.annotate(&guarded.annotations().unwrap()));
    let guards: Vec<_> = read.root().fields().map(Field::guarded_by).collect();
    assert_eq!(guards, ["lock", "", "", "lock"]);
    let high = read.root().field("high").unwrap();
    assert_eq!((high.unit(), read.root().lock_of(high).unwrap().offset()), ("m", 8));
    assert!(read.annotate(&plain.annotations().unwrap()) && !read.has_guards());
}

#[test]
fn annotations_without_guards_have_the_bytes_that_they_always_had() {
    let (guarded, plain) = (Schema::of(&RANGE).unwrap(), Schema::of(&UNGUARDED).unwrap());
    let [guarded, plain] = [guarded, plain].map(|schema| schema.annotations().unwrap());
    // A name for each of four fields, two of which are "lock".
    assert_eq!(guarded.len(), plain.len() + 4 * 2 + 2 * 4);
}

/// The annotations of the guarded range, changed where its guards are: at the end of the root's entry, the
/// last one.
fn changed(change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut section = Schema::of(&RANGE).unwrap().annotations().unwrap();
    let guards = section.len() - (4 * 2 + 2 * 4);
    change(&mut section[guards..]);
    section
}

#[test]
fn guards_that_cannot_be_make_a_section_that_does_not_fit() {
    let mut schema = Schema::of(&RANGE).unwrap();
    assert!(schema.annotate(&changed(|_| ())));
    // `low` guarded by a field that is not there, by one that is no lock, and by text that is no name.
    for name in [b"lokk", b"high", b"lo k"] {
        assert!(!schema.annotate(&changed(|guards| guards[2..6].copy_from_slice(name))));
        assert_eq!(schema.root().name(), "");
    }
    // `looks` guarded by nothing, then with a length that reaches past the end.
    assert!(!schema.annotate(&changed(|guards| guards[8] = 200)));
    let mut cut = changed(|_| ());
    cut.pop();
    assert!(!schema.annotate(&cut));
}

#[test]
fn a_builder_refuses_a_guard_that_cannot_be() {
    let build = |lock: &str, guarded: &str| {
        let mut types = SchemaBuilder::new();
        let number = types.scalar(ScalarKind::U32);
        let nothing = types.structure(StructType::new("()"));
        let (mutex, full) = (types.mutex(nothing), types.mutex(number));
        let fields = [("lock", mutex), ("full", full), ("x", number), ("nested", mutex)];
        let mut ty = StructType::new("Range");
        for (name, id) in fields {
            let field = StructField::new(name, id);
            ty = ty.field(if name == guarded { field.with_guard(lock) } else { field });
        }
        let root = types.structure(ty);
        types
            .finish(root)
            .map(|schema| schema.root().field(guarded).unwrap().guarded_by().to_owned())
    };
    assert_eq!(build("lock", "x").unwrap(), "lock");
    let fault = |lock, guarded| match build(lock, guarded) {
        Err(error @ SchemaError::Guard { .. }) => {
            assert!(error.help().is_some());
            error.to_string()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(
        fault("lokk", "x"),
        "field `x` cannot be guarded by `lokk`: there is no such field beside it"
    );
    assert_eq!(
        fault("full", "x"),
        "field `x` cannot be guarded by `full`: that is not a `Mutex<()>`"
    );
    assert_eq!(fault("x", "x"), "field `x` cannot be guarded by `x`: that is not a `Mutex<()>`");
    assert_eq!(
        fault("lock", "nested"),
        "field `nested` cannot be guarded by `lock`: something in it is shared state already"
    );
}
