//! Macros of a user that change a struct or enum with `#[derive(SharedLayout)]`.

use std::sync::atomic::{AtomicUsize, Ordering};

use proc_macro2::{TokenStream, TokenTree};

/// `#[becomes(struct Station { .. })]`: replaces the item with the one in parentheses. Below a derive,
/// which has already seen the item, this represents any attribute macro.
#[proc_macro_attribute]
pub fn becomes(
    arguments: proc_macro::TokenStream,
    _: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    arguments
}

/// `turns!(u8 u64)`: the first type when it is called for the first time, then the second, then the
/// first again, ...
#[proc_macro]
pub fn turns(types: proc_macro::TokenStream) -> proc_macro::TokenStream {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let types: Vec<TokenTree> = TokenStream::from(types).into_iter().collect();
    let turn = CALLS.fetch_add(1, Ordering::Relaxed) % types.len().max(1);
    types.get(turn).cloned().map(TokenStream::from).unwrap_or_default().into()
}
