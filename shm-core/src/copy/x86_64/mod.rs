//! Copies in steps of 16 aligned bytes on the shared side; at the ends in steps of 8, 4, 2 and 1.
//!
//! Each step is assembly with a story, in Rust, that has the same effect on the abstract machine: the
//! loop in [`super::portable`] over the same bytes. A step is at least as wide as an element, and
//! aligned to its own width, so that no element lies in two steps.

use std::marker::PhantomData;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use super::{Word, portable};

mod blocks;
mod steps;
mod ways;

use ways::{Fill, Load, Pattern, Store, Way};

/// Up to so many elements are copied one by one, so that the compiler sees each value and can keep it
/// in a register.
const FEW: usize = 8;
/// Up to this length copies from or to a boundary of 16 bytes are made in line: where the length is a
/// constant, by straight-line code.
const INLINE: usize = 128;
/// Bytes in one turn of the loops.
const BLOCK: usize = 64;
/// From this length on it pays to align the private side.
const LONG: usize = 1024;
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

/// Copies `len` bytes the way that `W` says.
///
/// # Safety
/// As for [`Cursor::new`].
#[inline(always)]
unsafe fn copy<T: Word, W: Way>(shared: *mut u8, private: W::Private, len: usize) {
    if len > INLINE || !shared.addr().is_multiple_of(16) {
        // SAFETY: the caller's.
        return unsafe { copy_any::<T, W>(shared, private, len) };
    }
    // SAFETY: the caller's.
    let mut cursor = unsafe { Cursor::<T, W>::new(shared, private, len) };
    cursor.finish();
}

/// The same, out of line.
///
/// # Safety
/// As for [`Cursor::new`].
#[inline(never)]
unsafe fn copy_any<T: Word, W: Way>(shared: *mut u8, private: W::Private, len: usize) {
    // SAFETY: the caller's.
    let mut cursor = unsafe { Cursor::<T, W>::new(shared, private, len) };
    cursor.align();
    if cursor.left >= LONG {
        cursor.align_private();
    }
    if cursor.left >= 2 * BLOCK {
        cursor.blocks();
    }
    cursor.finish();
}

/// What is left to copy. Every step leaves the shared side aligned for the next one.
struct Cursor<T, W: Way> {
    shared: *mut u8,
    private: W::Private,
    left: usize,
    element: PhantomData<T>,
}

impl<T: Word, W: Way> Cursor<T, W> {
    /// # Safety
    /// As for [`super::load`], [`super::store`] or [`super::fill`], whichever way `W` goes. The
    /// processor has AVX.
    #[inline(always)]
    unsafe fn new(shared: *mut u8, private: W::Private, left: usize) -> Self {
        Self { shared, private, left, element: PhantomData }
    }

    /// Goes to the next boundary of 16 bytes on the shared side; or to the end, if that comes first.
    #[inline(always)]
    fn align(&mut self) {
        self.align_by::<1>();
        self.align_by::<2>();
        self.align_by::<4>();
        self.align_by::<8>();
    }

    /// Goes from an odd multiple of `WIDTH` to an even one. If less is left than that takes, all wider
    /// steps are too wide as well, and [`Cursor::finish`] does the rest.
    #[inline(always)]
    fn align_by<const WIDTH: usize>(&mut self) {
        let odd = size_of::<T>() <= WIDTH && self.shared.addr() & WIDTH != 0;
        if odd && self.left >= WIDTH {
            self.step::<WIDTH>();
        }
    }

    /// Takes one more step if that aligns the accesses of 32 bytes to the private side: `malloc` gives
    /// memory that begins 16 bytes behind such a boundary.
    #[inline(always)]
    fn align_private(&mut self) {
        if W::wants_sixteen_first(self.private) {
            self.step::<16>();
        }
    }

    /// Copies as many whole blocks as there are: one or more.
    #[inline(always)]
    fn blocks(&mut self) {
        let count = self.left / BLOCK;
        // SAFETY: so much is left, at a boundary of 16 bytes; there is AVX.
        unsafe { W::blocks(self.shared, self.private, count) };
        self.advance(count * BLOCK);
    }

    /// Copies what is left, less than four blocks, by ever narrower steps. Each is narrower than what
    /// the shared side is aligned to, up to 16 bytes.
    #[inline(always)]
    fn finish(&mut self) {
        while self.left >= BLOCK {
            self.step::<BLOCK>();
        }
        self.finish_by::<32>();
        self.finish_by::<16>();
        self.finish_by::<8>();
        self.finish_by::<4>();
        self.finish_by::<2>();
        self.finish_by::<1>();
    }

    #[inline(always)]
    fn finish_by<const WIDTH: usize>(&mut self) {
        if size_of::<T>() <= WIDTH && self.left & WIDTH != 0 {
            self.step::<WIDTH>();
        }
    }

    /// Copies `WIDTH` bytes, which are left, are no part of an element only, and whose shared side is
    /// aligned to `WIDTH` or to 16.
    #[inline(always)]
    fn step<const WIDTH: usize>(&mut self) {
        debug_assert!(self.left >= WIDTH && size_of::<T>() <= WIDTH);
        debug_assert!(self.shared.addr().is_multiple_of(WIDTH.min(16)));
        // SAFETY: as said; `new` was told the rest.
        unsafe { W::step::<WIDTH>(self.shared, self.private) };
        self.advance(WIDTH);
    }

    #[inline(always)]
    fn advance(&mut self, bytes: usize) {
        self.shared = self.shared.wrapping_add(bytes);
        self.private = W::advance(self.private, bytes);
        self.left -= bytes;
    }
}
