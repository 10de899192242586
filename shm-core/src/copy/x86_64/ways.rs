//! The three ways that a copy goes, each in steps of 1 to 64 bytes.

use std::arch::x86_64::{__m128i, _mm_set1_epi64x};

use super::{Word, blocks, long, steps, strings};

/// A way to copy: what is on the private side, and the steps.
pub(super) trait Way {
    /// What is copied from or to.
    type Private: Copy;

    /// What the next step is given.
    fn advance(private: Self::Private, bytes: usize) -> Self::Private;

    /// Story: a relaxed access to every element in `WIDTH` shared bytes, and a plain one to its
    /// counterpart.
    ///
    /// # Safety
    /// `WIDTH` is 1, 2, 4, 8, 16, 32 or 64 and no less than an element's; `shared` is aligned to it,
    /// or to 16. For so many bytes holds what [`load`](super::load), [`store`](super::store) or
    /// [`fill`](super::fill) asks for. The processor has AVX.
    unsafe fn step<const WIDTH: usize>(shared: *mut u8, private: Self::Private);

    /// Story: the same of `len` bytes, whatever their number and wherever they begin.
    ///
    /// # Safety
    /// As for [`load`](super::load), [`store`](super::store) or [`fill`](super::fill), of elements of `ELEMENT`
    /// bytes.
    unsafe fn long<const ELEMENT: usize>(shared: *mut u8, private: Self::Private, len: usize);
}

/// A way into shared memory.
pub(super) trait Write: Way {
    /// Whether [`Write::string`] would be slow.
    fn would_collide(shared: *const u8, private: Self::Private) -> bool;

    /// Story: as [`Way::long`], of as many whole blocks of 128 bytes as are left. Goes on by so much.
    ///
    /// # Safety
    /// As for [`Way::long`], of what is left. `shared` is aligned to 16. The processor has AVX.
    unsafe fn blocks<const ELEMENT: usize>(
        shared: &mut *mut u8,
        private: &mut Self::Private,
        left: &mut usize,
    );

    /// Story: as [`Way::long`], of so many elements.
    ///
    /// # Safety
    /// As for [`Way::long`].
    unsafe fn string<const ELEMENT: usize>(
        shared: *mut u8,
        private: Self::Private,
        elements: usize,
    );
}

/// Out of shared memory.
pub(super) enum Load {}

impl Way for Load {
    type Private = *mut u8;

    #[inline(always)]
    fn advance(private: *mut u8, bytes: usize) -> *mut u8 {
        private.wrapping_add(bytes)
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
    unsafe fn long<const ELEMENT: usize>(shared: *mut u8, private: *mut u8, len: usize) {
        // SAFETY: the caller's.
        unsafe { long::load::<ELEMENT>(shared, private, len) };
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
    unsafe fn long<const ELEMENT: usize>(shared: *mut u8, private: *const u8, len: usize) {
        // SAFETY: the caller's.
        unsafe { long::store::<ELEMENT>(shared, private, len) };
    }
}

impl Write for Store {
    #[inline(always)]
    fn would_collide(shared: *const u8, private: *const u8) -> bool {
        strings::would_collide(private, shared)
    }

    #[inline(always)]
    unsafe fn blocks<const ELEMENT: usize>(
        shared: &mut *mut u8,
        private: &mut *const u8,
        left: &mut usize,
    ) {
        let store = if ELEMENT == 1 { blocks::store_bytes } else { blocks::store };
        // SAFETY: the caller's.
        unsafe { store(shared, private, left) };
    }

    #[inline(always)]
    unsafe fn string<const ELEMENT: usize>(shared: *mut u8, private: *const u8, elements: usize) {
        // SAFETY: the caller's.
        unsafe { strings::copy::<ELEMENT>(private, shared, elements) };
    }
}

/// Into shared memory, one value again and again.
pub(super) enum Fill {}

/// An element as often as it fits. A step may begin at any element, so that all look alike.
#[derive(Clone, Copy)]
pub(super) struct Pattern {
    pub(super) word: u64,
}

impl Pattern {
    /// That of an element.
    #[inline(always)]
    pub(super) fn of<T: Word>(value: T) -> Self {
        // A one at the lowest bit of each element's place.
        let ones = u64::MAX / (u64::MAX >> (64 - 8 * size_of::<T>()));
        Self { word: value.to_bits_u64() * ones }
    }

    /// Twice.
    #[inline(always)]
    pub(super) fn wide(self) -> __m128i {
        // SAFETY: every x86-64 processor has SSE2.
        unsafe { _mm_set1_epi64x(self.word as i64) }
    }
}

impl Way for Fill {
    type Private = Pattern;

    #[inline(always)]
    fn advance(private: Pattern, _: usize) -> Pattern {
        private
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
    unsafe fn long<const ELEMENT: usize>(shared: *mut u8, private: Pattern, len: usize) {
        // SAFETY: the caller's.
        unsafe { long::fill::<ELEMENT>(shared, private, len) };
    }
}

impl Write for Fill {
    #[inline(always)]
    fn would_collide(_: *const u8, _: Pattern) -> bool {
        false
    }

    #[inline(always)]
    unsafe fn blocks<const ELEMENT: usize>(
        shared: &mut *mut u8,
        private: &mut Pattern,
        left: &mut usize,
    ) {
        let fill = if ELEMENT == 1 { blocks::fill_bytes } else { blocks::fill };
        // SAFETY: the caller's.
        unsafe { fill(shared, *private, left) };
    }

    #[inline(always)]
    unsafe fn string<const ELEMENT: usize>(shared: *mut u8, private: Pattern, elements: usize) {
        // SAFETY: the caller's.
        unsafe { strings::fill::<ELEMENT>(shared, private.word, elements) };
    }
}
