//! A copy in progress: the steps of a short one, and of the ends of a long one.

use std::arch::x86_64::__m128i;

use super::steps::Step;
use super::{Word, copy_wide};

/// A kind of copy: its private side, its steps, and its fastest way for many of them.
pub(super) trait Way: Sized {
    /// The source or target of the copy.
    type Private: Copy;

    /// Whether it copies bytes, or words as bytes: by accesses of any width at any address.
    const BYTES: bool;

    /// The story of a whole copy: the loop that defines it, over `T`s.
    ///
    /// # Safety
    /// See the module [`copy`](crate::copy).
    unsafe fn story<T: Word + Copy>(shared: *mut u8, private: Self::Private, len: usize);

    /// The argument of the next step.
    fn advance(private: Self::Private, bytes: usize) -> Self::Private;

    /// Story: a relaxed access to every element in as many shared bytes, and a plain one to its
    /// counterpart.
    ///
    /// # Safety
    /// See the module [`copy`](crate::copy), for the bytes of an `S`. Unless it copies bytes, the processor has AVX,
    /// an `S` is no narrower than an element, and `shared` is aligned to it, or to 16.
    unsafe fn step<S: Step>(shared: *mut u8, private: Self::Private);

    /// Story: that of [`Way::step`], for `len` bytes. It is not inlined and not generic, so it exists once,
    /// however many crates copy.
    ///
    /// # Safety
    /// See the module [`copy`](crate::copy). `len` is more than [`SHORT`](super::SHORT), or `shared` not at a
    /// boundary of 16 unless it copies bytes. The processor has AVX.
    unsafe fn long(shared: *mut u8, private: Self::Private, len: usize);
}

/// The remainder of a copy.
///
/// Its creator is responsible for the memory that it copies; every method stays inside that memory, and
/// so is safe. Every step leaves the shared side aligned for the next one. No step is narrower than an
/// element, because what it is chosen by are the address and the length, which are multiples of one.
pub(super) struct Run<W: Way> {
    pub(super) shared: *mut u8,
    pub(super) private: W::Private,
    pub(super) left: usize,
}

/// Returns whether the first or the last bytes are not 16 aligned ones.
#[inline(always)]
pub(super) fn is_ragged(shared: *mut u8, len: usize) -> bool {
    (shared.addr() | len) % 16 != 0
}

/// Story: that of [`Way::long`]. Copies ragged ends by narrower steps, and what is between them as usual.
///
/// # Safety
/// As for [`Way::long`].
#[cold]
#[inline(never)]
pub(super) unsafe fn ragged<W: Way>(shared: *mut u8, private: W::Private, len: usize) {
    // SAFETY: guaranteed by the caller.
    let mut run = unsafe { Run::<W>::new(shared, private, len) };
    run.align();
    let whole = run.left & !15;
    run.split_off(whole).finish_narrow();
    if whole != 0 {
        // SAFETY: guaranteed by the caller, for all that is left of the run.
        unsafe { copy_wide::<W>(run.shared, run.private, whole) };
    }
}

impl<W: Way> Run<W> {
    /// # Safety
    /// See the module [`copy`](crate::copy), depending on `W`. The processor has AVX, or steps of bytes are all
    /// that is taken.
    #[inline(always)]
    pub(super) unsafe fn new(shared: *mut u8, private: W::Private, left: usize) -> Self {
        Self { shared, private, left }
    }

    /// Copies up to the next boundary of 16 bytes on the shared side, or to the end if that comes first.
    fn align(&mut self) {
        self.align_by::<1>();
        self.align_by::<2>();
        self.align_by::<4>();
        self.align_by::<8>();
    }

    /// Copies from an odd multiple of `WIDTH` on the shared side to an even one. If less than that is
    /// left, all wider steps are too wide as well, and [`Run::finish`] does the rest.
    #[inline(always)]
    pub(super) fn align_by<const WIDTH: usize>(&mut self) {
        if self.shared.addr() & WIDTH != 0 && self.left >= WIDTH {
            self.step::<WIDTH>();
        }
    }

    /// Copies the rest by ever narrower steps, starting at a boundary of 16 bytes or with less left than to the
    /// next one, or anywhere if it copies bytes.
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
        if self.left & WIDTH != 0 {
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
    /// side to `WIDTH` or to 16, unless it copies bytes.
    #[inline(always)]
    pub(super) fn copy_here<const WIDTH: usize>(&self) {
        debug_assert!(self.left >= WIDTH);
        debug_assert!(W::BYTES || self.shared.addr() % WIDTH.min(16) == 0);
        let step = const {
            match WIDTH {
                64 => W::step::<[__m128i; 4]>,
                32 => W::step::<[__m128i; 2]>,
                16 => W::step::<[__m128i; 1]>,
                8 => W::step::<u64>,
                4 => W::step::<u32>,
                2 => W::step::<u16>,
                1 => W::step::<u8>,
                _ => panic!("there are no other steps"),
            }
        };
        // SAFETY: as stated above; the caller of `new` guaranteed the rest.
        unsafe { step(self.shared, self.private) };
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
