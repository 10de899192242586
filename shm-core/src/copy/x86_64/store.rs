//! Into shared memory.

use std::arch::asm;

use super::processor::has_fast_strings;
use super::run::{Run, Way, is_ragged, ragged};
use super::steps::{Step, avx, block, by_32, store_by_16};
use super::{Word, portable};
use crate::limits;

/// Of elements wider than a byte: 16 aligned bytes at a time, because no wider store is documented to
/// be one access.
pub(super) enum Store {}
/// Of bytes: as many at a time as a register has.
pub(super) enum StoreBytes {}

/// The bytes of a block, which is as much as the assembly copies between two jumps.
const BLOCK: usize = 128;
/// From this length on, the processor's own loop is faster than stores of 16 bytes. It takes some tens of
/// cycles to start, and then writes whole lines.
const STRING: usize = 1536;
/// The same for stores of bytes, which we store 32 at a time.
const STRING_OF_BYTES: usize = 4096;
/// From this length on it pays to align the shared side for stores of 32 bytes.
const MUCH: usize = 512;

/// Bytes in a cache line.
const LINE: usize = limits::CACHE_LINE as usize;
/// Bytes in a page.
const PAGE: usize = limits::PAGE as usize;

/// Defines a kind of store.
macro_rules! store {
    ($way:ident, $bytes:literal, $piece:ident, $string:ident) => {
        impl Way for $way {
            type Private = *const u8;
            const BYTES: bool = $bytes;

            #[inline(always)]
            unsafe fn story<T: Word + Copy>(shared: *mut u8, private: *const u8, len: usize) {
                // SAFETY: guaranteed by the caller.
                unsafe { portable::store::<T>(shared, private, len) };
            }

            #[inline(always)]
            fn advance(private: *const u8, bytes: usize) -> *const u8 {
                private.wrapping_add(bytes)
            }

            #[inline(always)]
            unsafe fn step<S: Step>(shared: *mut u8, private: *const u8) {
                // SAFETY: guaranteed by the caller.
                let bytes = unsafe { private.cast::<S>().read_unaligned() };
                // SAFETY: as above.
                unsafe { bytes.store::<$bytes>(shared) };
            }

            #[inline(never)]
            unsafe fn long(shared: *mut u8, private: *const u8, len: usize) {
                // SAFETY: guaranteed by the caller.
                let mut run = unsafe { Run::<Self>::new(shared, private, len) };
                if !$bytes || run.left >= MUCH {
                    if is_ragged(shared, len) {
                        // SAFETY: as above.
                        return unsafe { ragged::<Self>(shared, private, len) };
                    }
                    if run.left >= $string && has_fast_strings() && !run.would_collide() {
                        return run.string();
                    }
                    if $bytes {
                        run.align_by::<16>();
                    }
                }
                run.blocks();
            }
        }

        impl Run<$way> {
            /// Copies all whole blocks that are left, of which there is at least one, and then the rest.
            #[inline(always)]
            fn blocks(mut self) {
                let rest = self.split_off(self.left & !(BLOCK - 1));
                debug_assert!(self.left != 0);
                avx!(
                    "2:",
                    block!($piece, "{at}"),
                    "sub {at}, -128",
                    "cmp {at}, {end}",
                    "jb 2b";
                    from = in(reg) self.private,
                    to = in(reg) self.shared,
                    at = inout(reg) 0_usize => _,
                    end = in(reg) self.left,
                );
                if rest.left != 0 {
                    rest.finish();
                }
            }
        }
    };
}

store! { Store, false, store_by_16, STRING }
store! { StoreBytes, true, by_32, STRING_OF_BYTES }

impl<W: Way<Private = *const u8>> Run<W> {
    /// Story: a plain read and a relaxed store of every element. What is left is quadwords, aligned to 16.
    #[inline(always)]
    fn string(mut self) {
        self.align_by::<16>();
        self.align_by::<32>();
        // SAFETY: accesses only the two ranges, for which the creator of the run is responsible; the
        // direction flag is clear, as the ABI requires.
        unsafe {
            asm!(
                "rep movsq",
                inout("rcx") self.left / 8 => _,
                inout("rsi") self.private => _,
                inout("rdi") self.shared => _,
                options(nostack, preserves_flags),
            );
        }
    }

    /// Returns whether [`Run::string`] would be slow: it is several times slower if the target begins
    /// shortly after the source in its page, because then each load seems to depend on an earlier store
    /// (measured on Zen 4, up to half a line).
    #[inline(always)]
    fn would_collide(&self) -> bool {
        (1..LINE).contains(&(self.shared.addr().wrapping_sub(self.private.addr()) % PAGE))
    }
}
