//! The document: what stands where. `docs/schema-json.md` says what it means.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

/// The version of this form.
pub(crate) const VERSION: u32 = 1;

/// A schema as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Document {
    pub(crate) shm_schema: u32,
    pub(crate) root: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fingerprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) byte_order: Option<ByteOrder>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) align: Option<u32>,
    pub(crate) types: Types,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) numpy: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) numpy_tail: Option<Tail>,
}

/// The order of the bytes in a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ByteOrder {
    Little,
    Big,
}

/// The part whose length is known at run time, for numpy.
#[derive(Debug, Serialize)]
pub(crate) struct Tail {
    pub(crate) offset: u64,
    pub(crate) dtype: Value,
}

/// Definitions in their order, parts before wholes.
#[derive(Debug, Default)]
pub(crate) struct Types(pub(crate) Vec<(String, Definition)>);

impl Serialize for Types {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, definition) in &self.0 {
            map.serialize_entry(name, definition)?;
        }
        map.end()
    }
}

/// A struct or an enum.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Definition {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<Kind>,
    /// The author's name, where it is neither the key nor the role's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) doc: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) repr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) align: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fields: Option<Vec<Field>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) variants: Option<Vec<Variant>>,
}

/// What a definition defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Struct,
    Enum,
}

/// A field of a struct.
#[derive(Debug, Serialize)]
pub(crate) struct Field {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) ty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<u64>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) unit: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) doc: String,
}

/// A variant of an enum.
#[derive(Debug, Serialize)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) value: i128,
}
