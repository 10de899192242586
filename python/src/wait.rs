//! Waiting: without the interpreter's lock, and ended by Ctrl-C.

use std::time::Duration;

use pyo3::prelude::*;
use shm_core::sync::interruptible;

use crate::convert::seconds;

/// Waits. A signal's handler runs at once, as in any call that waits in Python; if it raises, the wait ends
/// and the exception is the error. The result is then undone by `undo`, as the wait may have succeeded.
pub(crate) fn wait<R: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> R + Send,
    undo: impl FnOnce(R),
) -> PyResult<R> {
    let mut raised = None;
    let result = {
        let raised = &mut raised;
        py.detach(|| interruptible(|| is_interrupted(raised), work))
    };
    match raised {
        None => Ok(result),
        Some(error) => {
            undo(result);
            Err(error)
        }
    }
}

fn is_interrupted(raised: &mut Option<PyErr>) -> bool {
    if raised.is_none() {
        let check = |py: Python<'_>| py.check_signals();
        *raised = Python::attach(check).err();
    }
    raised.is_some()
}

/// A time limit as Python gives it: `None` for none.
pub(crate) fn limit(given: Option<f64>) -> PyResult<Duration> {
    given.map_or(Ok(Duration::MAX), seconds)
}
