//! [`Guard`]: the owner of a view that is good for a while: that a lock guards, or of a row of this process.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use pyo3::prelude::*;

use crate::live::{EXPIRED, GIVEN_UP, State};
use crate::mapped::Inner;

/// The owner of the view in a `with`: views of it are as its state says until the block ends.
#[pyclass(frozen, module = "shm._shm")]
pub(crate) struct Guard {
    inner: Arc<Inner>,
    state: State,
}

/// The states of all guards of this process. Only code that has the interpreter's lock uses it, and `fork`
/// needs that lock, too, so that a child never finds it taken.
static ALL: Mutex<Vec<Weak<std::sync::atomic::AtomicU32>>> = Mutex::new(Vec::new());

fn all() -> MutexGuard<'static, Vec<Weak<std::sync::atomic::AtomicU32>>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Guard {
    /// `state` is `OPEN`, or `FROZEN` for a reader.
    pub(crate) fn new(inner: Arc<Inner>, state: u32) -> Self {
        let state = State::new(state.into());
        all().push(Arc::downgrade(&state));
        Self { inner, state }
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// Whether the lock is still held: not after the block, and not in a child of the process that held it.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.state.load(Relaxed), EXPIRED | GIVEN_UP)
    }

    /// Keeps views from writing while the lock is not held; the state before, for [`Guard::resume`].
    pub(crate) fn suspend(&self) -> u32 {
        self.state.swap(EXPIRED, Relaxed)
    }

    /// Lets views write again.
    pub(crate) fn resume(&self, state: u32) {
        self.state.store(state, Relaxed);
    }

    /// Ends writing through every view of it, for a reason: `EXPIRED`, or `GIVEN_UP`.
    pub(crate) fn end(&self, reason: u32) {
        self.state.store(reason, Relaxed);
        let ours = Arc::as_ptr(&self.state);
        all().retain(|state| state.as_ptr() != ours);
    }
}

/// A child process holds none of its parent's locks: their views must not write there.
#[pyfunction]
pub(crate) fn after_fork_in_child() {
    for state in all().drain(..).filter_map(|state| state.upgrade()) {
        state.store(EXPIRED, Relaxed);
    }
}
