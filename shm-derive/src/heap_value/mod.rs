//! `#[derive(HeapValue)]`: structs that are stored whole in a block of a heap.
//!
//! ```text
//! tokens -> model (what was written) -> check (what is legal) -> fields (names and types) -> expand -> tokens
//! ```

mod check;
mod expand;
mod fields;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::model::{Derive, Model, Shape};
use fields::Fields;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let model = Model::parse(input, Derive::HeapValue);
    let errors = check::check(&model);
    match &model.shape {
        Shape::Struct(_, fields) if errors.is_empty() => {
            expand::expand(&model, &Fields::of(fields, &model))
        }
        _ => expand::fallback(&model, &errors),
    }
}
