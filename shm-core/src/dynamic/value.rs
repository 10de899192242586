//! [`DynValue`]: a value whose type is known at run time.

use std::fmt;

use super::convert::{bounded, unsuitable};
use super::scalars;
use crate::error::DynError;
use crate::scalar::Scalar;
use crate::scalar::sealed::Word;

/// A value that is read from a region, or written to it, by name.
///
/// Rust's numbers, `bool`, `char`, text, arrays, vectors and `Option`s convert to it with `into()`, and it
/// converts to numbers with `try_into()`, which refuses values that do not fit.
///
/// ```
/// use shm_core::dynamic::DynValue;
///
/// let value = DynValue::from(300_u32);
/// assert_eq!(u64::try_from(value.clone())?, 300);
/// let error = u8::try_from(value).unwrap_err();
/// assert_eq!(error.to_string(), "300 does not fit a `u8`, which holds 0 to 255");
/// assert_eq!(DynValue::from([1.5, 2.0]).to_string(), "[1.5, 2.0]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum DynValue {
    /// The absent `Option<NonZero*>`.
    None,
    /// A `bool`.
    Bool(bool),
    /// An unsigned integer of at most 64 bits.
    U64(u64),
    /// A signed integer of at most 64 bits.
    I64(i64),
    /// A `u128`.
    U128(u128),
    /// An `i128`.
    I128(i128),
    /// An `f32`.
    F32(f32),
    /// An `f64`.
    F64(f64),
    /// A `char`.
    Char(char),
    /// A `Text`, or a `CText` whose bytes are UTF-8.
    Text(String),
    /// A `Bytes`, or a `CText` whose bytes are not UTF-8.
    Bytes(Vec<u8>),
    /// A variant of an enum.
    Variant {
        /// Its name.
        name: String,
        /// Its number.
        discriminant: i128,
    },
    /// The elements of an array, or of a part of one.
    List(Vec<Self>),
    /// The fields of a struct, in their order.
    Struct(Vec<(String, Self)>),
}

impl DynValue {
    /// Returns the field of this name, if this is a struct that has one.
    ///
    /// ```
    /// use shm_core::dynamic::DynValue;
    ///
    /// let pose = DynValue::Struct(vec![("x".into(), 1.5.into()), ("y".into(), 2.5.into())]);
    /// assert_eq!(pose.field("y"), Some(&DynValue::F64(2.5)));
    /// ```
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Struct(fields) => {
                fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
            }
            _ => None,
        }
    }
}

/// The longest text of a value that `Debug` shows, in bytes.
const DEBUG: usize = 16 << 10;

/// The kind and the content; of a large value, the start.
impl fmt::Debug for DynValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, is_cut) = bounded(format_args!("{self}"), DEBUG);
        let kind = match self {
            Self::None => return f.write_str("None"),
            Self::Bool(_) => "Bool",
            Self::U64(_) => "U64",
            Self::I64(_) => "I64",
            Self::U128(_) => "U128",
            Self::I128(_) => "I128",
            Self::F32(_) => "F32",
            Self::F64(_) => "F64",
            Self::Char(_) => "Char",
            Self::Text(_) => "Text",
            Self::Bytes(_) => "Bytes",
            Self::Variant { discriminant, .. } => {
                return write!(f, "Variant({text} = {discriminant})");
            }
            Self::List(elements) if is_cut => {
                return write!(f, "List({text} .. cut; {} elements)", elements.len());
            }
            Self::List(_) => "List",
            Self::Struct(_) => "Struct",
        };
        write!(f, "{kind}({text}{})", if is_cut { " .. cut" } else { "" })
    }
}

/// On one line, as Rust writes it; anything that a terminal could take for a command is escaped.
impl fmt::Display for DynValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Bool(value) => value.fmt(f),
            Self::U64(value) => value.fmt(f),
            Self::I64(value) => value.fmt(f),
            Self::U128(value) => value.fmt(f),
            Self::I128(value) => value.fmt(f),
            // `Debug` writes a whole number as `1.0`, not as `1`.
            Self::F32(value) => write!(f, "{value:?}"),
            Self::F64(value) => write!(f, "{value:?}"),
            Self::Char(value) => write!(f, "{value:?}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Bytes(bytes) => write!(f, "b\"{}\"", bytes.escape_ascii()),
            Self::Variant { name, .. } => f.write_str(name),
            Self::List(elements) => {
                f.write_str("[")?;
                for (index, element) in elements.iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    write!(f, "{comma}{element}")?;
                }
                f.write_str("]")
            }
            Self::Struct(fields) if fields.is_empty() => f.write_str("{}"),
            Self::Struct(fields) => {
                for (index, (name, value)) in fields.iter().enumerate() {
                    let start = if index > 0 { ", " } else { "{ " };
                    write!(f, "{start}{name}: {value}")?;
                }
                f.write_str(" }")
            }
        }
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl From<$type> for DynValue {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

from! {
    bool => Bool, char => Char, f32 => F32, f64 => F64, u128 => U128, i128 => I128,
    u8 => U64, u16 => U64, u32 => U64, u64 => U64, i8 => I64, i16 => I64, i32 => I64, i64 => I64,
    &str => Text, String => Text, &[u8] => Bytes,
}

impl<T: Into<Self>> From<Vec<T>> for DynValue {
    fn from(elements: Vec<T>) -> Self {
        Self::List(elements.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for DynValue {
    fn from(elements: [T; N]) -> Self {
        Self::List(elements.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Self>> From<Option<T>> for DynValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

macro_rules! try_from_scalar {
    ($($scalar:ty)*) => {$(
        /// Fails if the value does not fit.
        impl TryFrom<DynValue> for $scalar {
            type Error = DynError;

            fn try_from(value: DynValue) -> Result<Self, DynError> {
                let bits = scalars::bits(<$scalar as Scalar>::KIND, &value)?;
                Ok(Self::from_bits_u64(bits as u64))
            }
        }
    )*};
}

try_from_scalar! { u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 bool }

macro_rules! try_from {
    ($($type:ty, $kind:ident, $bits:ident => $value:expr;)*) => {$(
        /// Fails if the value does not fit.
        impl TryFrom<DynValue> for $type {
            type Error = DynError;

            fn try_from(value: DynValue) -> Result<Self, DynError> {
                let $bits = scalars::bits(crate::layout::ScalarKind::$kind, &value)?;
                Ok($value)
            }
        }
    )*};
}

try_from! {
    u128, U128, bits => bits;
    i128, I128, bits => bits as i128;
    char, Char, bits => char::from_u32(bits as u32).expect("the bits of a `char`");
}

/// Fails for anything but text.
impl TryFrom<DynValue> for String {
    type Error = DynError;

    fn try_from(value: DynValue) -> Result<Self, DynError> {
        match value {
            DynValue::Text(text) => Ok(text),
            other => Err(unsuitable(&other, "is not text").into()),
        }
    }
}
