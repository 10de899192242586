//! Copies between memory that processes share and memory that is private.
//!
//! What a copy means is the literal loop in [`portable`]: one relaxed atomic access for each element,
//! at the element's own width. On x86-64 with AVX the same is done by wider accesses, none of which
//! reads or writes an element in parts; [`x86_64`] says why.
//!
//! Where a sanitizer or Miri watches, the loop is all there is (`build.rs`).
//!
//! Nothing is ordered here: callers put a fence behind a load and before a store.

use crate::scalar::sealed::Word;

#[cfg(not(shm_assembly))]
mod field_by_field;
mod portable;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod torn;
#[cfg(all(test, shm_assembly))]
mod widths;
#[cfg(shm_assembly)]
mod x86_64;

#[cfg(not(shm_assembly))]
use {field_by_field as structs, portable as fast};
#[cfg(shm_assembly)]
use {x86_64 as fast, x86_64 as structs};

/// Copies `len` bytes out of shared memory, in elements as wide as a `T`.
///
/// # Safety
/// `shared` is aligned to the size of a `T`, `len` is a multiple of it, and both ranges are valid for
/// `len` bytes. Whoever else accesses the shared ones meanwhile does so by atomics of that width.
/// Nobody else accesses the private ones. The bytes that are copied make up `T`s.
#[inline]
pub(crate) unsafe fn load<T: Word>(shared: *const u8, private: *mut u8, len: usize) {
    // SAFETY: the caller's.
    unsafe { fast::load::<T>(shared, private, len) }
}

/// Copies `len` bytes into shared memory, in elements as wide as a `T`.
///
/// # Safety
/// As for [`load`].
#[inline]
pub(crate) unsafe fn store<T: Word>(shared: *mut u8, private: *const u8, len: usize) {
    // SAFETY: the caller's.
    unsafe { fast::store::<T>(shared, private, len) }
}

/// Copies `len` bytes of structs out of shared memory, if there is a faster way than field by field:
/// every field is then read whole, each by a relaxed load of its own width. Says whether it did.
///
/// # Safety
/// `shared` is aligned to `align`; `len` is a multiple of it; both ranges are valid for `len` bytes.
/// The shared one consists of fields, each aligned to its own width, which is `align` at most or 8,
/// and of padding. Whoever else accesses a field meanwhile does so by atomics of its width. Nobody
/// else accesses the private range.
#[inline]
pub(crate) unsafe fn load_structs(
    shared: *const u8,
    private: *mut u8,
    len: usize,
    align: usize,
) -> bool {
    // SAFETY: the caller's.
    unsafe { structs::load_structs(shared, private, len, align) }
}

/// Copies `len` bytes of structs into shared memory, if there is a faster way than field by field: every
/// field is then written whole, each by a relaxed store of its own width. Says whether it did.
///
/// # Safety
/// As for [`load_structs`]; and there is no padding.
#[inline]
pub(crate) unsafe fn store_structs(
    shared: *mut u8,
    private: *const u8,
    len: usize,
    align: usize,
) -> bool {
    // SAFETY: the caller's.
    unsafe { structs::store_structs(shared, private, len, align) }
}

/// Stores `value` in every element of `len` bytes of shared memory.
///
/// # Safety
/// As for [`load`], of the shared side. `T` has no padding.
#[inline]
pub(crate) unsafe fn fill<T: Word + Copy>(shared: *mut u8, value: T, len: usize) {
    // SAFETY: the caller's.
    unsafe { fast::fill::<T>(shared, value, len) }
}
