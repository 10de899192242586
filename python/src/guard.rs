//! [`Guard`]: the owner of a view that a lock guards.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use pyo3::prelude::*;

use crate::live::{EXPIRED, OPEN, State};
use crate::mapped::Inner;

/// The owner of the view in a `with`: views of it write until the block ends.
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
    pub(crate) fn new(inner: Arc<Inner>) -> Self {
        let state = State::new(OPEN.into());
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
        self.state.load(Relaxed) == OPEN
    }

    /// Ends writing through every view of it.
    pub(crate) fn expire(&self) {
        self.state.store(EXPIRED, Relaxed);
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
