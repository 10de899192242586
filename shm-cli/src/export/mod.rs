//! Layouts for other languages.
//!
//! ```text
//! schema + annotations -> noted types -> shapes -> catalog of structs and enums -> C | Python
//! ```
//! `shape` says what a type is and whether
//! a live one is made as it must be, `catalog` lists what needs a name, parts before wholes, and
//! `names` makes identifiers of whatever stands in a region. What [`c`] and [`python`] print comes
//! from such a region: no text of it gets into the output but as an identifier, or escaped.

pub mod c;
pub mod python;

mod catalog;
mod names;
mod shape;

use shm_core::schema::Schema;

use crate::failure::Failure;
use crate::noted::{Noted, NotedField};
use crate::schema_json;
use crate::subject::Subject;
use crate::type_names::TypeNames;

/// The documented JSON form of a layout.
///
/// # Errors
/// None so far: every layout has one.
pub fn json(subject: &Subject) -> Result<String, Failure> {
    Ok(schema_json::text(subject))
}

/// What the whole is called: the name asked for, that of the root's type if it is a struct, or the
/// file's.
fn root_name(subject: &Subject, asked: Option<&str>) -> String {
    if let Some(name) = asked {
        return name.to_owned();
    }
    let root = Noted::root(&subject.schema, subject.annotations.as_ref());
    match root.name() {
        Some(name) if root.is_plain_struct() => name.to_owned(),
        _ => file_stem(&subject.name).to_owned(),
    }
}

/// What is known about a field: its type, unit, and what people wrote.
fn about(field: &NotedField<'_>, names: &TypeNames<'_>) -> String {
    let unit = if field.unit().is_empty() { String::new() } else { format!(", {}", field.unit()) };
    let doc = if field.doc().is_empty() { String::new() } else { format!(": {}", field.doc()) };
    format!("{}{unit}{doc}", names.text(field.ty))
}

/// The last part of a path, without what follows its first dot.
fn file_stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split('.').find(|part| !part.is_empty()).unwrap_or(file)
}

/// The fingerprint of a layout, all of which is understood.
fn known_fingerprint(schema: &Schema) -> Result<u64, Failure> {
    schema.fingerprint().ok_or_else(|| {
        Failure::Description(
            "the layout has types of a kind that this program does not know: export it with a newer \
             version of `shm`"
                .to_owned(),
        )
    })
}
