//! Errors, collected so that all mistakes in an item are reported at once.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The errors in an item, in the order in which they were found.
#[derive(Clone, Default)]
pub(crate) struct Errors {
    item: Vec<syn::Error>,
    fields: Vec<(usize, syn::Error)>,
}

impl Errors {
    /// Adds an error about the item, at the tokens `at`, with its `cause` and a `help` that says what to do.
    pub(crate) fn item(&mut self, at: impl ToTokens, cause: &str, help: &str) {
        self.item.push(error(at, cause, help));
    }

    /// Adds an error about the type of field number `index`.
    pub(crate) fn field(&mut self, index: usize, at: impl ToTokens, cause: &str, help: &str) {
        self.fields.push((index, error(at, cause, help)));
    }

    /// Adds an error of syn's, which has no help.
    pub(crate) fn syntax(&mut self, error: syn::Error) {
        self.item.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.item.is_empty() && self.fields.is_empty()
    }

    /// Returns all errors, as items.
    pub(crate) fn all(&self) -> impl Iterator<Item = TokenStream> {
        let fields = self.fields.iter().map(|(_, error)| error);
        self.item.iter().chain(fields).map(syn::Error::to_compile_error)
    }

    /// Returns the first error.
    pub(crate) fn first(&self) -> TokenStream {
        self.all().next().expect("there is an error")
    }

    /// Returns the first error about the type of field number `index`.
    pub(crate) fn of_field(&self, index: usize) -> Option<TokenStream> {
        let error = self.fields.iter().find(|(field, _)| *field == index);
        error.map(|(_, error)| error.to_compile_error())
    }
}

fn error(at: impl ToTokens, cause: &str, help: &str) -> syn::Error {
    syn::Error::new_spanned(at, format!("{cause}\nhelp: {help}"))
}
