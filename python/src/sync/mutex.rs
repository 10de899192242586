//! [`Mutex`]: a value under a lock that notices the death of its holder.

use std::sync::Arc;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};
use shm_core::dynamic::Taken;

use super::event::Event;
use super::guarded::Guarded;
use super::within::{self, Way, Within};
use crate::errors;
use crate::live::Form;
use crate::place::Place;

/// A field that is a `Mutex`, or an `RwLock` taken for writing.
#[pyclass(frozen, subclass, module = "shm")]
pub(crate) struct Mutex {
    pub(super) of: Arc<Guarded>,
}

/// A waiter looks at its condition so often: a process that was killed before it notified has woken no waiter.
const LONGEST_NAP: Duration = Duration::from_secs(1);

impl Mutex {
    pub(super) fn make(place: &Place, value: Option<Py<Form>>, offset: usize) -> Self {
        Self { of: Arc::new(Guarded::new(place, value, offset)) }
    }

    /// Waits for a notification, without the lock, which is held again afterwards.
    fn wait_once(&self, event: &Bound<'_, Event>, timeout: Option<f64>) -> PyResult<bool> {
        // With the lock: a notification of a change that this thread has not seen comes later.
        let (py, ticket) = (event.py(), event.get().moment());
        let block = self.of.suspend()?;
        let notified = event.get().wait_after(py, ticket, timeout);
        // Also after Ctrl-C, so that the block goes on, or ends, with the lock; without it if this raises.
        match self.of.take(py, None)? {
            Some(Taken::Whole) => {}
            _ => {
                self.of.lock()?.release().map_err(errors::of_lock)?;
                return Err(within::died(py, &self.of));
            }
        }
        self.of.resume(block);
        notified
    }
}

#[pymethods]
impl Mutex {
    #[new]
    fn new(place: &Place, value: Option<Py<Form>>, offset: usize) -> Self {
        Self::make(place, value, offset)
    }

    /// Takes the lock for a block, and gives the view of the value, which writes until the block ends.
    fn __enter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        within::enter(py, &self.of, None)
    }

    #[pyo3(signature = (*_raised))]
    fn __exit__(&self, _raised: &Bound<'_, PyTuple>) -> PyResult<()> {
        // In a child that was forked inside the block, the lock is its parent's.
        match self.of.end() {
            true => self.of.lock()?.release().map_err(errors::of_lock),
            false => Ok(()),
        }
    }

    /// As `with`, waiting for at most so many seconds: `with account.within(2) as value:`.
    fn within(&self, timeout: f64) -> Within {
        Within::new(&self.of, Some(timeout), Way::Takes)
    }

    /// As `with`, also if this thread holds the lock already; the outermost block releases it.
    #[pyo3(signature = (timeout=None))]
    fn again(&self, timeout: Option<f64>) -> Within {
        Within::new(&self.of, timeout, Way::TakesAgain)
    }

    /// Inside the block: waits until the event is notified, or the time is up, without the lock; `False` if it was not
    /// notified. The lock is held again afterwards.
    #[pyo3(signature = (event, timeout=None))]
    fn wait(&self, event: &Bound<'_, Event>, timeout: Option<f64>) -> PyResult<bool> {
        self.wait_once(event, timeout)
    }

    /// Inside the block: waits, without the lock, until `condition` holds, which is looked at now, after each
    /// notification and once a second; `TimedOut` once the time is up. The lock is held again afterwards.
    #[pyo3(signature = (event, condition, timeout=None))]
    fn wait_until(
        &self,
        event: &Bound<'_, Event>,
        condition: &Bound<'_, PyAny>,
        timeout: Option<f64>,
    ) -> PyResult<()> {
        let (start, longest) = (Instant::now(), LONGEST_NAP.as_secs_f64());
        while !condition.call0()?.is_truthy()? {
            let left = timeout.map(|timeout| timeout - start.elapsed().as_secs_f64());
            if left.is_some_and(|left| left <= 0.0) {
                let path = &self.of.place.path;
                let text = format!("the condition under the lock `{path}` did not hold in time");
                return Err(errors::named("TimedOut", &text, None));
            }
            self.wait_once(event, Some(left.unwrap_or(longest).min(longest)))?;
        }
        Ok(())
    }

    /// Whether an earlier holder died, and the value was not repaired since.
    #[getter]
    fn owner_died(&self) -> PyResult<bool> {
        Ok(self.of.lock()?.owner_died())
    }

    /// Whether this thread holds the lock.
    #[getter]
    fn is_held_here(&self) -> PyResult<bool> {
        Ok(self.of.lock()?.is_held_here())
    }

    /// Writes the value that `shm.create` and `shm.update` give, under the lock.
    fn _assign(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        within::enter(value.py(), &self.of, None)?;
        let written = self.of.inner().set(&self.of.place.path, value);
        self.of.end();
        self.of.lock()?.release().map_err(errors::of_lock)?;
        written
    }

    /// The value as `shm.to_dict` gives it: a snapshot without the lock.
    fn _plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.of.inner().get(py, &self.of.place.path)
    }

    #[classmethod]
    fn __class_getitem__<'py>(
        class: &Bound<'py, PyType>,
        parameters: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        super::generic(class, parameters)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let (name, value) = (slf.get_type().name()?, slf.get()._plain(slf.py())?);
        Ok(format!("<{name} {}>", value.repr()?))
    }
}
