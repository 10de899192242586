//! The one text form in which values travel between the suite and the drivers.
//!
//! ```text
//! -7   true   none   Measuring    an integer, a bool, an absent Option<NonZero>, a variant
//! f3ff8000000000000               a float, as the bits of an f64
//! text:6e6f727468                 text or a char, as the bytes of its UTF-8
//! bytes:00ff                      bytes
//! ```

use std::fmt::Write;

use shm_core::dynamic::DynValue;

pub(crate) fn float(value: f64) -> String {
    format!("f{:016x}", value.to_bits())
}

pub(crate) fn text(text: &str) -> String {
    raw_text(text.as_bytes())
}

/// Text of any bytes, even invalid UTF-8.
pub(crate) fn raw_text(bytes: &[u8]) -> String {
    format!("text:{}", hex(bytes))
}

pub(crate) fn bytes(bytes: &[u8]) -> String {
    format!("bytes:{}", hex(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String grows");
        text
    })
}

/// The float that a text stands for, if it is one.
pub(crate) fn read_float(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('f').filter(|digits| digits.len() == 16)?;
    u64::from_str_radix(digits, 16).ok().map(f64::from_bits)
}

/// The bytes of a text of this form, `text:` or `bytes:`.
pub(crate) fn read_hex(text: &str, form: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix(form)?;
    let pair = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    (0..digits.len()).step_by(2).map(pair).collect()
}

pub(crate) fn read_text(text: &str) -> Option<String> {
    String::from_utf8(read_hex(text, "text:")?).ok()
}

/// The text of a value that was read by its name. Only single values cross.
pub(crate) fn of(value: &DynValue) -> String {
    match value {
        DynValue::None => "none".to_owned(),
        DynValue::F32(value) => float(f64::from(*value)),
        DynValue::F64(value) => float(*value),
        DynValue::Char(value) => text(value.encode_utf8(&mut [0; 4])),
        DynValue::Text(value) => text(value),
        DynValue::Bytes(value) => bytes(value),
        // Integers, `true` and `false`, and variants are what they are printed as.
        other => other.to_string(),
    }
}
