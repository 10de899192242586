//! [`Semaphore`]: so many permits, each of which one process has at a time.

use std::sync::{Mutex as StdMutex, OnceLock, PoisonError};
use std::thread::{self, ThreadId};

use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};
use shm_core::dynamic::{DynPermit, DynSemaphore};

use crate::errors;
use crate::place::Place;
use crate::wait::{limit, wait};

/// A field that is a `Semaphore`.
#[pyclass(frozen, module = "shm")]
pub(crate) struct Semaphore {
    place: Place,
    found: OnceLock<DynSemaphore>,
    /// The permits of blocks: `with semaphore:`.
    blocks: StdMutex<Vec<(ThreadId, Py<Permit>)>>,
}

impl Semaphore {
    fn found(&self) -> PyResult<&DynSemaphore> {
        self.place.once(&self.found, |region, path| region.semaphore_of(path))
    }
}

#[pymethods]
impl Semaphore {
    #[new]
    fn new(place: &Place) -> Self {
        Self { place: place.again(), found: OnceLock::new(), blocks: StdMutex::default() }
    }

    /// Takes a permit, waiting for one; `Busy` if living processes have all of them in all that time.
    #[pyo3(signature = (timeout=None))]
    fn acquire(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Permit> {
        let (found, limit) = (self.found()?, limit(timeout)?);
        let permit = wait(py, || found.acquire_timeout(limit), drop)?.map_err(errors::of_lock)?;
        Ok(Permit { inherited: permit.inherited(), permit: StdMutex::new(Some(permit)) })
    }

    /// Takes a permit for a block, and gives it.
    fn __enter__(&self, py: Python<'_>) -> PyResult<Py<Permit>> {
        let permit = Py::new(py, self.acquire(py, None)?)?;
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        blocks.push((thread::current().id(), permit.clone_ref(py)));
        Ok(permit)
    }

    #[pyo3(signature = (*_raised))]
    fn __exit__(&self, _raised: &Bound<'_, PyTuple>) {
        let here = thread::current().id();
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let found = blocks.iter().rposition(|(thread, _)| *thread == here);
        let ended = found.map(|found| blocks.remove(found));
        drop(blocks);
        if let Some((_, permit)) = ended {
            permit.get().release();
        }
    }

    /// The number of permits that no process has, at this moment. Those of dead processes are missing until a waiter
    /// takes them over.
    #[getter]
    fn available<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self._plain(py)
    }

    /// The number of permits.
    #[getter]
    fn permits(&self) -> PyResult<usize> {
        Ok(self.found()?.permits())
    }

    fn _plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.place.inner.get(py, &self.place.path)
    }

    #[classmethod]
    fn __class_getitem__<'py>(
        class: &Bound<'py, PyType>,
        parameters: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        super::generic(class, parameters)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Semaphore, {} available>", self._plain(py)?.repr()?))
    }
}

/// A permit, which is given back by `release`, at the end of a block, or when it is collected.
#[pyclass(frozen, module = "shm")]
pub(crate) struct Permit {
    permit: StdMutex<Option<DynPermit>>,
    inherited: bool,
}

#[pymethods]
impl Permit {
    /// Gives the permit back. Any thread may; a second time does nothing.
    fn release(&self) {
        drop(self.permit.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Whether the last process that had the permit died with it: what it stands for may be in any state.
    #[getter]
    fn inherited(&self) -> bool {
        self.inherited
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_raised))]
    fn __exit__(&self, _raised: &Bound<'_, PyTuple>) {
        self.release();
    }

    fn __repr__(&self) -> &'static str {
        if self.inherited { "<Permit, inherited>" } else { "<Permit>" }
    }
}
