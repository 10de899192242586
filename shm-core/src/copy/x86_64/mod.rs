//! Copies by assembly. Each piece has a story, in Rust, that has the same effect on the abstract machine:
//! the loop in [`portable`] over the same bytes. Two things make a piece equal to its story.
//!
//! **No element is read or written in parts.**
//!
//! - For elements of one byte any instruction will do: however many accesses a processor splits a wide
//!   one into, none is narrower than a byte.
//! - Nor does a [`peek`] need a certain width. In its story, each byte of a word comes from a relaxed load of
//!   the whole word, and no two bytes from the same one. The assembly reads each byte once, as part of
//!   whatever access: such a byte is one of a word that some store wrote, and that a load at this point could
//!   have returned. So every outcome of the assembly is one of the story.
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
//!   size (byte, word, doubleword, or quadword)" (SDM volume 1, 7.3.9.3 "Fast-String Operation"). Its
//!   data size here is a quadword, and each of them is aligned, so that it consists of whole elements.
//!
//! A copy need not know how wide its elements are, if they are wider than a byte: its address and its
//! length are multiples of an element, and each step is the widest one that both allow.
//!
//! **A store happens once for each element**, as in the loop: stores never overlap. Loads may: a
//! repeated load whose first result is discarded makes no difference to any other process.

use super::{Word, portable};

mod fill;
mod load;
mod processor;
mod run;
mod steps;
mod store;

use fill::{Fill, Pattern};
use load::{Load, LoadBytes};
pub(super) use processor::is_known_to_have_avx;
use processor::look;
#[cfg(test)]
pub(super) use processor::pretended::on_an_old_one;
use run::{Run, Way};
use store::{Store, StoreBytes};

/// Up to this number of elements are copied one by one, so that the compiler sees each value and can
/// keep it in a register.
const FEW: usize = 8;
/// The same for copies of bytes, whose steps may be wide at any address.
const FEW_OF_BYTES: usize = 4;
/// Up to this length, copies are made inline, by straight-line code where the length is a constant: of bytes
/// from or to any address, and of wider elements from or to a boundary of 16 bytes.
const SHORT: usize = 128;

/// # Safety
/// See [`super`].
#[inline]
pub(crate) unsafe fn load<T: Word + Copy>(shared: *const u8, private: *mut u8, len: usize) {
    let copy = if size_of::<T>() == 1 { copy::<T, LoadBytes> } else { copy::<T, Load> };
    // SAFETY: guaranteed by the caller.
    unsafe { copy(shared.cast_mut(), private, len) };
}

/// # Safety
/// See [`super`].
#[inline]
pub(crate) unsafe fn peek(shared: *const u8, private: *mut u8, len: usize) {
    // SAFETY: guaranteed by the caller.
    unsafe { copy::<u64, LoadBytes>(shared.cast_mut(), private, len) };
}

/// # Safety
/// See [`super`].
#[inline]
pub(crate) unsafe fn store<T: Word + Copy>(shared: *mut u8, private: *const u8, len: usize) {
    let copy = if size_of::<T>() == 1 { copy::<T, StoreBytes> } else { copy::<T, Store> };
    // SAFETY: guaranteed by the caller.
    unsafe { copy(shared, private, len) };
}

/// # Safety
/// See [`super`].
#[inline]
pub(crate) unsafe fn fill<T: Word + Copy>(shared: *mut u8, value: T, len: usize) {
    // SAFETY: guaranteed by the caller.
    unsafe { copy::<T, Fill>(shared, Pattern::of(value), len) };
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
    let copy = if align == 1 { copy_wide::<LoadBytes> } else { copy_wide::<Load> };
    let has_avx = is_known_to_have_avx() || look();
    if has_avx {
        // SAFETY: guaranteed by the caller: no field is wider than such an element or split between two.
        unsafe { copy(shared.cast_mut(), private, len) };
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
    let copy = if align == 1 { copy_wide::<StoreBytes> } else { copy_wide::<Store> };
    let has_avx = is_known_to_have_avx() || look();
    if has_avx {
        // SAFETY: as in `load_structs`.
        unsafe { copy(shared, private, len) };
    }
    has_avx
}

/// # Safety
/// See [`super`], for `T`s and depending on `W`.
#[inline(always)]
unsafe fn copy<T: Word + Copy, W: Way>(shared: *mut u8, private: W::Private, len: usize) {
    let few = if W::BYTES { FEW_OF_BYTES } else { FEW };
    if len <= few * size_of::<T>() {
        // SAFETY: guaranteed by the caller.
        return unsafe { W::story::<T>(shared, private, len) };
    }
    if W::BYTES && len <= SHORT {
        // SAFETY: as above; every processor has registers of 16 bytes.
        return unsafe { Run::<W>::new(shared, private, len) }.finish();
    }
    if !is_known_to_have_avx() {
        // SAFETY: as above.
        return unsafe { first_copy::<T, W>(shared, private, len) };
    }
    // SAFETY: as above; AVX is available.
    unsafe { copy_wide::<W>(shared, private, len) };
}

/// The first copy of a process, and all copies on a processor without AVX, but those that need none.
///
/// # Safety
/// As for [`copy`].
#[cold]
#[inline(never)]
unsafe fn first_copy<T: Word + Copy, W: Way>(shared: *mut u8, private: W::Private, len: usize) {
    let copy = if look() { copy_wide::<W> } else { W::story::<T> };
    // SAFETY: guaranteed by the caller; where AVX is needed, it was found.
    unsafe { copy(shared, private, len) };
}

/// # Safety
/// As for [`copy`]. The processor has AVX.
#[inline(always)]
unsafe fn copy_wide<W: Way>(shared: *mut u8, private: W::Private, len: usize) {
    if len <= SHORT && (W::BYTES || shared.addr() % 16 == 0) {
        // SAFETY: guaranteed by the caller.
        return unsafe { Run::<W>::new(shared, private, len) }.finish();
    }
    // SAFETY: guaranteed by the caller.
    unsafe { W::long(shared, private, len) };
}
