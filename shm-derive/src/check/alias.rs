//! Rules about the names that fields had before.

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
            check_is_no_name_of_today(alias, index, &names, errors);
            check_is_the_only_one(alias, index, &mut aliases, errors);
        }
    }
}

fn check_is_a_name(alias: &LitStr, errors: &mut Errors) {
    let text = alias.value();
    if !is_a_name(alias) {
        errors.item(
            alias,
            &format!("`{text}` is no name that a field can have had"),
            "write the field's old name as it stood in the struct, without `r#`",
        );
    }
}

/// As `shm_schema::schema::is_name`, which a macro that depended on it would have built twice.
fn is_a_name(alias: &LitStr) -> bool {
    let text = alias.value();
    // Also where it is a keyword, for which `r#` was written; and the index of a tuple struct's field.
    let identifier = alias.parse_with(syn::Ident::parse_any);
    let is_identifier = !text.starts_with("r#") && identifier.is_ok_and(|name| name == text);
    is_identifier || text.parse().is_ok_and(|index: usize| index.to_string() == text)
}

fn check_is_no_name_of_today(
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
            &format!("`{text}` is what the field is called now"),
            "an alias is a name that it had before: remove this one",
        ),
        Some(_) => errors.item(
            alias,
            &format!("`{text}` is another field"),
            "an alias says which one field had that name before, and a field of that name is it: keep one of the two",
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
        Some(_) => format!("`{text}` is an alias of another field, too"),
    };
    errors.item(alias, &cause, "keep one of the two: one field had that name before");
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    #[test]
    fn what_is_a_name_here_is_a_name_in_a_schema() {
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
