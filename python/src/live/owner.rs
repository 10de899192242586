//! [`Owners`]: what is asked of the owner of memory, beside keeping it.

use std::sync::OnceLock;

use pyo3::prelude::*;
use shm_core::dynamic::DynValue;

use super::address::Address;
use super::memory::Memory;

/// Returns the object of a tag at an address, by its maker.
type Made = for<'py> fn(&Bound<'py, PyAny>, &str, &Memory, Address) -> PyResult<Bound<'py, PyAny>>;

/// The answers of owners, which the rooms above give when the module is made.
pub(crate) struct Owners {
    /// The length of the slice at the end of the owner's value.
    pub(crate) len: fn(Python<'_>, &Py<PyAny>) -> PyResult<usize>,
    /// The lock, event or other of this tag at an address, which a maker makes when it is first asked for.
    pub(crate) made: Made,
    /// The path of the value of this tag at an address.
    pub(crate) path_of: fn(Python<'_>, &Py<PyAny>, Address, &str) -> PyResult<String>,
    /// Reads a value by its path.
    pub(crate) get: for<'py> fn(Python<'py>, &Py<PyAny>, &str) -> PyResult<Bound<'py, PyAny>>,
    /// Writes a value by its path.
    pub(crate) set: fn(Python<'_>, &Py<PyAny>, &str, DynValue) -> PyResult<()>,
}

static OWNERS: OnceLock<Owners> = OnceLock::new();

/// Sets the answers, for this process.
pub(super) fn answered_by(owners: Owners) {
    // Another import of the module in this process has the same ones.
    let _ = OWNERS.set(owners);
}

pub(super) fn owners() -> &'static Owners {
    OWNERS.get().expect("the owners' answers are there from the import of the module on")
}
