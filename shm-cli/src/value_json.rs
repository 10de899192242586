//! Values of regions as JSON.
//!
//! | value | JSON |
//! | --- | --- |
//! | integers | numbers; strings where they have more than 64 bits |
//! | floats | numbers; `"NaN"`, `"inf"`, `"-inf"`, for which JSON has none |
//! | `bool`, `Option::None` | `true`, `false`, `null` |
//! | text, `char`, variants of enums | strings |
//! | bytes | arrays of numbers |
//! | arrays, structs | arrays, objects |

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use shm_core::dynamic::DynValue;

/// A value that serialises by the table above.
#[derive(Clone, Copy, Debug)]
pub struct ValueJson<'a>(pub &'a DynValue);

impl Serialize for ValueJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            DynValue::Bool(value) => serializer.serialize_bool(*value),
            DynValue::U64(value) => serializer.serialize_u64(*value),
            DynValue::I64(value) => serializer.serialize_i64(*value),
            DynValue::U128(value) => match u64::try_from(*value) {
                Ok(value) => serializer.serialize_u64(value),
                Err(_) => serializer.collect_str(value),
            },
            DynValue::I128(value) => match i64::try_from(*value) {
                Ok(value) => serializer.serialize_i64(value),
                Err(_) => serializer.collect_str(value),
            },
            DynValue::F32(value) if value.is_finite() => serializer.serialize_f32(*value),
            DynValue::F64(value) if value.is_finite() => serializer.serialize_f64(*value),
            DynValue::F32(value) => serializer.collect_str(value),
            DynValue::F64(value) => serializer.collect_str(value),
            DynValue::Char(value) => serializer.serialize_char(*value),
            DynValue::Text(value) => serializer.serialize_str(value),
            DynValue::Variant { name, .. } => serializer.serialize_str(name),
            DynValue::Bytes(bytes) => serializer.collect_seq(bytes),
            DynValue::List(elements) => {
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                elements.iter().try_for_each(|element| list.serialize_element(&Self(element)))?;
                list.end()
            }
            DynValue::Struct(fields) => {
                let mut object = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    object.serialize_entry(name, &Self(value))?;
                }
                object.end()
            }
            // `None`, and kinds that later versions add.
            _ => serializer.serialize_none(),
        }
    }
}

/// Serialises a value: for `#[serde(serialize_with = "..")]`.
///
/// # Errors
/// The serializer's.
pub fn serialize<S: Serializer>(value: &DynValue, serializer: S) -> Result<S::Ok, S::Error> {
    ValueJson(value).serialize(serializer)
}

/// A path, as its text.
///
/// # Errors
/// The serializer's.
pub(crate) fn path<S: Serializer>(
    path: &shm_core::path::Path,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(path.as_str())
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
        assert_eq!(serde_json::to_string(&ValueJson(&value)).unwrap(), expected);
    }
}
