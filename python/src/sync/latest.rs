//! [`Latest`]: versions of a value, read whole.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};
use shm_core::dynamic::DynValue;

use crate::convert::from_python;
use crate::errors;
use crate::live::{self, Copy, Form};
use crate::mapped::Handle;
use crate::place::Place;

/// The largest version that is copied.
const LARGEST: u64 = 1 << 30;

/// A field that is a `Latest`.
#[pyclass(frozen, module = "shm")]
pub(crate) struct Latest {
    place: Place,
    value: Py<Form>,
}

#[pymethods]
impl Latest {
    #[new]
    fn new(place: &Place, value: Py<Form>) -> Self {
        Self { place: place.again(), value }
    }

    /// Reads the newest version, whole: a copy that does not change.
    fn load<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.load_with_version(py)?.0)
    }

    /// Reads the newest version and its number: how often the field was written before.
    fn load_with_version<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, u64)> {
        let path = &self.place.path;
        let read = py.detach(|| match &self.place.inner.handle {
            Handle::Writes(region) => region.resolve(path)?.version_bytes(LARGEST),
            Handle::Reads(region) => region.resolve(path)?.version_bytes(LARGEST),
        });
        match read.map_err(errors::by_name)? {
            Some((bytes, version)) => {
                Ok((live::part_of_copy(py, self.value.get(), Copy::of(&bytes))?, version))
            }
            None => Err(PyTypeError::new_err(format!("`{path}` is not a `Latest`"))),
        }
    }

    /// The number of the newest version.
    #[getter]
    fn version(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.load_with_version(py)?.1)
    }

    /// Writes a new version: a value, or the given fields beside the others of the newest version.
    #[pyo3(signature = (*value, **fields))]
    fn store(
        &self,
        py: Python<'_>,
        value: &Bound<'_, PyTuple>,
        fields: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        match (value.len(), fields) {
            (1, None) => self.place.inner.set(&self.place.path, &value.get_item(0)?),
            (0, Some(fields)) => self.store_fields(py, fields),
            _ => Err(PyTypeError::new_err("`store` takes one value, or fields by their names")),
        }
    }

    /// Writes the value that `shm.create` and `shm.update` give.
    fn _assign(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.place.inner.set(&self.place.path, value)
    }

    /// The value that `shm.to_dict` gives.
    fn _plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("shm._classes")?.getattr("plain")?.call1((self.load(py)?,))
    }

    #[classmethod]
    fn __class_getitem__<'py>(
        class: &Bound<'py, PyType>,
        parameters: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        super::generic(class, parameters)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Latest {}>", self.load(py)?.repr()?))
    }
}

impl Latest {
    fn store_fields(&self, py: Python<'_>, fields: &Bound<'_, PyDict>) -> PyResult<()> {
        let mut given = Vec::new();
        for (name, value) in fields {
            given.push((name.cast::<PyString>()?.to_string(), from_python(&value)?));
        }
        self.place.inner.set_value(py, &self.place.path, DynValue::Struct(given))
    }
}
