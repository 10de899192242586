//! The rules: for each one a `check_*` function and a ui test of the same name.

mod alias;
mod field;
mod guard;
mod item;
mod variant;

use crate::errors::Errors;
use crate::model::{Model, Shape};

/// Applies every rule that tokens alone can decide, and returns all errors.
pub(crate) fn check(model: &Model<'_>) -> Errors {
    let mut errors = model.errors.clone();
    match &model.shape {
        Shape::Struct(_, fields) => {
            item::check_struct_repr(model, &mut errors);
            item::check_no_lifetimes(model, &mut errors);
            item::check_has_fields(model, fields, &mut errors);
            item::check_capacity_without_tail(model, fields, &mut errors);
            item::check_fold(model, fields, &mut errors);
            field::check_all(fields, &mut errors);
            alias::check_all(fields, &mut errors);
            guard::check_all(fields, &mut errors);
        }
        Shape::Enum(variants) => {
            item::check_no_enum_generics(model, &mut errors);
            variant::check_enum_repr(model, &mut errors);
            variant::check_has_variants(model, variants, &mut errors);
            variants.iter().for_each(|variant| variant::check_fieldless(variant, &mut errors));
        }
        Shape::Union => item::check_not_a_union(model, &mut errors),
    }
    errors
}
