//! [`Field`]: the descriptor of one attribute of a class of views.

use std::ffi::{c_int, c_void};
use std::mem::ManuallyDrop;
use std::sync::OnceLock;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::Relaxed;

use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;
use shm_core::layout::ScalarKind;

use super::address::Width;
use super::form::Form;
use super::memory::Memory;
use super::number::{self, Reader};
use super::object::{attached, borrowed, done, returned};
use super::slots::{self, Slots};
use super::view::View;
use super::{atomics, element};
use crate::errors;

/// An instance of `shm._shm.Field`.
#[repr(C)]
struct Field {
    head: ffi::PyObject,
    inner: ManuallyDrop<Inner>,
}

struct Inner {
    offset: usize,
    form: Py<Form>,
    /// The scalar that the form is, so that reading one follows no pointer.
    scalar: Option<(ScalarKind, Width)>,
    /// What reads it, if it is a number.
    reader: Option<Reader>,
    /// The class that it is an attribute of, once there is one.
    class: AtomicPtr<ffi::PyTypeObject>,
    /// The same, and its name there.
    place: OnceLock<(Class, String)>,
}

/// A class that has this descriptor, and therefore lives longer.
struct Class(*mut ffi::PyTypeObject);

// SAFETY: the address is only compared.
unsafe impl Send for Class {}
// SAFETY: as for `Send`.
unsafe impl Sync for Class {}

static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();

pub(super) fn class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    Ok(CLASS.get_or_try_init(py, || make(py).map(Bound::unbind))?.bind(py))
}

fn make(py: Python<'_>) -> PyResult<Bound<'_, PyType>> {
    let slots = Slots::new()
        .with(ffi::Py_tp_dealloc, dealloc as *mut c_void)
        .with(ffi::Py_tp_descr_get, get as *mut c_void)
        .with(ffi::Py_tp_descr_set, set as *mut c_void);
    let flags = ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION;
    // SAFETY: the functions below have the signatures of their slots.
    unsafe { slots.make(py, c"shm._shm.Field", size_of::<Field>(), flags) }
}

/// Makes the descriptor of a field at this offset of a struct. It serves no class before
/// [`place_field`].
#[pyfunction]
pub(crate) fn new_field<'py>(
    py: Python<'py>,
    form: Py<Form>,
    offset: usize,
) -> PyResult<Bound<'py, PyAny>> {
    let scalar = form.get().as_scalar();
    let scalar = scalar.and_then(|kind| Some((kind, number::width(kind)?)));
    // SAFETY: the type is ours, with instances of the size of a `Field`.
    let object = unsafe { ffi::PyType_GenericAlloc(class(py)?.as_type_ptr(), 0) };
    // SAFETY: CPython returns a new reference, or null with an error set.
    let object = unsafe { Bound::from_owned_ptr_or_err(py, object) }?;
    // SAFETY: the object was made just now.
    let place = unsafe { &raw mut (*object.as_ptr().cast::<Field>()).inner };
    let reader = scalar.and_then(|(kind, _)| number::reader(kind));
    let class = AtomicPtr::default();
    let inner = Inner { offset, form, scalar, reader, class, place: OnceLock::new() };
    // SAFETY: this memory is not initialised yet, and no other thread has it.
    unsafe { place.write(ManuallyDrop::new(inner)) };
    Ok(object)
}

/// Tells a descriptor which class it is an attribute of, and by which name: once.
#[pyfunction]
pub(crate) fn place_field(
    field: &Bound<'_, PyAny>,
    owner: &Bound<'_, PyType>,
    name: String,
) -> PyResult<()> {
    expect_field(field)?;
    // SAFETY: it is an instance, and the reference keeps it.
    let inner = unsafe { Inner::of(field.as_ptr()) };
    match inner.place.set((Class(owner.as_type_ptr()), name)) {
        Ok(()) => {
            inner.class.store(owner.as_type_ptr(), Relaxed);
            Ok(())
        }
        Err(_) => Err(PyTypeError::new_err("this field belongs to a class already")),
    }
}

fn expect_field(field: &Bound<'_, PyAny>) -> PyResult<()> {
    match field.is_exact_instance(class(field.py())?) {
        true => Ok(()),
        false => Err(PyTypeError::new_err("expected a `Field`")),
    }
}

/// Adds to an integer field of a view in one step; the value before.
#[pyfunction]
pub(crate) fn add<'py>(
    field: &Bound<'py, PyAny>,
    view: &Bound<'py, PyAny>,
    value: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    expect_field(field)?;
    // SAFETY: it is an instance, and the reference keeps it.
    let inner = unsafe { Inner::of(field.as_ptr()) };
    let memory = inner.memory_of(&view.as_borrowed())?;
    // SAFETY: `View::instance` promises a value of the class's struct, which has this field.
    let address = unsafe { memory.address.plus(inner.offset) };
    // SAFETY: the field there has this form; the owner keeps the memory.
    unsafe { atomics::add(inner.form.get(), memory, address, value) }
        .map_err(|error| inner.at(field.py(), error))
}

/// Whether a field is written by assigning to it.
#[pyfunction]
pub(crate) fn is_assigned(field: &Bound<'_, PyAny>) -> PyResult<bool> {
    expect_field(field)?;
    // SAFETY: it is an instance, and the reference keeps it.
    let inner = unsafe { Inner::of(field.as_ptr()) };
    Ok(inner.form.get().is_assigned())
}

impl Inner {
    /// # Safety
    /// `object` is an instance of `Field`, and is kept for `'a`.
    #[inline]
    unsafe fn of<'a>(object: *mut ffi::PyObject) -> &'a Self {
        // SAFETY: the caller's promise; after it was made, only the `OnceLock` changes.
        unsafe { &(*object.cast::<Field>()).inner }
    }

    /// The memory of an object, if it is a view of the class that this is an attribute of.
    #[inline]
    fn memory_of<'a>(&self, object: &Borrowed<'a, '_, PyAny>) -> PyResult<&'a Memory> {
        let Some((Class(owner), _)) = self.place.get() else { return Err(stray()) };
        // SAFETY: the object is valid, and so has a type.
        let class = unsafe { ffi::Py_TYPE(object.as_ptr()) };
        // SAFETY: both are types: one of an object that lives, one that owns this descriptor.
        if class != *owner && unsafe { ffi::PyType_IsSubtype(class, *owner) } == 0 {
            return Err(stray());
        }
        // SAFETY: only classes of views get descriptors (`shm._classes`), and `View::instance` checks its class.
        Ok(unsafe { View::memory_of(object.as_ptr()) })
    }

    /// Reads a number, without any other work; `None` for everything else, and for errors.
    #[inline]
    fn quick(&self, object: &Borrowed<'_, '_, PyAny>) -> Option<*mut ffi::PyObject> {
        let read = self.reader?;
        let class = self.class.load(Relaxed);
        // SAFETY: the object is valid, and so has a type.
        if class.is_null() || unsafe { ffi::Py_TYPE(object.as_ptr()) } != class {
            return None;
        }
        // SAFETY: only classes of views get descriptors, and this is an instance of that class.
        let memory = unsafe { View::memory_of(object.as_ptr()) };
        // SAFETY: `View::instance` promises a value of the class's struct, which has this field.
        let address = unsafe { memory.address.plus(self.offset) };
        // SAFETY: the field there is a number of this kind; the owner keeps the memory.
        Some(unsafe { read(address) })
    }

    fn read<'py>(
        &self,
        py: Python<'py>,
        object: &Borrowed<'_, 'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let memory = self.memory_of(object)?;
        // SAFETY: `View::instance` promises a value of the class's struct, which has this field.
        let address = unsafe { memory.address.plus(self.offset) };
        if let Some((kind, width)) = self.scalar {
            // SAFETY: the field there is this scalar; the owner keeps the memory.
            let bits = unsafe { address.load(width) };
            return number::to_object(py, kind, bits).map_err(|error| self.at(py, error));
        }
        // SAFETY: the field there has this form; the owner keeps the memory.
        let read = unsafe { element::get(py, self.form.get(), memory, address) };
        read.map_err(|error| self.at(py, error))
    }

    fn write(&self, object: &Borrowed<'_, '_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let (py, memory) = (object.py(), self.memory_of(object)?);
        memory.expect_writable().map_err(|error| self.at(py, error))?;
        // SAFETY: `View::instance` promises a value of the class's struct, which has this field.
        let address = unsafe { memory.address.plus(self.offset) };
        if let Some((kind, width)) = self.scalar {
            let bits = match number::quick_bits(kind, value) {
                Some(bits) => bits,
                None => number::to_bits(kind, value).map_err(|error| self.at(py, error))?,
            };
            // Converting may have run any code, even code that closed the region.
            memory.expect_writable().map_err(|error| self.at(py, error))?;
            // SAFETY: the field there is this scalar, in memory that can be written.
            unsafe { address.store(width, bits) };
            return Ok(());
        }
        let prepared = element::prepare(self.form.get(), value);
        let prepared = prepared.map_err(|error| self.at(py, error))?;
        // Converting may have run any code, even code that closed the region.
        memory.expect_writable().map_err(|error| self.at(py, error))?;
        // SAFETY: the field there has this form, in memory that can be written.
        unsafe { element::put(py, self.form.get(), memory, address, &prepared) }
            .map_err(|error| self.at(py, error))
    }

    #[cold]
    fn at(&self, py: Python<'_>, error: PyErr) -> PyErr {
        // An error of access by path has the whole path already.
        let is_named = self.form.get().is_by_path();
        let name = self.place.get().filter(|_| !is_named).map_or("", |(_, name)| name);
        errors::at(py, name, error)
    }
}

#[cold]
fn stray() -> PyErr {
    PyTypeError::new_err("a field is read through a view of the class that it belongs to")
}

unsafe extern "C" fn get(
    field: *mut ffi::PyObject,
    object: *mut ffi::PyObject,
    _class: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython called this slot.
    let py = unsafe { attached() };
    if object.is_null() {
        // Asked of the class: the descriptor itself.
        // SAFETY: CPython's own argument.
        return unsafe { borrowed(py, field) }.to_owned().into_ptr();
    }
    // SAFETY: CPython calls the slot of an instance, which it keeps.
    let inner = unsafe { Inner::of(field) };
    // SAFETY: CPython's own argument.
    let object = unsafe { borrowed(py, object) };
    match inner.quick(&object) {
        Some(number) => number,
        None => returned(py, inner.read(py, &object)),
    }
}

unsafe extern "C" fn set(
    field: *mut ffi::PyObject,
    object: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: CPython called this slot.
    let py = unsafe { attached() };
    if value.is_null() {
        return done(py, Err(PyAttributeError::new_err("a field cannot be deleted")));
    }
    // SAFETY: CPython calls the slot of an instance, which it keeps.
    let inner = unsafe { Inner::of(field) };
    // SAFETY: CPython's own argument.
    let object = unsafe { borrowed(py, object) };
    // SAFETY: CPython's own argument.
    let value = unsafe { borrowed(py, value) };
    done(py, inner.write(&object, &value))
}

unsafe extern "C" fn dealloc(object: *mut ffi::PyObject) {
    // SAFETY: CPython calls this for an instance, once.
    let place = unsafe { &raw mut (*object.cast::<Field>()).inner };
    // SAFETY: `new_field` wrote it before any other code had the object.
    let inner = unsafe { place.read() };
    // SAFETY: this is the `tp_dealloc` of the instance.
    unsafe { slots::free(object) };
    drop(ManuallyDrop::into_inner(inner));
}
