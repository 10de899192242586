//! Copies between memory that processes share and memory that is private.
//!
//! What a copy means is the literal loop in [`portable`]: one relaxed atomic access for each element,
//! at the element's own width. On x86-64 with AVX the same is done by wider accesses, none of which
//! reads or writes an element in parts; [`x86_64`] says why. Where a sanitizer or Miri watches, the loop is
//! all there is (`build.rs`).
//!
//! Nothing is ordered here: callers put a fence after a load and before a store.
//!
//! | | |
//! | --- | --- |
//! | `load::<T>`, `store::<T>` | copies `len` bytes, in elements as wide as a `T`, out of shared memory or into it |
//! | `fill::<T>` | stores one value in every element |
//! | `load_structs`, `store_structs` | copies `len` bytes of structs, if there is a faster way than field by field: every field is then accessed whole, at its own width. Says whether it did |
//!
//! # Safety
//!
//! For all of them: both ranges are valid for `len` bytes. Other processes access the shared one meanwhile
//! only by atomics of the widths said here, and only this thread accesses the private one.
//!
//! - Of elements: `shared` is aligned to the size of a `T`, of which `len` is a multiple, and the bytes
//!   that are copied make up `T`s. The `T` of a `fill` has no padding.
//! - Of structs: `shared` is aligned to `align`, of which `len` is a multiple. It consists of fields, each
//!   aligned to its own width, which is `align` at most or 8, and of padding, unless it is stored to.

use crate::scalar::sealed::Word;

mod portable;
#[cfg(test)]
#[cfg_attr(
    not(shm_assembly),
    allow(unused_qualifications, reason = "`load` is `portable::load` then")
)]
mod tests;
#[cfg(test)]
#[cfg_attr(
    not(shm_assembly),
    allow(unused_qualifications, reason = "`load` is `portable::load` then")
)]
mod torn;
#[cfg(all(test, shm_assembly))]
mod widths;
#[cfg(shm_assembly)]
mod x86_64;

#[cfg(not(shm_assembly))]
pub(crate) use portable::{fill, load, load_structs, store, store_structs};
#[cfg(shm_assembly)]
pub(crate) use x86_64::{fill, load, load_structs, store, store_structs};
