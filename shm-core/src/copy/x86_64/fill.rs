//! Into shared memory, one value repeatedly.

use super::run::{Run, Way, is_ragged, ragged};
use super::steps::Step;
use super::{Word, portable};

/// Of elements of any width, 16 aligned bytes at a time.
pub(super) enum Fill {}

/// An element, repeated to fill a word. A step may begin at any element, so all parts look alike.
#[derive(Clone, Copy)]
pub(super) struct Pattern {
    word: u64,
}

impl Pattern {
    /// The pattern of an element.
    #[inline(always)]
    pub(super) fn of<T: Word>(value: T) -> Self {
        // A one at the lowest bit of each element.
        let ones = u64::MAX / (u64::MAX >> (64 - 8 * size_of::<T>()));
        Self { word: value.to_bits_u64() * ones }
    }
}

impl Way for Fill {
    type Private = Pattern;
    const BYTES: bool = false;

    #[inline(always)]
    unsafe fn story<T: Word + Copy>(shared: *mut u8, private: Pattern, len: usize) {
        // SAFETY: guaranteed by the caller. The lowest bits of the pattern are an element.
        unsafe { portable::fill(shared, T::from_bits_u64(private.word), len) };
    }

    #[inline(always)]
    fn advance(private: Pattern, _: usize) -> Pattern {
        private
    }

    #[inline(always)]
    unsafe fn step<S: Step>(shared: *mut u8, private: Pattern) {
        // SAFETY: guaranteed by the caller.
        unsafe { S::of(private.word).store::<false>(shared) };
    }

    #[inline(never)]
    unsafe fn long(shared: *mut u8, private: Pattern, len: usize) {
        if is_ragged(shared, len) {
            // SAFETY: guaranteed by the caller.
            return unsafe { ragged::<Self>(shared, private, len) };
        }
        // SAFETY: as above.
        let run = unsafe { Run::<Self>::new(shared, private, len) };
        run.finish();
    }
}
