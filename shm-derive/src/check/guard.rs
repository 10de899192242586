//! Rules about the locks of fields. Whether a lock is a `Mutex<()>`, and the field plain, is checked by the
//! constants of the generated code.

use syn::LitStr;

use crate::errors::Errors;
use crate::model::Field;

/// Applies all rules to all fields.
pub(crate) fn check_all(fields: &[Field<'_>], errors: &mut Errors) {
    let names: Vec<_> = fields.iter().enumerate().map(|(index, field)| field.name(index)).collect();
    for (field, name) in fields.iter().zip(&names) {
        if let Some(lock) = &field.guard {
            check_is_a_field(lock, &names, errors);
            check_is_another_field(lock, name, errors);
        }
    }
}

fn check_is_a_field(lock: &LitStr, names: &[String], errors: &mut Errors) {
    let text = lock.value();
    if !names.contains(&text) {
        errors.item(
            lock,
            &format!("the struct has no field `{text}`"),
            "name a field of the same struct that is a `Mutex<()>`",
        );
    }
}

fn check_is_another_field(lock: &LitStr, name: &str, errors: &mut Errors) {
    if lock.value() == name {
        errors.item(
            lock,
            "a field cannot guard itself",
            "put the attribute on the fields that the lock guards",
        );
    }
}
