//! The processor's own loops over elements, `rep movs` and `rep stos`.
//!
//! They take some tens of cycles to begin, and then write whole cache lines.

use std::arch::asm;

use crate::limits;

/// Bytes in a cache line.
const LINE: usize = limits::CACHE_LINE as usize;
/// Bytes in a page.
const PAGE: usize = limits::PAGE as usize;

/// Whether `rep movs` would be slow: several times, if the target begins shortly behind the source in
/// its page, because then each load seems to depend on a store before (measured on Zen 4, up to half a
/// line).
#[inline(always)]
pub(super) fn would_collide(from: *const u8, to: *const u8) -> bool {
    (1..LINE).contains(&(to.addr().wrapping_sub(from.addr()) % PAGE))
}

/// The instruction for each width of elements, whose name ends in that.
macro_rules! by_width {
    ($name:ident!) => {
        match ELEMENT {
            1 => $name!("b"),
            2 => $name!("w"),
            4 => $name!("d"),
            _ => $name!("q"),
        }
    };
}

/// Story: a plain read and a relaxed store of every element; or, if `from` is the shared side, a relaxed
/// load and a plain write of each.
///
/// # Safety
/// As for [`store`](super::store) or [`load`](super::load), of elements of `ELEMENT` bytes.
#[inline(always)]
pub(super) unsafe fn copy<const ELEMENT: usize>(from: *const u8, to: *mut u8, elements: usize) {
    macro_rules! movs {
        ($suffix:literal) => {
            // SAFETY: reads and writes the two ranges only; the direction flag is clear, as the ABI
            // says.
            unsafe {
                asm!(
                    concat!("rep movs", $suffix),
                    inout("rcx") elements => _,
                    inout("rsi") from => _,
                    inout("rdi") to => _,
                    options(nostack, preserves_flags),
                )
            }
        };
    }
    by_width!(movs!);
}

/// Story: a relaxed store of `value` in every element.
///
/// # Safety
/// As for [`fill`](super::fill), of elements of `ELEMENT` bytes.
#[inline(always)]
pub(super) unsafe fn fill<const ELEMENT: usize>(shared: *mut u8, value: u64, elements: usize) {
    macro_rules! stos {
        ($suffix:literal) => {
            // SAFETY: writes the range only; the direction flag is clear, as the ABI says.
            unsafe {
                asm!(
                    concat!("rep stos", $suffix),
                    inout("rcx") elements => _,
                    inout("rdi") shared => _,
                    in("rax") value,
                    options(nostack, preserves_flags),
                )
            }
        };
    }
    by_width!(stos!);
}
