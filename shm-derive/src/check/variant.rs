//! Rules about enums.

use crate::attr::ReprWord;
use crate::errors::Errors;
use crate::model::{Model, Variant};

/// The integers that can store an enum.
pub(crate) const REPRS: [&str; 8] = ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"];

const WRITE_REPR: &str = "write `#[repr(u8)]` above it, or another of u8..u64, i8..i64";

/// An enum names the integer that stores it.
pub(crate) fn check_enum_repr(model: &Model<'_>, errors: &mut Errors) {
    model.repr.iter().for_each(|word| check_enum_repr_word(word, errors));
    if model.repr.is_empty() {
        let ident = model.ident();
        errors.item(
            ident,
            &format!("`{ident}` does not name the integer that stores it"),
            WRITE_REPR,
        );
    }
}

fn check_enum_repr_word(word: &ReprWord, errors: &mut Errors) {
    let name = word.name.to_string();
    if name == "align" {
        errors.item(
            &word.name,
            "an enum with an alignment of its own is not stored as its integer",
            "remove `align`; align the struct that holds the enum instead",
        );
    } else if !REPRS.contains(&&*name) {
        let cause = match &*name {
            "C" => "the size of a `repr(C)` enum depends on the compiler".to_owned(),
            "usize" | "isize" => format!("the size of `{name}` depends on the machine"),
            _ => format!("an enum in shared memory cannot be `repr({name})`"),
        };
        errors.item(&word.name, &cause, "write `#[repr(u8)]`, or another of u8..u64, i8..i64");
    }
}

pub(crate) fn check_has_variants(model: &Model<'_>, variants: &[Variant<'_>], errors: &mut Errors) {
    if variants.is_empty() {
        let ident = model.ident();
        errors.item(
            ident,
            &format!("`{ident}` has no variants"),
            "give it one: an enum without variants has no values to store",
        );
    }
}

/// Another process may change the tag between a read of the tag and a read of the data.
pub(crate) fn check_fieldless(variant: &Variant<'_>, errors: &mut Errors) {
    if !variant.fields.is_empty() {
        errors.item(
            variant.fields,
            &format!("variant `{}` holds data", variant.ident),
            "use a struct with a fieldless enum for the kind, and fields for the data",
        );
    }
}
