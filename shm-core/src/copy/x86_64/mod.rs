//! Copies by assembly. Each piece has a story, in Rust, that has the same effect on the abstract machine:
//! the loop in [`portable`] over the same bytes. No element is read or written in parts:
//!
//! * An access of 8, 4, 2 or 1 bytes, aligned to its own width, is one; and processors that have AVX
//!   access 16 aligned bytes in one step, too (Intel SDM volume 3A, 9.1.1; AMD APM volume 2, 7.3.2). None
//!   is narrower than an element, so that no element lies in two.
//! * Bytes are never accessed in parts, however wide the access: memory is made of them. For elements of
//!   one byte any instruction will do.
//! * `rep movs` and `rep stos` store one element after the other, or several at once ("groups that may
//!   include multiple elements", Intel SDM volume 1, 7.3.9.3): their width is that of the elements here,
//!   which are aligned to it.
//!
//! A store happens once for each element, as in the loop: stores never overlap. Loads may: that a load
//! is made twice and the first result is thrown away is no difference to anybody.

use super::{Word, portable};

mod blocks;
mod cursor;
mod long;
mod processor;
mod steps;
mod strings;
mod ways;

use cursor::Cursor;
pub(super) use processor::is_known_to_have_avx;
#[cfg(test)]
pub(super) use processor::pretended::on_an_old_one;
use ways::{Fill, Load, Pattern, Store, Way};

/// Up to so many elements are copied one by one, so that the compiler sees each value and can keep it
/// in a register.
const FEW: usize = 8;
/// Up to this length copies from or to a boundary of 16 bytes are made in line: where the length is a
/// constant, by straight-line code.
const SHORT: usize = 128;

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
    // SAFETY: the caller's.
    unsafe { copy::<Load>(size_of::<T>(), shared.cast_mut(), private, len) };
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
    // SAFETY: the caller's.
    unsafe { copy::<Store>(size_of::<T>(), shared, private, len) };
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
    // SAFETY: the caller's.
    unsafe { copy::<Fill>(size_of::<T>(), shared, Pattern::of(value), len) };
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
    let has_avx = processor::has_avx();
    if has_avx {
        // SAFETY: the caller's: no field is wider than such an element, or lies in two.
        unsafe { copy::<Load>(align, shared.cast_mut(), private, len) };
    }
    has_avx
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
    let has_avx = processor::has_avx();
    if has_avx {
        // SAFETY: as in `load_structs`.
        unsafe { copy::<Store>(align, shared, private, len) };
    }
    has_avx
}

#[inline(always)]
fn few<T>(len: usize) -> bool {
    len <= FEW * size_of::<T>()
}

/// Copies `len` bytes of elements of `width` bytes (1, 2, 4, or more, which counts as 8).
///
/// # Safety
/// As for [`load`], [`store`] or [`fill`], whichever way `W` goes, of such elements.
#[inline(always)]
unsafe fn copy<W: Way>(width: usize, shared: *mut u8, private: W::Private, len: usize) {
    let copy = match width {
        1 => copy_elements::<1, W>,
        2 => copy_elements::<2, W>,
        4 => copy_elements::<4, W>,
        _ => copy_elements::<8, W>,
    };
    // SAFETY: the caller's.
    unsafe { copy(shared, private, len) };
}

/// # Safety
/// As for [`copy`], of elements of `ELEMENT` bytes.
#[inline(always)]
unsafe fn copy_elements<const ELEMENT: usize, W: Way>(
    shared: *mut u8,
    private: W::Private,
    len: usize,
) {
    if len <= SHORT && shared.addr().is_multiple_of(16) && is_known_to_have_avx() {
        // SAFETY: the caller's; there is AVX.
        return unsafe { Cursor::<ELEMENT, W>::new(shared, private, len) }.finish();
    }
    // SAFETY: the caller's.
    unsafe { W::long::<ELEMENT>(shared, private, len) };
}
