//! The boundary to CPython: what a slot of a type is given, and what it returns.

use std::ffi::c_int;
use std::ptr::null_mut;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyType;

/// The thread that called a slot.
///
/// # Safety
/// CPython called a slot on this thread, and the slot has not returned.
#[inline]
pub(super) unsafe fn attached<'py>() -> Python<'py> {
    // SAFETY: the caller's promise: CPython calls slots on threads that are attached.
    unsafe { Python::assume_attached() }
}

/// An argument of a slot.
///
/// # Safety
/// CPython passed it to the slot that runs.
#[inline]
pub(super) unsafe fn borrowed<'a, 'py>(
    py: Python<'py>,
    object: *mut ffi::PyObject,
) -> Borrowed<'a, 'py, PyAny> {
    // SAFETY: the caller's promise: arguments are valid until the slot returns.
    unsafe { Borrowed::from_ptr(py, object) }
}

/// The result of a slot that returns an object.
#[inline]
pub(super) fn returned(py: Python<'_>, result: PyResult<Bound<'_, PyAny>>) -> *mut ffi::PyObject {
    match result {
        Ok(object) => object.into_ptr(),
        Err(error) => {
            error.restore(py);
            null_mut()
        }
    }
}

/// The result of a slot that returns a number.
#[inline]
pub(super) fn done(py: Python<'_>, result: PyResult<()>) -> c_int {
    match result {
        Ok(()) => 0,
        Err(error) => {
            error.restore(py);
            -1
        }
    }
}

/// `Latest[Pose]`, for annotations.
pub(crate) fn generic<'py>(
    class: &Bound<'py, PyType>,
    parameters: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    class.py().import("types")?.getattr("GenericAlias")?.call1((class, parameters))
}
