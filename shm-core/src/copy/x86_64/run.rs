//! A copy on its way: which steps make up one that is short, and the ends of one that is long.

use super::ways::Way;

/// What is left to copy, of elements of `ELEMENT` bytes.
///
/// Who makes one answers for what it copies; all that is done with it stays inside of that, and so is safe.
/// Every step leaves the shared side aligned for the next one.
pub(super) struct Run<const ELEMENT: usize, W: Way> {
    pub(super) shared: *mut u8,
    pub(super) private: W::Private,
    pub(super) left: usize,
}

impl<const ELEMENT: usize, W: Way> Run<ELEMENT, W> {
    /// # Safety
    /// As the module [`copy`](crate::copy) says, of elements of `ELEMENT` bytes and of whichever way `W`
    /// goes. The processor has AVX.
    #[inline(always)]
    pub(super) unsafe fn new(shared: *mut u8, private: W::Private, left: usize) -> Self {
        Self { shared, private, left }
    }

    /// Whether the shared side is at a boundary of 16 bytes.
    #[inline(always)]
    pub(super) fn is_aligned(&self) -> bool {
        self.shared.addr().is_multiple_of(16)
    }

    /// Goes to the next boundary of 16 bytes on the shared side; or to the end, if that comes first.
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

    /// Goes from an odd multiple of `WIDTH` on the shared side to an even one. If less is left than that
    /// takes, all wider steps are too wide as well, and [`Run::finish`] does the rest.
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

    /// The same of less than 16 bytes.
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

    /// Copies `WIDTH` bytes and goes on by as much.
    #[inline(always)]
    pub(super) fn step<const WIDTH: usize>(&mut self) {
        self.copy_here::<WIDTH>();
        self.advance(WIDTH);
    }

    /// Copies `WIDTH` bytes, which are left and no part of an element only, and whose shared side is
    /// aligned to `WIDTH` or to 16, unless the elements are bytes.
    #[inline(always)]
    pub(super) fn copy_here<const WIDTH: usize>(&self) {
        debug_assert!(self.left >= WIDTH && ELEMENT <= WIDTH);
        debug_assert!(ELEMENT == 1 || self.shared.addr().is_multiple_of(WIDTH.min(16)));
        // SAFETY: as said; whoever called `new` answers for the rest.
        unsafe { W::step::<ELEMENT, WIDTH>(self.shared, self.private) };
    }

    /// Goes on by so many bytes, which have been copied.
    #[inline(always)]
    pub(super) fn advance(&mut self, bytes: usize) {
        debug_assert!(bytes <= self.left);
        self.shared = self.shared.wrapping_add(bytes);
        self.private = W::advance(self.private, bytes);
        self.left -= bytes;
    }

    /// What is left after the next `bytes` ones, to which this is cut.
    #[inline(always)]
    pub(super) fn split_off(&mut self, bytes: usize) -> Self {
        let mut rest = Self { ..*self };
        rest.advance(bytes);
        self.left = bytes;
        rest
    }
}
