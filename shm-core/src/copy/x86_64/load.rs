//! Out of shared memory.

use super::run::{Run, Way, is_ragged, ragged};
use super::steps::{avx, block, by_32, load_by_16, narrow, step, wide};
use super::{Word, portable};

/// Of elements wider than a byte: 16 aligned bytes at a time.
pub(super) enum Load {}
/// Of bytes: as many at a time as a register has, from any address.
pub(super) enum LoadBytes {}

/// The bytes of a block, which is as much as the assembly copies between two jumps.
const BLOCK: usize = 128;
/// Longer copies begin by aligning the private side.
const LONG: usize = 256;

/// Defines the copy of all that is left, at least a block, by blocks. The last one ends with the copy, and
/// may overlap the one before it.
macro_rules! blocks {
    ($piece:ident) => {
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
    };
}

impl Way for Load {
    type Private = *mut u8;
    const BYTES: bool = false;

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
    unsafe fn step<const WIDTH: usize>(shared: *mut u8, private: *mut u8) {
        step!(WIDTH; "movdqa" shared, "movdqu" private);
    }

    #[inline(never)]
    unsafe fn long(shared: *mut u8, private: *mut u8, len: usize) {
        if is_ragged(shared, len) {
            // SAFETY: guaranteed by the caller.
            return unsafe { ragged::<Self>(shared, private, len) };
        }
        // SAFETY: as above.
        let mut run = unsafe { Run::<Self>::new(shared, private, len) };
        // `malloc` returns memory that begins 16 bytes after a boundary of 32.
        if run.left > LONG && run.private.addr() % 32 == 16 {
            run.step::<16>();
        }
        run.blocks();
    }
}

impl Run<Load> {
    blocks! { load_by_16 }
}

impl Way for LoadBytes {
    type Private = *mut u8;
    const BYTES: bool = true;

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
    unsafe fn step<const WIDTH: usize>(shared: *mut u8, private: *mut u8) {
        step!(WIDTH; "movdqu" shared, "movdqu" private);
    }

    #[inline(never)]
    unsafe fn long(shared: *mut u8, private: *mut u8, len: usize) {
        // SAFETY: guaranteed by the caller.
        let mut run = unsafe { Run::<Self>::new(shared, private, len) };
        match run.left {
            BLOCK.. => {
                if run.left > LONG {
                    run.copy_here::<32>();
                    run.advance(32 - run.private.addr() % 32);
                }
                run.blocks();
            }
            64.. => run.ends::<64>(),
            32.. => run.ends::<32>(),
            16.. => run.ends::<16>(),
            8.. => run.ends::<8>(),
            _ => run.finish_narrow(),
        }
    }
}

impl Run<LoadBytes> {
    blocks! { by_32 }

    /// Copies the first `WIDTH` bytes and the last, which may overlap and together are the whole range.
    #[inline(always)]
    fn ends<const WIDTH: usize>(mut self) {
        self.copy_here::<WIDTH>();
        self.advance(self.left - WIDTH);
        self.copy_here::<WIDTH>();
    }
}
