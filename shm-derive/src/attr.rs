//! Attributes: `#[repr(..)]`, `#[shm(..)]`, doc comments.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::{Attribute, Expr, LitStr, Path, Token};

use crate::errors::Errors;

/// Returns whether an attribute or a word in one is called `name`. To rustc, `#[r#repr(..)]` also means
/// `#[repr(..)]`.
pub(crate) fn is_called(path: &Path, name: &str) -> bool {
    path.get_ident().is_some_and(|ident| ident.unraw() == name)
}

/// One word of `#[repr(..)]`: `C`, `align(64)`, `u8`.
pub(crate) struct ReprWord {
    pub(crate) name: Ident,
    /// The arguments in parentheses after it.
    pub(crate) argument: TokenStream,
}

/// Returns the words of all `#[repr(..)]` attributes. Malformed ones are left for rustc to report.
pub(crate) fn repr(attributes: &[Attribute]) -> Vec<ReprWord> {
    let mut words = Vec::new();
    for attribute in attributes.iter().filter(|attribute| is_called(attribute.path(), "repr")) {
        let _ = attribute.parse_nested_meta(|meta| {
            let name = meta.path.require_ident()?.unraw();
            words.push(ReprWord { name, argument: parenthesised(&meta)? });
            Ok(())
        });
    }
    words
}

fn parenthesised(meta: &ParseNestedMeta<'_>) -> syn::Result<TokenStream> {
    if !meta.input.peek(syn::token::Paren) {
        return Ok(TokenStream::new());
    }
    let content;
    syn::parenthesized!(content in meta.input);
    content.parse()
}

/// The item that `#[shm(..)]` is on, which decides its options.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Struct,
    Enum,
    Field,
    Variant,
    /// A struct that is a value in a heap.
    Value,
    /// A field of one.
    Part,
}

impl Target {
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Struct => &["view", "crate", "capacity", "fold"],
            Self::Enum | Self::Value => &["crate"],
            Self::Field => &["unit", "alias", "guarded_by", "counter"],
            Self::Part => &["unit"],
            Self::Variant => &[],
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Struct => {
                "a struct can have `view = \"Name\"`, `crate = \"path\"`, `capacity = bytes` and `fold = \"sum\"`"
            }
            Self::Enum => "an enum can have `crate = \"path\"`",
            Self::Field => {
                "a field can have `unit = \"text\"`, `alias = \"old_name\"`, `guarded_by = \"lock\"` and `counter`"
            }
            Self::Variant => "a variant has no options",
            Self::Value => "a value in a heap can have `crate = \"path\"`",
            Self::Part => "a field of a value in a heap can have `unit = \"text\"`",
        }
    }
}

/// The contents of the `#[shm(..)]` attributes.
#[derive(Default)]
pub(crate) struct Options {
    /// `view = "Name"`: the name of the view.
    pub(crate) view: Option<Ident>,
    /// `crate = "path"`: the path of shm-core.
    pub(crate) krate: Option<Path>,
    /// `unit = "text"`: the unit of a field.
    pub(crate) unit: Option<String>,
    /// `capacity = bytes`: the space that a region reserves for a struct.
    pub(crate) capacity: Option<Expr>,
    /// `fold = "sum"`: what two rows of a struct add up to.
    pub(crate) fold: Option<LitStr>,
    /// `alias = "old_name"`: earlier names of a field.
    pub(crate) aliases: Vec<LitStr>,
    /// `guarded_by = "lock"`: the field that guards a field.
    pub(crate) guard: Option<LitStr>,
    /// `counter`: the numbers of a field only grow. The word, for its place in the source.
    pub(crate) counter: Option<Path>,
}

/// Reads all `#[shm(..)]` attributes of an item.
pub(crate) fn options(attributes: &[Attribute], target: Target, errors: &mut Errors) -> Options {
    let mut options = Options::default();
    let mut seen = Vec::new();
    for attribute in attributes.iter().filter(|attribute| is_called(attribute.path(), "shm")) {
        let parsed = attribute
            .parse_nested_meta(|meta| word(&meta, target, &mut seen, &mut options, errors));
        if let Err(error) = parsed {
            errors.syntax(error);
        }
    }
    options
}

fn word(
    meta: &ParseNestedMeta<'_>,
    target: Target,
    seen: &mut Vec<String>,
    options: &mut Options,
    errors: &mut Errors,
) -> syn::Result<()> {
    let name = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
    if !check_known_word(meta, &name, target, errors) {
        return skip_value(meta.input);
    }
    if !check_first_time(meta, &name, seen, errors) {
        return skip_value(meta.input);
    }
    if name == "counter" {
        options.counter = Some(meta.path.clone());
        return Ok(());
    }
    let value = meta.value()?;
    match &*name {
        "view" => options.view = Some(string_or(value)?),
        "crate" => options.krate = Some(string_or_path(value)?),
        "capacity" => options.capacity = Some(value.parse()?),
        "fold" => options.fold = Some(value.parse()?),
        "alias" => options.aliases.push(value.parse()?),
        "guarded_by" => options.guard = Some(value.parse()?),
        "unit" => options.unit = Some(value.parse::<LitStr>()?.value()),
        _ => unreachable!("`{name}` is not a known word"),
    }
    Ok(())
}

fn check_known_word(
    meta: &ParseNestedMeta<'_>,
    name: &str,
    target: Target,
    errors: &mut Errors,
) -> bool {
    let known = target.words().contains(&name);
    if !known {
        let path = &meta.path;
        let written = quote!(#path).to_string();
        errors.item(path, &format!("`{written}` is not an option here"), target.help());
    }
    known
}

fn check_first_time(
    meta: &ParseNestedMeta<'_>,
    name: &str,
    seen: &mut Vec<String>,
    errors: &mut Errors,
) -> bool {
    // A field can have any number of earlier names.
    let first = name == "alias" || !seen.iter().any(|earlier| earlier == name);
    if first {
        seen.push(name.to_owned());
    } else {
        errors.item(&meta.path, &format!("`{name}` is given twice"), "keep one of the two");
    }
    first
}

/// Reads past `= value` or `(..)`, so that the words after it are checked as well.
fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        input.parse::<Expr>()?;
    } else if input.peek(syn::token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        content.parse::<TokenStream>()?;
    }
    Ok(())
}

/// `"Name"` or `Name`.
fn string_or(input: ParseStream<'_>) -> syn::Result<Ident> {
    if input.peek(LitStr) { input.parse::<LitStr>()?.parse() } else { input.parse() }
}

/// `"some::path"` or `some::path`.
fn string_or_path(input: ParseStream<'_>) -> syn::Result<Path> {
    if input.peek(LitStr) {
        input.parse::<LitStr>()?.parse_with(Path::parse_mod_style)
    } else {
        input.call(Path::parse_mod_style)
    }
}

/// The attributes that a view's field copies from the struct's: documentation and deprecation.
pub(crate) fn passed_on(attributes: &[Attribute]) -> Vec<Attribute> {
    let passed = |attribute: &&Attribute| {
        ["doc", "deprecated"].iter().any(|name| is_called(attribute.path(), name))
    };
    attributes.iter().filter(passed).cloned().collect()
}
