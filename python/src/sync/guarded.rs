//! [`Guarded`]: a value under a lock, and the guard of the thread that holds it.

use std::sync::{Arc, Mutex as StdMutex, MutexGuard, OnceLock, PoisonError};

use pyo3::prelude::*;
use shm_core::LockError;
use shm_core::dynamic::{DynLock, Taken};

use crate::errors;
use crate::guard::Guard;
use crate::live::{self, EXPIRED, Form, Memory, OPEN};
use crate::mapped::Inner;
use crate::place::Place;
use crate::wait::{limit, wait};

/// A value under a lock that is held by one thread at a time.
pub(super) struct Guarded {
    pub(super) place: Place,
    value: Option<Py<Form>>,
    offset: usize,
    lock: OnceLock<DynLock>,
    /// The guard of the thread that holds the lock.
    guard: StdMutex<Option<Py<Guard>>>,
}

impl Guarded {
    pub(super) fn new(place: &Place, value: Option<Py<Form>>, offset: usize) -> Self {
        let (lock, guard) = (OnceLock::new(), StdMutex::new(None));
        Self { place: place.again(), value, offset, lock, guard }
    }

    pub(super) fn lock(&self) -> PyResult<&DynLock> {
        self.place.once(&self.lock, |region, path| region.lock_of(path))
    }

    pub(super) fn inner(&self) -> &Arc<Inner> {
        &self.place.inner
    }

    /// Takes the lock in whatever state it is; `None` once the time is up.
    pub(super) fn take(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Option<Taken>> {
        let lock = self.lock()?;
        let taken = match lock.try_acquire() {
            Err(LockError::Busy) => {
                let limit = limit(timeout)?;
                wait(py, || lock.acquire_timeout(limit), |taken| release_if(lock, &taken))?
            }
            other => other,
        };
        match taken {
            Ok(taken) => Ok(Some(taken)),
            Err(LockError::Busy) => Ok(None),
            Err(error) => Err(errors::of_lock(error)),
        }
    }

    /// The guard of the thread that holds the lock through this object.
    fn slot(&self) -> MutexGuard<'_, Option<Py<Guard>>> {
        self.guard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value that is now guarded: a view, or a place if it is one word.
    pub(super) fn begin<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let guard = Bound::new(py, Guard::new(Arc::clone(self.inner()), OPEN))?;
        *self.slot() = Some(guard.clone().unbind());
        self.value_of(&guard)
    }

    /// The value that is guarded already, by this thread, and the guard that ends with the inner block, if the outer one
    /// is another object's.
    pub(super) fn begin_again<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, Option<Py<Guard>>)> {
        let outer = self.slot().as_ref().map(|guard| guard.bind(py).clone());
        if let Some(guard) = outer.filter(|guard| guard.get().is_open()) {
            return Ok((self.value_of(&guard)?, None));
        }
        let guard = Bound::new(py, Guard::new(Arc::clone(self.inner()), OPEN))?;
        Ok((self.value_of(&guard)?, Some(guard.unbind())))
    }

    /// The value, as that guard allows: a view, or a place if it is one word.
    pub(super) fn value_of<'py>(&self, guard: &Bound<'py, Guard>) -> PyResult<Bound<'py, PyAny>> {
        let py = guard.py();
        let Some(form) = self.value.as_ref().map(Py::get).filter(|form| !form.is_word()) else {
            return Ok(Bound::new(py, self.place.again())?.into_any());
        };
        let state = Arc::clone(guard.get().state());
        let address = self.place.address(self.inner())?;
        let memory = Memory { address, owner: guard.clone().into_any().unbind(), state };
        live::part(py, form, &memory, self.offset)
    }

    /// Ends the block of the guard; whether the lock is still held.
    pub(super) fn end(&self) -> bool {
        let Some(guard) = self.slot().take() else { return false };
        let held = guard.get().is_open();
        guard.get().end(EXPIRED);
        held
    }

    /// Keeps the views of the block from writing, and gives up the lock; the guard, for [`Guarded::resume`].
    pub(super) fn suspend(&self) -> PyResult<(Py<Guard>, u32)> {
        let lock = self.lock()?;
        let mut slot = self.slot();
        let guard = if lock.is_held_here() { slot.take() } else { None };
        drop(slot);
        let Some(guard) = guard else { return Err(errors::of_lock(LockError::NotHeld)) };
        let state = guard.get().suspend();
        lock.release().map_err(errors::of_lock)?;
        Ok((guard, state))
    }

    /// Goes on with a block, with the lock.
    pub(super) fn resume(&self, (guard, state): (Py<Guard>, u32)) {
        guard.get().resume(state);
        *self.slot() = Some(guard);
    }
}

fn release_if(lock: &DynLock, taken: &Result<Taken, LockError>) {
    if taken.is_ok() {
        // It was taken just now, by this thread: releasing it cannot fail in a way that matters.
        drop(lock.release());
    }
}
