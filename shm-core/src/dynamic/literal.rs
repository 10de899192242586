//! Values as people write them, in keys of paths and on the command line; and as JSON has them.
//!
//! ```text
//! 7  -7  1_000  0xff  0b101  0o17     integers
//! 21.5  1e-3  nan  inf  -inf          floats
//! true  false  None  Measuring        bool, an absent Option<NonZero*>, a variant
//! north gate  "north\tgate"  'x'      text, char
//! b"\x00\xff"  [0, 255]               bytes
//! [1, 2, 3]  { x: 1.5, y: 2 }         arrays and slices, structs
//! ```
//! The meaning of a word depends on the type of the field: `42` is a number for a `u64` and a text for a
//! `Text`. `None` empties a place in the heap, unless that is text.
//!
//! Every JSON document is a value in this form: names of fields in quotation marks, `null` for `None`, and what JSON has
//! no word for as text: variants, `"NaN"`, `"inf"` and `"-inf"` for floats, digits for integers of 128 bits.

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
    /// JSON is understood as well: `{"x": 1.5, "mode": "Idle", "id": null}`; in it, bytes are lists of numbers, and
    /// strings can be variants, the floats `"NaN"`, `"inf"` and `"-inf"`, and integers of 128 bits.
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
    /// assert_eq!(DynValue::of_text(r#"[1.5, "NaN"]"#, schema.root())?.to_string(), "[1.5, NaN]");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_text(text: &str, ty: Type<'_>) -> Result<Self, DynError> {
        of(text, ty, false)
    }
}

/// The value that a text means for a type, or for a list of values of it.
pub(super) fn of(text: &str, ty: Type<'_>, is_run: bool) -> Result<DynValue, DynError> {
    if is_text(ty) && !is_run && !is_quoted(text) {
        return Ok(plain_text(text, ty));
    }
    let literal =
        parse(text).map_err(|fault| DynError::NotAValue { text: text.to_owned(), fault })?;
    Ok(match literal {
        Literal::List(elements) if is_run => list(elements, Some(ty)),
        literal => typed(literal, Some(ty)),
    })
}

/// Whether values of this type are text.
pub(super) fn is_text(ty: Type<'_>) -> bool {
    let ty = bare(ty);
    let scalar_text = matches!(ty.kind(), TypeKind::CText { .. });
    scalar_text
        || matches!(ty.role(), Some(Role::Text | Role::Bytes | Role::OwnedText | Role::TailText))
}

fn is_quoted(text: &str) -> bool {
    text.starts_with('"') || text.starts_with("b\"")
}

/// The text that is given without quotation marks, unless it is a word or a list that reading gives for the type.
fn plain_text(text: &str, ty: Type<'_>) -> DynValue {
    let is_optional = is_owned(ty) || ty.role() == Some(Role::TailText);
    if is_none(text) && is_optional {
        return DynValue::None;
    }
    let ty = bare(ty);
    let list = text.starts_with('[').then(|| parse(text));
    match list {
        Some(Ok(Literal::List(elements))) if can_be_bytes(ty) => bytes(&elements),
        _ => None,
    }
    .unwrap_or_else(|| DynValue::Text(text.to_owned()))
}

/// Whether a list of numbers can be the value of a text.
fn can_be_bytes(ty: Type<'_>) -> bool {
    ty.role() == Some(Role::Bytes) || matches!(ty.kind(), TypeKind::CText { .. })
}

/// The bytes of a list of numbers, if all of them are bytes.
fn bytes(elements: &[Literal]) -> Option<DynValue> {
    let byte = |element: &Literal| match element {
        Literal::Word(word) => word.parse::<u8>().ok(),
        _ => None,
    };
    elements.iter().map(byte).collect::<Option<_>>().map(DynValue::Bytes)
}

fn is_none(word: &str) -> bool {
    matches!(word, "None" | "null")
}

/// The type of the value that is named as if nothing were around it: of the single value that an `Owned` owns, and of
/// the one in a lock, a `Watched` or a `Latest`.
fn bare(ty: Type<'_>) -> Type<'_> {
    let inside = ty.live().and_then(|live| match live.role() {
        Role::Owned => live.kept(),
        Role::Mutex | Role::RwLock | Role::Watched | Role::Latest => {
            live.value().map(|value| value.ty)
        }
        _ => None,
    });
    inside.map_or(ty, bare)
}

/// Whether it is the place of a single value, or of none, in the heap.
fn is_owned(ty: Type<'_>) -> bool {
    ty.role() == Some(Role::Owned)
}

/// The value of a literal for a type.
fn typed(literal: Literal, ty: Option<Type<'_>>) -> DynValue {
    if let Literal::Word(word) = &literal {
        if is_none(word) && ty.is_some_and(is_owned) {
            return DynValue::None;
        }
    }
    let ty = ty.map(bare);
    match literal {
        Literal::Word(word) => of_word(word, ty),
        Literal::Quoted(text) => of_quoted(text, ty),
        Literal::Character(character) => DynValue::Char(character),
        Literal::Bytes(bytes) => DynValue::Bytes(bytes),
        Literal::List(elements) => of_list(elements, ty),
        Literal::Struct(fields) => {
            let field = |name: &str| ty.and_then(|ty| part(ty, name));
            let fields = fields.into_iter().map(|(name, literal)| {
                let value = typed(literal, field(&name));
                (name, value)
            });
            DynValue::Struct(fields.collect())
        }
    }
}

/// The type of a field of a struct, or of what reading a `PerProcess` gives.
fn part<'a>(ty: Type<'a>, name: &str) -> Option<Type<'a>> {
    match ty.live() {
        Some(live) => live.rows().filter(|_| name == "retired").map(|rows| rows.row),
        None => ty.field(name).map(Field::ty),
    }
}

fn of_list(elements: Vec<Literal>, ty: Option<Type<'_>>) -> DynValue {
    let bytes = ty.filter(|ty| can_be_bytes(*ty)).and_then(|_| bytes(&elements));
    bytes.unwrap_or_else(|| match ty.and_then(Type::live).and_then(Live::entry) {
        Some((key, value)) => {
            let entry = |element| of_entry(element, key, value);
            DynValue::List(elements.into_iter().map(entry).collect())
        }
        None => list(elements, ty.and_then(element)),
    })
}

/// The type of the elements of a list.
fn element(ty: Type<'_>) -> Option<Type<'_>> {
    match ty.kind() {
        TypeKind::Array { element, .. } | TypeKind::Slice { element } => Some(element),
        TypeKind::Live { role: Role::Ring, .. } => ty.live()?.value().map(|item| item.ty),
        TypeKind::Live { .. } => ty.live().and_then(|live| {
            let contents = || live.contents().and_then(|contents| contents.element);
            live.queue().map(|queue| queue.value).or_else(|| live.kept()).or_else(contents)
        }),
        _ => None,
    }
}

fn list(elements: Vec<Literal>, ty: Option<Type<'_>>) -> DynValue {
    DynValue::List(elements.into_iter().map(|element| typed(element, ty)).collect())
}

/// An entry of a map: `{ key: .., value: .. }`.
fn of_entry(literal: Literal, key: Type<'_>, value: Type<'_>) -> DynValue {
    let Literal::Struct(fields) = literal else { return typed(literal, None) };
    let fields = fields.into_iter().map(|(name, literal)| {
        let ty = match &*name {
            "key" => Some(key),
            "value" => Some(value),
            _ => None,
        };
        (name, typed(literal, ty))
    });
    DynValue::Struct(fields.collect())
}

/// The value of a text in quotation marks: text, or one that JSON has no other form for.
fn of_quoted(text: String, ty: Option<Type<'_>>) -> DynValue {
    let scalar = match ty.map(Type::kind) {
        Some(TypeKind::Scalar(scalar) | TypeKind::Ordered { scalar, .. }) => Some(scalar),
        Some(TypeKind::NonZero { scalar, .. }) => Some(scalar),
        _ => None,
    };
    let found = match scalar {
        Some(ScalarKind::U128 | ScalarKind::I128) => integer(&text),
        Some(scalar @ (ScalarKind::F32 | ScalarKind::F64)) if is_not_finite(&text) => {
            of_scalar(&text, scalar)
        }
        _ => None,
    };
    found.unwrap_or(DynValue::Text(text))
}

fn is_not_finite(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(|number| !number.is_finite())
}

/// The value of a word; if it is not one of that type, the text, which the field then refuses with its
/// own error.
fn of_word(word: String, ty: Option<Type<'_>>) -> DynValue {
    let text = |word: String| DynValue::Text(word);
    // The state of a type without a value: whether a `Once` is done, the count of an `Event`.
    let is_state = |ty: &Type<'_>| {
        matches!(ty.role(), Some(Role::Once | Role::Event | Role::Semaphore | Role::Barrier))
    };
    let Some(ty) = ty.filter(|ty| !is_state(ty)) else {
        return boolean(&word)
            .or_else(|| integer(&word))
            .or_else(|| float(&word))
            .or_else(|| (word == "null").then_some(DynValue::None))
            .unwrap_or(text(word));
    };
    // A word is text for a text, but JSON has text in quotation marks.
    let can_be_none = match ty.role() {
        Some(Role::OwnedSlice | Role::TailSlice | Role::TailText) => is_none(&word),
        Some(Role::OwnedText) => word == "null",
        _ => matches!(ty.kind(), TypeKind::NonZero { .. }) && is_none(&word),
    };
    if can_be_none {
        return DynValue::None;
    }
    let found = match ty.kind() {
        TypeKind::Scalar(scalar) | TypeKind::Ordered { scalar, .. } => of_scalar(&word, scalar),
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
    fn json_has_values_of_every_kind() {
        use shm_schema::describe::DynLayout;

        for (ty, text, value) in [
            ("Option<NonZero<u8>>", "null", DynValue::None),
            (
                "Latest<u128>",
                "\"340282366920938463463374607431768211455\"",
                DynValue::U128(u128::MAX),
            ),
            ("Latest<i128>", "\"-3\"", DynValue::I64(-3)),
            ("f32", "\"NaN\"", DynValue::F32(f32::NAN)),
            ("f64", "\"-inf\"", DynValue::F64(f64::NEG_INFINITY)),
            ("f64", "\"1.5\"", "1.5".into()),
            ("u64", "\"1\"", "1".into()),
            ("char", "\"\\ud83d\\ude00\"", "\u{1f600}".into()),
            ("enum u8 { Off, On }", "\"On\"", "On".into()),
            ("Latest<Bytes<4>>", "[0, 255]", DynValue::Bytes(vec![0, 255])),
            ("Latest<Bytes<8>>", "[0, 256]", "[0, 256]".into()),
            ("Latest<Bytes<8>>", "\"[0]\"", "[0]".into()),
            ("CText<4>", "[255]", DynValue::Bytes(vec![255])),
            ("Latest<Text<4>>", "[1]", "[1]".into()),
            ("Latest<Text<4>>", "null", "null".into()),
            ("Latest<[Bytes<4>; 1]>", "[[1]]", DynValue::List(vec![DynValue::Bytes(vec![1])])),
            ("Mutex<[f32; 1]>", "[0.1]", DynValue::List(vec![DynValue::F32(0.1)])),
            ("Latest<[u128; 1]>", "[\"7\"]", vec![7_u64].into()),
            ("Owned<u32>", "null", DynValue::None),
            ("Owned<Text<4>>", "None", DynValue::None),
            ("Queue<[f32; 1], 4>", "[[\"inf\"]]", vec![vec![f32::INFINITY]].into()),
        ] {
            let layout = DynLayout::of(ty).unwrap();
            let found = of(text, layout.schema().root(), false).unwrap();
            // `NaN` differs from itself.
            assert_eq!(format!("{found:?}"), format!("{value:?}"), "{ty}: {text}");
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
