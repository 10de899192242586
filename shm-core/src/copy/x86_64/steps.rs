//! Single steps, in straight-line assembly.
//!
//! The stories are those of [`Way::step`](super::ways::Way). Shared memory is accessed 16 aligned
//! bytes at a time, or all bytes at once where a step is narrower. The assembly accesses memory (no
//! `nomem`), so that fences around it keep their meaning.

use std::arch::asm;

use super::Pattern;

/// Defines a step: reads so many registers of 16 bytes by `$load`, then writes them by `$store`.
macro_rules! copy_step {
    ($name:ident: $load:literal, $store:literal; $($at:literal $value:ident)*) => {
        /// # Safety
        /// As for [`Way::step`](super::ways::Way) of so many bytes, whichever side is shared.
        #[inline(always)]
        pub(super) unsafe fn $name(from: *const u8, to: *mut u8) {
            // SAFETY: reads and writes the two ranges only; the side of `movdqa` is aligned.
            unsafe {
                asm!(
                    $(concat!($load, " {", stringify!($value), "}, xmmword ptr [{from} + ", $at, "]"),)*
                    $(concat!($store, " xmmword ptr [{to} + ", $at, "], {", stringify!($value), "}"),)*
                    from = in(reg) from,
                    to = in(reg) to,
                    $($value = out(xmm_reg) _,)*
                    options(nostack, preserves_flags),
                );
            }
        }
    };
}

copy_step! { bytes_16: "movdqu", "movdqu"; 0 a }
copy_step! { bytes_32: "movdqu", "movdqu"; 0 a 16 b }
copy_step! { load_16: "movdqa", "movdqu"; 0 a }
copy_step! { load_32: "movdqa", "movdqu"; 0 a 16 b }
copy_step! { load_64: "movdqa", "movdqu"; 0 a 16 b 32 c 48 d }
copy_step! { store_16: "movdqu", "movdqa"; 0 a }
copy_step! { store_32: "movdqu", "movdqa"; 0 a 16 b }
copy_step! { store_64: "movdqu", "movdqa"; 0 a 16 b 32 c 48 d }

/// Copies `WIDTH` bytes, wherever they lie.
///
/// # Safety
/// As for [`Way::step`](super::ways::Way) of so many elements of one byte, but for the alignment.
#[inline(always)]
pub(super) unsafe fn load_bytes<const WIDTH: usize>(from: *const u8, to: *mut u8) {
    let step = match WIDTH {
        32 => bytes_32,
        16 => bytes_16,
        _ => narrow::<WIDTH>,
    };
    // SAFETY: the caller's.
    unsafe { step(from, to) };
}

/// Defines a step that writes one register of 16 bytes as often as places are given.
macro_rules! fill_step {
    ($name:ident: $($at:literal)*) => {
        /// # Safety
        /// As for [`Way::step`](super::ways::Way) of so many bytes.
        #[inline(always)]
        pub(super) unsafe fn $name(to: *mut u8, pattern: Pattern) {
            // SAFETY: writes the range only, which is aligned.
            unsafe {
                asm!(
                    $(concat!("movdqa xmmword ptr [{to} + ", $at, "], {value}"),)*
                    to = in(reg) to,
                    value = in(xmm_reg) pattern.wide(),
                    options(nostack, preserves_flags),
                );
            }
        }
    };
}

fill_step! { fill_16: 0 }
fill_step! { fill_32: 0 16 }
fill_step! { fill_64: 0 16 32 48 }

/// Copies up to 8 bytes through a general register, by one access to each side: processors access
/// 8 aligned bytes in one step, and fewer (Intel SDM volume 3A, 9.1.1; AMD APM volume 2, 7.3.2).
///
/// # Safety
/// As for [`Way::step`](super::ways::Way), whichever side is shared.
#[inline(always)]
pub(super) unsafe fn narrow<const WIDTH: usize>(from: *const u8, to: *mut u8) {
    macro_rules! step {
        ($load:literal, $store:literal) => {
            // SAFETY: reads and writes the two ranges only.
            unsafe {
                asm!(
                    $load,
                    $store,
                    from = in(reg) from,
                    to = in(reg) to,
                    value = out(reg) _,
                    options(nostack, preserves_flags),
                )
            }
        };
    }
    match WIDTH {
        8 => step!("mov {value}, qword ptr [{from}]", "mov qword ptr [{to}], {value}"),
        4 => step!("mov {value:e}, dword ptr [{from}]", "mov dword ptr [{to}], {value:e}"),
        2 => step!("movzx {value:e}, word ptr [{from}]", "mov word ptr [{to}], {value:x}"),
        1 => step!("movzx {value:e}, byte ptr [{from}]", "mov byte ptr [{to}], {value:l}"),
        _ => unreachable!("there are no other narrow steps"),
    }
}

/// Writes up to 8 bytes of the pattern by one access.
///
/// # Safety
/// As for [`Way::step`](super::ways::Way).
#[inline(always)]
pub(super) unsafe fn fill_narrow<const WIDTH: usize>(to: *mut u8, pattern: Pattern) {
    macro_rules! step {
        ($store:literal) => {
            // SAFETY: writes the range only.
            unsafe {
                asm!(
                    $store,
                    to = in(reg) to,
                    value = in(reg) pattern.word,
                    options(nostack, preserves_flags),
                )
            }
        };
    }
    match WIDTH {
        8 => step!("mov qword ptr [{to}], {value}"),
        4 => step!("mov dword ptr [{to}], {value:e}"),
        2 => step!("mov word ptr [{to}], {value:x}"),
        1 => step!("mov byte ptr [{to}], {value:l}"),
        _ => unreachable!("there are no other narrow steps"),
    }
}
