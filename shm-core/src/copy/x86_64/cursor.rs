//! Which steps make up a copy that is short, and the ends of one that is long.

use super::ways::Way;

/// What is left to copy. Every step leaves the shared side aligned for the next one.
pub(super) struct Cursor<const ELEMENT: usize, W: Way> {
    pub(super) shared: *mut u8,
    pub(super) private: W::Private,
    pub(super) left: usize,
}

impl<const ELEMENT: usize, W: Way> Cursor<ELEMENT, W> {
    /// # Safety
    /// As for [`load`](super::load), [`store`](super::store) or [`fill`](super::fill), whichever way `W` goes,
    /// of elements of `ELEMENT` bytes. The processor has AVX.
    #[inline(always)]
    pub(super) unsafe fn new(shared: *mut u8, private: W::Private, left: usize) -> Self {
        Self { shared, private, left }
    }

    /// Goes to the next boundary of 16 bytes on the shared side; or to the end, if that comes first.
    #[inline(always)]
    pub(super) fn align(&mut self) {
        if self.shared.addr().is_multiple_of(16) {
            return;
        }
        self.align_by::<1>();
        self.align_by::<2>();
        self.align_by::<4>();
        self.align_by::<8>();
    }

    /// Goes from an odd multiple of `WIDTH` on the shared side to an even one. If less is left than that
    /// takes, all wider steps are too wide as well, and [`Cursor::finish`] does the rest.
    #[inline(always)]
    pub(super) fn align_by<const WIDTH: usize>(&mut self) {
        let odd = ELEMENT <= WIDTH && self.shared.addr() & WIDTH != 0;
        if odd && self.left >= WIDTH {
            self.step::<WIDTH>();
        }
    }

    /// Copies what is left, from a boundary of 16 bytes on, unless less is left than to the next one: by
    /// steps that become ever narrower.
    #[inline(always)]
    pub(super) fn finish(&mut self) {
        while self.left >= 64 {
            self.step::<64>();
        }
        if self.left == 0 {
            return;
        }
        self.finish_by::<32>();
        self.finish_by::<16>();
        self.finish_narrow();
    }

    /// The same of less than 16 bytes.
    #[inline(always)]
    pub(super) fn finish_narrow(&mut self) {
        self.finish_by::<8>();
        self.finish_by::<4>();
        self.finish_by::<2>();
        self.finish_by::<1>();
    }

    #[inline(always)]
    fn finish_by<const WIDTH: usize>(&mut self) {
        if ELEMENT <= WIDTH && self.left & WIDTH != 0 {
            self.step::<WIDTH>();
        }
    }

    /// Copies `WIDTH` bytes, which are left, are no part of an element only, and whose shared side is
    /// aligned to `WIDTH` or to 16.
    #[inline(always)]
    pub(super) fn step<const WIDTH: usize>(&mut self) {
        debug_assert!(self.left >= WIDTH && ELEMENT <= WIDTH);
        debug_assert!(self.shared.addr().is_multiple_of(WIDTH.min(16)));
        // SAFETY: as said; `new` was told the rest.
        unsafe { W::step::<WIDTH>(self.shared, self.private) };
        self.advance(WIDTH);
    }

    #[inline(always)]
    pub(super) fn advance(&mut self, bytes: usize) {
        self.shared = self.shared.wrapping_add(bytes);
        self.private = W::advance(self.private, bytes);
        self.left -= bytes;
    }
}
