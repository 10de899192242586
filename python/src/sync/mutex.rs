//! [`Mutex`]: a value under a lock that notices the death of its holder.

use std::sync::{Arc, Mutex as StdMutex, OnceLock, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};
use shm_core::LockError;
use shm_core::dynamic::{DynLock, Taken};

use crate::errors;
use crate::guard::Guard;
use crate::live::{self, Form, Memory};
use crate::mapped::Inner;
use crate::place::Place;
use crate::wait::{limit, wait};

/// A field that is a `Mutex`, or an `RwLock` taken for writing.
#[pyclass(frozen, subclass, module = "shm")]
pub(crate) struct Mutex {
    place: Place,
    value: Option<Py<Form>>,
    offset: usize,
    lock: OnceLock<DynLock>,
    /// The guard of the thread that holds the lock.
    guard: StdMutex<Option<Py<Guard>>>,
}

impl Mutex {
    fn lock(&self) -> PyResult<&DynLock> {
        let region = self.place.inner.writable()?;
        if let Some(lock) = self.lock.get() {
            return Ok(lock);
        }
        let lock = region.lock_of(&self.place.path).map_err(errors::by_name)?;
        Ok(self.lock.get_or_init(|| lock))
    }

    fn inner(&self) -> &Arc<Inner> {
        &self.place.inner
    }

    /// Takes the lock in whatever state it is; `None` once the time is up.
    fn take(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Option<Taken>> {
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

    /// The value that is now guarded: a view, or a place if it is one word.
    fn guarded<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let (py, this) = (slf.py(), slf.get());
        let guard = Bound::new(py, Guard::new(Arc::clone(this.inner())))?;
        *this.guard.lock().unwrap_or_else(PoisonError::into_inner) = Some(guard.clone().unbind());
        let Some(form) = this.value.as_ref().map(Py::get).filter(|form| !form.is_word()) else {
            return Ok(Bound::new(py, this.place.again())?.into_any());
        };
        let state = Arc::clone(guard.get().state());
        let address = this.place.address(this.inner())?;
        let memory = Memory { address, owner: guard.into_any().unbind(), state };
        live::part(py, form, &memory, this.offset)
    }

    fn end(&self) -> PyResult<bool> {
        let guard = self.guard.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(guard) = guard else { return Ok(false) };
        let held = guard.get().is_open();
        guard.get().expire();
        Ok(held)
    }
}

fn release_if(lock: &DynLock, taken: &Result<Taken, LockError>) {
    if taken.is_ok() {
        // It was taken just now, by this thread: releasing it cannot fail in a way that matters.
        drop(lock.release());
    }
}

#[pymethods]
impl Mutex {
    #[new]
    fn new(place: &Place, value: Option<Py<Form>>, offset: usize) -> Self {
        let (lock, guard) = (OnceLock::new(), StdMutex::new(None));
        Self { place: place.again(), value, offset, lock, guard }
    }

    /// Takes the lock for a block, and gives the view of the value, which writes until the block ends.
    fn __enter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::enter(slf, None)
    }

    #[pyo3(signature = (*_raised))]
    fn __exit__(&self, _raised: &Bound<'_, PyTuple>) -> PyResult<()> {
        // In a child that was forked inside the block, the lock is its parent's.
        match self.end()? {
            true => self.lock()?.release().map_err(errors::of_lock),
            false => Ok(()),
        }
    }

    /// As `with`, waiting for at most so many seconds: `with account.within(2) as value:`.
    fn within(slf: Bound<'_, Self>, timeout: f64) -> Within {
        Within { mutex: slf.unbind(), timeout: Some(timeout), repairs: false }
    }

    /// Whether an earlier holder died, and the value was not repaired since.
    #[getter]
    fn owner_died(&self) -> PyResult<bool> {
        Ok(self.lock()?.owner_died())
    }

    /// Whether this thread holds the lock.
    #[getter]
    fn is_held_here(&self) -> PyResult<bool> {
        Ok(self.lock()?.is_held_here())
    }

    /// Writes the value that `shm.create` and `shm.update` give, under the lock.
    fn _assign(slf: &Bound<'_, Self>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        Self::enter(slf, None)?;
        let place = &slf.get().place;
        let written = place.inner.set(&place.path, value);
        slf.get().end()?;
        slf.get().lock()?.release().map_err(errors::of_lock)?;
        written
    }

    /// The value as `shm.to_dict` gives it: a snapshot without the lock.
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
        Ok(format!("<Mutex {}>", self._plain(py)?.repr()?))
    }
}

impl Mutex {
    fn enter<'py>(slf: &Bound<'py, Self>, timeout: Option<f64>) -> PyResult<Bound<'py, PyAny>> {
        let this = slf.get();
        match this.take(slf.py(), timeout)? {
            Some(Taken::Whole) => Self::guarded(slf),
            Some(Taken::OwnerDied) => {
                this.lock()?.release().map_err(errors::of_lock)?;
                Err(Self::died(slf))
            }
            None => Err(errors::of_lock(LockError::Busy)),
        }
    }

    /// The error of a lock whose holder died, which can repair the value.
    fn died(slf: &Bound<'_, Self>) -> PyErr {
        let error = errors::of_lock(LockError::OwnerDied);
        let mutex = slf.clone().unbind();
        let repair = Bound::new(slf.py(), Repair { mutex });
        match repair.and_then(|repair| error.value(slf.py()).setattr("_repair", repair)) {
            Ok(()) => error,
            Err(other) => other,
        }
    }
}

/// Called by `OwnerDied.repair`.
#[pyclass(frozen, module = "shm._shm")]
pub(crate) struct Repair {
    mutex: Py<Mutex>,
}

#[pymethods]
impl Repair {
    fn __call__(&self, py: Python<'_>) -> Within {
        Within { mutex: self.mutex.clone_ref(py), timeout: None, repairs: true }
    }
}

/// A lock that is taken for a block, in a certain way.
#[pyclass(frozen, module = "shm._shm")]
pub(crate) struct Within {
    mutex: Py<Mutex>,
    timeout: Option<f64>,
    /// Whether the value may be half changed, and counts as whole after the block.
    repairs: bool,
}

#[pymethods]
impl Within {
    fn __enter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mutex = self.mutex.bind(py);
        if !self.repairs {
            return Mutex::enter(mutex, self.timeout);
        }
        match mutex.get().take(py, self.timeout)? {
            Some(_) => Mutex::guarded(mutex),
            None => Err(errors::of_lock(LockError::Busy)),
        }
    }

    #[pyo3(signature = (class, *_raised))]
    fn __exit__(
        &self,
        py: Python<'_>,
        class: &Bound<'_, PyAny>,
        _raised: &Bound<'_, PyTuple>,
    ) -> PyResult<()> {
        let mutex = self.mutex.bind(py).get();
        if !mutex.end()? {
            return Ok(());
        }
        let lock = mutex.lock()?;
        if self.repairs && class.is_none() {
            lock.mark_consistent().map_err(errors::of_lock)?;
        }
        lock.release().map_err(errors::of_lock)
    }
}
