//! Assembly for more than a few steps: blocks of 64 and 128 bytes, and loops over them.
//!
//! The stories are those of the same number of steps of 16 bytes ([`Way::step`](super::ways::Way)), or
//! of 32 where the elements are bytes. Loads write private memory 32 bytes at a time. The assembly
//! accesses memory (no `nomem`), so that fences around it keep their meaning. It accesses only the
//! remainder of a [`Run`], for which the creator of the run is responsible.

use std::arch::asm;

use super::run::Run;
use super::ways::{Load, Store};

/// 64 bytes, read as 16 aligned bytes at a time. Two are joined in a register for one write of 32.
macro_rules! by_16 {
    ($from:literal, $to:literal) => {
        concat!(
            "vmovdqa xmm0, xmmword ptr [",
            $from,
            "]\n",
            "vmovdqa xmm1, xmmword ptr [",
            $from,
            " + 16]\n",
            "vmovdqa xmm2, xmmword ptr [",
            $from,
            " + 32]\n",
            "vmovdqa xmm3, xmmword ptr [",
            $from,
            " + 48]\n",
            "vinsertf128 ymm0, ymm0, xmm1, 1\n",
            "vinsertf128 ymm2, ymm2, xmm3, 1\n",
            "vmovdqu ymmword ptr [",
            $to,
            "], ymm0\n",
            "vmovdqu ymmword ptr [",
            $to,
            " + 32], ymm2\n",
        )
    };
}

/// 64 bytes, 32 at a time.
macro_rules! by_32 {
    ($from:literal, $to:literal) => {
        concat!(
            "vmovdqu ymm0, ymmword ptr [",
            $from,
            "]\n",
            "vmovdqu ymm1, ymmword ptr [",
            $from,
            " + 32]\n",
            "vmovdqu ymmword ptr [",
            $to,
            "], ymm0\n",
            "vmovdqu ymmword ptr [",
            $to,
            " + 32], ymm1\n",
        )
    };
}

/// Assembly that changes the upper halves of vector registers: it clears them at the end, because the
/// code after it may be slow otherwise, and clobbers all of them.
macro_rules! avx {
    ($($line:expr),* ; $($operands:tt)*) => {
        asm!(
            $($line,)*
            "vzeroupper",
            $($operands)*
            out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
            out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
            out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
            out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
            options(nostack),
        )
    };
}

/// Defines a load of at least 64 bytes. Its parts may overlap. Up to 256 bytes it has no loop.
macro_rules! load {
    ($(#[$doc:meta])* $name:ident, $align:ident, $block:ident) => {
        $(#[$doc])*
        #[inline(always)]
        pub(super) fn $name(mut self) {
            if self.left > 256 {
                self.$align();
                // SAFETY: accesses only the two ranges, except for their last 96 to 256 bytes.
                unsafe {
                    avx!(
                        "2:",
                        $block!("{from}", "{to}"),
                        $block!("{from} + 64", "{to} + 64"),
                        "sub {from}, -128",
                        "sub {to}, -128",
                        "add {len}, -128",
                        "cmp {len}, 256",
                        "ja 2b";
                        from = inout(reg) self.shared,
                        to = inout(reg) self.private,
                        len = inout(reg) self.left,
                    );
                }
            }
            let Self { shared, private, left } = self;
            debug_assert!((64..=256).contains(&left));
            let (from_end, to_end) = (shared.wrapping_add(left), private.wrapping_add(left));
            if left > 128 {
                // SAFETY: accesses only the two ranges: their first and their last 128 bytes.
                unsafe {
                    avx!(
                        $block!("{from}", "{to}"),
                        $block!("{from} + 64", "{to} + 64"),
                        $block!("{from_end} - 128", "{to_end} - 128"),
                        $block!("{from_end} - 64", "{to_end} - 64");
                        from = in(reg) shared,
                        to = in(reg) private,
                        from_end = in(reg) from_end,
                        to_end = in(reg) to_end,
                    );
                }
            } else {
                // SAFETY: accesses only the two ranges: their first and their last 64 bytes.
                unsafe {
                    avx!(
                        $block!("{from}", "{to}"),
                        $block!("{from_end} - 64", "{to_end} - 64");
                        from = in(reg) shared,
                        to = in(reg) private,
                        from_end = in(reg) from_end,
                        to_end = in(reg) to_end,
                    );
                }
            }
        }
    };
}

impl<const ELEMENT: usize> Run<ELEMENT, Load> {
    /// Loads enough bytes to align the private side to 32, if 16 bytes are enough: `malloc` returns
    /// memory that begins 16 bytes after a boundary.
    #[inline(always)]
    fn align_private(&mut self) {
        if self.private.addr() % 32 == 16 {
            self.step::<16>();
        }
    }

    /// The same for bytes, wherever the private side begins.
    #[inline(always)]
    fn align_private_bytes(&mut self) {
        self.copy_here::<32>();
        self.advance(32 - self.private.addr() % 32);
    }

    load! {
        /// Story: a relaxed load of every element, of some twice, and a plain write of each. The shared
        /// side is aligned to 16, and the remainder is a multiple of 16 and at least 64.
        blocks, align_private, by_16
    }

    load! {
        /// Story: a relaxed load of every byte, of some twice, and a plain write of each. At least 64
        /// are left.
        blocks_of_bytes, align_private_bytes, by_32
    }
}

/// 64 bytes, written as 16 aligned bytes at a time.
macro_rules! store_by_16 {
    ($from:literal, $to:literal) => {
        concat!(
            "movdqu xmm0, xmmword ptr [",
            $from,
            "]\n",
            "movdqu xmm1, xmmword ptr [",
            $from,
            " + 16]\n",
            "movdqu xmm2, xmmword ptr [",
            $from,
            " + 32]\n",
            "movdqu xmm3, xmmword ptr [",
            $from,
            " + 48]\n",
            "movdqa xmmword ptr [",
            $to,
            "], xmm0\n",
            "movdqa xmmword ptr [",
            $to,
            " + 16], xmm1\n",
            "movdqa xmmword ptr [",
            $to,
            " + 32], xmm2\n",
            "movdqa xmmword ptr [",
            $to,
            " + 48], xmm3\n",
        )
    };
}

/// Assembly that does not touch the upper halves of vector registers.
macro_rules! sse {
    ($($line:expr),* ; $($operands:tt)*) => {
        asm!(
            $($line,)*
            $($operands)*
            out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
            options(nostack),
        )
    };
}

/// Stores all whole blocks of 128 bytes that are left: two in each turn of a loop, and then one more if
/// one is left.
macro_rules! store {
    ($run:ident, $registers:ident, $block:ident) => {
        if $run.left >= 256 {
            // SAFETY: accesses only the two ranges.
            unsafe {
                $registers!(
                    "2:",
                    $block!("{from}", "{to}"),
                    $block!("{from} + 64", "{to} + 64"),
                    $block!("{from} + 128", "{to} + 128"),
                    $block!("{from} + 192", "{to} + 192"),
                    "add {from}, 256",
                    "add {to}, 256",
                    "add {left}, -256",
                    "cmp {left}, 256",
                    "jae 2b";
                    from = inout(reg) $run.private,
                    to = inout(reg) $run.shared,
                    left = inout(reg) $run.left,
                );
            }
            if $run.left == 0 {
                return;
            }
        }
        if $run.left >= 128 {
            // SAFETY: accesses only the two ranges: at least this much is left.
            unsafe {
                $registers!(
                    $block!("{from}", "{to}"),
                    $block!("{from} + 64", "{to} + 64");
                    from = in(reg) $run.private,
                    to = in(reg) $run.shared,
                );
            }
            $run.advance(128);
        }
    };
}

impl<const ELEMENT: usize> Run<ELEMENT, Store> {
    /// Story: a plain read of every element in all whole blocks of 128 bytes that are left, and a
    /// relaxed store of each. Advances past them. The shared side is aligned to 16.
    #[inline(always)]
    pub(super) fn blocks(&mut self) {
        if ELEMENT == 1 {
            store!(self, avx, by_32);
        } else {
            store!(self, sse, store_by_16);
        }
    }
}
