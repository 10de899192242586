//! The assembly that the ways share: steps of 1 to 64 bytes, and blocks of 128.
//!
//! The assembly accesses memory (no `nomem`), so that fences around it keep their meaning.

use std::arch::asm;
use std::arch::x86_64::{__m128i, _mm_set1_epi64x};

/// The bytes of a step. Its private side is left to the compiler, which can keep them in registers.
pub(super) trait Step: Copy {
    /// Reads them from shared memory: by instructions for aligned memory, or for `ANY`.
    ///
    /// # Safety
    /// See the module [`copy`](crate::copy).
    unsafe fn load<const ANY: bool>(from: *const u8) -> Self;

    /// Writes them to shared memory, in the same way.
    ///
    /// # Safety
    /// As for [`Step::load`].
    unsafe fn store<const ANY: bool>(self, to: *mut u8);

    /// The first bytes of a word, or the word repeated.
    fn of(word: u64) -> Self;
}

/// Steps in registers of 16 bytes, each at its offset.
macro_rules! wide {
    ($count:literal: $($at:literal $value:ident)*) => {
        impl Step for [__m128i; $count] {
            #[inline(always)]
            unsafe fn load<const ANY: bool>(from: *const u8) -> Self {
                $(let $value;)*
                if ANY {
                    // SAFETY: guaranteed by the caller.
                    unsafe { wide!(@load "movdqu" from, $($at $value)*) };
                } else {
                    // SAFETY: as above.
                    unsafe { wide!(@load "movdqa" from, $($at $value)*) };
                }
                [$($value),*]
            }

            #[inline(always)]
            unsafe fn store<const ANY: bool>(self, to: *mut u8) {
                let [$($value),*] = self;
                if ANY {
                    // SAFETY: guaranteed by the caller.
                    unsafe { wide!(@store "movdqu" to, $($at $value)*) };
                } else {
                    // SAFETY: as above.
                    unsafe { wide!(@store "movdqa" to, $($at $value)*) };
                }
            }

            #[inline(always)]
            fn of(word: u64) -> Self {
                // SAFETY: every x86-64 processor has SSE2.
                [unsafe { _mm_set1_epi64x(word as i64) }; $count]
            }
        }
    };
    (@load $move:literal $from:ident, $($at:literal $value:ident)*) => {
        asm!(
            $(concat!($move, " {", stringify!($value), "}, xmmword ptr [{from} + ", $at, "]"),)*
            from = in(reg) $from,
            $($value = out(xmm_reg) $value,)*
            options(nostack, preserves_flags),
        )
    };
    (@store $move:literal $to:ident, $($at:literal $value:ident)*) => {
        asm!(
            $(concat!($move, " xmmword ptr [{to} + ", $at, "], {", stringify!($value), "}"),)*
            to = in(reg) $to,
            $($value = in(xmm_reg) $value,)*
            options(nostack, preserves_flags),
        )
    };
}

wide! { 1: 0 a }
wide! { 2: 0 a 16 b }
wide! { 4: 0 a 16 b 32 c 48 d }

/// Steps in a general register.
macro_rules! narrow {
    ($($type:ty: $load:literal, $store:literal;)*) => {$(
        impl Step for $type {
            #[inline(always)]
            unsafe fn load<const ANY: bool>(from: *const u8) -> Self {
                let value: u64;
                // SAFETY: guaranteed by the caller.
                unsafe {
                    asm!($load, from = in(reg) from, value = out(reg) value,
                        options(nostack, preserves_flags));
                }
                value as $type
            }

            #[inline(always)]
            unsafe fn store<const ANY: bool>(self, to: *mut u8) {
                // SAFETY: guaranteed by the caller.
                unsafe {
                    asm!($store, to = in(reg) to, value = in(reg) u64::from(self),
                        options(nostack, preserves_flags));
                }
            }

            #[inline(always)]
            fn of(word: u64) -> Self {
                word as $type
            }
        }
    )*};
}

narrow! {
    u64: "mov {value}, qword ptr [{from}]", "mov qword ptr [{to}], {value}";
    u32: "mov {value:e}, dword ptr [{from}]", "mov dword ptr [{to}], {value:e}";
    u16: "movzx {value:e}, word ptr [{from}]", "mov word ptr [{to}], {value:x}";
    u8: "movzx {value:e}, byte ptr [{from}]", "mov byte ptr [{to}], {value:l}";
}

/// 128 bytes: four of the pieces below. Both sides begin at a register plus `$index`.
macro_rules! block {
    ($piece:ident, $index:literal) => {
        concat!(".irp index, ", $index, "\n.irp at, 0, 32, 64, 96", $piece!(), ".endr\n.endr")
    };
}

/// 32 bytes of 16 aligned ones each, joined in a register for one write. (That they are joined right
/// away, before the next are read, is what lets the processor read and write in the same cycles.)
macro_rules! load_by_16 {
    () => {
        r"
        vmovdqa xmm0, xmmword ptr [{from} + \index + \at]
        vmovdqa xmm1, xmmword ptr [{from} + \index + \at + 16]
        vinsertf128 ymm0, ymm0, xmm1, 1
        vmovdqu ymmword ptr [{to} + \index + \at], ymm0
        "
    };
}

/// 32 bytes, written as 16 aligned ones each.
macro_rules! store_by_16 {
    () => {
        r"
        vmovdqu xmm0, xmmword ptr [{from} + \index + \at]
        vmovdqu xmm1, xmmword ptr [{from} + \index + \at + 16]
        vmovdqa xmmword ptr [{to} + \index + \at], xmm0
        vmovdqa xmmword ptr [{to} + \index + \at + 16], xmm1
        "
    };
}

/// 32 bytes at once, for elements of one byte.
macro_rules! by_32 {
    () => {
        r"
        vmovdqu ymm0, ymmword ptr [{from} + \index + \at]
        vmovdqu ymmword ptr [{to} + \index + \at], ymm0
        "
    };
}

/// Assembly that changes the upper halves of vector registers: it clears them at the end, because the
/// code after it may be slow otherwise, and clobbers all of them.
macro_rules! avx {
    ($($line:expr),* ; $($operands:tt)*) => {
        // SAFETY: accesses only the two ranges, for which the creator of the run is responsible.
        unsafe {
            std::arch::asm!(
                $($line,)*
                "vzeroupper",
                $($operands)*
                out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
                out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
                out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
                out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
                options(nostack),
            )
        }
    };
}

pub(super) use {avx, block, by_32, load_by_16, store_by_16};
