//! The rules for values in a heap that tokens alone can decide.

use syn::{Data, GenericParam, Type};

use crate::errors::Errors;
use crate::model::{Field, Model, Shape};

pub(super) fn check(model: &Model<'_>) -> Errors {
    let mut errors = model.errors.clone();
    match &model.shape {
        Shape::Struct(_, fields) => {
            check_not_generic(model, &mut errors);
            check_has_fields(model, fields, &mut errors);
            check_no_borrows(fields, &mut errors);
        }
        Shape::Enum(_) | Shape::Union => check_is_a_struct(model, &mut errors),
    }
    errors
}

fn check_is_a_struct(model: &Model<'_>, errors: &mut Errors) {
    match &model.input.data {
        Data::Enum(data) => errors.item(
            data.enum_token,
            "an enum is no value with parts of any length",
            "derive `SharedLayout` for a fieldless enum, which can be a field of such a value; instead of an enum with data, use a struct with a fieldless enum, and an `Option` or a `Vec` for the data of each variant",
        ),
        Data::Union(data) => errors.item(
            data.union_token,
            "a union does not record which of its fields is valid",
            "use a struct with all of them, and a fieldless enum that says which one is valid",
        ),
        Data::Struct(_) => {}
    }
}

fn check_not_generic(model: &Model<'_>, errors: &mut Errors) {
    for parameter in &model.generics().params {
        let ident = model.ident();
        match parameter {
            GenericParam::Lifetime(parameter) => errors.item(
                &parameter.lifetime,
                &format!("`{ident}` borrows for `{}`", parameter.lifetime),
                "a value in a heap outlives the process that stored it, so it cannot hold a borrow; use `String` instead of `&str`, `Vec<T>` instead of `&[T]`",
            ),
            GenericParam::Type(parameter) => {
                not_generic(errors, ident, &parameter.ident);
            }
            GenericParam::Const(parameter) => not_generic(errors, ident, &parameter.ident),
        }
    }
}

fn not_generic(errors: &mut Errors, ident: &syn::Ident, parameter: &syn::Ident) {
    errors.item(
        parameter,
        &format!("`{ident}` has the generic parameter `{parameter}`"),
        "a value in a heap has one layout: write a struct for each type that it has",
    );
}

fn check_has_fields(model: &Model<'_>, fields: &[Field<'_>], errors: &mut Errors) {
    if fields.is_empty() {
        let ident = model.ident();
        errors.item(
            ident,
            &format!("`{ident}` has no fields"),
            "give it one: a value without bytes cannot be stored",
        );
    }
}

fn check_no_borrows(fields: &[Field<'_>], errors: &mut Errors) {
    for (index, field) in fields.iter().enumerate() {
        if matches!(field.ty, Type::Reference(_) | Type::Ptr(_)) {
            errors.field(
                index,
                field.ty,
                &format!("field `{}` holds an address", field.name(index)),
                "an address means nothing in another process; use `String` for text, `Vec<T>` for elements, or the value itself",
            );
        }
    }
}
