//! Rows that code of their type folds, as notes; and marks where they mean nothing.

use crate::describe::DynLayout;
use crate::layout::ScalarKind;
use crate::schema::{Schema, SchemaBuilder, SchemaError, StructField, StructType, Type};

fn plant(fold: &str) -> Schema {
    let text = format!(
        "{fold} struct Peak {{ amperes: f64 }} struct Plant {{ peaks: PerProcess<Peak, 4> }}"
    );
    DynLayout::defined(&text, "Plant").unwrap().schema().clone()
}

fn has_own_fold(root: Type<'_>) -> bool {
    root.field("peaks").unwrap().ty().live().unwrap().rows().unwrap().own_fold
}

#[test]
fn a_fold_of_its_own_is_a_note_and_no_part_of_the_layout() {
    let (own, sum) = (plant("#[shm(fold = \"own\")]"), plant("#[shm(fold = \"sum\")]"));
    assert_eq!((&own, own.to_bytes()), (&sum, sum.to_bytes()));
    assert_eq!(own.fingerprint(), sum.fingerprint());
    assert_eq!((has_own_fold(own.root()), has_own_fold(sum.root())), (true, false));
    assert_eq!((own.has_own_folds(), sum.has_own_folds()), (true, false));
    let mut read = Schema::decode(&own.to_bytes()).unwrap();
    assert!(!has_own_fold(read.root()));
    assert!(read.annotate(&own.annotations().unwrap()));
    assert!(has_own_fold(read.root()));
    // Five parts, whose locks and flags are written if one of them has a flag.
    let [own, sum, plain] = [own, sum, plant("")].map(|schema| schema.annotations().unwrap());
    assert_eq!((own.len(), &sum), (plain.len() + 5 * (2 + 2), &plain));
}

#[test]
fn another_fold_is_refused_with_those_that_there_are() {
    let text = "#[shm(fold = \"max\")] struct Peak { amperes: f64 }";
    let error = DynLayout::defined(text, "Peak").unwrap_err().to_string();
    assert!(error.contains("found \"max\", expected `\"sum\"`, or `\"own\"`"), "{error}");
}

#[test]
fn marks_that_mean_nothing_are_refused() {
    let error = DynLayout::defined("struct Lamp { #[shm(counter)] on: bool }", "Lamp").unwrap_err();
    assert!(matches!(&error, SchemaError::NotACounter { field } if field == "on"), "{error}");
    assert!(error.help().is_some_and(|help| help.contains("unsigned integer")));
    let text =
        "struct Lamp { #[shm(counter)] hours: [Latest<f32>; 2], #[shm(counter)] n: NonZero<u8> }";
    assert!(DynLayout::defined(text, "Lamp").is_ok());

    let mut types = SchemaBuilder::new();
    let number = types.scalar(ScalarKind::U64);
    let ty = StructType::new("Door").field(StructField::new("opened", number).with_own_fold(true));
    let root = types.structure(ty);
    let error = types.finish(root).unwrap_err();
    assert!(matches!(&error, SchemaError::FoldOfNothing { field } if field == "opened"), "{error}");
    assert!(error.help().is_some());
}
