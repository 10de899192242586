//! The root of shm-core holds few enough names to read in one go; everything else is in a module.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The most names in the root, which can be read in one go. Any other new item goes into a module.
const MOST: usize = 40;

/// The names that a crate's root has for its users: items, modules and re-exports that are public and in the
/// documentation. A trait and its derive are one name.
fn public_names(source: &str) -> BTreeSet<String> {
    let tokens: TokenStream = source.parse().expect("the root is Rust");
    let mut names = BTreeSet::new();
    let (mut item, mut is_hidden) = (Vec::new(), false);
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_pound = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        if item.is_empty() && is_pound {
            tokens.next_if(|token| token.to_string() == "!");
            is_hidden |= tokens.next().is_some_and(|attribute| hides(&attribute));
            continue;
        }
        let is_block = matches!(&token, TokenTree::Group(group)
            if group.delimiter() == Delimiter::Brace && !is_word(item.get(1), "use"));
        let is_end =
            is_block || matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';');
        item.push(token);
        if is_end {
            if !is_hidden && is_word(item.first(), "pub") {
                add(&item, &mut names);
            }
            (item, is_hidden) = (Vec::new(), false);
        }
    }
    names
}

/// Whether an attribute keeps an item out of the documentation: `[doc(hidden)]`, `[cfg(test)]`.
fn hides(attribute: &TokenTree) -> bool {
    let text = attribute.to_string().replace(' ', "");
    ["[doc(hidden)]", "[cfg(test)]", "[cfg(doctest)]"].contains(&text.as_str())
}

fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

/// Adds the names of a public item, which starts with `pub`. A `pub(crate)` item has none.
fn add(item: &[TokenTree], names: &mut BTreeSet<String>) {
    const KINDS: [&str; 9] =
        ["mod", "struct", "enum", "union", "trait", "fn", "type", "static", "const"];
    if is_word(item.get(1), "use") {
        return add_imports(&item[2..], names);
    }
    let kind = item.windows(2).find(|pair| {
        KINDS.iter().any(|kind| is_word(pair.first(), kind))
            && !KINDS.iter().any(|kind| is_word(pair.get(1), kind))
    });
    if let Some([_, name]) = kind
        && !matches!(item.get(1), Some(TokenTree::Group(_)))
    {
        names.insert(name.to_string());
    }
}

/// Adds the last name of each path in a `use`, or the one after `as`.
fn add_imports(tree: &[TokenTree], names: &mut BTreeSet<String>) {
    let is_separator = |token: &TokenTree| matches!(token.to_string().as_str(), "," | ";");
    for path in tree.split(is_separator) {
        match path.last() {
            Some(TokenTree::Group(group)) => {
                add_imports(&group.stream().into_iter().collect::<Vec<_>>(), names);
            }
            Some(TokenTree::Punct(star)) => panic!("`{star}` hides how many names there are"),
            Some(name) => drop(names.insert(name.to_string())),
            None => {}
        }
    }
}

#[test]
fn the_root_of_shm_core_has_no_more_names_than_it_may() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("shm-core/src/lib.rs");
    let names = public_names(&fs::read_to_string(root).unwrap());
    assert!(names.contains("Region") && names.contains("sync"), "{names:?}");
    assert!(names.len() <= MOST, "{} names, at most {MOST}: {names:?}", names.len());
}

#[test]
fn every_public_name_of_a_root_is_counted_once() {
    let source = r#"
        //! Docs.
        pub mod one;
        #[doc(hidden)]
        pub mod hidden;
        mod private;
        pub(crate) mod inner { pub struct Unseen; }
        extern crate self as this;
        pub use derive::Two;
        pub use private::{Two, nested::{Three, Four as Five}, six};
        #[cfg(doctest)]
        struct Page;
        #[allow(dead_code, reason = "a reason")]
        pub struct Seven { pub field: u8 }
        pub const fn eight() -> usize { 0 }
        pub const NINE: [u8; 2] = [0; 2];
        pub mod ten { pub struct Inside; pub use other::More; }
        use private::Unused;
    "#;
    let names = public_names(source);
    let expected = ["Five", "NINE", "Seven", "Three", "Two", "eight", "one", "six", "ten"];
    assert_eq!(names.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
#[should_panic(expected = "hides how many names there are")]
fn a_glob_in_a_root_is_refused() {
    public_names("pub use private::*;");
}

#[test]
fn the_readme_has_at_most_110_lines() {
    let lines = include_str!("../README.md").lines().count();
    assert!(lines <= 110, "{lines}: move something to a page of `docs`");
}
