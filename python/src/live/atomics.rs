//! Operations that no other process can interrupt.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use super::address::Address;
use super::form::{Form, Kind};
use super::memory::Memory;
use super::number;

/// Adds to the integer there, wrapping around; the value before.
///
/// # Safety
/// A value of this form is at the address, in this memory.
pub(crate) unsafe fn add<'py>(
    form: &Form,
    memory: &Memory,
    address: Address,
    value: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let (Kind::Scalar(kind), Some((_, width))) = (&form.0, form.word()) else {
        return Err(PyTypeError::new_err("only an integer can be added to in one step"));
    };
    let bits = number::addend(*kind, value)?;
    memory.expect_writable()?;
    // SAFETY: the caller promises this scalar, in memory that can be written.
    let before = unsafe { address.fetch_add(width, bits) };
    number::to_object(value.py(), *kind, before)
}
