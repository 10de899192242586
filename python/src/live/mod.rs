//! Memory that other processes change, as Python objects. All raw pointers, and all `unsafe` of this
//! package, are in this module.
//!
//! ```text
//! View  = { address, owner, state }      an instance of a class made for a struct
//! Field = { offset, form, class }        a descriptor: an attribute of that class
//! Array = { address, owner, state, form, len, stride }
//! ```
//! The *owner* is the object that keeps the memory: a region, the guard of a lock, or `bytes` with a
//! copy. It lives as long as any view of it, so closing a region never leaves a view without memory.
//! The *state* is a word of the owner: once it is not 0, no view of that owner writes.

mod address;
mod array;
mod atomics;
mod buffer;
mod copy;
mod descriptor;
mod element;
mod field;
mod form;
mod memory;
mod method;
mod number;
mod object;
mod owner;
mod slots;
mod view;
mod word;

pub(crate) use address::Address;
pub(crate) use array::Array;
pub(crate) use copy::{Copy, part_of_copy};
pub(crate) use descriptor::copy_of_descriptor;
pub(crate) use field::{add, is_assigned, new_field, place_field};
pub(crate) use form::Form;
pub(crate) use memory::{CLOSED, EXPIRED, FROZEN, GIVEN_UP, Memory, OPEN, State};
pub(crate) use method::{Method, add_method};
pub(crate) use number::{addend, to_bits, to_object};
pub(crate) use object::generic;
pub(crate) use owner::Owners;
pub(crate) use view::View;
pub(crate) use word::Word;

use pyo3::prelude::*;

/// Adds the types that are written by hand. Views ask the owners of their memory by `owners`.
pub(crate) fn add_to(module: &Bound<'_, PyModule>, owners: Owners) -> PyResult<()> {
    owner::answered_by(owners);
    module.add("View", view::class(module.py())?)?;
    module.add("Field", field::class(module.py())?)?;
    module.add_class::<Form>()?;
    module.add_class::<Array>()
}

/// The value `offset` bytes into a memory.
///
/// The plan of a schema (`plan`) is where forms and offsets come from; `shm._classes` passes them on.
pub(crate) fn part<'py>(
    py: Python<'py>,
    form: &Form,
    memory: &Memory,
    offset: usize,
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the form and the offset are those of the schema of the region, which was checked.
    let address = unsafe { memory.address.plus(offset) };
    // SAFETY: as above.
    unsafe { element::get(py, form, memory, address) }
}

/// The address of a field of a region whose data starts at `data`.
pub(crate) fn inside(data: Address, offset: usize) -> Address {
    // SAFETY: the offset is that of a field, which the region's schema has inside the data.
    unsafe { data.plus(offset) }
}
