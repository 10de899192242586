//! Out of shared memory.

use super::run::{Run, Way, is_ragged, ragged};
use super::steps::{Step, avx, block, by_32, load_by_16};
use super::{Word, portable};

/// Of elements wider than a byte: 16 aligned bytes at a time.
pub(super) enum Load {}
/// Of bytes, and of words that may be torn: as many at a time as a register has, from any address.
pub(super) enum LoadBytes {}

/// The bytes of a block, which is as much as the assembly copies between two jumps.
const BLOCK: usize = 128;
/// Longer copies of bytes begin by aligning the private side.
const LONG: usize = 256;

/// Defines a kind of load.
macro_rules! load {
    ($way:ident, $bytes:literal, $piece:ident) => {
        impl Way for $way {
            type Private = *mut u8;
            const BYTES: bool = $bytes;

            #[inline(always)]
            unsafe fn story<T: Word + Copy>(shared: *mut u8, private: *mut u8, len: usize) {
                // SAFETY: guaranteed by the caller.
                unsafe { portable::load::<T>(shared, private, len) };
            }

            #[inline(always)]
            fn advance(private: *mut u8, bytes: usize) -> *mut u8 {
                private.wrapping_add(bytes)
            }

            #[inline(always)]
            unsafe fn step<S: Step>(shared: *mut u8, private: *mut u8) {
                // SAFETY: guaranteed by the caller.
                let bytes = unsafe { S::load::<$bytes>(shared) };
                // SAFETY: as above.
                unsafe { private.cast::<S>().write_unaligned(bytes) };
            }

            #[inline(never)]
            unsafe fn long(shared: *mut u8, private: *mut u8, len: usize) {
                if !$bytes && is_ragged(shared, len) {
                    // SAFETY: guaranteed by the caller.
                    return unsafe { ragged::<Self>(shared, private, len) };
                }
                // SAFETY: as above.
                let mut run = unsafe { Run::<Self>::new(shared, private, len) };
                run.align_private();
                run.blocks();
            }
        }

        impl Run<$way> {
            /// Copies all that is left, at least a block, by blocks. The last one ends with the copy, and may
            /// overlap the one before it.
            #[inline(always)]
            fn blocks(self) {
                debug_assert!(self.left >= BLOCK);
                avx!(
                    "2:",
                    block!($piece, "{at}"),
                    "sub {at}, -128",
                    "cmp {at}, {last}",
                    "jb 2b",
                    block!($piece, "{last}");
                    from = in(reg) self.shared,
                    to = in(reg) self.private,
                    at = inout(reg) 0_usize => _,
                    last = in(reg) self.left - BLOCK,
                );
            }
        }
    };
}

impl Run<Load> {
    /// `malloc` returns memory that begins 16 bytes after a boundary of 32.
    #[inline(always)]
    fn align_private(&mut self) {
        if self.private.addr() & 16 != 0 {
            self.step::<16>();
        }
    }
}

impl Run<LoadBytes> {
    #[inline(always)]
    fn align_private(&mut self) {
        if self.left > LONG {
            self.copy_here::<32>();
            self.advance(32 - self.private.addr() % 32);
        }
    }
}

load! { Load, false, load_by_16 }
load! { LoadBytes, true, by_32 }
