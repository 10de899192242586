//! Values as JSON.

use serde_json::{Map, Number, Value};
use shm_core::DynValue;

use crate::printable::is_plain;

/// The value as JSON: numbers, booleans, strings, lists and objects as they are; enums by the names of
/// their variants; bytes as lists of numbers; `None` as null. What JSON has no number for, not-a-number,
/// infinities and integers of more than 64 bits, is a string.
#[must_use]
pub fn json(value: &DynValue) -> Value {
    match value {
        DynValue::None => Value::Null,
        DynValue::Bool(value) => Value::Bool(*value),
        DynValue::U64(value) => Value::from(*value),
        DynValue::I64(value) => Value::from(*value),
        DynValue::U128(number) => {
            u64::try_from(*number).map_or_else(|_| number.to_string().into(), Value::from)
        }
        DynValue::I128(number) => {
            i64::try_from(*number).map_or_else(|_| number.to_string().into(), Value::from)
        }
        // By its shortest text: `0.1`, and not the nearest `f64` to the `f32` that is nearest to 0.1.
        DynValue::F32(_) => value.to_string().parse().map_or(Value::Null, float),
        DynValue::F64(number) => float(*number),
        DynValue::Char(value) => Value::String(value.to_string()),
        DynValue::Text(text) => Value::String(text.clone()),
        DynValue::Bytes(bytes) => bytes.iter().copied().collect(),
        DynValue::Variant { name, .. } => Value::String(name.clone()),
        DynValue::List(elements) => elements.iter().map(json).collect(),
        DynValue::Struct(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), json(value)));
            Value::Object(Map::from_iter(fields))
        }
        // A kind of value that a later version of the library has.
        other => Value::String(other.to_string()),
    }
}

fn float(number: f64) -> Value {
    Number::from_f64(number).map_or_else(|| Value::String(format!("{number:?}")), Value::Number)
}

/// JSON that a terminal can be shown: what it would obey stands in strings alone, where JSON has
/// escapes for it.
#[must_use]
pub fn printable_json(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        if is_plain(c) {
            safe.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_json_means_the_same() {
        let value = serde_json::json!({ "a": "\u{9b}\u{7f}\u{202e}\x1b\u{e0041}", "b": "°" });
        let safe = printable_json(&value.to_string());
        assert!(safe.chars().all(is_plain) && safe.contains('°'), "{safe:?}");
        assert_eq!(serde_json::from_str::<Value>(&safe).unwrap(), value);
    }

    fn text(value: impl Into<DynValue>) -> String {
        json(&value.into()).to_string()
    }

    #[test]
    fn numbers_are_numbers_as_long_as_json_has_them() {
        assert_eq!(text(u64::MAX), "18446744073709551615");
        assert_eq!(text(i64::MIN), "-9223372036854775808");
        assert_eq!(
            (text(0.1_f32), text(0.1), text(1.0)),
            ("0.1".into(), "0.1".into(), "1.0".into())
        );
        assert_eq!((text(7_u128), text(u128::MAX)), ("7".into(), format!("\"{}\"", u128::MAX)));
        assert_eq!(
            (text(f64::NAN), text(f32::NEG_INFINITY)),
            ("\"NaN\"".into(), "\"-inf\"".into())
        );
    }

    #[test]
    fn what_has_parts_has_them_in_json() {
        let pose = DynValue::Struct(vec![("y".into(), [true].into()), ("x".into(), 'ß'.into())]);
        assert_eq!(text(pose), r#"{"y":[true],"x":"ß"}"#);
        assert_eq!(text(&b"\0\xff"[..]), "[0,255]");
        let idle = DynValue::Variant { name: "Idle".into(), discriminant: 3 };
        assert_eq!((text(idle), text(DynValue::None)), ("\"Idle\"".into(), "null".into()));
    }
}
