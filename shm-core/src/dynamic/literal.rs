//! Values as people write them, in keys of paths and on the command line.
//!
//! ```text
//! 7  -7  1_000  0xff  0b101  0o17     integers
//! 21.5  1e-3  nan  inf  -inf          floats
//! true  false  None  Measuring        bool, an absent Option<NonZero*>, a variant
//! north gate  "north\tgate"  'x'      text, char
//! b"\x00\xff"                         bytes
//! [1, 2, 3]  { x: 1.5, y: 2 }         arrays and slices, structs
//! ```
//! The meaning of a word depends on the type of the field: `42` is a number for a `u64` and a text for a
//! `Text`. `None` empties a place in the heap, unless that is text.

mod parse;

use super::value::DynValue;
use crate::error::DynError;
use crate::layout::{Role, ScalarKind};
use crate::schema::{Field, Live, Type, TypeKind};
use parse::{Literal, parse};

impl DynValue {
    /// Returns the value that a text means for a type: the inverse of `Display`, with some freedom. Whether it
    /// fits is decided where it is written.
    ///
    /// Numbers are written as `-3`, `1_000`, `0xff`, `1e-3`, `nan`; lists as `[1, 2]`, structs, or some of their
    /// fields, as `{ x: 1.5, y: 2 }`, variants by their names; text plain or, with escapes, in quotation marks.
    ///
    /// # Errors
    /// [`DynError::NotAValue`] if the text is not a value of any kind.
    ///
    /// ```
    /// use shm_core::dynamic::DynValue;
    /// use shm_core::{SharedLayout, schema::Schema};
    ///
    /// let schema = Schema::of(<[f32; 2]>::LAYOUT)?;
    /// assert_eq!(DynValue::of_text("[0.5, 1e3]", schema.root())?.to_string(), "[0.5, 1000.0]");
    /// let error = DynValue::of_text("[0.5", schema.root()).unwrap_err();
    /// assert_eq!(error.to_string(), "`[0.5` is not a value: expected `,` or `]`, at byte 4");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_text(text: &str, ty: Type<'_>) -> Result<Self, DynError> {
        of(text, ty, false)
    }
}

/// The value that a text means for a type, or for a list of values of it.
pub(super) fn of(text: &str, ty: Type<'_>, is_run: bool) -> Result<DynValue, DynError> {
    let is_quoted = text.starts_with('"') || text.starts_with("b\"");
    if is_text(ty) && !is_run && !is_quoted {
        return Ok(DynValue::Text(text.to_owned()));
    }
    let literal =
        parse(text).map_err(|fault| DynError::NotAValue { text: text.to_owned(), fault })?;
    Ok(match literal {
        Literal::List(elements) if is_run => {
            DynValue::List(elements.into_iter().map(|element| typed(element, Some(ty))).collect())
        }
        literal => typed(literal, Some(ty)),
    })
}

/// Whether values of this type are text.
pub(super) fn is_text(ty: Type<'_>) -> bool {
    let ty = value_in_heap(ty);
    let scalar_text = matches!(ty.kind(), TypeKind::CText { .. });
    scalar_text
        || matches!(ty.role(), Some(Role::Text | Role::Bytes | Role::OwnedText | Role::TailText))
}

/// The value of a literal for a type.
fn typed(literal: Literal, ty: Option<Type<'_>>) -> DynValue {
    match literal {
        Literal::Word(word) => of_word(word, ty),
        Literal::Quoted(text) => DynValue::Text(text),
        Literal::Character(character) => DynValue::Char(character),
        Literal::Bytes(bytes) => DynValue::Bytes(bytes),
        Literal::List(elements) => {
            let element = ty.map(value_in_heap).and_then(|ty| match ty.kind() {
                TypeKind::Array { element, .. } | TypeKind::Slice { element } => Some(element),
                TypeKind::Live { .. } => ty.live().and_then(|live| {
                    live.kept().or_else(|| live.contents().and_then(|contents| contents.element))
                }),
                _ => None,
            });
            DynValue::List(elements.into_iter().map(|literal| typed(literal, element)).collect())
        }
        Literal::Struct(fields) => {
            let ty = ty.map(value_in_heap);
            let field = |name: &str| ty.and_then(|ty| ty.field(name)).map(Field::ty);
            let fields = fields.into_iter().map(|(name, literal)| {
                let value = typed(literal, field(&name));
                (name, value)
            });
            DynValue::Struct(fields.collect())
        }
    }
}

/// The type of the single value that an `Owned` owns; any other type unchanged.
fn value_in_heap(ty: Type<'_>) -> Type<'_> {
    let kept = ty.live().filter(|live| live.role() == Role::Owned).and_then(Live::kept);
    kept.unwrap_or(ty)
}

/// The value of a word; if it is not one of that type, the text, which the field then refuses with its
/// own error.
fn of_word(word: String, ty: Option<Type<'_>>) -> DynValue {
    let text = |word: String| DynValue::Text(word);
    let Some(ty) = ty else {
        return boolean(&word)
            .or_else(|| integer(&word))
            .or_else(|| float(&word))
            .unwrap_or(text(word));
    };
    if word == "None" && matches!(ty.role(), Some(Role::Owned | Role::OwnedSlice | Role::TailSlice))
    {
        return DynValue::None;
    }
    let ty = value_in_heap(ty);
    let found = match ty.kind() {
        TypeKind::Scalar(scalar) | TypeKind::Ordered { scalar, .. } => of_scalar(&word, scalar),
        TypeKind::NonZero { optional: true, .. } if word == "None" => Some(DynValue::None),
        TypeKind::NonZero { .. } | TypeKind::Enum { .. } => integer(&word),
        _ => None,
    };
    found.unwrap_or(text(word))
}

fn of_scalar(word: &str, scalar: ScalarKind) -> Option<DynValue> {
    match scalar {
        ScalarKind::Bool => boolean(word),
        // One character is text that fits.
        ScalarKind::Char => None,
        ScalarKind::F32 => single(word).or_else(|| float(word)).or_else(|| integer(word)),
        ScalarKind::F64 => float(word).or_else(|| integer(word)),
        _ => integer(word).or_else(|| float(word)),
    }
}

fn boolean(word: &str) -> Option<DynValue> {
    word.parse().ok().map(DynValue::Bool)
}

fn integer(word: &str) -> Option<DynValue> {
    let (negative, digits) = match word.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    let (radix, digits) = match digits.get(..2) {
        Some("0x" | "0X") => (16, &digits[2..]),
        Some("0b" | "0B") => (2, &digits[2..]),
        Some("0o" | "0O") => (8, &digits[2..]),
        _ => (10, digits),
    };
    // A sign can stand only before the prefix.
    let digits = digits.replace('_', "");
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let size = u128::from_str_radix(&digits, radix).ok()?;
    if negative {
        let number = 0_i128.checked_sub_unsigned(size)?;
        return Some(i64::try_from(number).map_or(DynValue::I128(number), DynValue::I64));
    }
    Some(u64::try_from(size).map_or(DynValue::U128(size), DynValue::U64))
}

fn float(word: &str) -> Option<DynValue> {
    word.replace('_', "").parse().ok().map(DynValue::F64)
}

/// An `f32`, rounded once; `None` if a number would become infinite.
fn single(word: &str) -> Option<DynValue> {
    let word = word.replace('_', "");
    let (single, double): (f32, f64) = (word.parse().ok()?, word.parse().ok()?);
    (single.is_finite() || !double.is_finite()).then_some(DynValue::F32(single))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_written_in_four_bases() {
        for (text, value) in [
            ("7", DynValue::U64(7)),
            ("+7", DynValue::U64(7)),
            ("-7", DynValue::I64(-7)),
            ("1_000", DynValue::U64(1000)),
            ("0xfF", DynValue::U64(255)),
            ("-0x80", DynValue::I64(-128)),
            ("0b101", DynValue::U64(5)),
            ("0o17", DynValue::U64(15)),
            ("18446744073709551616", DynValue::U128(1 << 64)),
            ("-9223372036854775809", DynValue::I128(-9_223_372_036_854_775_809)),
            ("-170141183460469231731687303715884105728", DynValue::I128(i128::MIN)),
        ] {
            assert_eq!(integer(text), Some(value), "{text}");
        }
        for text in [
            "",
            "-",
            "0x",
            "0x-1",
            "--1",
            "1.0",
            "é",
            "0xé",
            "-170141183460469231731687303715884105729",
        ] {
            assert_eq!(integer(text), None, "{text}");
        }
    }

    #[test]
    fn an_f32_is_rounded_once_and_never_to_infinity() {
        assert_eq!(single("0.1"), Some(DynValue::F32(0.1)));
        assert_eq!(single("inf"), Some(DynValue::F32(f32::INFINITY)));
        assert_eq!(single("1e39"), None);
        // Rounded to an f64 first, this would be 1 + 2^-23, not 1 + 2^-22.
        assert_eq!(single("1.00000017881393432617187499"), Some(DynValue::F32(1.000_000_1)));
    }
}
