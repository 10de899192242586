//! Assembly for more than a few steps: blocks of 64 and 128 bytes, and loops over them.
//!
//! The stories are those of so many steps of 16 bytes ([`Way::step`](super::ways::Way)); where the elements
//! are bytes, of 32. Private memory is accessed 32 bytes at a time. The assembly accesses memory (no
//! `nomem`), so that fences around it keep their meaning.

use std::arch::asm;

use super::{Pattern, steps};

/// 64 bytes, read 16 aligned ones at a time. Two are joined in a register, for one write of 32.
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

/// Assembly that changes the upper halves of vector registers: it clears them at the end, because what
/// comes next may be slow otherwise, and gives all of them up.
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

/// Defines a load of 64 bytes or more. Its parts may overlap. Up to 256 bytes it goes straight on.
macro_rules! load {
    ($(#[$doc:meta])* $name:ident, $more:ident, $ends:ident, $align:ident, $block:ident) => {
        $(#[$doc])*
        #[inline(always)]
        pub(super) unsafe fn $name(shared: *const u8, private: *mut u8, len: usize) {
            if len > 256 {
                // SAFETY: the caller's.
                return unsafe { $more(shared, private, len) };
            }
            // SAFETY: the caller's.
            unsafe { $ends(shared, private, len) };
        }

        /// # Safety
        /// As for the straight one; `len` is more than 256.
        #[inline(never)]
        unsafe fn $more(mut shared: *const u8, mut private: *mut u8, mut len: usize) {
            // SAFETY: the caller's, of the first 32 bytes.
            let aligned = unsafe { $align(shared, private) };
            shared = shared.wrapping_add(aligned);
            private = private.wrapping_add(aligned);
            len -= aligned;
            // SAFETY: reads and writes the two ranges only, but for the last 96 to 256 bytes.
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
                    from = inout(reg) shared,
                    to = inout(reg) private,
                    len = inout(reg) len,
                );
            }
            // SAFETY: the caller's, of what is left.
            unsafe { $ends(shared, private, len) };
        }

        /// # Safety
        /// As for the straight one; `len` is 256 at most.
        #[inline(always)]
        unsafe fn $ends(shared: *const u8, private: *mut u8, len: usize) {
            debug_assert!((64..=256).contains(&len));
            let (from_end, to_end) = (shared.wrapping_add(len), private.wrapping_add(len));
            if len > 128 {
                // SAFETY: reads and writes the two ranges only: their first and their last 128 bytes.
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
                // SAFETY: reads and writes the two ranges only: their first and their last 64 bytes.
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

/// Loads so much that what is private is aligned to 32 from there on, if 16 bytes are enough: `malloc`
/// gives memory that begins 16 bytes behind a boundary. Says how many bytes that was.
///
/// # Safety
/// As for [`load`](super::load) of 16 bytes. `shared` is aligned to 16.
#[inline(always)]
unsafe fn align(shared: *const u8, private: *mut u8) -> usize {
    if private.addr() % 32 != 16 {
        return 0;
    }
    // SAFETY: the caller's.
    unsafe { steps::load_16(shared, private) };
    16
}

/// The same, wherever what is private begins.
///
/// # Safety
/// As for [`load`](super::load) of 32 elements of one byte.
#[inline(always)]
unsafe fn align_bytes(shared: *const u8, private: *mut u8) -> usize {
    // SAFETY: the caller's.
    unsafe { steps::load_bytes::<32>(shared, private) };
    32 - private.addr() % 32
}

load! {
    /// Story: a relaxed load of every element, of some twice, and a plain write of each.
    ///
    /// # Safety
    /// As for [`load`](super::load), whatever the elements. `shared` is aligned to 16, and `len` is a multiple
    /// of it and 64 or more. The processor has AVX.
    load, load_more, load_ends, align, by_16
}

load! {
    /// Story: a relaxed load of every byte, of some twice, and a plain write of each.
    ///
    /// # Safety
    /// As for [`load`](super::load) of bytes. `len` is 64 or more. The processor has AVX.
    load_bytes, load_more_bytes, load_ends_of_bytes, align_bytes, by_32
}

/// 64 bytes, written 16 aligned ones at a time.
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

/// 64 bytes of one value, written 16 aligned ones at a time.
macro_rules! fill_by_16 {
    ($to:literal) => {
        concat!(
            "movdqa xmmword ptr [",
            $to,
            "], xmm0\n",
            "movdqa xmmword ptr [",
            $to,
            " + 16], xmm0\n",
            "movdqa xmmword ptr [",
            $to,
            " + 32], xmm0\n",
            "movdqa xmmword ptr [",
            $to,
            " + 48], xmm0\n",
        )
    };
}

/// 64 bytes of one value, written 32 at a time.
macro_rules! fill_by_32 {
    ($to:literal) => {
        concat!(
            "vmovdqu ymmword ptr [",
            $to,
            "], ymm0\n",
            "vmovdqu ymmword ptr [",
            $to,
            " + 32], ymm0\n",
        )
    };
}

/// Assembly that leaves the upper halves of vector registers alone.
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

/// Defines a store of as many whole blocks of 128 bytes as there are: twice that in each turn of a loop,
/// and then once, if there is one left.
macro_rules! store {
    ($(#[$doc:meta])* $name:ident, $registers:ident, $block:ident) => {
        $(#[$doc])*
        #[inline(always)]
        pub(super) unsafe fn $name(shared: &mut *mut u8, private: &mut *const u8, left: &mut usize) {
            if *left >= 256 {
                // SAFETY: reads and writes the two ranges only.
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
                        from = inout(reg) *private,
                        to = inout(reg) *shared,
                        left = inout(reg) *left,
                    );
                }
            }
            if *left >= 128 {
                // SAFETY: reads and writes the two ranges only: so much is left.
                unsafe {
                    $registers!(
                        $block!("{from}", "{to}"),
                        $block!("{from} + 64", "{to} + 64");
                        from = in(reg) *private,
                        to = in(reg) *shared,
                    );
                }
                *private = private.wrapping_add(128);
                *shared = shared.wrapping_add(128);
                *left -= 128;
            }
        }
    };
}

store! {
    /// Story: a plain read of every element in as many whole blocks of 128 bytes as are left, and a
    /// relaxed store of each. Goes on by so much.
    ///
    /// # Safety
    /// As for [`store`](super::store), whatever the elements. `shared` is aligned to 16.
    store, sse, store_by_16
}

store! {
    /// Story: a plain read of every byte in as many whole blocks of 128 as are left, and a relaxed store
    /// of each. Goes on by so much.
    ///
    /// # Safety
    /// As for [`store`](super::store) of bytes. The processor has AVX.
    store_bytes, avx, by_32
}

/// Defines the same for one value, which the assembly finds in `{word}` and puts into a vector register.
macro_rules! fill {
    ($(#[$doc:meta])* $name:ident, $registers:ident, $block:ident, [$($line:literal),*]) => {
        $(#[$doc])*
        #[inline(always)]
        pub(super) unsafe fn $name(shared: &mut *mut u8, pattern: Pattern, left: &mut usize) {
            if *left >= 256 {
                // SAFETY: writes the range only.
                unsafe {
                    $registers!(
                        $($line,)*
                        "2:",
                        $block!("{to}"),
                        $block!("{to} + 64"),
                        $block!("{to} + 128"),
                        $block!("{to} + 192"),
                        "add {to}, 256",
                        "add {left}, -256",
                        "cmp {left}, 256",
                        "jae 2b";
                        word = in(reg) pattern.word,
                        to = inout(reg) *shared,
                        left = inout(reg) *left,
                    );
                }
            }
            if *left >= 128 {
                // SAFETY: writes the range only: so much is left.
                unsafe {
                    $registers!(
                        $($line,)*
                        $block!("{to}"),
                        $block!("{to} + 64");
                        word = in(reg) pattern.word,
                        to = in(reg) *shared,
                    );
                }
                *shared = shared.wrapping_add(128);
                *left -= 128;
            }
        }
    };
}

fill! {
    /// Story: a relaxed store of every element in as many whole blocks of 128 bytes as are left, of the
    /// values in `pattern`. Goes on by so much.
    ///
    /// # Safety
    /// As for [`fill`](super::fill), whatever the elements. `shared` is aligned to 16.
    fill, sse, fill_by_16, ["movq xmm0, {word}", "punpcklqdq xmm0, xmm0"]
}

fill! {
    /// Story: a relaxed store of every byte in as many whole blocks of 128 as are left, of the one in
    /// `pattern`. Goes on by so much.
    ///
    /// # Safety
    /// As for [`fill`](super::fill) of bytes. The processor has AVX.
    fill_bytes, avx, fill_by_32, [
        "vmovq xmm0, {word}",
        "vpunpcklqdq xmm0, xmm0, xmm0",
        "vinsertf128 ymm0, ymm0, xmm0, 1"
    ]
}
