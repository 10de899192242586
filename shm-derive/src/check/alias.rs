//! Rules about the names that fields had before.

use std::collections::HashSet;

use syn::LitStr;
use syn::ext::IdentExt;

use crate::errors::Errors;
use crate::model::Field;

/// Applies all rules to all fields.
pub(crate) fn check_all(fields: &[Field<'_>], errors: &mut Errors) {
    let names = fields.iter().enumerate().map(|(index, field)| field.name(index));
    let mut taken: HashSet<String> = names.collect();
    for alias in fields.iter().flat_map(|field| &field.aliases) {
        check_is_a_name(alias, errors);
        check_not_taken(alias, &mut taken, errors);
    }
}

fn check_is_a_name(alias: &LitStr, errors: &mut Errors) {
    let text = alias.value();
    let is_index = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_index && alias.parse_with(syn::Ident::parse_any).is_err() {
        errors.item(
            alias,
            &format!("`{text}` is no name that a field can have had"),
            "write the field's old name as it stood in the struct, without `r#`",
        );
    }
}

fn check_not_taken(alias: &LitStr, taken: &mut HashSet<String>, errors: &mut Errors) {
    let text = alias.value();
    if !taken.insert(text.clone()) {
        errors.item(
            alias,
            &format!("`{text}` is the name or an alias of another field too"),
            "an alias says which one field had that name before: keep one of the two",
        );
    }
}
