//! The derive macro of `shm-core`, which re-exports it; depend on that crate, not on this one.
//!
//! One stage, one file:
//! ```text
//! tokens -> attr, model (what was written) -> check (what is legal) -> plan -> expand -> tokens
//! ```
//! A struct or enum that breaks a rule goes to `expand::fallback` instead: its errors, and stand-ins
//! for what would have been generated, so that nothing complains a second time.

mod attr;
mod check;
mod errors;
mod expand;
mod model;
mod plan;
#[cfg(test)]
mod snapshots;

use model::Model;
use plan::Plan;
use proc_macro2::TokenStream;
use syn::DeriveInput;

/// Makes a struct or enum one that can live in shared memory.
#[proc_macro_derive(SharedLayout, attributes(shm))]
pub fn derive_shared_layout(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    derive(&input).into()
}

fn derive(input: &DeriveInput) -> TokenStream {
    let model = Model::parse(input);
    match Plan::check(&model) {
        Ok(plan) => expand::expand(&plan),
        Err(errors) => expand::fallback(&model, &errors),
    }
}
