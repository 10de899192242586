//! Copies by assembly. Each piece has a story, in Rust, that has the same effect on the abstract machine:
//! the loop in [`portable`] over the same bytes. Two things make a piece equal to its story.
//!
//! **No element is read or written in parts.**
//!
//! - For elements of one byte any instruction will do: however many accesses a processor splits a wide
//!   one into, none is narrower than a byte.
//! - Wider elements are accessed by 2, 4, 8 or 16 bytes, aligned to that width and never fewer than an
//!   element, so that no element is split between two accesses. Each is one access. Intel's SDM, volume
//!   3A, 9.1.1 "Guaranteed Atomic Operations", says so of "a word aligned on a 16-bit boundary", "a
//!   doubleword aligned on a 32-bit boundary" and "a quadword aligned on a 64-bit boundary", and:
//!   "Processors that enumerate support for Intel AVX [..] guarantee that the 16-byte memory operations
//!   performed by the following instructions will always be carried out atomically: MOVAPD, MOVAPS, and
//!   MOVDQA. VMOVAPD, VMOVAPS, and VMOVDQA when encoded with VEX.128." AMD's APM, volume 2, 7.3.2
//!   "Access Atomicity": "Processors that report \[AVX\] extend the atomicity for cacheable,
//!   naturally-aligned single loads or stores from a quadword to a double quadword."
//! - `rep movs` operates "on the string in groups that may include multiple elements of the native data
//!   size (byte, word, doubleword, or quadword)" (SDM volume 1, 7.3.9.3 "Fast-String Operation"): on
//!   whole elements. Its data size here is that of the elements, which are aligned to it.
//!
//! **A store happens once for each element**, as in the loop: stores never overlap. Loads may: a
//! repeated load whose first result is discarded makes no difference to any other process.

use super::{Word, portable};

mod blocks;
mod long;
mod processor;
mod run;
mod strings;
mod ways;

use long::Long;
pub(super) use processor::is_known_to_have_avx;
#[cfg(test)]
pub(super) use processor::pretended::on_an_old_one;
use run::Run;
use ways::{Fill, Load, Pattern, Store};

/// Up to this number of elements are copied one by one, so that the compiler sees each value and can
/// keep it in a register.
const FEW: usize = 8;
/// Up to this length, copies from or to a boundary of 16 bytes are made inline: by straight-line code
/// where the length is a constant.
const SHORT: usize = 128;

/// # Safety
/// See [`super`].
#[inline]
pub(crate) unsafe fn load<T: Word>(shared: *const u8, private: *mut u8, len: usize) {
    if few::<T>(len) {
        // SAFETY: guaranteed by the caller.
        return unsafe { portable::load::<T>(shared, private, len) };
    }
    // SAFETY: guaranteed by the caller.
    unsafe { copy::<Load>(size_of::<T>(), shared.cast_mut(), private, len) };
}

/// # Safety
/// See [`super`].
#[inline]
pub(crate) unsafe fn store<T: Word>(shared: *mut u8, private: *const u8, len: usize) {
    if few::<T>(len) {
        // SAFETY: guaranteed by the caller.
        return unsafe { portable::store::<T>(shared, private, len) };
    }
    // SAFETY: guaranteed by the caller.
    unsafe { copy::<Store>(size_of::<T>(), shared, private, len) };
}

/// # Safety
/// See [`super`].
#[inline]
pub(crate) unsafe fn fill<T: Word + Copy>(shared: *mut u8, value: T, len: usize) {
    if few::<T>(len) {
        // SAFETY: guaranteed by the caller.
        return unsafe { portable::fill::<T>(shared, value, len) };
    }
    // SAFETY: guaranteed by the caller.
    unsafe { copy::<Fill>(size_of::<T>(), shared, Pattern::of(value), len) };
}

/// # Safety
/// See [`super`].
#[inline]
pub(crate) unsafe fn load_structs(
    shared: *const u8,
    private: *mut u8,
    len: usize,
    align: usize,
) -> bool {
    let has_avx = processor::has_avx();
    if has_avx {
        // SAFETY: guaranteed by the caller: no field is wider than such an element or split between two.
        unsafe { copy::<Load>(align, shared.cast_mut(), private, len) };
    }
    has_avx
}

/// # Safety
/// See [`super`].
#[inline]
pub(crate) unsafe fn store_structs(
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
/// See [`super`], for such elements and depending on `W`.
#[inline(always)]
unsafe fn copy<W: Long>(width: usize, shared: *mut u8, private: W::Private, len: usize) {
    let copy = match width {
        1 => copy_elements::<1, W>,
        2 => copy_elements::<2, W>,
        4 => copy_elements::<4, W>,
        _ => copy_elements::<8, W>,
    };
    // SAFETY: guaranteed by the caller.
    unsafe { copy(shared, private, len) };
}

/// # Safety
/// As for [`copy`] with elements of `ELEMENT` bytes.
#[inline(always)]
unsafe fn copy_elements<const ELEMENT: usize, W: Long>(
    shared: *mut u8,
    private: W::Private,
    len: usize,
) {
    if len <= SHORT && shared.addr().is_multiple_of(16) && is_known_to_have_avx() {
        // SAFETY: guaranteed by the caller; AVX is available.
        return unsafe { Run::<ELEMENT, W>::new(shared, private, len) }.finish();
    }
    // SAFETY: guaranteed by the caller.
    unsafe { W::long::<ELEMENT>(shared, private, len) };
}
