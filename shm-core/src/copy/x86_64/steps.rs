//! The assembly that the ways share: steps of 1 to 64 bytes, and blocks of 128.
//!
//! It accesses memory (no `nomem`), so that fences around it keep their meaning.

/// Reads registers of 16 bytes, then writes them.
macro_rules! wide {
    ($load:literal $from:expr, $store:literal $to:expr; $($at:literal $value:ident)*) => {
        // SAFETY: accesses only the two ranges; the side of `movdqa` is aligned.
        unsafe {
            std::arch::asm!(
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
            std::arch::asm!(
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

/// 128 bytes, in pieces of 32. Both sides begin at a register plus an index.
macro_rules! block {
    ($piece:ident, $at:literal) => {
        concat!($piece!($at, "0"), $piece!($at, "32"), $piece!($at, "64"), $piece!($at, "96"),)
    };
}

/// 32 bytes of 16 aligned ones each, joined in a register for one write. (That they are joined right
/// away, before the next are read, is what lets the processor read and write in the same cycles.)
macro_rules! load_by_16 {
    ($at:literal, $offset:literal) => {
        concat!(
            "vmovdqa xmm0, xmmword ptr [{from} + ",
            $at,
            " + ",
            $offset,
            "]\n",
            "vmovdqa xmm1, xmmword ptr [{from} + ",
            $at,
            " + ",
            $offset,
            " + 16]\n",
            "vinsertf128 ymm0, ymm0, xmm1, 1\n",
            "vmovdqu ymmword ptr [{to} + ",
            $at,
            " + ",
            $offset,
            "], ymm0\n",
        )
    };
}

/// 32 bytes, written as 16 aligned ones each.
macro_rules! store_by_16 {
    ($at:literal, $offset:literal) => {
        concat!(
            "vmovdqu xmm0, xmmword ptr [{from} + ",
            $at,
            " + ",
            $offset,
            "]\n",
            "vmovdqu xmm1, xmmword ptr [{from} + ",
            $at,
            " + ",
            $offset,
            " + 16]\n",
            "vmovdqa xmmword ptr [{to} + ",
            $at,
            " + ",
            $offset,
            "], xmm0\n",
            "vmovdqa xmmword ptr [{to} + ",
            $at,
            " + ",
            $offset,
            " + 16], xmm1\n",
        )
    };
}

/// 32 bytes at once, for elements of one byte.
macro_rules! by_32 {
    ($at:literal, $offset:literal) => {
        concat!(
            "vmovdqu ymm0, ymmword ptr [{from} + ",
            $at,
            " + ",
            $offset,
            "]\n",
            "vmovdqu ymmword ptr [{to} + ",
            $at,
            " + ",
            $offset,
            "], ymm0\n",
        )
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

pub(super) use {avx, block, by_32, load_by_16, narrow, step, store_by_16, wide};
