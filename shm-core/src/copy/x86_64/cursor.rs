//! Which steps make up a copy.

use std::marker::PhantomData;

use super::Word;
use super::ways::Way;

/// Up to this length copies from or to a boundary of 16 bytes are made in line: where the length is a
/// constant, by straight-line code.
const INLINE: usize = 128;
/// Bytes in one turn of the loops.
const BLOCK: usize = 64;
/// From this length on it pays to align the private side.
const LONG: usize = 1024;

/// Copies `len` bytes the way that `W` says.
///
/// # Safety
/// As for [`Cursor::new`].
#[inline(always)]
pub(super) unsafe fn copy<T: Word, W: Way>(shared: *mut u8, private: W::Private, len: usize) {
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
    /// As for [`load`](super::load), [`store`](super::store) or [`fill`](super::fill), whichever way `W` goes. The
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
