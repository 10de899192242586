//! From a schema to its document.

use shm_schema::layout::Role;
use shm_schema::schema::{self, Type, TypeKind};

use super::model::{ByteOrder, Definition, Document, Field, Kind, Types, VERSION, Variant};
use super::{numpy, pretty};
use crate::description::Description;
use crate::kinds;
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
        size: Some(root.size()),
        align: Some(root.align()),
        capacity: description.capacity,
        types: Types(types.collect()),
        numpy: numpy::fixed(&description.schema, order),
        numpy_tail: numpy::tail(&description.schema, order),
    }
}

fn definition(names: &TypeNames<'_>, key: &str, ty: Type<'_>) -> Definition {
    let role = ty.role().map(Role::name);
    let definition = Definition {
        name: kinds::name(ty).filter(|name| *name != role.unwrap_or(key)).map(str::to_owned),
        role: role.map(str::to_owned),
        doc: ty.doc().to_owned(),
        size: Some(ty.size()),
        align: Some(ty.align()),
        ..Definition::default()
    };
    match ty.kind() {
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
            fields: Some(ty.fields().map(|part| field(names, part)).collect()),
            ..definition
        },
    }
}

fn field(names: &TypeNames<'_>, part: schema::Field<'_>) -> Field {
    let count = match part.ty().kind() {
        TypeKind::Array { len, .. } => Some(len),
        _ => None,
    };
    Field {
        name: part.name().to_owned(),
        ty: names.text(part.ty()),
        offset: Some(part.offset()),
        size: Some(part.ty().size()),
        count,
        aliases: part.aliases().map(str::to_owned).collect(),
        unit: part.unit().to_owned(),
        guarded_by: part.guarded_by().to_owned(),
        counter: part.is_counter(),
        own_fold: part.has_own_fold(),
        doc: part.doc().to_owned(),
    }
}
