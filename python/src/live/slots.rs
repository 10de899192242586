//! Types made of slots.

use std::ffi::{CStr, c_int, c_uint, c_void};
use std::ptr::null_mut;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyType;

/// The slots of a type that is about to be made.
pub(super) struct Slots(Vec<ffi::PyType_Slot>);

impl Slots {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn with(mut self, slot: c_int, pfunc: *mut c_void) -> Self {
        self.0.push(ffi::PyType_Slot { slot, pfunc });
        self
    }

    /// Makes the type.
    ///
    /// # Safety
    /// Each slot has a function, or a table, of the kind that CPython expects there. Instances have
    /// `size` bytes.
    pub(super) unsafe fn make<'py>(
        mut self,
        py: Python<'py>,
        name: &'static CStr,
        size: usize,
        flags: u64,
    ) -> PyResult<Bound<'py, PyType>> {
        self.0.push(ffi::PyType_Slot { slot: 0, pfunc: null_mut() });
        let mut spec = ffi::PyType_Spec {
            name: name.as_ptr(),
            basicsize: size as c_int,
            itemsize: 0,
            flags: flags as c_uint,
            slots: self.0.as_mut_ptr(),
        };
        // SAFETY: the slots end with a zero, and the caller promises that they fit the type.
        let class = unsafe { ffi::PyType_FromSpec(&raw mut spec) };
        // SAFETY: CPython returns a new reference, or null with an error set.
        let class = unsafe { Bound::from_owned_ptr_or_err(py, class) }?;
        Ok(class.cast_into::<PyType>()?)
    }
}

/// Frees an instance whose contents were dropped.
///
/// # Safety
/// `object` is an instance of a heap type made here, or of a subclass, whose `tp_dealloc` is running.
pub(super) unsafe fn free(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise.
    let class = unsafe { ffi::Py_TYPE(object) };
    // SAFETY: a subclass made in Python may collect cycles, and then frees in another way than its base.
    let slot = unsafe { ffi::PyType_GetSlot(class, ffi::Py_tp_free) };
    // SAFETY: the slot `tp_free` holds such a function, or CPython would not have made the type.
    let free = unsafe { std::mem::transmute::<*mut c_void, ffi::freefunc>(slot) };
    // SAFETY: the caller's promise; the object is not used again.
    unsafe { free(object.cast()) };
    // SAFETY: an instance of a heap type owns a reference to its type.
    unsafe { ffi::Py_DECREF(class.cast()) };
}
