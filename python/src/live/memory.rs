//! [`Memory`]: the bytes that views are of, and the object that keeps them.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use pyo3::prelude::*;

use super::address::Address;
use crate::errors;

/// The word that says whether views may write. Its owner shares it with every view.
pub(crate) type State = Arc<AtomicU32>;

/// Views may write.
pub(crate) const OPEN: u32 = 0;
/// The memory is a copy that does not change, or a region that was opened for reading only.
pub(crate) const FROZEN: u32 = 1;
/// The block of a `with` has ended, or the process is a child of the one that holds the lock.
pub(crate) const EXPIRED: u32 = 2;
/// The region was closed.
pub(crate) const CLOSED: u32 = 3;
/// The row of this process was given up.
pub(crate) const GIVEN_UP: u32 = 4;

/// A place in memory, and the object that keeps it.
pub(crate) struct Memory {
    pub(crate) address: Address,
    pub(crate) owner: Py<PyAny>,
    pub(crate) state: State,
}

impl Memory {
    pub(crate) fn clone_at(&self, py: Python<'_>, address: Address) -> Self {
        Self { address, owner: self.owner.clone_ref(py), state: Arc::clone(&self.state) }
    }

    /// Fails if a view of this memory may not write.
    #[inline]
    pub(crate) fn expect_writable(&self) -> PyResult<()> {
        match self.state.load(Relaxed) {
            OPEN => Ok(()),
            state => Err(refused(state)),
        }
    }
}

#[cold]
fn refused(state: u32) -> PyErr {
    match state {
        EXPIRED => errors::read_only(
            "this view belongs to a lock that is not held any more, so it cannot be written",
        ),
        GIVEN_UP => errors::read_only("this row was given up, so it cannot be written"),
        CLOSED => errors::read_only("the region was closed, so it cannot be written"),
        _ => errors::read_only("this view is read-only"),
    }
}
