//! [`Layout`]: the layout of a region to be created, from the text that `shm.layout` and declared
//! classes write.

use pyo3::prelude::*;
use shm_core::dynamic::DynLayout;

use crate::{errors, plan};

/// A layout: what a region to be created holds, or one to be opened is expected to hold.
#[pyclass(frozen, module = "shm", name = "Layout")]
pub(crate) struct Layout(DynLayout);

impl Layout {
    pub(crate) fn layout(&self) -> &DynLayout {
        &self.0
    }
}

#[pymethods]
impl Layout {
    /// Reads definitions of structs and enums, written as in Rust, and the type of the whole value.
    #[new]
    fn new(definitions: &str, root: &str) -> PyResult<Self> {
        DynLayout::defined(definitions, root).map(Self).map_err(errors::of_schema)
    }

    /// The name of the type.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The size of the value in bytes; with a slice at its end, without its elements.
    #[getter]
    fn size(&self) -> u64 {
        self.0.schema().root().size()
    }

    /// Equal for equal layouts, in Rust, in Python and in a region's header.
    #[getter]
    fn fingerprint(&self) -> Option<u64> {
        self.0.schema().fingerprint()
    }

    fn plan<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plan::of(py, self.0.schema().root())
    }

    fn identity(&self) -> String {
        plan::identity(self.0.schema())
    }

    fn __repr__(&self) -> String {
        format!("<shm.Layout {:?}, {} bytes>", self.0.name(), self.size())
    }
}
