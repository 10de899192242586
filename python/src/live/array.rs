//! [`Array`]: an array or a slice in shared memory.

use std::ffi::c_int;

use pyo3::exceptions::{PyIndexError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::slice::PySliceIndices;
use pyo3::types::{PyList, PySlice, PyType};

use super::address::Address;
use super::buffer::{self, Shape};
use super::element::{self, Prepared};
use super::form::{Form, Kind};
use super::memory::Memory;
use crate::errors;

/// An array in a region: its elements are read and written in place, each by one instruction.
#[pyclass(frozen, sequence, module = "shm", name = "Array")]
pub(crate) struct Array {
    memory: Memory,
    element: Py<Form>,
    len: usize,
    stride: usize,
    shape: Shape,
}

impl Array {
    /// # Safety
    /// There are `len` values of this form in the memory, `stride` bytes apart.
    pub(super) unsafe fn new(memory: Memory, element: Py<Form>, len: usize, stride: usize) -> Self {
        let shape = Shape::of(element.get(), len, stride);
        Self { memory, element, len, stride, shape }
    }

    /// The object that keeps the memory.
    pub(crate) fn owner(&self) -> &Py<PyAny> {
        &self.memory.owner
    }

    /// The address of an element.
    fn element_at(&self, index: usize) -> Address {
        debug_assert!(index < self.len, "callers check the index");
        // SAFETY: an element of the array, which `new` promises.
        unsafe { self.memory.address.plus(index * self.stride) }
    }

    fn read<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        let address = self.element_at(index);
        // SAFETY: a value of this form is there, as `new` promises.
        unsafe { element::get(py, self.element.get(), &self.memory, address) }
            .map_err(|error| errors::at(py, &format!("[{index}]"), error))
    }

    /// # Safety
    /// The value was prepared for an element, and the memory can be written.
    unsafe fn put(&self, py: Python<'_>, index: usize, value: &Prepared) -> PyResult<()> {
        let address = self.element_at(index);
        // SAFETY: the caller's promise.
        unsafe { element::put(py, self.element.get(), &self.memory, address, value) }
    }

    fn index(&self, index: isize) -> PyResult<usize> {
        let from_start = if index < 0 { index + self.len as isize } else { index };
        match usize::try_from(from_start) {
            Ok(at) if at < self.len => Ok(at),
            _ => Err(PyIndexError::new_err(format!(
                "there is no [{index}] in an array of {} elements",
                self.len
            ))),
        }
    }

    fn write_one(&self, index: usize, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let prepared = element::prepare(self.element.get(), value)
            .map_err(|error| errors::at(value.py(), &format!("[{index}]"), error))?;
        self.memory.expect_writable()?;
        // SAFETY: prepared for an element, in memory that can be written.
        unsafe { self.put(value.py(), index, &prepared) }
    }

    /// Writes a slice: from another buffer of the same kind, or value by value after all were checked.
    fn write_slice(&self, slice: &PySliceIndices, values: &Bound<'_, PyAny>) -> PyResult<()> {
        let len = slice.slicelength;
        if let Some(copy) = buffer::elements(&self.shape, values)? {
            if copy.len() != len {
                let found = copy.len();
                return Err(PyValueError::new_err(format!("{found} values for {len} elements")));
            }
            self.memory.expect_writable()?;
            let first = (len > 0).then(|| self.element_at(slice.start as usize));
            // SAFETY: all elements of the slice are in the array, and can be written.
            unsafe { copy.write_to(first, slice.step * self.stride as isize) };
            return Ok(());
        }
        let prepared = element::many(self.element.get(), len, 1, values)?;
        self.memory.expect_writable()?;
        for (at, value) in &prepared {
            let index = slice.start + *at as isize * slice.step;
            // SAFETY: prepared for an element, in memory that can be written.
            unsafe { self.put(values.py(), index as usize, value) }?;
        }
        Ok(())
    }
}

#[pymethods]
impl Array {
    fn __len__(&self) -> usize {
        self.len
    }

    fn __getitem__<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Ok(index) = key.extract::<isize>() {
            return self.read(py, self.index(index)?);
        }
        let slice = key.cast::<PySlice>().map_err(|_| not_an_index(key))?;
        let slice = slice.indices(self.len as isize)?;
        let indexes = (0..slice.slicelength as isize).map(|at| slice.start + at * slice.step);
        let values = indexes.map(|index| self.read(py, index as usize));
        Ok(PyList::new(py, values.collect::<PyResult<Vec<_>>>()?)?.into_any())
    }

    fn __setitem__(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.memory.expect_writable()?;
        if let Ok(index) = key.extract::<isize>() {
            return self.write_one(self.index(index)?, value);
        }
        let slice = key.cast::<PySlice>().map_err(|_| not_an_index(key))?;
        self.write_slice(&slice.indices(self.len as isize)?, value)
    }

    /// Adds to one element in one step that no other process can interrupt; returns the value before.
    fn add<'py>(
        &self,
        py: Python<'py>,
        index: isize,
        value: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let index = self.index(index)?;
        // SAFETY: a value of this form is there, as `new` promises.
        unsafe {
            super::atomics::add(self.element.get(), &self.memory, self.element_at(index), value)
        }
        .map_err(|error| errors::at(py, &format!("[{index}]"), error))
    }

    #[classmethod]
    fn __class_getitem__<'py>(
        class: &Bound<'py, PyType>,
        parameters: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        super::object::generic(class, parameters)
    }

    /// Whether two arrays have equal elements: any sequence will do.
    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(len) = other.len() else { return Ok(false) };
        if len != self.len {
            return Ok(false);
        }
        for index in 0..len {
            if !self.read(py, index)?.eq(other.get_item(index)?)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        const SHOWN: usize = 16;
        let values =
            (0..self.len.min(SHOWN)).map(|index| Ok(self.read(py, index)?.repr()?.to_string()));
        let values = values.collect::<PyResult<Vec<_>>>()?.join(", ");
        let more = self.len.saturating_sub(SHOWN);
        Ok(if more > 0 {
            format!("Array([{values}, and {more} more])")
        } else {
            format!("Array([{values}])")
        })
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("shm._notebook")?.call_method1("array", (slf,))
    }

    /// The elements as a list.
    fn tolist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let nested = matches!(self.element.get().0, Kind::Array { .. });
        let values = (0..self.len).map(|index| {
            let value = self.read(py, index)?;
            if nested { value.call_method0("tolist") } else { Ok(value) }
        });
        PyList::new(py, values.collect::<PyResult<Vec<_>>>()?)
    }

    /// Gives numpy, `memoryview` and others the memory itself.
    #[allow(clippy::needless_pass_by_value, reason = "the signature that PyO3 expects")]
    ///
    /// # Safety
    /// CPython passes a place for the description of a buffer.
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let array = slf.get();
        let is_read_only = array.memory.expect_writable().is_err();
        let address = array.memory.address;
        // SAFETY: CPython's own arguments; the array, which the buffer refers to, has this shape.
        unsafe { buffer::describe(view, flags, slf.as_any(), address, &array.shape, is_read_only) }
    }
}

#[cold]
fn not_an_index(key: &Bound<'_, PyAny>) -> PyErr {
    let class = key.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("an index is an integer or a slice, not `{class}`"))
}
