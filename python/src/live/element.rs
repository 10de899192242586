//! Reading and writing a value of a [`Form`].

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use shm_core::dynamic::DynValue;
use shm_core::layout::ScalarKind;

use super::address::{Address, Width};
use super::array::Array;
use super::form::{Form, Kind};
use super::memory::Memory;
use super::number;
use super::owner::owners;
use super::view::View;
use crate::convert::from_python;
use crate::errors;

/// Reads the value there: a number, or a view of more than one.
///
/// # Safety
/// A value of this form is at the address of `memory`, which its owner keeps.
#[inline]
pub(super) unsafe fn get<'py>(
    py: Python<'py>,
    form: &Form,
    memory: &Memory,
    address: Address,
) -> PyResult<Bound<'py, PyAny>> {
    if let Some((kind, width)) = form.word() {
        // SAFETY: the caller's promise.
        let bits = unsafe { address.load(width) };
        return word(py, form, kind, bits);
    }
    // SAFETY: the caller's promise.
    unsafe { part(py, form, memory, address) }
}

#[inline]
pub(super) fn word<'py>(
    py: Python<'py>,
    form: &Form,
    kind: ScalarKind,
    bits: u64,
) -> PyResult<Bound<'py, PyAny>> {
    match &form.0 {
        Kind::Swapped(_) => number::to_object(py, kind, swapped(kind, bits)),
        Kind::NonZero { optional, .. } if bits == 0 => match optional {
            true => Ok(py.None().into_bound(py)),
            false => Err(errors::invalid(format!("0 is not a valid `NonZero<{}>`", kind.name()))),
        },
        Kind::Enum { members, .. } => {
            let discriminant = number::to_object(py, kind, bits)?;
            match members.bind(py).get_item(&discriminant)? {
                Some(member) => Ok(member),
                None => Err(errors::invalid(format!("{discriminant} is not a variant"))),
            }
        }
        _ => number::to_object(py, kind, bits),
    }
}

fn swapped(kind: ScalarKind, bits: u64) -> u64 {
    match number::width(kind) {
        Some(Width::Two) => u64::from((bits as u16).swap_bytes()),
        Some(Width::Four) => u64::from((bits as u32).swap_bytes()),
        Some(Width::Eight) => bits.swap_bytes(),
        _ => bits,
    }
}

/// Reads what is not one word.
///
/// # Safety
/// As [`get`].
unsafe fn part<'py>(
    py: Python<'py>,
    form: &Form,
    memory: &Memory,
    address: Address,
) -> PyResult<Bound<'py, PyAny>> {
    let there = memory.clone_at(py, address);
    match &form.0 {
        // SAFETY: the caller promises a value of this form, so the class is that of the struct there.
        Kind::Struct(class) => unsafe { View::instance(py, class.bind(py), there) },
        Kind::Array { element, len, stride } => {
            // SAFETY: the caller promises a value of this form: an array of this length.
            let array = unsafe { Array::new(there, element.clone_ref(py), *len, *stride) };
            Ok(Bound::new(py, array)?.into_any())
        }
        Kind::Slice { element, stride } => {
            let len = (owners().len)(py, &there.owner)?;
            // SAFETY: the region's length is the one of its slice.
            let array = unsafe { Array::new(there, element.clone_ref(py), len, *stride) };
            Ok(Bound::new(py, array)?.into_any())
        }
        Kind::Counted { bytes, capacity, text } => {
            // SAFETY: the caller promises a value of this form.
            let (len, copy) = unsafe { counted(address, *bytes, *capacity) };
            of_counted(py, len, &copy, *text)
        }
        // SAFETY: the caller promises a value of this form, in a copy.
        Kind::Wide { signed } => unsafe { wide(py, address, *signed) },
        Kind::Made { maker, tag, .. } => (owners().made)(maker.bind(py), tag, memory, address),
        Kind::ByPath { .. } | Kind::Guarded { .. } => {
            (owners().get)(py, &memory.owner, &by_path(py, form, memory, address)?)
        }
        _ => unreachable!("the forms of one word are read by their caller"),
    }
}

/// # Safety
/// An integer of 128 bits is there, in a copy that does not change.
unsafe fn wide(py: Python<'_>, address: Address, signed: bool) -> PyResult<Bound<'_, PyAny>> {
    // SAFETY: the caller's promise: the two halves of the integer.
    let low = unsafe { address.load(Width::Eight) };
    // SAFETY: as above.
    let high = unsafe { address.plus(8) };
    // SAFETY: as above.
    let bits = u128::from(unsafe { high.load(Width::Eight) }) << 64 | u128::from(low);
    Ok(match signed {
        true => (bits as i128).into_pyobject(py)?.into_any(),
        false => bits.into_pyobject(py)?.into_any(),
    })
}

/// The path of a value that is read and written by it.
fn by_path(py: Python<'_>, form: &Form, memory: &Memory, address: Address) -> PyResult<String> {
    let path_of = |address, tag| (owners().path_of)(py, &memory.owner, address, tag);
    let path = match &form.0 {
        Kind::Guarded { tag, name, before } => {
            let above = path_of(address.wrapping_back(*before), tag)?;
            if above.is_empty() { name.clone() } else { format!("{above}.{name}") }
        }
        Kind::ByPath { tag } => path_of(address, tag)?,
        _ => unreachable!("callers have a form that is read by its path"),
    };
    Ok(path)
}

/// The length and the bytes of a text.
///
/// # Safety
/// A text of this capacity is there.
unsafe fn counted(address: Address, bytes: usize, capacity: usize) -> (usize, Vec<u8>) {
    // SAFETY: the length is the first part of a text.
    let len = unsafe { address.load(Width::Four) } as usize;
    let mut copy = Vec::with_capacity(len.min(capacity));
    for at in 0..len.min(capacity) {
        // SAFETY: inside the capacity.
        let byte = unsafe { address.plus(bytes + at) };
        // SAFETY: as above.
        copy.push(unsafe { byte.load(Width::One) } as u8);
    }
    (len, copy)
}

fn of_counted<'py>(
    py: Python<'py>,
    len: usize,
    copy: &[u8],
    text: bool,
) -> PyResult<Bound<'py, PyAny>> {
    if len > copy.len() {
        let room = copy.len();
        return Err(errors::invalid(format!("a length of {len} is more than the room of {room}")));
    }
    if !text {
        return Ok(PyBytes::new(py, copy).into_any());
    }
    match std::str::from_utf8(copy) {
        Ok(text) => Ok(PyString::new(py, text).into_any()),
        Err(error) => Err(errors::invalid(format!("the text is not UTF-8: {error}"))),
    }
}

/// A value that was checked, and only has to be written.
pub(super) enum Prepared {
    Word(Width, u64),
    Many(Vec<(usize, Prepared)>),
    /// The length, and bytes for the whole capacity: those after the text are zero.
    Counted {
        bytes: usize,
        len: usize,
        content: Vec<u8>,
    },
    ByPath(DynValue),
}

/// Converts a value for a place of this form, and checks all of it.
#[inline]
pub(super) fn prepare(form: &Form, value: &Bound<'_, PyAny>) -> PyResult<Prepared> {
    if let Some((kind, width)) = form.word() {
        return Ok(Prepared::Word(width, bits(form, kind, value)?));
    }
    match &form.0 {
        Kind::Array { element, len, stride } => {
            let element = element.bind(value.py()).get();
            many(element, *len, *stride, value).map(Prepared::Many)
        }
        Kind::Counted { bytes, capacity, text } => to_counted(*bytes, *capacity, *text, value),
        Kind::ByPath { .. } | Kind::Guarded { .. } => from_python(value).map(Prepared::ByPath),
        Kind::Struct(_) => Err(PyTypeError::new_err(
            "a struct is not assigned as a whole: assign to its fields, or use `shm.update`",
        )),
        Kind::Made { advice, .. } => {
            Err(PyTypeError::new_err(format!("this field is not assigned to: {advice}")))
        }
        _ => Err(PyTypeError::new_err("this field is not assigned to")),
    }
}

/// Converts the value of one word.
#[inline]
pub(super) fn bits(form: &Form, kind: ScalarKind, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    match &form.0 {
        Kind::Swapped(_) => Ok(swapped(kind, number::to_bits(kind, value)?)),
        Kind::NonZero { optional, .. } => {
            if *optional && value.is_none() {
                return Ok(0);
            }
            match number::to_bits(kind, value)? {
                0 => Err(PyValueError::new_err(format!("0 is not a `NonZero<{}>`", kind.name()))),
                bits => Ok(bits),
            }
        }
        Kind::Enum { members, .. } => match members.bind(value.py()).get_item(value) {
            Ok(Some(member)) => number::to_bits(kind, &member),
            _ => {
                let names = members.bind(value.py()).values();
                let names = names.iter().map(|name| name.getattr("name").map(|n| n.to_string()));
                let names = names.collect::<PyResult<Vec<_>>>()?.join(", ");
                let value = number::shown(value);
                Err(PyValueError::new_err(format!("{value} is not one of the variants: {names}")))
            }
        },
        _ => number::to_bits(kind, value),
    }
}

/// Converts the elements for an array of this length.
pub(super) fn many(
    element: &Form,
    len: usize,
    stride: usize,
    values: &Bound<'_, PyAny>,
) -> PyResult<Vec<(usize, Prepared)>> {
    let values: Vec<Bound<'_, PyAny>> = values.try_iter()?.collect::<PyResult<_>>()?;
    if values.len() != len {
        let found = values.len();
        return Err(PyValueError::new_err(format!("{found} values for {len} elements")));
    }
    let one = |(at, value): (usize, &Bound<'_, PyAny>)| match prepare(element, value) {
        Ok(prepared) => Ok((at * stride, prepared)),
        Err(error) => Err(errors::at(value.py(), &format!("[{at}]"), error)),
    };
    values.iter().enumerate().map(one).collect()
}

fn to_counted(
    bytes: usize,
    capacity: usize,
    text: bool,
    value: &Bound<'_, PyAny>,
) -> PyResult<Prepared> {
    let mut content = match text {
        true => value.extract::<String>()?.into_bytes(),
        false => value.extract::<Vec<u8>>()?,
    };
    if content.len() > capacity {
        let found = content.len();
        let error = format!("{found} bytes do not fit, as there is room for {capacity}");
        return Err(PyValueError::new_err(error));
    }
    let len = content.len();
    content.resize(capacity, 0);
    Ok(Prepared::Counted { bytes, len, content })
}

/// Writes a value that was prepared.
///
/// # Safety
/// The form that it was prepared for is that of the value at the address, in memory that can be written.
pub(super) unsafe fn put(
    py: Python<'_>,
    form: &Form,
    memory: &Memory,
    address: Address,
    prepared: &Prepared,
) -> PyResult<()> {
    match prepared {
        Prepared::ByPath(value) => {
            let path = by_path(py, form, memory, address)?;
            return (owners().set)(py, &memory.owner, &path, value.clone());
        }
        // SAFETY: the caller's promise.
        Prepared::Word(width, bits) => unsafe { address.store(*width, *bits) },
        Prepared::Many(elements) => {
            let Kind::Array { element: form, .. } = &form.0 else { return Ok(()) };
            let form = form.get();
            for (offset, element) in elements {
                // SAFETY: the offset of an element of the array there.
                let address = unsafe { address.plus(*offset) };
                // SAFETY: the element was prepared for this place.
                unsafe { put(py, form, memory, address, element) }?;
            }
        }
        Prepared::Counted { bytes, len, content } => {
            for (at, byte) in content.iter().enumerate() {
                // SAFETY: the content fits the capacity.
                let address = unsafe { address.plus(bytes + at) };
                // SAFETY: as above.
                unsafe { address.store(Width::One, u64::from(*byte)) };
            }
            // SAFETY: the length is the first part of a text.
            unsafe { address.store(Width::Four, *len as u64) };
        }
    }
    Ok(())
}
