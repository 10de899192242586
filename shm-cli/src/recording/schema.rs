//! The JSON schema of messages, for tools that draw them.

use serde_json::{Map, Value, json};
use shm_core::dynamic::DynField;
use shm_core::layout::{Role, ScalarKind};
use shm_core::schema::{Field, Live, Type, TypeKind, Variant};
use shm_core::{DynRegion, ReadOnly};

use super::selection::Selection;

/// About the most bytes of a schema; the types after them can be anything.
const MOST: usize = 1 << 20;

/// About the bytes of a type, without its names.
const TYPE: usize = 64;

/// The schema of a message with these fields.
pub(super) fn of(region: &DynRegion<ReadOnly>, selection: &Selection, title: &str) -> Value {
    let (mut properties, mut writer) = (Map::new(), Writer { left: MOST });
    for field in &selection.fields {
        // A place has no notes about its type.
        let found = region.field(&field.path).ok();
        let one = writer.schema(found.as_ref().map_or(field.ty(), DynField::ty));
        let mut schema = match field.count() {
            Some(_) => json!({ "type": "array", "items": one }),
            None => one,
        };
        if let Some(found) = found
            && writer.takes(found.doc().len() + found.unit().len())
        {
            note(&mut schema, found.doc(), found.unit());
        }
        properties.insert(field.key.clone(), schema);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "properties": properties,
    })
}

struct Writer {
    left: usize,
}

impl Writer {
    /// Takes that many bytes, if there are as many left.
    fn takes(&mut self, len: usize) -> bool {
        let left = self.left.checked_sub(len);
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }

    fn schema(&mut self, ty: Type<'_>) -> Value {
        if !self.takes(TYPE) {
            return json!({});
        }
        match ty.kind() {
            TypeKind::Scalar(scalar) | TypeKind::Ordered { scalar, .. } => scalar_schema(scalar),
            TypeKind::NonZero { optional: false, .. } => json!({ "type": "integer" }),
            TypeKind::Enum { variants, .. } => {
                let len = variants.iter().map(|variant| variant.name().len() + 3).sum();
                if !self.takes(len) {
                    return json!({ "type": "string" });
                }
                let names: Vec<_> = variants.iter().map(Variant::name).collect();
                json!({ "type": "string", "enum": names })
            }
            TypeKind::CText { .. } => json!({ "type": "string" }),
            TypeKind::Array { element, .. } | TypeKind::Slice { element } => self.list(element),
            TypeKind::Struct { .. } => self.structure(ty),
            TypeKind::Live { role, .. } => self.live(ty, role),
            _ => json!({}),
        }
    }

    fn list(&mut self, element: Type<'_>) -> Value {
        json!({ "type": "array", "items": self.schema(element) })
    }

    fn structure(&mut self, ty: Type<'_>) -> Value {
        let properties: Map<_, _> =
            ty.fields().map(|field| (field.name().to_owned(), self.noted(field))).collect();
        json!({ "type": "object", "properties": properties })
    }

    /// A field with its documentation.
    fn noted(&mut self, field: Field<'_>) -> Value {
        let mut schema = self.schema(field.ty());
        if self.takes(field.name().len() + field.doc().len() + field.unit().len()) {
            note(&mut schema, field.doc(), field.unit());
        }
        schema
    }

    fn live(&mut self, ty: Type<'_>, role: Role) -> Value {
        let live = ty.live();
        match role {
            Role::Text | Role::OwnedText | Role::TailText => json!({ "type": "string" }),
            Role::Bytes => json!({ "type": "array", "items": { "type": "integer" } }),
            Role::OwnedSlice | Role::TailSlice => match live.and_then(Live::kept) {
                Some(element) => self.list(element),
                None => json!({ "type": "array" }),
            },
            Role::Queue => match live.and_then(Live::queue) {
                Some(queue) => self.list(queue.value),
                None => json!({ "type": "array" }),
            },
            Role::Map => match live.and_then(Live::entry) {
                Some((key, value)) => {
                    let properties =
                        json!({ "key": self.schema(key), "value": self.schema(value) });
                    json!({ "type": "array", "items": { "type": "object", "properties": properties } })
                }
                None => json!({ "type": "array" }),
            },
            _ => match live.and_then(Live::value) {
                Some(inside) => self.schema(inside.ty),
                None => json!({}),
            },
        }
    }
}

/// Adds documentation to a schema.
fn note(schema: &mut Value, doc: &str, unit: &str) {
    let Value::Object(entries) = schema else { return };
    for (name, text) in [("description", doc), ("unit", unit)] {
        if !text.is_empty() {
            entries.insert(name.to_owned(), text.into());
        }
    }
}

fn scalar_schema(scalar: ScalarKind) -> Value {
    match scalar {
        ScalarKind::Bool => json!({ "type": "boolean" }),
        ScalarKind::Char => json!({ "type": "string" }),
        ScalarKind::F32 | ScalarKind::F64 => json!({ "type": "number" }),
        // JSON has no such numbers.
        ScalarKind::U128 | ScalarKind::I128 => json!({}),
        _ => json!({ "type": "integer" }),
    }
}
