//! [`Barrier`]: members that wait until all of them have arrived.

use std::sync::{Mutex as StdMutex, MutexGuard, OnceLock, PoisonError};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};
use shm_core::dynamic::{DynBarrier, DynMember};

use crate::errors;
use crate::place::Place;
use crate::wait::{limit, wait};

/// A field that is a `Barrier`.
#[pyclass(frozen, module = "shm")]
pub(crate) struct Barrier {
    place: Place,
    found: OnceLock<DynBarrier>,
}

impl Barrier {
    fn found(&self) -> PyResult<&DynBarrier> {
        self.place.once(&self.found, |region, path| region.barrier_of(path))
    }
}

#[pymethods]
impl Barrier {
    #[new]
    fn new(place: &Place) -> Self {
        Self { place: place.again(), found: OnceLock::new() }
    }

    /// Becomes a member; `Busy` if there are as many living members as a phase needs.
    fn join(&self, py: Python<'_>) -> PyResult<Member> {
        let found = self.found()?;
        let member = py.detach(|| found.join()).map_err(errors::of_lock)?;
        Ok(Member { seat: StdMutex::new(Seat::Here(member)) })
    }

    /// Breaks the current phase: all members get `Broken`, until `reset`.
    fn abort(&self) -> PyResult<()> {
        self.found()?.abort();
        Ok(())
    }

    /// Begins a new phase, after one was broken.
    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        let found = self.found()?;
        py.detach(|| found.reset()).map_err(errors::of_lock)
    }

    /// Whether the current phase is broken. A member that died is noticed by one that waits.
    #[getter]
    fn is_broken(&self) -> PyResult<bool> {
        Ok(self.found()?.is_broken())
    }

    /// The number of members at this moment, including those that died and whose seats are not free yet.
    #[getter]
    fn members(&self) -> PyResult<usize> {
        Ok(self.found()?.members())
    }

    /// The number of members that have arrived in the current phase.
    #[getter]
    fn arrived(&self) -> PyResult<usize> {
        Ok(self.found()?.arrived())
    }

    /// The number of members that a phase needs.
    #[getter]
    fn seats(&self) -> PyResult<usize> {
        Ok(self.found()?.seats())
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
        Ok(format!("<Barrier {}>", self._plain(py)?.repr()?))
    }
}

enum Seat {
    Here(DynMember),
    /// A thread waits with it.
    Waits,
    Left,
}

/// A membership of a barrier, which ends by `leave`, at the end of a block, or when it is collected.
#[pyclass(frozen, module = "shm")]
pub(crate) struct Member {
    seat: StdMutex<Seat>,
}

impl Member {
    fn seat(&self) -> MutexGuard<'_, Seat> {
        self.seat.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Member {
    /// Arrives, and waits until all members have; `True` for the one that completed the phase. `Broken` if a member died
    /// before it arrived, gave up or aborted; `Busy` if the time is up, which breaks the phase for all.
    #[pyo3(signature = (timeout=None))]
    fn wait(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
        let limit = limit(timeout)?;
        let seat = std::mem::replace(&mut *self.seat(), Seat::Waits);
        let mut member = match seat {
            Seat::Here(member) => member,
            other => {
                let text = match other {
                    Seat::Waits => "this member waits already, in another thread",
                    _ => "this member has left the barrier",
                };
                *self.seat() = other;
                return Err(PyRuntimeError::new_err(text));
            }
        };
        let ended = wait(py, || member.wait_timeout(limit), drop);
        *self.seat() = Seat::Here(member);
        ended?.map_err(errors::of_lock)
    }

    /// Gives up the membership; a second time does nothing.
    fn leave(&self) -> PyResult<()> {
        let mut seat = self.seat();
        if matches!(*seat, Seat::Waits) {
            let text = "this member waits, in another thread: `abort` the barrier first";
            return Err(PyRuntimeError::new_err(text));
        }
        *seat = Seat::Left;
        Ok(())
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_raised))]
    fn __exit__(&self, _raised: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.leave()
    }
}
