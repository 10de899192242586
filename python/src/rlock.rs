//! [`RLock`] and [`Scalar`]: the locks of `shm.multiprocessing`, and a number under one.

use std::ffi::CStr;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use pyo3::exceptions::{PyAssertionError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};
use shm_core::LockError;
use shm_core::dynamic::{DynLock, Taken};
use shm_core::layout::ScalarKind;

use crate::errors;
use crate::live::{self, Method, Word, add_method};
use crate::region::Region;
use crate::wait::{limit, wait};

/// A lock that a thread may take several times, as `multiprocessing.RLock`. The death of a holder frees it.
#[pyclass(frozen, subclass, module = "shm._shm")]
pub(crate) struct RLock {
    lock: DynLock,
    /// How often the holder took it through this object. Only the holder changes it.
    count: AtomicU32,
    /// Whether the holder took it through this object first.
    took: AtomicU32,
    /// Whether a value whose last holder died counts as whole: a number is never half written.
    survives: bool,
}

impl RLock {
    fn note(&self, taken: Taken) -> PyResult<bool> {
        if taken == Taken::OwnerDied {
            if !self.survives {
                self.lock.release().map_err(errors::of_lock)?;
                return Err(errors::of_lock(LockError::OwnerDied));
            }
            self.lock.mark_consistent().map_err(errors::of_lock)?;
        }
        self.count.store(1, Relaxed);
        self.took.store(1, Relaxed);
        Ok(true)
    }

    /// Takes the lock once more.
    fn again(&self) -> bool {
        if self.count.fetch_add(1, Relaxed) == 0 {
            // Another object of this thread has it.
            self.took.store(0, Relaxed);
        }
        true
    }

    #[inline]
    fn take(&self, py: Python<'_>, block: bool, timeout: Option<f64>) -> PyResult<bool> {
        match self.lock.try_acquire() {
            Ok(taken) => self.note(taken),
            Err(LockError::WouldDeadlock) => Ok(self.again()),
            Err(LockError::Busy) => self.take_slowly(py, block, timeout),
            Err(error) => Err(errors::of_lock(error)),
        }
    }

    #[cold]
    fn take_slowly(&self, py: Python<'_>, block: bool, timeout: Option<f64>) -> PyResult<bool> {
        // Without time, too: whether the holder is dead is only looked up by a lock with a time limit.
        let limit = limit(if block { timeout } else { Some(0.0) })?;
        let lock = &self.lock;
        let taken = wait(
            py,
            || lock.acquire_timeout(limit),
            |taken| {
                if taken.is_ok() {
                    drop(lock.release());
                }
            },
        )?;
        match taken {
            Ok(taken) => self.note(taken),
            Err(LockError::Busy) => Ok(false),
            Err(error) => Err(errors::of_lock(error)),
        }
    }

    #[inline]
    fn give(&self) -> PyResult<()> {
        let count = self.count.load(Relaxed);
        if count == 0 || !self.lock.is_held_here() {
            let text = "attempt to release recursive lock not owned by thread";
            return Err(PyAssertionError::new_err(text));
        }
        self.count.store(count - 1, Relaxed);
        if count > 1 || self.took.swap(0, Relaxed) == 0 {
            return Ok(());
        }
        self.lock.release().map_err(errors::of_lock)
    }

    /// Does something under the lock, which this thread may hold already.
    #[inline]
    fn under<R>(&self, py: Python<'_>, work: impl FnOnce() -> R) -> PyResult<R> {
        match self.lock.try_acquire() {
            Ok(Taken::Whole) => {
                let result = work();
                self.lock.release().map_err(errors::of_lock)?;
                Ok(result)
            }
            Err(LockError::WouldDeadlock) => Ok(work()),
            Ok(Taken::OwnerDied) => {
                self.note(Taken::OwnerDied)?;
                self.finish(work)
            }
            Err(LockError::Busy) => {
                self.take_slowly(py, true, None)?;
                self.finish(work)
            }
            Err(error) => Err(errors::of_lock(error)),
        }
    }

    fn finish<R>(&self, work: impl FnOnce() -> R) -> PyResult<R> {
        let result = work();
        self.give()?;
        Ok(result)
    }
}

#[pymethods]
impl RLock {
    #[new]
    #[pyo3(signature = (region, path, survives=true, *_more))]
    fn new(
        region: &Bound<'_, Region>,
        path: &str,
        survives: bool,
        _more: &Bound<'_, PyTuple>,
    ) -> PyResult<Self> {
        let lock = region.get().inner.writable()?.lock_of(path).map_err(errors::by_name)?;
        let (count, took) = (AtomicU32::new(0), AtomicU32::new(0));
        Ok(Self { lock, count, took, survives })
    }

    #[pyo3(signature = (*_raised))]
    fn __exit__(&self, _raised: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.give()
    }

    /// Whether this thread holds it.
    #[getter]
    fn is_held_here(&self) -> bool {
        self.lock.is_held_here()
    }

    /// Takes the lock whatever the state that its last holder left, and calls the value whole.
    fn repair(&self, py: Python<'_>) -> PyResult<()> {
        let lock = &self.lock;
        let taken = wait(
            py,
            || lock.acquire_timeout(std::time::Duration::MAX),
            |taken| {
                if taken.is_ok() {
                    drop(lock.release());
                }
            },
        )?;
        let _found = taken.map_err(errors::of_lock)?;
        lock.mark_consistent().map_err(errors::of_lock)?;
        self.note(Taken::Whole).map(drop)
    }
}

/// `acquire`: takes the lock; `False` if it is not free in time.
struct Acquire;
/// `release`: releases the lock, as often as it was taken.
struct Release;
/// `__enter__`.
struct Enter;

/// Gives the class, or a subclass, the methods that are called all the time.
#[pyfunction]
pub(crate) fn add_lock_methods(class: &Bound<'_, PyType>) -> PyResult<()> {
    add_method::<Acquire>(class)?;
    add_method::<Release>(class)?;
    add_method::<Enter>(class)
}

impl Method for Acquire {
    type Class = RLock;
    const NAME: &'static CStr = c"acquire";
    const ARGUMENTS: [&'static str; 2] = ["block", "timeout"];
    const DOC: &'static CStr = c"acquire($self, /, block=True, timeout=None)\n--\n\n\
        Takes the lock; `False` if it is not free in time.";

    #[inline]
    fn call(
        this: &Bound<'_, RLock>,
        [block, timeout]: [Option<Bound<'_, PyAny>>; 2],
    ) -> PyResult<Option<bool>> {
        let block = block.map_or(Ok(true), |block| block.is_truthy())?;
        let timeout = timeout.map_or(Ok(None), |timeout| timeout.extract::<Option<f64>>())?;
        this.get().take(this.py(), block, timeout).map(Some)
    }
}

impl Method for Release {
    type Class = RLock;
    const NAME: &'static CStr = c"release";
    const ARGUMENTS: [&'static str; 2] = ["", ""];
    const DOC: &'static CStr =
        c"release($self, /)\n--\n\nReleases the lock, as often as it was taken.";

    #[inline]
    fn call(
        this: &Bound<'_, RLock>,
        given: [Option<Bound<'_, PyAny>>; 2],
    ) -> PyResult<Option<bool>> {
        if given.iter().any(Option::is_some) {
            return Err(PyTypeError::new_err("release() takes no arguments"));
        }
        this.get().give().map(|()| None)
    }
}

impl Method for Enter {
    type Class = RLock;
    const NAME: &'static CStr = c"__enter__";
    const ARGUMENTS: [&'static str; 2] = ["", ""];
    const DOC: &'static CStr = c"__enter__($self, /)\n--\n\nTakes the lock for a block.";

    #[inline]
    fn call(
        this: &Bound<'_, RLock>,
        _given: [Option<Bound<'_, PyAny>>; 2],
    ) -> PyResult<Option<bool>> {
        this.get().take(this.py(), true, None).map(Some)
    }
}

/// A number of `ctypes`, read and written under a lock in one call.
#[pyclass(frozen, subclass, module = "shm._shm")]
pub(crate) struct Scalar {
    word: Word,
    kind: ScalarKind,
    lock: Py<RLock>,
    /// Whether a number that does not fit is an error; otherwise it wraps, as in `ctypes`.
    strict: bool,
}

#[pymethods]
impl Scalar {
    #[new]
    #[pyo3(signature = (object, code, lock, strict=false, *_more))]
    fn new(
        object: &Bound<'_, PyAny>,
        code: u8,
        lock: Py<RLock>,
        strict: bool,
        _more: &Bound<'_, PyTuple>,
    ) -> PyResult<Self> {
        let kind = ScalarKind::from_code(code)
            .ok_or_else(|| PyTypeError::new_err(format!("{code} is not the code of a scalar")))?;
        Ok(Self { word: Word::of(object, kind)?, kind, lock, strict })
    }

    /// The number, read under the lock.
    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let bits = self.lock.get().under(py, || self.word.load())?;
        live::to_object(py, self.kind, bits)
    }

    #[setter]
    fn set_value(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let bits = self.bits(value)?;
        self.lock.get().under(value.py(), || self.word.store(bits))
    }

    /// Adds under the lock, in one call that loses no other; returns the number before.
    fn add<'py>(&self, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = value.py();
        let before = if matches!(self.kind, ScalarKind::F32 | ScalarKind::F64) {
            let added = value.extract::<f64>()?;
            self.lock.get().under(py, || self.word.add_float(self.kind, added))?
        } else {
            let bits = live::addend(self.kind, value)?;
            self.lock.get().under(py, || self.word.fetch_add(bits))?
        };
        live::to_object(py, self.kind, before)
    }
}

impl Scalar {
    fn bits(&self, value: &Bound<'_, PyAny>) -> PyResult<u64> {
        match live::to_bits(self.kind, value) {
            Err(error)
                if !self.strict
                    && error.is_instance_of::<pyo3::exceptions::PyOverflowError>(value.py()) =>
            {
                // As `ctypes` does it: the low bits.
                let mask = value.call_method1("__and__", (u64::MAX,))?;
                mask.extract::<u64>()
            }
            other => other,
        }
    }
}
