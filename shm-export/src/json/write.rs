//! From a schema to its document.

use shm_schema::layout::Role;
use shm_schema::schema::TypeKind;

use super::model::{ByteOrder, Definition, Document, Field, Kind, Types, VERSION, Variant};
use super::{numpy, pretty};
use crate::description::Description;
use crate::noted::{Noted, NotedField};
use crate::type_names::TypeNames;

/// Returns the document of a layout as a text, the same for the same layout on every machine of its byte
/// order.
///
/// ```
/// use shm_core::SharedLayout;
/// use shm_export::{Description, json};
///
/// let text = json::schema(&Description::of(<[u32; 4]>::LAYOUT)?);
/// assert!(text.contains(r#""root": "[u32; 4]""#));
/// # Ok::<(), shm_schema::schema::SchemaError>(())
/// ```
#[must_use]
pub fn schema(description: &Description) -> String {
    // A document always serialises: its keys are strings.
    let value = serde_json::to_value(document(description)).unwrap_or_default();
    pretty::text(&value)
}

fn document(description: &Description) -> Document {
    let root = description.root();
    let names = TypeNames::of(root);
    let order = ByteOrder::from(description.byte_order);
    let types = names.named().map(|(key, ty)| (key.to_owned(), definition(&names, key, ty)));
    Document {
        shm_schema: VERSION,
        root: names.text(root),
        fingerprint: description.schema.fingerprint().map(|bits| format!("{bits:#018x}")),
        byte_order: Some(order),
        size: Some(root.ty.size()),
        align: Some(root.ty.align()),
        capacity: description.capacity,
        types: Types(types.collect()),
        numpy: numpy::fixed(&description.schema, order),
        numpy_tail: numpy::tail(&description.schema, order),
    }
}

fn definition(names: &TypeNames<'_>, key: &str, noted: Noted<'_>) -> Definition {
    let role = noted.ty.role().map(Role::name);
    let definition = Definition {
        name: noted.name().filter(|name| *name != role.unwrap_or(key)).map(str::to_owned),
        role: role.map(str::to_owned),
        doc: noted.doc().to_owned(),
        size: Some(noted.ty.size()),
        align: Some(noted.ty.align()),
        ..Definition::default()
    };
    match noted.ty.kind() {
        TypeKind::Enum { repr, variants } => {
            let variants = variants.iter().map(|variant| Variant {
                name: variant.name().to_owned(),
                value: Some(variant.discriminant()),
            });
            Definition {
                kind: Some(Kind::Enum),
                repr: Some(repr.name().to_owned()),
                variants: Some(variants.collect()),
                ..definition
            }
        }
        _ => Definition {
            kind: Some(Kind::Struct),
            fields: Some(noted.fields().map(|part| field(names, &part)).collect()),
            ..definition
        },
    }
}

fn field(names: &TypeNames<'_>, noted: &NotedField<'_>) -> Field {
    let count = match noted.ty.ty.kind() {
        TypeKind::Array { len, .. } => Some(len),
        _ => None,
    };
    Field {
        name: noted.name.to_owned(),
        ty: names.text(noted.ty),
        offset: Some(noted.offset),
        size: Some(noted.ty.ty.size()),
        count,
        aliases: noted.aliases().to_vec(),
        unit: noted.unit().to_owned(),
        doc: noted.doc().to_owned(),
    }
}
