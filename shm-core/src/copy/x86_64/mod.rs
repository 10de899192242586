//! Copies in steps of 16 aligned bytes on the shared side; at the ends in steps of 8, 4, 2 and 1.
//!
//! Each step is assembly with a story, in Rust, that has the same effect on the abstract machine: the
//! loop in [`super::portable`] over the same bytes. A step is at least as wide as an element, and
//! aligned to its own width, so that no element lies in two steps.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use super::{Word, portable};

mod blocks;
mod cursor;
mod steps;
mod ways;

use cursor::copy;
use ways::{Fill, Load, Pattern, Store};

/// Up to so many elements are copied one by one, so that the compiler sees each value and can keep it
/// in a register.
const FEW: usize = 8;
/// From this length on stores of bytes are left to the processor's own copy.
const STRING: usize = 512;

/// See [`super::load`].
///
/// # Safety
/// As there.
#[inline]
pub(super) unsafe fn load<T: Word>(shared: *const u8, private: *mut u8, len: usize) {
    if few::<T>(len) {
        // SAFETY: the caller's.
        return unsafe { portable::load::<T>(shared, private, len) };
    }
    if !AVX.load(Relaxed) {
        // SAFETY: the caller's.
        return unsafe { unsure::load::<T>(shared, private, len) };
    }
    // SAFETY: the caller's, and there is AVX.
    unsafe { copy::<T, Load>(shared.cast_mut(), private, len) };
}

/// See [`super::store`].
///
/// # Safety
/// As there.
#[inline]
pub(super) unsafe fn store<T: Word>(shared: *mut u8, private: *const u8, len: usize) {
    if few::<T>(len) {
        // SAFETY: the caller's.
        return unsafe { portable::store::<T>(shared, private, len) };
    }
    if !AVX.load(Relaxed) {
        // SAFETY: the caller's.
        return unsafe { unsure::store::<T>(shared, private, len) };
    }
    if size_of::<T>() == 1 && len >= STRING {
        // SAFETY: the caller's; the elements are bytes.
        return unsafe { blocks::store_bytes(shared, private, len) };
    }
    // SAFETY: the caller's, and there is AVX.
    unsafe { copy::<T, Store>(shared, private, len) };
}

/// See [`super::fill`].
///
/// # Safety
/// As there.
#[inline]
pub(super) unsafe fn fill<T: Word + Copy>(shared: *mut u8, value: T, len: usize) {
    if few::<T>(len) {
        // SAFETY: the caller's.
        return unsafe { portable::fill::<T>(shared, value, len) };
    }
    if !AVX.load(Relaxed) {
        // SAFETY: the caller's.
        return unsafe { unsure::fill::<T>(shared, value, len) };
    }
    if size_of::<T>() == 1 && len >= STRING {
        // SAFETY: the caller's; the elements are bytes.
        return unsafe { blocks::fill_bytes(shared, value.to_bits_u64() as u8, len) };
    }
    // SAFETY: the caller's, and there is AVX.
    unsafe { copy::<T, Fill>(shared, Pattern::of(value), len) };
}

/// See [`super::load_structs`].
///
/// # Safety
/// As there.
#[inline]
pub(super) unsafe fn load_structs(
    shared: *const u8,
    private: *mut u8,
    len: usize,
    align: usize,
) -> bool {
    if !has_avx() {
        return false;
    }
    let shared = shared.cast_mut();
    let copy = match align {
        1 => copy::<u8, Load>,
        2 => copy::<u16, Load>,
        4 => copy::<u32, Load>,
        _ => copy::<u64, Load>,
    };
    // SAFETY: the caller's: no field is wider than a step, or lies in two. There is AVX.
    unsafe { copy(shared, private, len) };
    true
}

/// See [`super::store_structs`].
///
/// # Safety
/// As there.
#[inline]
pub(super) unsafe fn store_structs(
    shared: *mut u8,
    private: *const u8,
    len: usize,
    align: usize,
) -> bool {
    if !has_avx() {
        return false;
    }
    let copy = match align {
        1 => copy::<u8, Store>,
        2 => copy::<u16, Store>,
        4 => copy::<u32, Store>,
        _ => copy::<u64, Store>,
    };
    // SAFETY: as in `load_structs`.
    unsafe { copy(shared, private, len) };
    true
}

#[inline(always)]
fn has_avx() -> bool {
    AVX.load(Relaxed) || unsure::has_avx()
}

#[inline(always)]
fn few<T>(len: usize) -> bool {
    len <= FEW * size_of::<T>()
}

/// Whether this processor is known to have AVX: a flag of our own, so that to ask costs one load, and
/// the answer "no" is a jump out of the way.
static AVX: AtomicBool = AtomicBool::new(false);

#[cfg(test)]
pub(super) fn is_known_to_have_avx() -> bool {
    AVX.load(Relaxed)
}

/// The first copies of a process, and all copies of a processor without AVX.
mod unsure {
    use super::{AVX, Fill, Load, Pattern, Relaxed, Store, Word, copy, portable};

    #[cold]
    pub(super) fn has_avx() -> bool {
        let has_avx = std::arch::is_x86_feature_detected!("avx");
        // No ordering: the processor stays what it is.
        AVX.store(has_avx, Relaxed);
        has_avx
    }

    /// # Safety
    /// As for [`super::load`].
    #[cold]
    pub(super) unsafe fn load<T: Word>(shared: *const u8, private: *mut u8, len: usize) {
        if has_avx() {
            // SAFETY: the caller's, and there is AVX.
            return unsafe { copy::<T, Load>(shared.cast_mut(), private, len) };
        }
        // SAFETY: the caller's.
        unsafe { portable::load::<T>(shared, private, len) };
    }

    /// # Safety
    /// As for [`super::store`].
    #[cold]
    pub(super) unsafe fn store<T: Word>(shared: *mut u8, private: *const u8, len: usize) {
        if has_avx() {
            // SAFETY: the caller's, and there is AVX.
            return unsafe { copy::<T, Store>(shared, private, len) };
        }
        // SAFETY: the caller's.
        unsafe { portable::store::<T>(shared, private, len) };
    }

    /// # Safety
    /// As for [`super::fill`].
    #[cold]
    pub(super) unsafe fn fill<T: Word + Copy>(shared: *mut u8, value: T, len: usize) {
        if has_avx() {
            // SAFETY: the caller's, and there is AVX.
            return unsafe { copy::<T, Fill>(shared, Pattern::of(value), len) };
        }
        // SAFETY: the caller's.
        unsafe { portable::fill::<T>(shared, value, len) };
    }
}
