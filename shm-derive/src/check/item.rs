//! Rules about a struct as a whole, and about unions.

use syn::{Data, GenericParam, Type};

use crate::attr::ReprWord;
use crate::errors::Errors;
use crate::model::{Field, Model};

/// As `shm_schema::limits::MAX_ALIGN`, copied because a dependency of a macro would be built twice.
const MAX_ALIGN: u64 = 4096;

const WRITE_REPR_C: &str = "write `#[repr(C)]` above it, which fixes the order of its fields";

/// A struct is `repr(C)` or `repr(C, align(N))`.
pub(crate) fn check_struct_repr(model: &Model<'_>, errors: &mut Errors) {
    for word in &model.repr {
        match &*word.name.to_string() {
            "C" => {}
            "align" => check_align(word, errors),
            "packed" => check_not_packed(word, errors),
            _ => check_no_other_repr(word, errors),
        }
    }
    check_repr_c(model, errors);
}

fn check_repr_c(model: &Model<'_>, errors: &mut Errors) {
    let told_otherwise = |word: &ReprWord| word.name == "C" || word.name == "transparent";
    if !model.repr.iter().any(told_otherwise) {
        let ident = model.ident();
        errors.item(ident, &format!("`{ident}` has no fixed layout"), WRITE_REPR_C);
    }
}

fn check_align(word: &ReprWord, errors: &mut Errors) {
    let align: Result<syn::LitInt, _> = syn::parse2(word.argument.clone());
    // rustc reports an argument that is not a number.
    let too_large = align.ok().and_then(|align| align.base10_parse::<u64>().ok()) > Some(MAX_ALIGN);
    if too_large {
        errors.item(
            &word.argument,
            "this alignment is larger than a page",
            "a region starts at a page boundary, so use 4096 or less",
        );
    }
}

fn check_not_packed(word: &ReprWord, errors: &mut Errors) {
    errors.item(
        &word.name,
        "a packed struct puts fields where no processor accesses them in one step",
        "remove `packed`; for a foreign packed record use zerocopy's `byteorder` types, whose alignment is 1",
    );
}

fn check_no_other_repr(word: &ReprWord, errors: &mut Errors) {
    let name = &word.name;
    errors.item(
        name,
        &format!("`repr({name})` does not fix the layout of a struct in shared memory"),
        "write `#[repr(C)]` or `#[repr(C, align(N))]`",
    );
}

/// A value in a region outlives every borrow.
pub(crate) fn check_no_lifetimes(model: &Model<'_>, errors: &mut Errors) {
    for parameter in &model.generics().params {
        if let GenericParam::Lifetime(lifetime) = parameter {
            let lifetime = &lifetime.lifetime;
            errors.item(
                lifetime,
                &format!("`{}` borrows for `{lifetime}`", model.ident()),
                "a region outlives the process that made it, so it cannot hold a borrow; store the value itself, or an index",
            );
        }
    }
}

pub(crate) fn check_has_fields(model: &Model<'_>, fields: &[Field<'_>], errors: &mut Errors) {
    if fields.is_empty() {
        let ident = model.ident();
        errors.item(
            ident,
            &format!("`{ident}` has no fields"),
            "give it one, or leave it out of the region",
        );
    }
}

/// A struct that ends in a slice has no room for more fields.
pub(crate) fn check_capacity_without_tail(
    model: &Model<'_>,
    fields: &[Field<'_>],
    errors: &mut Errors,
) {
    let has_tail = fields.last().is_some_and(|last| matches!(last.ty, Type::Slice(_)));
    if let (Some(capacity), true) = (&model.options.capacity, has_tail) {
        errors.item(
            capacity,
            "a struct that ends in a slice cannot grow",
            "remove `capacity`: the run-time length says how large a region is",
        );
    }
}

/// A row has a fixed size, and of two of them there is a sum.
pub(crate) fn check_fold(model: &Model<'_>, fields: &[Field<'_>], errors: &mut Errors) {
    let Some(fold) = &model.options.fold else { return };
    if fold.value() != "sum" {
        errors.item(
            fold,
            &format!("`{}` is not a known way to fold", fold.value()),
            "write `fold = \"sum\"`, or implement `shm_core::sync::Fold` for anything else",
        );
    } else if fields.last().is_some_and(|last| matches!(last.ty, Type::Slice(_))) {
        errors.item(fold, "a struct that ends in a slice is not a row", "use an array, `[T; N]`");
    }
}

pub(crate) fn check_no_enum_generics(model: &Model<'_>, errors: &mut Errors) {
    let generics = model.generics();
    if !generics.params.is_empty() {
        errors.item(
            &generics.params,
            "an enum in shared memory has no generic parameters",
            "remove them: a fieldless enum has no use for them",
        );
    }
}

pub(crate) fn check_not_a_union(model: &Model<'_>, errors: &mut Errors) {
    if let Data::Union(data) = &model.input.data {
        errors.item(
            data.union_token,
            "a union does not record which of its fields is valid",
            "use a struct with all of them, and a fieldless enum that says which one is valid",
        );
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_largest_alignment_is_the_one_in_the_format() {
        assert_eq!(super::MAX_ALIGN, u64::from(shm_core::limits::MAX_ALIGN));
    }
}
