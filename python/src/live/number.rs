//! Scalars as Python objects, and back.

use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString};
use shm_core::layout::ScalarKind;

use super::address::{Address, Width};
use crate::convert;

/// The width of a scalar, if it is one that a processor reads in one step.
pub(crate) fn width(kind: ScalarKind) -> Option<Width> {
    match kind {
        ScalarKind::U8 | ScalarKind::I8 | ScalarKind::Bool => Some(Width::One),
        ScalarKind::U16 | ScalarKind::I16 => Some(Width::Two),
        ScalarKind::U32 | ScalarKind::I32 | ScalarKind::F32 | ScalarKind::Char => Some(Width::Four),
        ScalarKind::U64 | ScalarKind::I64 | ScalarKind::F64 => Some(Width::Eight),
        _ => None,
    }
}

/// Makes a Python object of the bits of a scalar.
#[inline]
pub(crate) fn to_object(py: Python<'_>, kind: ScalarKind, bits: u64) -> PyResult<Bound<'_, PyAny>> {
    macro_rules! int {
        ($value:expr) => {
            $value.into_pyobject(py)?.into_any()
        };
    }
    Ok(match kind {
        ScalarKind::F64 => PyFloat::new(py, f64::from_bits(bits)).into_any(),
        ScalarKind::F32 => PyFloat::new(py, f64::from(f32::from_bits(bits as u32))).into_any(),
        ScalarKind::U8 => int!(bits as u8),
        ScalarKind::U16 => int!(bits as u16),
        ScalarKind::U32 => int!(bits as u32),
        ScalarKind::U64 => int!(bits),
        ScalarKind::I8 => int!(bits as i8),
        ScalarKind::I16 => int!(bits as i16),
        ScalarKind::I32 => int!(bits as i32),
        ScalarKind::I64 => int!(bits as i64),
        ScalarKind::Bool => return boolean(py, bits),
        ScalarKind::Char => return character(py, bits),
        other => return Err(PyTypeError::new_err(format!("a `{}` is read by path", name(other)))),
    })
}

fn boolean(py: Python<'_>, bits: u64) -> PyResult<Bound<'_, PyAny>> {
    match bits as u8 {
        value @ (0 | 1) => Ok(PyBool::new(py, value == 1).to_owned().into_any()),
        other => Err(crate::errors::invalid(format!("{other} is not a valid `bool`"))),
    }
}

fn character(py: Python<'_>, bits: u64) -> PyResult<Bound<'_, PyAny>> {
    match char::from_u32(bits as u32) {
        Some(character) => Ok(character.into_pyobject(py)?.into_any()),
        None => Err(crate::errors::invalid(format!("{bits:#x} is not a valid `char`"))),
    }
}

/// Reads a number and makes a Python object of it, by one load and one call of CPython. The result is a new
/// reference, or null with an error set.
pub(super) type Reader = unsafe fn(Address) -> *mut ffi::PyObject;

/// The function that reads a number of this kind; `None` for other scalars. Its callers promise what
/// [`Address::load`] asks for, on a thread that is attached.
pub(super) fn reader(kind: ScalarKind) -> Option<Reader> {
    macro_rules! reader {
        ($width:ident, $bits:ident => $made:expr) => {{
            unsafe fn read(address: Address) -> *mut ffi::PyObject {
                // SAFETY: the caller's promise.
                let $bits = unsafe { address.load(Width::$width) };
                // SAFETY: any number will do, and the thread is attached.
                unsafe { $made }
            }
            read as Reader
        }};
    }
    // A `long` has 64 bits on every machine that this library is for.
    Some(match kind {
        ScalarKind::F64 => reader!(Eight, bits => ffi::PyFloat_FromDouble(f64::from_bits(bits))),
        ScalarKind::U64 => reader!(Eight, bits => ffi::PyLong_FromUnsignedLongLong(bits)),
        ScalarKind::I64 => reader!(Eight, bits => ffi::PyLong_FromLong(bits as i64)),
        ScalarKind::U8 => reader!(One, bits => ffi::PyLong_FromLong(i64::from(bits as u8))),
        ScalarKind::U16 => reader!(Two, bits => ffi::PyLong_FromLong(i64::from(bits as u16))),
        ScalarKind::U32 => reader!(Four, bits => ffi::PyLong_FromLong(i64::from(bits as u32))),
        ScalarKind::I8 => reader!(One, bits => ffi::PyLong_FromLong(i64::from(bits as i8))),
        ScalarKind::I16 => reader!(Two, bits => ffi::PyLong_FromLong(i64::from(bits as i16))),
        ScalarKind::I32 => reader!(Four, bits => ffi::PyLong_FromLong(i64::from(bits as i32))),
        _ => return None,
    })
}

/// Makes the bits of an `f64` or a signed number that fits, by one call of CPython; `None` sends the caller
/// to [`to_bits`], which also says what is wrong.
#[inline]
pub(super) fn quick_bits(kind: ScalarKind, value: &Bound<'_, PyAny>) -> Option<u64> {
    if kind == ScalarKind::F64 {
        // SAFETY: the object is valid.
        let float = unsafe { ffi::PyFloat_AsDouble(value.as_ptr()) };
        return if float == -1.0 { unclear(value.py()) } else { Some(float.to_bits()) };
    }
    let least = match kind {
        ScalarKind::I64 => i64::MIN,
        ScalarKind::I32 => i64::from(i32::MIN),
        _ => return None,
    };
    // SAFETY: the object is valid.
    let number = unsafe { ffi::PyLong_AsLongLong(value.as_ptr()) };
    match number {
        -1 => unclear(value.py()),
        _ if number < least || number > !least => None,
        _ => Some(number as u64),
    }
}

/// The result -1 is a number or an error, which is then not the one to be raised.
#[cold]
fn unclear(py: Python<'_>) -> Option<u64> {
    drop(PyErr::take(py));
    None
}

/// Makes the bits of a scalar of a Python object.
#[inline]
pub(crate) fn to_bits(kind: ScalarKind, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    macro_rules! int {
        ($type:ty) => {
            match value.extract::<i64>() {
                Ok(wide) => match <$type>::try_from(wide) {
                    Ok(bits) => Ok(bits as u64),
                    Err(_) => Err(outside(kind, value)),
                },
                Err(error) => Err(unfit(kind, value, error)),
            }
        };
    }
    match kind {
        ScalarKind::F64 => Ok(float(kind, value)?.to_bits()),
        ScalarKind::F32 => {
            let wide = float(kind, value)?;
            match wide as f32 {
                narrow if narrow.is_infinite() && wide.is_finite() => Err(outside(kind, value)),
                narrow => Ok(u64::from(narrow.to_bits())),
            }
        }
        ScalarKind::U8 => int!(u8),
        ScalarKind::U16 => int!(u16),
        ScalarKind::U32 => int!(u32),
        ScalarKind::I8 => int!(i8),
        ScalarKind::I16 => int!(i16),
        ScalarKind::I32 => int!(i32),
        ScalarKind::I64 => int!(i64),
        ScalarKind::U64 => value.extract::<u64>().map_err(|error| unfit(kind, value, error)),
        ScalarKind::Bool => match convert::truth(value) {
            Some(truth) => Ok(u64::from(truth)),
            None => Err(wrong_type(kind, value)),
        },
        ScalarKind::Char => one_character(kind, value),
        _ => Err(wrong_type(kind, value)),
    }
}

#[inline]
fn float(kind: ScalarKind, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    match value.cast_exact::<PyFloat>() {
        Ok(float) => Ok(float.value()),
        Err(_) => value.extract::<f64>().map_err(|error| unfit(kind, value, error)),
    }
}

fn one_character(kind: ScalarKind, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    let text = value.cast::<PyString>().map_err(|_| wrong_type(kind, value))?.to_str()?;
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => Ok(u64::from(u32::from(character))),
        _ => Err(PyValueError::new_err(format!("{text:?} is not one character"))),
    }
}

/// The bits that are added for a Python number, which may be negative whatever the type is.
pub(crate) fn addend(kind: ScalarKind, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    if !is_integer(kind) {
        return Err(PyTypeError::new_err(format!(
            "a `{}` cannot be added to in one step: only integers can",
            name(kind)
        )));
    }
    let wide = match value.extract::<i64>() {
        Ok(number) => i128::from(number),
        Err(_) => match value.extract::<u64>() {
            Ok(number) => i128::from(number),
            Err(error) => return Err(unfit(kind, value, error)),
        },
    };
    // The sum wraps around; what is added is a difference of two values of the type.
    if wide.unsigned_abs() >> (8 * kind.size()) != 0 {
        return Err(outside(kind, value));
    }
    Ok(wide as u64)
}

pub(crate) fn is_integer(kind: ScalarKind) -> bool {
    !matches!(kind, ScalarKind::F32 | ScalarKind::F64 | ScalarKind::Bool | ScalarKind::Char)
}

/// A value of the wrong type, or one outside of the range, as the conversion's own error says.
#[cold]
fn unfit(kind: ScalarKind, value: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    let py = value.py();
    if error.is_instance_of::<PyOverflowError>(py) {
        return outside(kind, value);
    }
    if error.is_instance_of::<PyTypeError>(py) {
        return wrong_type(kind, value);
    }
    error
}

#[cold]
fn outside(kind: ScalarKind, value: &Bound<'_, PyAny>) -> PyErr {
    let number = value.cast::<PyInt>().map_or_else(|_| shown(value), |int| shown(int.as_any()));
    let range = range(kind)
        .map_or_else(String::new, |(low, high)| format!(", which holds {low} to {high}"));
    PyOverflowError::new_err(format!("{number} does not fit a `{}`{range}", name(kind)))
}

#[cold]
fn wrong_type(kind: ScalarKind, value: &Bound<'_, PyAny>) -> PyErr {
    let class = value.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{}, of type {class}, is not a `{}`", shown(value), name(kind)))
}

/// The start of an object's `repr`.
pub(crate) fn shown(value: &Bound<'_, PyAny>) -> String {
    const LONGEST: usize = 64;
    let text = value.repr().map_or_else(|_| "the value".to_owned(), |text| text.to_string());
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text,
    }
}

/// The name of a scalar in Rust.
pub(crate) fn name(kind: ScalarKind) -> &'static str {
    kind.name()
}

fn range(kind: ScalarKind) -> Option<(i128, i128)> {
    macro_rules! of {
        ($type:ty) => {
            Some((<$type>::MIN as i128, <$type>::MAX as i128))
        };
    }
    match kind {
        ScalarKind::U8 => of!(u8),
        ScalarKind::U16 => of!(u16),
        ScalarKind::U32 => of!(u32),
        ScalarKind::U64 => of!(u64),
        ScalarKind::I8 => of!(i8),
        ScalarKind::I16 => of!(i16),
        ScalarKind::I32 => of!(i32),
        ScalarKind::I64 => of!(i64),
        _ => None,
    }
}
