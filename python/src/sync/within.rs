//! [`Within`]: a lock that is taken for a block, in a certain way.

use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::thread::{self, ThreadId};

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use shm_core::LockError;
use shm_core::dynamic::Taken;

use super::guarded::Guarded;
use crate::errors;
use crate::guard::Guard;
use crate::live::EXPIRED;

/// The ways to take a lock.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Way {
    Takes,
    /// Also if this thread holds it.
    TakesAgain,
    /// The value may be half changed, and counts as whole after the block.
    Repairs,
}

/// A lock that is taken for a block, in a certain way.
#[pyclass(frozen, module = "shm._shm")]
pub(crate) struct Within {
    of: Arc<Guarded>,
    timeout: Option<f64>,
    way: Way,
    /// The blocks inside another one of the same thread, each with the guard that ends with it.
    inner: StdMutex<Vec<(ThreadId, Option<Py<Guard>>)>>,
}

/// Takes a lock whose value is whole, and gives the value; if its holder died, the error can repair it.
pub(super) fn enter<'py>(
    py: Python<'py>,
    of: &Arc<Guarded>,
    timeout: Option<f64>,
) -> PyResult<Bound<'py, PyAny>> {
    match of.take(py, timeout)? {
        Some(Taken::Whole) => of.begin(py),
        Some(Taken::OwnerDied) => {
            of.lock()?.release().map_err(errors::of_lock)?;
            Err(died(py, of))
        }
        None => Err(errors::of_lock(LockError::Busy)),
    }
}

/// The error of a lock whose holder died, which can repair the value.
pub(super) fn died(py: Python<'_>, of: &Arc<Guarded>) -> PyErr {
    let error = errors::of_lock(LockError::OwnerDied);
    let repair = Bound::new(py, Repair { of: Arc::clone(of) });
    match repair.and_then(|repair| error.value(py).setattr("_repair", repair)) {
        Ok(()) => error,
        Err(other) => other,
    }
}

impl Within {
    pub(super) fn new(of: &Arc<Guarded>, timeout: Option<f64>, way: Way) -> Self {
        Self { of: Arc::clone(of), timeout, way, inner: StdMutex::default() }
    }

    /// Ends a block inside another one of this thread, if this is one.
    fn end_inner(&self) -> bool {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let here = thread::current().id();
        let Some(found) = inner.iter().rposition(|(thread, _)| *thread == here) else {
            return false;
        };
        if let (_, Some(guard)) = inner.remove(found) {
            guard.get().end(EXPIRED);
        }
        true
    }
}

#[pymethods]
impl Within {
    fn __enter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        if self.way == Way::TakesAgain && self.of.lock()?.is_held_here() {
            let (value, guard) = self.of.begin_again(py)?;
            let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            inner.push((thread::current().id(), guard));
            return Ok(value);
        }
        if self.way != Way::Repairs {
            return enter(py, &self.of, self.timeout);
        }
        match self.of.take(py, self.timeout)? {
            Some(_) => self.of.begin(py),
            None => Err(errors::of_lock(LockError::Busy)),
        }
    }

    #[pyo3(signature = (class, *_raised))]
    fn __exit__(&self, class: &Bound<'_, PyAny>, _raised: &Bound<'_, PyTuple>) -> PyResult<()> {
        if self.end_inner() || !self.of.end() {
            return Ok(());
        }
        let lock = self.of.lock()?;
        if self.way == Way::Repairs && class.is_none() {
            lock.mark_consistent().map_err(errors::of_lock)?;
        }
        lock.release().map_err(errors::of_lock)
    }
}

/// Called by `OwnerDied.repair`.
#[pyclass(frozen, module = "shm._shm")]
pub(crate) struct Repair {
    of: Arc<Guarded>,
}

#[pymethods]
impl Repair {
    fn __call__(&self) -> Within {
        Within::new(&self.of, None, Way::Repairs)
    }
}
