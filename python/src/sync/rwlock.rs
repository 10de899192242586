//! [`RwLock`]: a value under a lock that several readers hold at a time, or one writer.

use std::sync::{Arc, Mutex as StdMutex, OnceLock, PoisonError};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use shm_core::LockError;
use shm_core::dynamic::{DynReadLock, Seat, Taken};

use super::guarded::Guarded;
use super::mutex::Mutex;
use super::within::{self, Way, Within};
use crate::errors;
use crate::guard::Guard;
use crate::live::{EXPIRED, FROZEN, Form};
use crate::place::Place;
use crate::wait::{limit, wait};

/// A field that is an `RwLock`. As a `Mutex`, it is taken for writing.
#[pyclass(frozen, extends = Mutex, module = "shm")]
pub(crate) struct RwLock {
    readers: OnceLock<DynReadLock>,
}

impl RwLock {
    fn readers(slf: &Bound<'_, Self>) -> PyResult<DynReadLock> {
        let place = &slf.as_super().get().of.place;
        place.once(&slf.get().readers, |region, path| region.read_lock_of(path)).cloned()
    }
}

#[pymethods]
impl RwLock {
    #[new]
    fn new(place: &Place, value: Option<Py<Form>>, offset: usize) -> PyClassInitializer<Self> {
        let mutex = PyClassInitializer::from(Mutex::make(place, value, offset));
        mutex.add_subclass(Self { readers: OnceLock::new() })
    }

    /// The lock for reading, for a block: `with route.read() as value:`. `Busy` if it is not had in time.
    #[pyo3(signature = (timeout=None))]
    fn read(slf: Bound<'_, Self>, timeout: Option<f64>) -> Reading {
        Reading { lock: slf.unbind(), timeout, held: StdMutex::default() }
    }

    /// The lock for writing, for a block: `with route.write() as value:`. `Busy` if it is not had in time.
    #[pyo3(signature = (timeout=None))]
    fn write(slf: &Bound<'_, Self>, timeout: Option<f64>) -> Within {
        Within::new(&slf.as_super().get().of, timeout, Way::Takes)
    }
}

/// A seat of a reader, for a block.
#[pyclass(frozen, module = "shm._shm")]
pub(crate) struct Reading {
    lock: Py<RwLock>,
    timeout: Option<f64>,
    /// The seat, while the block runs.
    held: StdMutex<Option<(DynReadLock, Seat, Py<Guard>)>>,
}

impl Reading {
    /// Takes a seat in whatever state the value is.
    fn take(&self, py: Python<'_>, readers: &DynReadLock) -> PyResult<(Seat, Taken)> {
        let taken = match readers.try_acquire() {
            Err(LockError::Busy) => {
                let limit = limit(self.timeout)?;
                let give_back = |taken: Result<(Seat, Taken), LockError>| {
                    if let Ok((seat, _)) = taken {
                        // It was taken just now, by this thread: releasing it cannot fail in a way that matters.
                        drop(readers.release(seat));
                    }
                };
                wait(py, || readers.acquire_timeout(limit), give_back)?
            }
            other => other,
        };
        taken.map_err(errors::of_lock)
    }

    /// The value, for reading, and the seat noted for the end of the block.
    fn seated<'py>(
        &self,
        py: Python<'py>,
        of: &Guarded,
        readers: &DynReadLock,
        seat: Seat,
    ) -> PyResult<Bound<'py, PyAny>> {
        let guard = Bound::new(py, Guard::new(Arc::clone(of.inner()), FROZEN))?;
        let value = of.value_of(&guard)?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_some() {
            let text = "another thread is in the block of this reader: ask for one of your own";
            return Err(PyRuntimeError::new_err(text));
        }
        *held = Some((readers.clone(), seat, guard.unbind()));
        Ok(value)
    }
}

#[pymethods]
impl Reading {
    fn __enter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let lock = self.lock.bind(py);
        let readers = RwLock::readers(lock)?;
        let (seat, taken) = self.take(py, &readers)?;
        let of = &lock.as_super().get().of;
        let value = match taken {
            Taken::Whole => self.seated(py, of, &readers, seat),
            Taken::OwnerDied => Err(within::died(py, of)),
        };
        if value.is_err() {
            readers.release(seat).map_err(errors::of_lock)?;
        }
        value
    }

    #[pyo3(signature = (*_raised))]
    fn __exit__(&self, _raised: &Bound<'_, PyTuple>) -> PyResult<()> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((readers, seat, guard)) = held else { return Ok(()) };
        let is_ours = guard.get().is_open();
        guard.get().end(EXPIRED);
        // In a child that was forked inside the block, the seat is its parent's.
        if is_ours { readers.release(seat).map_err(errors::of_lock) } else { Ok(()) }
    }
}
