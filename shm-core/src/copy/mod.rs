//! Copies between memory that processes share and memory that is private.
//!
//! A copy is defined by the literal loop in [`portable`]: one relaxed atomic access for each element, at
//! the element's own width. On x86-64 with AVX the same is done by wider accesses, none of which reads
//! or writes part of an element; [`x86_64`] explains why. Under a sanitizer or Miri only the loop is
//! compiled (`build.rs`).
//!
//! Nothing is ordered here: callers put a fence after a load and before a store.
//!
//! | | |
//! | --- | --- |
//! | `load::<T>`, `store::<T>` | copies `len` bytes, in elements as wide as a `T`, out of shared memory or into it |
//! | `peek` | copies `len` bytes of `u64`s out, for a caller that discards the copy if they may have been written meanwhile: so a word may be torn |
//! | `fill::<T>` | stores one value in every element |
//! | `load_structs`, `store_structs` | copies `len` bytes of structs, if there is a faster way than field by field: every field is then accessed whole, at its own width. Returns whether it did |
//!
//! # Safety
//!
//! For all of them: both ranges are valid for `len` bytes. Other processes access the shared one
//! meanwhile only by atomics of the widths given below, and only this thread accesses the private one.
//!
//! - For elements, of which those of a `peek` are `u64`s: `shared` is aligned to the size of a `T`, `len` is a multiple of it, and the bytes
//!   that are copied make up `T`s. The `T` of a `fill` has no padding.
//! - For structs: `shared` is aligned to `align`, and `len` is a multiple of it. The range consists of
//!   fields, each aligned to its own width, which is at most `align` or 8, and of padding, unless it is
//!   stored to.

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
pub(crate) use portable::{fill, load, load_structs, peek, store, store_structs};
#[cfg(shm_assembly)]
pub(crate) use x86_64::{fill, load, load_structs, peek, store, store_structs};
