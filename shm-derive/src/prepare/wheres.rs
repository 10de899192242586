//! The where clauses of the impls for a struct and its view.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::is_shared;
use crate::plan::{FieldPlan, StructPlan};

/// The where clauses. Each has the struct's own, and the bounds under which its parameters and generic
/// fields can be shared.
pub(crate) struct Wheres {
    /// No further bounds.
    pub(crate) own: TokenStream,
    /// And every field is plain: `Plain`, or for a struct with a run-time length `PlainRoot`.
    pub(crate) plain: TokenStream,
    /// And every field is `ValidZeroed`.
    pub(crate) zeroed: TokenStream,
    /// And every field is `Placeable`.
    pub(crate) placeable: TokenStream,
    /// And every field of a generic type is `Fold`. The others are reported at the field.
    pub(crate) folds: TokenStream,
}

impl Wheres {
    pub(super) fn new(plan: &StructPlan<'_>) -> Self {
        let own = own_bounds(plan);
        let is_root = plan.fields.last().is_some_and(|field| field.element.is_some());
        let plain = if is_root { "PlainRoot" } else { "Plain" };
        Self {
            plain: clause(&own, &bounds_of_all(plan, plain)),
            zeroed: clause(&own, &bounds_of_shared(plan, "ValidZeroed")),
            placeable: clause(&own, &bounds_of_shared(plan, "Placeable")),
            folds: clause(&own, &folds(plan)),
            own: clause(&own, &[]),
        }
    }
}

fn clause(own: &[TokenStream], more: &[TokenStream]) -> TokenStream {
    if own.is_empty() && more.is_empty() {
        return TokenStream::new();
    }
    let all = own.iter().chain(more);
    quote!(where #(#all),*)
}

fn own_bounds(plan: &StructPlan<'_>) -> Vec<TokenStream> {
    let written = plan.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let parameters = plan.generics.type_params().map(|parameter| {
        let ident = &parameter.ident;
        quote!(#ident: 'static)
    });
    let fields = distinct(plan.fields.iter().filter(|field| field.generic)).map(|field| {
        let (ty, span) = (field.value(), field.value().span());
        let krate = plan.names.krate_at(span);
        quote_spanned!(span=> #ty: #krate::SharedLayout)
    });
    written.map(ToTokens::to_token_stream).chain(parameters).chain(fields).collect()
}

fn folds(plan: &StructPlan<'_>) -> Vec<TokenStream> {
    let generic = plan.fields.iter().filter(|field| field.generic);
    let bounds = distinct(generic).map(|field| {
        let (ty, span) = (field.value(), field.value().span());
        let krate = plan.names.krate_at(span);
        quote_spanned!(span=> #ty: #krate::sync::Fold)
    });
    bounds.collect()
}

/// Requires a trait of shm-core of every field.
fn bounds_of_all(plan: &StructPlan<'_>, bound: &str) -> Vec<TokenStream> {
    let bound_of = |field: &FieldPlan<'_>| {
        // `for<'shm>` allows a false bound: the impl then does not apply.
        let (ty, span) = (field.value(), field.value().span());
        let krate = plan.names.krate_at(span);
        let bound = Ident::new(bound, span);
        quote_spanned!(span=> for<'shm> #ty: #krate::traits::#bound)
    };
    distinct(plan.fields.iter()).map(bound_of).collect()
}

/// Requires a trait of shm-core of every field whose type can be shared. The others are reported at the
/// field, and not again where the trait is needed.
fn bounds_of_shared(plan: &StructPlan<'_>, bound: &str) -> Vec<TokenStream> {
    let bound_of = |field: &FieldPlan<'_>| {
        let (ty, span) = (field.value(), field.ty.span());
        let krate = plan.names.krate_at(span);
        let bound = Ident::new(bound, span);
        match &field.judged {
            None => quote_spanned!(span=> for<'shm> #ty: #krate::traits::#bound),
            Some(judged) => {
                let part = format_ident!("{bound}Part", span = span);
                let is_shared = is_shared(&krate, judged);
                quote_spanned!(span=> for<'shm> #ty: #krate::__private::#part<#is_shared>)
            }
        }
    };
    distinct(plan.fields.iter()).map(bound_of).collect()
}

/// Returns the first field of each type.
fn distinct<'b>(
    fields: impl Iterator<Item = &'b FieldPlan<'b>>,
) -> impl Iterator<Item = &'b FieldPlan<'b>> {
    let mut seen = HashSet::new();
    fields.filter(move |field| seen.insert(field.value().to_token_stream().to_string()))
}
