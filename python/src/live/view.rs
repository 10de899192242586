//! [`View`]: a struct in shared memory, as an instance of a Python class.

use std::ffi::{c_int, c_void};
use std::mem::ManuallyDrop;
use std::ptr::null_mut;

use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

use super::memory::Memory;
use super::object::{attached, borrowed, done, returned};
use super::slots::{self, Slots};

/// An instance of `shm.Struct`.
#[repr(C)]
pub(crate) struct View {
    head: ffi::PyObject,
    memory: ManuallyDrop<Memory>,
}

static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();

impl View {
    /// Makes an instance of `class`.
    ///
    /// # Safety
    /// The memory holds a value of the struct that `class` was made for.
    pub(crate) unsafe fn instance<'py>(
        py: Python<'py>,
        class: &Bound<'py, PyType>,
        memory: Memory,
    ) -> PyResult<Bound<'py, PyAny>> {
        if !class.is_subclass(self::class(py)?)? {
            return Err(PyTypeError::new_err("the class of a view is a subclass of `shm.Struct`"));
        }
        // SAFETY: a subclass of ours, whose instances begin with a `View`.
        let object = unsafe { ffi::PyType_GenericAlloc(class.as_type_ptr(), 0) };
        // SAFETY: CPython returns a new reference, or null with an error set.
        let object = unsafe { Bound::from_owned_ptr_or_err(py, object) }?;
        let view = object.as_ptr().cast::<Self>();
        // SAFETY: the object was made just now, of at least the size of a `View`.
        let place = unsafe { &raw mut (*view).memory };
        // SAFETY: this memory is not initialised yet, and no other thread has it.
        unsafe { place.write(ManuallyDrop::new(memory)) };
        Ok(object)
    }

    /// The memory of an instance.
    ///
    /// # Safety
    /// `object` is an instance of `View`, and is kept for `'a`.
    #[inline]
    pub(super) unsafe fn memory_of<'a>(object: *mut ffi::PyObject) -> &'a Memory {
        // SAFETY: the caller's promise; the memory of a view is never changed.
        unsafe { &(*object.cast::<Self>()).memory }
    }

    /// The memory of an object, if it is an instance.
    pub(crate) fn memory<'a>(object: &'a Bound<'_, PyAny>) -> PyResult<&'a Memory> {
        if !object.is_instance(class(object.py())?)? {
            let class = object.get_type().name()?;
            return Err(PyTypeError::new_err(format!("expected a `shm.Struct`, found `{class}`")));
        }
        // SAFETY: it is an instance, and the reference keeps it.
        Ok(unsafe { Self::memory_of(object.as_ptr()) })
    }
}

/// The class of all views.
pub(super) fn class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    Ok(CLASS.get_or_try_init(py, || make(py).map(Bound::unbind))?.bind(py))
}

fn make(py: Python<'_>) -> PyResult<Bound<'_, PyType>> {
    let slots = Slots::new()
        .with(ffi::Py_tp_dealloc, dealloc as *mut c_void)
        .with(ffi::Py_tp_new, new as *mut c_void)
        .with(ffi::Py_tp_getattro, get_attribute as *mut c_void)
        .with(ffi::Py_tp_setattro, set_attribute as *mut c_void);
    let flags = ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_BASETYPE;
    // SAFETY: the functions below have the signatures of their slots.
    unsafe { slots.make(py, c"shm._shm.View", size_of::<View>(), flags) }
}

unsafe extern "C" fn dealloc(object: *mut ffi::PyObject) {
    // SAFETY: CPython calls this for an instance, once.
    let place = unsafe { &raw mut (*object.cast::<View>()).memory };
    // SAFETY: `View::instance` wrote it before any other code had the object.
    let memory = unsafe { place.read() };
    // SAFETY: this is the `tp_dealloc` of the instance.
    unsafe { slots::free(object) };
    // Last, as it may run any code.
    drop(ManuallyDrop::into_inner(memory));
}

unsafe extern "C" fn new(
    _class: *mut ffi::PyTypeObject,
    _arguments: *mut ffi::PyObject,
    _names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython called this slot.
    let py = unsafe { attached() };
    let error = "a view is not made by calling its class: use `shm.open` or `shm.create`";
    PyTypeError::new_err(error).restore(py);
    null_mut()
}

/// As every object does it; a name that the class does not have is an error that lists the fields. A `__getattr__` in
/// Python would do the same, and cost every access of a field as much as the access itself.
unsafe extern "C" fn get_attribute(
    object: *mut ffi::PyObject,
    name: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython's own arguments.
    let found = unsafe { ffi::PyObject_GenericGetAttr(object, name) };
    if !found.is_null() {
        return found;
    }
    // SAFETY: CPython called this slot.
    let py = unsafe { attached() };
    // SAFETY: CPython's own argument.
    let object = unsafe { borrowed(py, object) };
    // SAFETY: CPython's own argument.
    let name = unsafe { borrowed(py, name) };
    returned(py, Err(explained(py, &object, &name)))
}

/// The same for setting.
unsafe extern "C" fn set_attribute(
    object: *mut ffi::PyObject,
    name: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: CPython's own arguments.
    let result = unsafe { ffi::PyObject_GenericSetAttr(object, name, value) };
    if result == 0 {
        return 0;
    }
    // SAFETY: CPython called this slot.
    let py = unsafe { attached() };
    // SAFETY: CPython's own argument.
    let object = unsafe { borrowed(py, object) };
    // SAFETY: CPython's own argument.
    let name = unsafe { borrowed(py, name) };
    done(py, Err(explained(py, &object, &name)))
}

#[cold]
fn explained(py: Python<'_>, object: &Bound<'_, PyAny>, name: &Bound<'_, PyAny>) -> PyErr {
    let error = PyErr::fetch(py);
    let is_missing = || object.get_type().hasattr(name.cast::<pyo3::types::PyString>()?);
    if !error.is_instance_of::<PyAttributeError>(py) || is_missing().unwrap_or(true) {
        return error;
    }
    let listed = || -> PyResult<Bound<'_, PyAny>> {
        let classes = py.import("shm._classes")?;
        classes.getattr("no_field")?.call1((object.get_type(), name))
    };
    listed().map_or_else(|other| other, PyErr::from_value)
}
