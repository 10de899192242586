//! The document's structure. `docs/schema-json.md` says what it means.

use std::collections::HashSet;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shm_schema::layout::Endian;

/// The version of this form.
pub(crate) const VERSION: u32 = 1;

/// A schema as JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) capacity: Option<u64>,
    #[serde(default)]
    pub(crate) types: Types,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "skip")]
    pub(crate) numpy: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "skip")]
    pub(crate) numpy_tail: Option<Tail>,
}

/// The order of the bytes in a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ByteOrder {
    Little,
    Big,
}

impl From<Endian> for ByteOrder {
    fn from(order: Endian) -> Self {
        match order {
            Endian::Little => Self::Little,
            Endian::Big => Self::Big,
        }
    }
}

impl From<ByteOrder> for Endian {
    fn from(order: ByteOrder) -> Self {
        match order {
            ByteOrder::Little => Self::Little,
            ByteOrder::Big => Self::Big,
        }
    }
}

/// The part whose length is known at run time, for numpy.
#[derive(Debug, Serialize)]
pub(crate) struct Tail {
    pub(crate) offset: u64,
    pub(crate) dtype: Value,
}

/// Definitions in order, parts before wholes.
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
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Definition {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<Kind>,
    /// The author's name, if it differs from the key and from the role's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
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

/// The kind of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Struct,
    Enum,
}

/// A field of a struct.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) aliases: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) unit: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) guarded_by: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) counter: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) own_fold: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) doc: String,
}

/// A variant of an enum.
#[derive(Debug, Serialize)]
pub(crate) struct Variant {
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<i128>,
}

/// Accepts and discards any value: an ignored value may be nested to any depth.
fn skip<'de, D: Deserializer<'de>, T>(deserializer: D) -> Result<Option<T>, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| None)
}

impl<'de> Deserialize<'de> for Types {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TypesVisitor)
    }
}

struct TypesVisitor;

impl<'de> Visitor<'de> for TypesVisitor {
    type Value = Types;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of definitions")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Types, M::Error> {
        let (mut types, mut seen) = (Vec::new(), HashSet::new());
        while let Some(name) = map.next_key::<String>()? {
            if !seen.insert(name.clone()) {
                return Err(M::Error::custom(format_args!("`{name}` is defined twice")));
            }
            types.push((name, map.next_value()?));
        }
        Ok(Types(types))
    }
}

impl<'de> Deserialize<'de> for Variant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(VariantVisitor)
    }
}

struct VariantVisitor;

impl<'de> Visitor<'de> for VariantVisitor {
    type Value = Variant;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a variant, or an object with `name` and `value`")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Variant, E> {
        Ok(Variant { name: name.to_owned(), value: None })
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Variant, M::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Full {
            name: String,
            value: Option<i128>,
        }
        let Full { name, value } = Full::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Variant { name, value })
    }
}
