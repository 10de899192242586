//! [`Copy`]: bytes of this process's own that never change.

use pyo3::prelude::*;
use std::ptr::NonNull;

use super::address::Address;
use super::element;
use super::form::Form;
use super::memory::{FROZEN, Memory, State};

/// A copy of a value, which keeps the memory of views of it.
#[pyclass(frozen, module = "shm._shm")]
pub(crate) struct Copy(Box<[u128]>);

impl Copy {
    /// Copies bytes to where every scalar is aligned.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let words = bytes.chunks(size_of::<u128>()).map(|chunk| {
            let mut word = [0; size_of::<u128>()];
            word[..chunk.len()].copy_from_slice(chunk);
            u128::from_ne_bytes(word)
        });
        Self(words.collect())
    }
}

/// The value of this form that was copied.
pub(crate) fn part_of_copy<'py>(
    py: Python<'py>,
    form: &Form,
    copy: Copy,
) -> PyResult<Bound<'py, PyAny>> {
    let owner = Bound::new(py, copy)?;
    // Views of it never write: their state says so.
    let address = Address::new(NonNull::from(&*owner.get().0).cast());
    let memory =
        Memory { address, owner: owner.into_any().unbind(), state: State::new(FROZEN.into()) };
    // SAFETY: the copy is of a value of this form, as the schema of its region says.
    unsafe { element::get(py, form, &memory, address) }
}
