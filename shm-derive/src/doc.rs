//! Doc comments, as notes that are stored in a region.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

use crate::attr::is_called;

/// The doc comment of an item or a field.
pub(crate) enum Doc {
    /// A literal text; empty without a doc comment.
    Text(String),
    /// The result of a macro, such as `concat!` or `include_str!`: an expression for `concat!`.
    Computed(TokenStream),
}

impl Doc {
    /// Reads all `#[doc = ..]`, including `///` and `/** */`.
    pub(crate) fn parse(attributes: &[Attribute]) -> Self {
        let values: Vec<&Expr> = attributes.iter().filter_map(value).collect();
        if values.iter().all(|value| literal(value).is_some()) {
            let lines: Vec<_> = values.iter().filter_map(|value| literal(value)).collect();
            return Self::Text(lines.join("\n").trim().to_owned());
        }
        let parts = values.iter().map(|value| match literal(value) {
            // Cleaning removes one space again.
            Some(text) => {
                let text = format!(" {}", text.replace('\n', "\n "));
                quote!(#text, "\n")
            }
            None => quote!(#value, "\n"),
        });
        Self::Computed(quote!(#(#parts),*))
    }

    /// Returns whether the text is empty.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    /// Returns the text as an expression. Only the compiler knows the result of a macro, so it is
    /// cleaned at compile time:
    /// ```text
    /// {
    ///     const RAW: &str = concat!(..);
    ///     const NOTE: [u8; note_len(RAW)] = note(RAW);
    ///     text(&NOTE)
    /// }
    /// ```
    pub(crate) fn expression(&self, krate: &TokenStream) -> TokenStream {
        match self {
            Self::Text(text) => quote!(#text),
            Self::Computed(parts) => quote!({
                const RAW: &::core::primitive::str = ::core::concat!(#parts);
                const NOTE: [::core::primitive::u8; #krate::__private::note_len(RAW)] =
                    #krate::__private::note(RAW);
                #krate::__private::text(&NOTE)
            }),
        }
    }
}

fn value(attribute: &Attribute) -> Option<&Expr> {
    match &attribute.meta {
        Meta::NameValue(meta) if is_called(&meta.path, "doc") => Some(&meta.value),
        _ => None,
    }
}

/// Returns the lines of a literal, without the space after `///` and the stars of `/** */`.
fn literal(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(clean(&text.value())),
        Expr::Group(group) => literal(&group.expr),
        _ => None,
    }
}

fn clean(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let column = star_column(&lines);
    let clean = lines.iter().map(|line| {
        let line = column.and_then(|column| after_star(line, column)).unwrap_or(line);
        line.strip_prefix(' ').unwrap_or(line).trim_end()
    });
    clean.collect::<Vec<_>>().join("\n")
}

/// Returns the column of the stars that decorate each line of a block comment, by rustdoc's rules: in
/// each line except blank ones at the ends, in one column, with only blanks before. The text after `/**`
/// needs no star. In a `#[doc = ".."]`, a star at the start of the first line is part of a list.
fn star_column(lines: &[&str]) -> Option<usize> {
    let [first, rest @ ..] = lines else { return None };
    let adorned = if first.trim_start().starts_with('*') { lines } else { rest };
    let blank = |line: &&&str| line.trim().is_empty();
    let start = adorned.iter().take_while(blank).count();
    let end = adorned.len() - adorned[start..].iter().rev().take_while(blank).count();
    let mut columns = adorned[start..end].iter().map(|line| column_of_star(line));
    let column = columns.next()??;
    let is_list = column == 0 && !first.trim().is_empty();
    (!is_list && lines.len() > 1 && columns.all(|other| other == Some(column))).then_some(column)
}

fn column_of_star(line: &str) -> Option<usize> {
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    line[blanks..].starts_with('*').then_some(blanks)
}

fn after_star(line: &str, column: usize) -> Option<&str> {
    (column_of_star(line) == Some(column)).then(|| &line[column + 1..])
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn stars_that_decorate_a_block_comment_are_not_part_of_the_text() {
        for block in [
            "\n * Outside.\n *\n *   In the shade.\n ",
            "\n* Outside.\n*\n*   In the shade.\n",
            " Outside.\n *\n *   In the shade.\n ",
            "\n * Outside.\n *\n *   In the shade.\n *",
            " * Outside.\n *\n *   In the shade.",
        ] {
            assert_eq!(clean(block).trim(), "Outside.\n\n  In the shade.", "{block:?}");
        }
        assert_eq!(clean(" Outside. ").trim(), "Outside.");
    }

    #[test]
    fn stars_that_are_part_of_the_text_stay() {
        for text in ["* one\n* two", "*bold*", "one\ntwo * three", "\n one\n * two", "2 * 3\n"] {
            let lines: Vec<_> = text.lines().map(|l| l.strip_prefix(' ').unwrap_or(l)).collect();
            assert_eq!(clean(text).trim(), lines.join("\n").trim(), "{text:?}");
        }
    }
}
