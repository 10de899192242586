//! Attributes: `#[repr(..)]`, `#[shm(..)]`, doc comments.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::{Attribute, Expr, LitStr, Path, Token};

use crate::errors::Errors;

/// Whether an attribute or a word in one is called `name`. `#[r#repr(..)]` means `#[repr(..)]` to rustc, too.
pub(crate) fn is_called(path: &Path, name: &str) -> bool {
    path.get_ident().is_some_and(|ident| ident.unraw() == name)
}

/// One word of `#[repr(..)]`: `C`, `align(64)`, `u8`.
pub(crate) struct ReprWord {
    pub(crate) name: Ident,
    /// What stands in parentheses behind it.
    pub(crate) argument: TokenStream,
}

/// The words of all `#[repr(..)]` attributes. What is malformed is left to rustc, which sees it too.
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

/// What `#[shm(..)]` may say, depending on where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Struct,
    Enum,
    Field,
    Variant,
}

impl Place {
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Struct => &["view", "crate", "capacity"],
            Self::Enum => &["crate"],
            Self::Field => &["unit", "alias"],
            Self::Variant => &[],
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Struct => {
                "a struct can have `view = \"Name\"`, `crate = \"path\"` and `capacity = bytes`"
            }
            Self::Enum => "an enum can have `crate = \"path\"`",
            Self::Field => "a field can have `unit = \"text\"` and `alias = \"old_name\"`",
            Self::Variant => "a variant has no options",
        }
    }
}

/// What `#[shm(..)]` said.
#[derive(Default)]
pub(crate) struct Options {
    /// `view = "Name"`: the name of the view.
    pub(crate) view: Option<Ident>,
    /// `crate = "path"`: where shm-core is.
    pub(crate) krate: Option<Path>,
    /// `unit = "text"`: the unit of a field.
    pub(crate) unit: Option<String>,
    /// `capacity = bytes`: how much room a region has for a struct.
    pub(crate) capacity: Option<Expr>,
    /// `alias = "old_name"`: names that a field had before.
    pub(crate) aliases: Vec<LitStr>,
}

/// Reads all `#[shm(..)]` attributes at one place.
pub(crate) fn options(attributes: &[Attribute], place: Place, errors: &mut Errors) -> Options {
    let mut options = Options::default();
    let mut seen = Vec::new();
    for attribute in attributes.iter().filter(|attribute| is_called(attribute.path(), "shm")) {
        let parsed =
            attribute.parse_nested_meta(|meta| word(&meta, place, &mut seen, &mut options, errors));
        if let Err(error) = parsed {
            errors.syntax(error);
        }
    }
    options
}

fn word(
    meta: &ParseNestedMeta<'_>,
    place: Place,
    seen: &mut Vec<String>,
    options: &mut Options,
    errors: &mut Errors,
) -> syn::Result<()> {
    let name = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
    if !check_known_word(meta, &name, place, errors) {
        return skip_value(meta.input);
    }
    if !check_first_time(meta, &name, seen, errors) {
        return skip_value(meta.input);
    }
    let value = meta.value()?;
    match &*name {
        "view" => options.view = Some(string_or(value)?),
        "crate" => options.krate = Some(string_or_path(value)?),
        "capacity" => options.capacity = Some(value.parse()?),
        "alias" => options.aliases.push(value.parse()?),
        "unit" => options.unit = Some(value.parse::<LitStr>()?.value()),
        _ => unreachable!("`{name}` is not among the known words"),
    }
    Ok(())
}

fn check_known_word(
    meta: &ParseNestedMeta<'_>,
    name: &str,
    place: Place,
    errors: &mut Errors,
) -> bool {
    let known = place.words().contains(&name);
    if !known {
        let path = &meta.path;
        let written = quote!(#path).to_string();
        errors.item(path, &format!("`{written}` is no option here"), place.help());
    }
    known
}

fn check_first_time(
    meta: &ParseNestedMeta<'_>,
    name: &str,
    seen: &mut Vec<String>,
    errors: &mut Errors,
) -> bool {
    // A field can have had any number of names.
    let first = name == "alias" || !seen.iter().any(|earlier| earlier == name);
    if first {
        seen.push(name.to_owned());
    } else {
        errors.item(&meta.path, &format!("`{name}` is given twice"), "keep one of the two");
    }
    first
}

/// Reads past `= value` or `(..)`, so that the words behind are looked at too.
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

/// The attributes that a view's field takes over from the struct's: documentation and deprecation.
pub(crate) fn passed_on(attributes: &[Attribute]) -> Vec<Attribute> {
    let passed = |attribute: &&Attribute| {
        ["doc", "deprecated"].iter().any(|name| is_called(attribute.path(), name))
    };
    attributes.iter().filter(passed).cloned().collect()
}
