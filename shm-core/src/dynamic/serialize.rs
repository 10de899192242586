//! serde's traits for [`DynValue`] (feature `serde`): the form that JSON of this library's programs has.
//!
//! | value | form |
//! | --- | --- |
//! | integers | numbers; strings where they have more than 64 bits |
//! | floats | numbers; `"NaN"`, `"inf"`, `"-inf"`, for which JSON has none |
//! | `bool`, `Option::None` | `true`, `false`, `null` |
//! | text, `char`, variants of enums | strings |
//! | bytes | arrays of numbers |
//! | arrays, structs | arrays, objects |
//!
//! [`FieldPath::value_of`](super::FieldPath::value_of) reads each of them for the type of a field. Without a type, reading
//! gives what JSON says: a variant is its name then, and bytes are a list of numbers.

use std::fmt;

use serde_core::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_core::ser::{Serialize, SerializeMap, Serializer};

use super::value::DynValue;

impl Serialize for DynValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_none(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::U64(value) => serializer.serialize_u64(*value),
            Self::I64(value) => serializer.serialize_i64(*value),
            Self::U128(value) => match u64::try_from(*value) {
                Ok(value) => serializer.serialize_u64(value),
                Err(_) => serializer.collect_str(value),
            },
            Self::I128(value) => match i64::try_from(*value) {
                Ok(value) => serializer.serialize_i64(value),
                Err(_) => serializer.collect_str(value),
            },
            Self::F32(value) if value.is_finite() => serializer.serialize_f32(*value),
            Self::F64(value) if value.is_finite() => serializer.serialize_f64(*value),
            Self::F32(value) => serializer.collect_str(value),
            Self::F64(value) => serializer.collect_str(value),
            Self::Char(value) => serializer.serialize_char(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Variant { name, .. } => serializer.serialize_str(name),
            Self::Bytes(bytes) => serializer.collect_seq(bytes),
            Self::List(elements) => serializer.collect_seq(elements),
            Self::Struct(fields) => {
                let mut object = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    object.serialize_entry(name, value)?;
                }
                object.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for DynValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = DynValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<DynValue, E> {
        Ok(DynValue::None)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<DynValue, E> {
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<DynValue, E> {
        Ok(value.into())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<DynValue, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<DynValue, E> {
        Ok(value.into())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<DynValue, E> {
        Ok(value.into())
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<DynValue, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<DynValue, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(DynValue::List(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<DynValue, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = object.next_entry()? {
            fields.push(field);
        }
        Ok(DynValue::Struct(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_kinds() {
        let value = DynValue::Struct(vec![
            ("none".into(), DynValue::None),
            ("big".into(), DynValue::U128(u128::MAX)),
            ("small".into(), DynValue::I128(-3)),
            ("float".into(), DynValue::F32(0.1)),
            ("no_number".into(), DynValue::F64(f64::NAN)),
            ("low".into(), DynValue::F32(f32::NEG_INFINITY)),
            ("text".into(), "a\"\u{1b}".into()),
            ("bytes".into(), DynValue::Bytes(vec![1, 255])),
            ("list".into(), DynValue::from([true, false])),
            ("mode".into(), DynValue::Variant { name: "Idle".into(), discriminant: 0 }),
        ]);
        let expected = r#"{"none":null,"big":"340282366920938463463374607431768211455","small":-3,"float":0.1,"no_number":"NaN","low":"-inf","text":"a\"\u001b","bytes":[1,255],"list":[true,false],"mode":"Idle"}"#;
        assert_eq!(serde_json::to_string(&value).unwrap(), expected);
    }

    #[test]
    fn json_is_read_as_what_it_says() {
        let text = r#"{"a":null,"b":true,"c":7,"d":-7,"e":1.5,"f":"x","g":[1,[2.0]],"h":{}}"#;
        let value: DynValue = serde_json::from_str(text).unwrap();
        assert_eq!(value.field("c"), Some(&DynValue::U64(7)));
        assert_eq!(value.field("d"), Some(&DynValue::I64(-7)));
        assert_eq!(value.field("e"), Some(&DynValue::F64(1.5)));
        assert_eq!(value.field("a"), Some(&DynValue::None));
        assert_eq!(serde_json::to_string(&value).unwrap(), text);
    }
}
