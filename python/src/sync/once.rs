//! [`Once`]: work that one process does for all.

use std::sync::OnceLock;

use pyo3::prelude::*;
use shm_core::LockError;
use shm_core::region::Projected;
use shm_core::sync::OnceView;

use crate::errors;
use crate::place::Place;
use crate::wait::{limit, wait};

/// A field that is a `Once`.
#[pyclass(frozen, module = "shm")]
pub(crate) struct Once {
    place: Place,
    found: OnceLock<Projected<OnceView>>,
}

/// The reason why work was not done.
enum Failed {
    Lock(LockError),
    Raised(PyErr),
}

impl From<LockError> for Failed {
    fn from(error: LockError) -> Self {
        Self::Lock(error)
    }
}

impl Once {
    fn found(&self) -> PyResult<&Projected<OnceView>> {
        self.place.once(&self.found, |region, path| region.once_of(path))
    }
}

#[pymethods]
impl Once {
    #[new]
    fn new(place: &Place) -> Self {
        Self { place: place.again(), found: OnceLock::new() }
    }

    /// Whether the work is done.
    #[getter]
    fn is_done<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self._plain(py)
    }

    /// Calls `work`, unless it is done: waits while another process does it, and does it again if that process dies.
    /// Returns whether it was done here; `Busy` if another process is at it in all that time. Work that raises is not
    /// done: the next caller does it.
    #[pyo3(signature = (work, timeout=None))]
    fn call(&self, work: &Bound<'_, PyAny>, timeout: Option<f64>) -> PyResult<bool> {
        let (py, found, limit) = (work.py(), self.found()?, limit(timeout)?);
        let (work, mut here) = (work.clone().unbind(), false);
        let call = || {
            here = true;
            let done = Python::attach(|py| work.call0(py).map(drop));
            done.map_err(Failed::Raised)
        };
        match wait(py, || found.call_once_with(limit, call), drop)? {
            Ok(()) => Ok(here),
            Err(Failed::Lock(error)) => Err(errors::of_lock(error)),
            Err(Failed::Raised(error)) => Err(error),
        }
    }

    fn _plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.place.inner.get(py, &self.place.path)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<&'static str> {
        Ok(if self._plain(py)?.is_truthy()? { "<Once, done>" } else { "<Once>" })
    }
}
