//! Scalars as bits: from values, and back.

use super::convert::{Unfit, unsuitable};
use super::value::DynValue;
use crate::layout::ScalarKind;
use crate::schema::Type;

/// The value of the low bits; `None` if they are not a valid `char`.
pub(super) fn value(kind: ScalarKind, bits: u128) -> Option<DynValue> {
    use ScalarKind::{Bool, Char, F32, F64, I8, I16, I32, I64, I128, U8, U16, U32, U64, U128};
    Some(match kind {
        U8 | U16 | U32 | U64 => DynValue::U64(bits as u64),
        U128 => DynValue::U128(bits),
        I8 => DynValue::I64((bits as i8).into()),
        I16 => DynValue::I64((bits as i16).into()),
        I32 => DynValue::I64((bits as i32).into()),
        I64 => DynValue::I64(bits as i64),
        I128 => DynValue::I128(bits as i128),
        F32 => DynValue::F32(f32::from_bits(bits as u32)),
        F64 => DynValue::F64(f64::from_bits(bits as u64)),
        Bool => DynValue::Bool(bits != 0),
        Char => DynValue::Char(char::from_u32(bits as u32)?),
    })
}

/// The number in the low bits.
///
/// # Panics
/// If `kind` is `char`, which is not a number: some bits are not a valid `char`.
pub(super) fn number(kind: ScalarKind, bits: u128) -> DynValue {
    assert!(kind != ScalarKind::Char, "a `char` is not a number");
    value(kind, bits).expect("all bits are a number")
}

/// The variant with these bits.
pub(super) fn variant(repr: ScalarKind, ty: Type<'_>, bits: u128) -> Option<DynValue> {
    let number = whole(&value(repr, bits)?)?;
    let found = ty.variant(number)?;
    Some(DynValue::Variant { name: found.name().to_owned(), discriminant: number })
}

/// The bits of a value, zeros above.
pub(super) fn bits(kind: ScalarKind, value: &DynValue) -> Result<u128, Unfit> {
    match (kind, value) {
        (ScalarKind::Bool, DynValue::Bool(value)) => Ok(u128::from(*value)),
        (ScalarKind::Bool, _) => Err(unsuitable(value, "is not a valid `bool`: `true` or `false`")),
        (ScalarKind::Char, _) => character(value),
        (ScalarKind::F32 | ScalarKind::F64, _) => float(kind, value),
        _ => integer(kind, value),
    }
}

fn character(value: &DynValue) -> Result<u128, Unfit> {
    let alone = |text: &str| {
        let mut characters = text.chars();
        characters.next().filter(|_| characters.next().is_none())
    };
    let found = match value {
        DynValue::Char(character) => Some(*character),
        DynValue::Text(text) => alone(text),
        _ => None,
    };
    found.map(|found| u32::from(found).into()).ok_or_else(|| {
        unsuitable(value, "is not a valid `char`: one character, such as 'a' or \"a\"")
    })
}

/// Rounds to the nearest `f32`, as the compiler does with a literal; integers must be exact.
fn float(kind: ScalarKind, value: &DynValue) -> Result<u128, Unfit> {
    let wide = match value {
        DynValue::F64(value) => *value,
        DynValue::F32(value) if kind == ScalarKind::F32 => return Ok(value.to_bits().into()),
        DynValue::F32(value) => f64::from(*value),
        _ => exact(kind, value)?,
    };
    if kind == ScalarKind::F64 {
        return Ok(wide.to_bits().into());
    }
    let narrow = wide as f32;
    if narrow.is_infinite() && wide.is_finite() {
        let fault = format!("does not fit an `f32`, which holds {:e} to {:e}", f32::MIN, f32::MAX);
        return Err(unsuitable(value, fault));
    }
    Ok(narrow.to_bits().into())
}

/// An integer as a float of exactly that value.
fn exact(kind: ScalarKind, value: &DynValue) -> Result<f64, Unfit> {
    let name = kind.name();
    let Some(number) = whole(value) else {
        return Err(unsuitable(value, format!("is not a valid `{name}`: that is a number")));
    };
    let digits = if kind == ScalarKind::F32 { f32::MANTISSA_DIGITS } else { f64::MANTISSA_DIGITS };
    if number.unsigned_abs() > 1 << digits {
        let fault = format!("is not an exact `{name}`; write it with a point if it may be rounded");
        return Err(unsuitable(value, fault));
    }
    Ok(number as f64)
}

/// The value as an integer, if it is one and fits an `i128`.
pub(super) fn whole(value: &DynValue) -> Option<i128> {
    match *value {
        DynValue::U64(value) => Some(value.into()),
        DynValue::I64(value) => Some(value.into()),
        DynValue::I128(value) => Some(value),
        DynValue::U128(value) => value.try_into().ok(),
        _ => None,
    }
}

fn integer(kind: ScalarKind, value: &DynValue) -> Result<u128, Unfit> {
    if let (ScalarKind::U128, DynValue::U128(value)) = (kind, value) {
        return Ok(*value);
    }
    let (name, width) = (kind.name(), kind.size() as u32 * 8);
    let Some(number) = whole(value) else {
        if matches!(value, DynValue::U128(_)) {
            return Err(out_of_range(kind, value, width));
        }
        return Err(unsuitable(value, format!("is not a valid `{name}`: that is an integer")));
    };
    let fits = match (kind.is_signed(), width) {
        (true, 128) => true,
        (true, _) => (-(1 << (width - 1))..1 << (width - 1)).contains(&number),
        (false, 128) => number >= 0,
        (false, _) => (0..1 << width).contains(&number),
    };
    if !fits {
        return Err(out_of_range(kind, value, width));
    }
    let mask = if width == 128 { u128::MAX } else { (1 << width) - 1 };
    Ok(number as u128 & mask)
}

fn out_of_range(kind: ScalarKind, value: &DynValue, width: u32) -> Unfit {
    let (low, high) = if kind.is_signed() {
        (i128::MIN >> (128 - width), (i128::MAX >> (128 - width)) as u128)
    } else {
        (0, u128::MAX >> (128 - width))
    };
    let article = if kind.is_signed() { "an" } else { "a" };
    let fault = format!("does not fit {article} `{}`, which holds {low} to {high}", kind.name());
    unsuitable(value, fault)
}
