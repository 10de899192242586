//! The three ways that a copy goes, each in steps of 1 to 64 bytes and in blocks.

use std::arch::x86_64::{__m128i, _mm_set1_epi64x};

use super::{Word, blocks, steps};

/// A way to copy: what is on the private side, and the steps.
pub(super) trait Way {
    /// What is copied from or to.
    type Private: Copy;

    /// What the next step is given.
    fn advance(private: Self::Private, bytes: usize) -> Self::Private;

    /// Whether [`Way::blocks`] is faster if a step of 16 bytes is taken before.
    fn wants_sixteen_first(private: Self::Private) -> bool;

    /// Story: a relaxed access to every element in `WIDTH` shared bytes, and a plain one to its
    /// counterpart.
    ///
    /// # Safety
    /// `WIDTH` is 1, 2, 4, 8, 16, 32 or 64 and no less than an element's; `shared` is aligned to it,
    /// or to 16. For so many bytes holds what [`load`](super::load), [`store`](super::store) or
    /// [`fill`](super::fill) asks for. The processor has AVX.
    unsafe fn step<const WIDTH: usize>(shared: *mut u8, private: Self::Private);

    /// As `count` steps of 64 bytes. `count` is not 0.
    ///
    /// # Safety
    /// As for that many steps.
    unsafe fn blocks(shared: *mut u8, private: Self::Private, count: usize);
}

/// Out of shared memory.
pub(super) enum Load {}

impl Way for Load {
    type Private = *mut u8;

    #[inline(always)]
    fn advance(private: *mut u8, bytes: usize) -> *mut u8 {
        private.wrapping_add(bytes)
    }

    /// Blocks write 32 bytes at a time.
    #[inline(always)]
    fn wants_sixteen_first(private: *mut u8) -> bool {
        private.addr() % 32 == 16
    }

    #[inline(always)]
    unsafe fn step<const WIDTH: usize>(shared: *mut u8, private: *mut u8) {
        let step = match WIDTH {
            64 => steps::load_64,
            32 => steps::load_32,
            16 => steps::load_16,
            _ => steps::narrow::<WIDTH>,
        };
        // SAFETY: the caller's.
        unsafe { step(shared, private) };
    }

    #[inline(always)]
    unsafe fn blocks(shared: *mut u8, private: *mut u8, count: usize) {
        // SAFETY: the caller's.
        unsafe { blocks::load(shared, private, count) };
    }
}

/// Into shared memory.
pub(super) enum Store {}

impl Way for Store {
    type Private = *const u8;

    #[inline(always)]
    fn advance(private: *const u8, bytes: usize) -> *const u8 {
        private.wrapping_add(bytes)
    }

    #[inline(always)]
    fn wants_sixteen_first(_: *const u8) -> bool {
        false
    }

    #[inline(always)]
    unsafe fn step<const WIDTH: usize>(shared: *mut u8, private: *const u8) {
        let step = match WIDTH {
            64 => steps::store_64,
            32 => steps::store_32,
            16 => steps::store_16,
            _ => steps::narrow::<WIDTH>,
        };
        // SAFETY: the caller's.
        unsafe { step(private, shared) };
    }

    #[inline(always)]
    unsafe fn blocks(shared: *mut u8, private: *const u8, count: usize) {
        // SAFETY: the caller's.
        unsafe { blocks::store(shared, private, count) };
    }
}

/// Into shared memory, one value again and again.
pub(super) enum Fill {}

/// An element as often as it fits. A step may begin at any element, so that all look alike.
#[derive(Clone, Copy)]
pub(super) struct Pattern {
    pub(super) word: u64,
    pub(super) wide: __m128i,
}

impl Pattern {
    /// That of an element.
    #[inline(always)]
    pub(super) fn of<T: Word>(value: T) -> Self {
        // A one at the lowest bit of each element's place.
        let ones = u64::MAX / (u64::MAX >> (64 - 8 * size_of::<T>()));
        let word = value.to_bits_u64() * ones;
        // SAFETY: every x86-64 processor has SSE2.
        Self { word, wide: unsafe { _mm_set1_epi64x(word as i64) } }
    }
}

impl Way for Fill {
    type Private = Pattern;

    #[inline(always)]
    fn advance(private: Pattern, _: usize) -> Pattern {
        private
    }

    #[inline(always)]
    fn wants_sixteen_first(_: Pattern) -> bool {
        false
    }

    #[inline(always)]
    unsafe fn step<const WIDTH: usize>(shared: *mut u8, private: Pattern) {
        let step = match WIDTH {
            64 => steps::fill_64,
            32 => steps::fill_32,
            16 => steps::fill_16,
            _ => steps::fill_narrow::<WIDTH>,
        };
        // SAFETY: the caller's.
        unsafe { step(shared, private) };
    }

    #[inline(always)]
    unsafe fn blocks(shared: *mut u8, private: Pattern, count: usize) {
        // SAFETY: the caller's.
        unsafe { blocks::fill(shared, private.wide, count) };
    }
}
