//! A copy in progress: the steps of a short one, and of the ends of a long one.

use super::ways::Way;

/// The remainder of a copy, of elements of `ELEMENT` bytes.
///
/// Its creator is responsible for the memory that it copies; every method stays inside that memory, and
/// so is safe. Every step leaves the shared side aligned for the next one.
pub(super) struct Run<const ELEMENT: usize, W: Way> {
    pub(super) shared: *mut u8,
    pub(super) private: W::Private,
    pub(super) left: usize,
}

impl<const ELEMENT: usize, W: Way> Run<ELEMENT, W> {
    /// # Safety
    /// See the module [`copy`](crate::copy), for elements of `ELEMENT` bytes and depending on `W`. The
    /// processor has AVX.
    #[inline(always)]
    pub(super) unsafe fn new(shared: *mut u8, private: W::Private, left: usize) -> Self {
        Self { shared, private, left }
    }

    /// Returns whether the shared side is at a boundary of 16 bytes.
    #[inline(always)]
    pub(super) fn is_aligned(&self) -> bool {
        self.shared.addr().is_multiple_of(16)
    }

    /// Copies up to the next boundary of 16 bytes on the shared side, or to the end if that comes first.
    #[inline(always)]
    pub(super) fn align(&mut self) {
        if self.is_aligned() {
            return;
        }
        self.align_by::<1>();
        self.align_by::<2>();
        self.align_by::<4>();
        self.align_by::<8>();
    }

    /// Copies from an odd multiple of `WIDTH` on the shared side to an even one. If less than that is
    /// left, all wider steps are too wide as well, and [`Run::finish`] does the rest.
    #[inline(always)]
    pub(super) fn align_by<const WIDTH: usize>(&mut self) {
        let odd = ELEMENT <= WIDTH && self.shared.addr() & WIDTH != 0;
        if odd && self.left >= WIDTH {
            self.step::<WIDTH>();
        }
    }

    /// Copies the rest, starting at a boundary of 16 bytes or with less left than to the next one, by
    /// ever narrower steps.
    #[inline(always)]
    pub(super) fn finish(mut self) {
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

    /// The same for less than 16 bytes.
    #[inline(always)]
    pub(super) fn finish_narrow(mut self) {
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

    /// Copies `WIDTH` bytes and advances past them.
    #[inline(always)]
    pub(super) fn step<const WIDTH: usize>(&mut self) {
        self.copy_here::<WIDTH>();
        self.advance(WIDTH);
    }

    /// Copies `WIDTH` bytes. They must be left, consist of whole elements, and be aligned on the shared
    /// side to `WIDTH` or to 16, unless the elements are bytes.
    #[inline(always)]
    pub(super) fn copy_here<const WIDTH: usize>(&self) {
        debug_assert!(self.left >= WIDTH && ELEMENT <= WIDTH);
        debug_assert!(ELEMENT == 1 || self.shared.addr().is_multiple_of(WIDTH.min(16)));
        // SAFETY: as stated above; the caller of `new` guaranteed the rest.
        unsafe { W::step::<ELEMENT, WIDTH>(self.shared, self.private) };
    }

    /// Advances past `bytes` bytes, which have been copied.
    #[inline(always)]
    pub(super) fn advance(&mut self, bytes: usize) {
        debug_assert!(bytes <= self.left);
        self.shared = self.shared.wrapping_add(bytes);
        self.private = W::advance(self.private, bytes);
        self.left -= bytes;
    }

    /// Cuts this to the next `bytes` bytes, and returns the rest.
    #[inline(always)]
    pub(super) fn split_off(&mut self, bytes: usize) -> Self {
        let mut rest = Self { ..*self };
        rest.advance(bytes);
        self.left = bytes;
        rest
    }
}
