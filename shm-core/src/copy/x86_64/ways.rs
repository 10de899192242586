//! The three kinds of copy, each in steps of 1 to 64 bytes, in straight-line assembly.
//!
//! Shared memory is accessed 16 aligned bytes at a time, or all bytes at once where a step is narrower;
//! in any way where the elements are bytes. The assembly accesses memory (no `nomem`), so that fences
//! around it keep their meaning.

use std::arch::asm;
use std::arch::x86_64::{__m128i, _mm_set1_epi64x};

use super::{Word, portable};

/// A kind of copy: its private side, and its steps.
pub(super) trait Way {
    /// The source or target of the copy.
    type Private: Copy;

    /// The argument of the next step.
    fn advance(private: Self::Private, bytes: usize) -> Self::Private;

    /// Story: a relaxed access to every element in `WIDTH` shared bytes, and a plain one to its
    /// counterpart.
    ///
    /// # Safety
    /// See the module [`copy`](crate::copy), for `WIDTH` bytes of elements of `ELEMENT` bytes. `WIDTH`
    /// is 1, 2, 4, 8, 16, 32 or 64 and no less than an element's; `shared` is aligned to it, or to 16,
    /// unless the elements of a load are bytes. The processor has AVX.
    unsafe fn step<const ELEMENT: usize, const WIDTH: usize>(
        shared: *mut u8,
        private: Self::Private,
    );

    /// The story itself, for `T`s.
    ///
    /// # Safety
    /// See the module [`copy`](crate::copy).
    unsafe fn one_by_one<T: Word + Copy>(shared: *mut u8, private: Self::Private, len: usize);
}

/// Out of shared memory.
pub(super) enum Load {}
/// Into shared memory.
pub(super) enum Store {}
/// Into shared memory, one value repeatedly.
pub(super) enum Fill {}

/// Reads registers of 16 bytes, then writes them.
macro_rules! wide {
    ($load:literal $from:expr, $store:literal $to:expr; $($at:literal $value:ident)*) => {
        // SAFETY: accesses only the two ranges; the side of `movdqa` is aligned.
        unsafe {
            asm!(
                $(concat!($load, " {", stringify!($value), "}, xmmword ptr [{from} + ", $at, "]"),)*
                $(concat!($store, " xmmword ptr [{to} + ", $at, "], {", stringify!($value), "}"),)*
                from = in(reg) $from,
                to = in(reg) $to,
                $($value = out(xmm_reg) _,)*
                options(nostack, preserves_flags),
            )
        }
    };
}

/// Reads up to 8 bytes into a general register by one access, and writes them by another.
macro_rules! narrow {
    ($from:expr, $to:expr; $load:literal, $store:literal) => {
        // SAFETY: accesses only the two ranges.
        unsafe {
            asm!(
                $load,
                $store,
                from = in(reg) $from,
                to = in(reg) $to,
                value = out(reg) _,
                options(nostack, preserves_flags),
            )
        }
    };
}

/// A step of `WIDTH` bytes, by these two instructions if it is wide.
macro_rules! step {
    ($width:ident; $load:literal $from:expr, $store:literal $to:expr) => {
        match $width {
            64 => wide!($load $from, $store $to; 0 a 16 b 32 c 48 d),
            32 => wide!($load $from, $store $to; 0 a 16 b),
            16 => wide!($load $from, $store $to; 0 a),
            8 => narrow!($from, $to;
                "mov {value}, qword ptr [{from}]", "mov qword ptr [{to}], {value}"),
            4 => narrow!($from, $to;
                "mov {value:e}, dword ptr [{from}]", "mov dword ptr [{to}], {value:e}"),
            2 => narrow!($from, $to;
                "movzx {value:e}, word ptr [{from}]", "mov word ptr [{to}], {value:x}"),
            1 => narrow!($from, $to;
                "movzx {value:e}, byte ptr [{from}]", "mov byte ptr [{to}], {value:l}"),
            _ => unreachable!("there are no other steps"),
        }
    };
}

impl Way for Load {
    type Private = *mut u8;

    #[inline(always)]
    fn advance(private: *mut u8, bytes: usize) -> *mut u8 {
        private.wrapping_add(bytes)
    }

    #[inline(always)]
    unsafe fn step<const ELEMENT: usize, const WIDTH: usize>(shared: *mut u8, private: *mut u8) {
        if ELEMENT == 1 {
            step!(WIDTH; "movdqu" shared, "movdqu" private);
        } else {
            step!(WIDTH; "movdqa" shared, "movdqu" private);
        }
    }

    #[inline]
    unsafe fn one_by_one<T: Word + Copy>(shared: *mut u8, private: *mut u8, len: usize) {
        // SAFETY: guaranteed by the caller.
        unsafe { portable::load::<T>(shared, private, len) };
    }
}

impl Way for Store {
    type Private = *const u8;

    #[inline(always)]
    fn advance(private: *const u8, bytes: usize) -> *const u8 {
        private.wrapping_add(bytes)
    }

    #[inline(always)]
    unsafe fn step<const ELEMENT: usize, const WIDTH: usize>(shared: *mut u8, private: *const u8) {
        step!(WIDTH; "movdqu" private, "movdqa" shared);
    }

    #[inline]
    unsafe fn one_by_one<T: Word + Copy>(shared: *mut u8, private: *const u8, len: usize) {
        // SAFETY: guaranteed by the caller.
        unsafe { portable::store::<T>(shared, private, len) };
    }
}

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

    #[inline(always)]
    fn advance(private: Pattern, _: usize) -> Pattern {
        private
    }

    #[inline(always)]
    unsafe fn step<const ELEMENT: usize, const WIDTH: usize>(shared: *mut u8, private: Pattern) {
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

    #[inline]
    unsafe fn one_by_one<T: Word + Copy>(shared: *mut u8, private: Pattern, len: usize) {
        // SAFETY: guaranteed by the caller. The lowest bits of the pattern are an element.
        unsafe { portable::fill(shared, T::from_bits_u64(private.word), len) };
    }
}
