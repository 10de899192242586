//! Checks that a field can hold a value: the result is bits or bytes, or a message that says what fits.

use super::budget::MAX_VALUE;
use super::convert::{Unfit, unsuitable};
use super::scalars;
use super::value::DynValue;
use crate::layout::ScalarKind;
use crate::schema::Variant;

/// The bits of an integer that may not be zero, or for which zero means `None`.
pub(super) fn non_zero(
    scalar: ScalarKind,
    optional: bool,
    value: &DynValue,
) -> Result<u128, Unfit> {
    match (value, optional) {
        (DynValue::None, true) => return Ok(0),
        (DynValue::None, false) => {
            return Err(unsuitable(value, "is not a number, but the field needs one"));
        }
        _ => {}
    }
    match (scalars::bits(scalar, value)?, optional) {
        (0, true) => Err(unsuitable(value, "stands for `None` here; write `None`")),
        (0, false) => Err(unsuitable(value, "is the one number that is not allowed here")),
        (bits, _) => Ok(bits),
    }
}

/// A variant by its name, or by its number.
pub(super) fn variant_bits(
    repr: ScalarKind,
    variants: &[Variant],
    value: &DynValue,
) -> Result<u128, Unfit> {
    let found = match value {
        DynValue::Variant { name, .. } | DynValue::Text(name) => {
            variants.iter().find(|variant| variant.name() == name)
        }
        _ => {
            let number = scalars::whole(value);
            variants.iter().find(|variant| Some(variant.discriminant()) == number)
        }
    };
    let Some(found) = found else {
        let fault = format!("is not a variant; allowed: {}", allowed(variants));
        return Err(unsuitable(value, fault));
    };
    scalars::bits(repr, &DynValue::I128(found.discriminant()))
}

/// Text for C, without the zeros after it.
pub(super) fn c_text(value: &DynValue, capacity: u64) -> Result<Vec<u8>, Unfit> {
    let content = match value {
        DynValue::Text(text) => text.as_bytes(),
        DynValue::Bytes(bytes) => bytes,
        _ => return Err(unsuitable(value, "is not text")),
    };
    if let Some(position) = content.iter().position(|byte| *byte == 0) {
        let fault = format!("has a NUL at byte {position}, where C text ends");
        return Err(unsuitable(value, fault));
    }
    fitting(value, content, capacity as usize)
}

/// The content, if there is room for it.
pub(super) fn fitting(value: &DynValue, content: &[u8], capacity: usize) -> Result<Vec<u8>, Unfit> {
    if content.len() > capacity {
        let fault = format!("has {} bytes, there is room for {capacity}", content.len());
        return Err(unsuitable(value, fault));
    }
    if capacity as u64 > MAX_VALUE {
        return Err(unsuitable(value, "would be followed by more zeros than fit in a copy"));
    }
    Ok(content.to_vec())
}

/// The largest number of variants that a message names.
const NAMED: usize = 20;

/// The variants of an enum: `0 (Idle), 1 (Busy)`.
pub(super) fn allowed(variants: &[Variant]) -> String {
    let one = |variant: &Variant| format!("{} ({})", variant.discriminant(), variant.name());
    let named = variants.iter().take(NAMED).map(one).collect::<Vec<_>>().join(", ");
    match variants.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
