//! Rules about the earlier names of fields.

use std::collections::HashMap;

use syn::LitStr;
use syn::ext::IdentExt;

use crate::errors::Errors;
use crate::model::Field;

/// Applies all rules to all fields.
pub(crate) fn check_all(fields: &[Field<'_>], errors: &mut Errors) {
    let names = fields.iter().enumerate().map(|(index, field)| (field.name(index), index));
    let names: HashMap<_, _> = names.collect();
    let mut aliases = HashMap::new();
    for (index, field) in fields.iter().enumerate() {
        for alias in &field.aliases {
            check_is_a_name(alias, errors);
            check_is_not_a_current_name(alias, index, &names, errors);
            check_is_the_only_one(alias, index, &mut aliases, errors);
        }
    }
}

fn check_is_a_name(alias: &LitStr, errors: &mut Errors) {
    let text = alias.value();
    if !is_a_name(alias) {
        errors.item(
            alias,
            &format!("`{text}` cannot be the name of a field"),
            "write the field's old name as it was in the struct, without `r#`",
        );
    }
}

/// As `shm_schema::schema::is_name`, copied because a dependency of a macro would be built twice.
fn is_a_name(alias: &LitStr) -> bool {
    let text = alias.value();
    // A keyword is a name as well, written with `r#`; so is the index of a tuple struct's field.
    let identifier = alias.parse_with(syn::Ident::parse_any);
    let is_identifier = !text.starts_with("r#") && identifier.is_ok_and(|name| name == text);
    is_identifier || text.parse().is_ok_and(|index: usize| index.to_string() == text)
}

fn check_is_not_a_current_name(
    alias: &LitStr,
    index: usize,
    names: &HashMap<String, usize>,
    errors: &mut Errors,
) {
    let text = alias.value();
    match names.get(&text) {
        None => {}
        Some(&owner) if owner == index => errors.item(
            alias,
            &format!("`{text}` is the field's current name"),
            "an alias is an earlier name: remove this one",
        ),
        Some(_) => errors.item(
            alias,
            &format!("`{text}` is another field"),
            "an alias and a field of the same name would be ambiguous: keep one of the two",
        ),
    }
}

fn check_is_the_only_one(
    alias: &LitStr,
    index: usize,
    aliases: &mut HashMap<String, usize>,
    errors: &mut Errors,
) {
    let text = alias.value();
    let cause = match aliases.insert(text.clone(), index) {
        None => return,
        Some(other) if other == index => format!("the alias `{text}` is given twice"),
        Some(_) => format!("`{text}` is also an alias of another field"),
    };
    errors.item(alias, &cause, "keep one of the two: only one field can have had that name");
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    #[test]
    fn a_name_here_is_a_name_in_a_schema() {
        for text in [
            "x",
            "_",
            "_1",
            "type",
            "température",
            "位置",
            "0",
            "12",
            "",
            "a b",
            "a.b",
            "a[0]",
            "01",
            "1x",
            "+1",
            "r#type",
            "€",
            "a\u{202e}b",
            " x",
        ] {
            let here = is_a_name(&LitStr::new(text, Span::call_site()));
            assert_eq!(here, shm_core::schema::is_name(text), "{text:?}");
        }
    }
}
