//! A value shown among others: long lists and texts are cut, with a mark.

use std::fmt;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use shm_core::dynamic::DynValue;

use crate::value_json::ValueJson;

/// The number of elements of an array that are shown.
pub(crate) const ELEMENTS: usize = 8;
/// The number of elements of an array inside an array that are shown.
pub(crate) const INNER_ELEMENTS: usize = 4;
/// The number of arrays inside an array that are shown.
pub(crate) const ROWS: usize = 2;
/// The number of characters or bytes of a text that are shown.
const CHARACTERS: usize = 40;

/// The part of a value that is shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shown {
    /// The whole value, or the start of a text; and whether there is more.
    Leaf(DynValue, bool),
    /// The first elements, and the number of the others.
    List(Vec<Self>, u64),
    Struct(Vec<(String, Self)>),
}

impl Shown {
    /// Cuts a value, to that many elements if it is a list.
    pub(crate) fn of(value: DynValue, elements: usize) -> Self {
        match value {
            DynValue::List(mut list) => {
                let nested = matches!(list.first(), Some(DynValue::List(_)));
                let elements = if nested && elements <= ELEMENTS { ROWS } else { elements };
                let more = list.len().saturating_sub(elements);
                list.truncate(elements);
                let inner = if elements <= ELEMENTS { INNER_ELEMENTS } else { elements };
                Self::List(
                    list.into_iter().map(|value| Self::of(value, inner)).collect(),
                    more as u64,
                )
            }
            DynValue::Struct(fields) => Self::Struct(
                fields.into_iter().map(|(name, value)| (name, Self::of(value, elements))).collect(),
            ),
            DynValue::Text(text) => match text.char_indices().nth(CHARACTERS) {
                Some((end, _)) => Self::Leaf(DynValue::Text(text[..end].to_owned()), true),
                None => Self::Leaf(DynValue::Text(text), false),
            },
            DynValue::Bytes(mut bytes) => {
                let is_cut = bytes.len() > CHARACTERS;
                bytes.truncate(CHARACTERS);
                Self::Leaf(DynValue::Bytes(bytes), is_cut)
            }
            leaf => Self::Leaf(leaf, false),
        }
    }

    /// Returns whether it is a number.
    pub(crate) fn is_number(&self) -> bool {
        use DynValue::{F32, F64, I64, I128, U64, U128};
        matches!(self, Self::Leaf(U64(_) | I64(_) | U128(_) | I128(_) | F32(_) | F64(_), _))
    }

    /// Returns whether something was cut.
    pub(crate) fn is_cut(&self) -> bool {
        match self {
            Self::Leaf(_, is_cut) => *is_cut,
            Self::List(list, more) => *more > 0 || list.iter().any(Self::is_cut),
            Self::Struct(fields) => fields.iter().any(|(_, value)| value.is_cut()),
        }
    }
}

/// Displayed like a [`DynValue`], with `..` for omitted parts.
impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaf(value, is_cut) => write!(f, "{value}{}", if *is_cut { ".." } else { "" }),
            Self::List(list, more) => {
                f.write_str("[")?;
                for (index, value) in list.iter().enumerate() {
                    write!(f, "{}{value}", if index > 0 { ", " } else { "" })?;
                }
                match more {
                    0 => f.write_str("]"),
                    more if list.is_empty() => write!(f, ".. {more} elements]"),
                    more => write!(f, ", .. {more} more]"),
                }
            }
            Self::Struct(fields) if fields.is_empty() => f.write_str("{}"),
            Self::Struct(fields) => {
                for (index, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{name}: {value}", if index > 0 { ", " } else { "{ " })?;
                }
                f.write_str(" }")
            }
        }
    }
}

/// The shown part as JSON, without a mark that there is more.
impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Leaf(value, _) => ValueJson(value).serialize(serializer),
            Self::List(elements, _) => {
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                elements.iter().try_for_each(|element| list.serialize_element(element))?;
                list.end()
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: impl Into<DynValue>) -> String {
        Shown::of(value.into(), ELEMENTS).to_string()
    }

    #[test]
    fn short_values_are_shown_whole() {
        for value in [DynValue::from([1, 2, 3]), "ab\x1b".into(), 1.5.into(), DynValue::None] {
            assert_eq!(shown(value.clone()), value.to_string());
        }
    }

    #[test]
    fn long_lists_and_texts_say_how_much_is_left_out() {
        assert_eq!(shown([7_u8; 20]), "[7, 7, 7, 7, 7, 7, 7, 7, .. 12 more]");
        let rows = DynValue::List(vec![DynValue::from([1_u8; 6]); 3]);
        assert_eq!(shown(rows), "[[1, 1, 1, 1, .. 2 more], [1, 1, 1, 1, .. 2 more], .. 1 more]");
        assert_eq!(shown("é".repeat(41)), format!("{:?}..", "é".repeat(40)));
        assert!(Shown::of(DynValue::from([0; 9]), ELEMENTS).is_cut());
        assert!(!Shown::of(DynValue::from([0; 8]), ELEMENTS).is_cut());
    }
}
