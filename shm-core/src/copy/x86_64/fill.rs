//! Into shared memory, one value repeatedly.

use std::arch::asm;
use std::arch::x86_64::{__m128i, _mm_set1_epi64x};

use super::run::{Run, Way, is_ragged, ragged};
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

    /// The pattern twice.
    #[inline(always)]
    fn wide(self) -> __m128i {
        // SAFETY: every x86-64 processor has SSE2.
        unsafe { _mm_set1_epi64x(self.word as i64) }
    }
}

/// Writes one register at each of the given offsets.
macro_rules! filled {
    ($to:expr, $class:ident $value:expr; $($store:literal)*) => {
        // SAFETY: writes only the range, which is aligned.
        unsafe {
            asm!(
                $($store,)*
                to = in(reg) $to,
                value = in($class) $value,
                options(nostack, preserves_flags),
            )
        }
    };
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
    unsafe fn step<const WIDTH: usize>(shared: *mut u8, private: Pattern) {
        match WIDTH {
            64 => filled!(shared, xmm_reg private.wide();
                "movdqa xmmword ptr [{to}], {value}"
                "movdqa xmmword ptr [{to} + 16], {value}"
                "movdqa xmmword ptr [{to} + 32], {value}"
                "movdqa xmmword ptr [{to} + 48], {value}"),
            32 => filled!(shared, xmm_reg private.wide();
                "movdqa xmmword ptr [{to}], {value}"
                "movdqa xmmword ptr [{to} + 16], {value}"),
            16 => filled!(shared, xmm_reg private.wide(); "movdqa xmmword ptr [{to}], {value}"),
            8 => filled!(shared, reg private.word; "mov qword ptr [{to}], {value}"),
            4 => filled!(shared, reg private.word; "mov dword ptr [{to}], {value:e}"),
            2 => filled!(shared, reg private.word; "mov word ptr [{to}], {value:x}"),
            1 => filled!(shared, reg private.word; "mov byte ptr [{to}], {value:l}"),
            _ => unreachable!("there are no other steps"),
        }
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
