//! The names that the output uses, chosen so that none collides with the user's.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};

use crate::model::{Model, plain_name};

/// The names that the output uses.
pub(crate) struct Names {
    /// The path of shm-core: `::shm_core`.
    pub(crate) krate: TokenStream,
    /// The item with its parameters: `Station<T, N>`.
    pub(crate) this: TokenStream,
    /// The item's name in layouts and messages, without `r#`.
    pub(crate) text: String,
    /// The view: `StationView`.
    pub(crate) view: Ident,
    /// The parameter that stands for the access mode: `A`, unless that name is taken.
    pub(crate) access: Ident,
    /// The struct that has the layout of one with a run-time length: `Shadow`, with the same proviso.
    pub(crate) shadow: Ident,
    /// A struct that contains one with a run-time length: `Probe`, with the same proviso.
    pub(crate) probe: Ident,
}

impl Names {
    pub(crate) fn choose(model: &Model<'_>) -> Self {
        let ident = model.ident();
        let text = plain_name(ident);
        let taken = names_in(model.input.to_token_stream());
        Self {
            krate: model
                .options
                .krate
                .as_ref()
                .map_or_else(|| quote!(::shm_core), ToTokens::to_token_stream),
            this: this(model),
            view: model
                .options
                .view
                .clone()
                .unwrap_or_else(|| format_ident!("{text}View", span = ident.span())),
            access: free_name(&["A", "Mode"], &taken),
            shadow: free_name(&["Shadow"], &taken),
            probe: free_name(&["Probe"], &taken),
            text,
        }
    }

    /// Returns the path of shm-core, at another place in the source.
    pub(crate) fn krate_at(&self, span: Span) -> TokenStream {
        super::respan(&self.krate, span)
    }
}

/// `Station<T, N>`; a lifetime, which has been refused by then, becomes `'static`.
fn this(model: &Model<'_>) -> TokenStream {
    let ident = model.ident();
    let mut generics = model.generics().clone();
    for parameter in generics.lifetimes_mut() {
        parameter.lifetime = syn::Lifetime::new("'static", parameter.lifetime.span());
    }
    let (_, arguments, _) = generics.split_for_impl();
    quote!(#ident #arguments)
}

/// Returns the first of these names that is not taken, or else the last one with a number.
fn free_name(candidates: &[&str], taken: &HashSet<String>) -> Ident {
    let last = candidates.last().expect("a candidate");
    let numbered = (0_u32..).map(|number| format!("{last}{number}"));
    let mut all = candidates.iter().map(|&name| name.to_owned()).chain(numbered);
    let free = all.find(|name| !taken.contains(name)).expect("there is always another number");
    Ident::new(&free, Span::call_site())
}

fn names_in(item: TokenStream) -> HashSet<String> {
    let mut names = HashSet::new();
    collect(item, &mut names);
    names
}

fn collect(tokens: TokenStream, taken: &mut HashSet<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Ident(ident) => {
                taken.insert(ident.to_string());
            }
            TokenTree::Group(group) => collect(group.stream(), taken),
            _ => {}
        }
    }
}
