//! The processor's own loop over elements, `rep movs`.
//!
//! It takes some tens of cycles to start, and then writes whole cache lines.

use std::arch::asm;

use super::run::Run;
use super::ways::Store;
use crate::limits;

/// Bytes in a cache line.
const LINE: usize = limits::CACHE_LINE as usize;
/// Bytes in a page.
const PAGE: usize = limits::PAGE as usize;

impl<const ELEMENT: usize> Run<ELEMENT, Store> {
    /// Returns whether [`Run::string`] would be slow: it is several times slower if the target begins
    /// shortly after the source in its page, because then each load seems to depend on an earlier store
    /// (measured on Zen 4, up to half a line).
    #[inline(always)]
    pub(super) fn would_collide(&self) -> bool {
        (1..LINE).contains(&(self.shared.addr().wrapping_sub(self.private.addr()) % PAGE))
    }

    /// Story: a plain read and a relaxed store of every element.
    #[inline(always)]
    pub(super) fn string(self) {
        macro_rules! movs {
            ($suffix:literal) => {
                // SAFETY: accesses only the two ranges, for which the creator of the run is responsible;
                // the direction flag is clear, as the ABI requires.
                unsafe {
                    asm!(
                        concat!("rep movs", $suffix),
                        inout("rcx") self.left / ELEMENT => _,
                        inout("rsi") self.private => _,
                        inout("rdi") self.shared => _,
                        options(nostack, preserves_flags),
                    )
                }
            };
        }
        match ELEMENT {
            1 => movs!("b"),
            2 => movs!("w"),
            4 => movs!("d"),
            _ => movs!("q"),
        }
    }
}
