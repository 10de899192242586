//! The copy by definition: one relaxed atomic access for each element.

use std::sync::atomic::Ordering::Relaxed;

use super::Word;

/// # Safety
/// See [`super`].
#[inline]
pub(crate) unsafe fn load<T: Word + Copy>(shared: *const u8, private: *mut u8, len: usize) {
    // SAFETY: the caller guarantees `len` bytes of atomics of this width and alignment.
    let cells = unsafe { cells::<T>(shared, len) };
    for (index, cell) in cells.iter().enumerate() {
        let to = private.cast::<T>().wrapping_add(index);
        // SAFETY: inside the private range.
        unsafe { to.write_unaligned(T::load(cell, Relaxed)) };
    }
}

/// # Safety
/// See [`super`].
#[inline]
pub(crate) unsafe fn store<T: Word + Copy>(shared: *mut u8, private: *const u8, len: usize) {
    // SAFETY: as in `load`.
    let cells = unsafe { cells::<T>(shared, len) };
    for (index, cell) in cells.iter().enumerate() {
        let from = private.cast::<T>().wrapping_add(index);
        // SAFETY: inside the private range, whose elements are `T`s.
        T::store(cell, unsafe { from.read_unaligned() }, Relaxed);
    }
}

/// # Safety
/// See [`super`].
#[inline]
pub(crate) unsafe fn fill<T: Word + Copy>(shared: *mut u8, value: T, len: usize) {
    // SAFETY: as in `load`.
    for cell in unsafe { cells::<T>(shared, len) } {
        T::store(cell, value, Relaxed);
    }
}

/// # Safety
/// `len` bytes at `shared` are atomics of this width, aligned to it, for as long as they are used.
#[inline]
unsafe fn cells<'a, T: Word>(shared: *const u8, len: usize) -> &'a [T::Cell] {
    // SAFETY: guaranteed by the caller.
    unsafe { std::slice::from_raw_parts(shared.cast(), len / size_of::<T>()) }
}

/// A copy of words that may be torn: here, none is.
///
/// # Safety
/// See [`super`].
#[cfg(not(shm_assembly))]
#[inline]
pub(crate) unsafe fn peek(shared: *const u8, private: *mut u8, len: usize) {
    // SAFETY: guaranteed by the caller.
    unsafe { load::<u64>(shared, private, len) };
}

/// A copy of structs is defined as field by field, and callers know the fields.
///
/// # Safety
/// None.
#[cfg(not(shm_assembly))]
#[inline]
pub(crate) unsafe fn load_structs(_: *const u8, _: *mut u8, _: usize, _: usize) -> bool {
    false
}

/// As above.
///
/// # Safety
/// None.
#[cfg(not(shm_assembly))]
#[inline]
pub(crate) unsafe fn store_structs(_: *mut u8, _: *const u8, _: usize, _: usize) -> bool {
    false
}
