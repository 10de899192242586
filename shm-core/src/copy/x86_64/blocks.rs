//! Loops over blocks of 64 bytes, and the processor's own copy.
//!
//! The stories are those of [`Way::blocks`](super::ways::Way): as many steps of 16 bytes. The
//! assembly accesses memory (no `nomem`), so that fences around it keep their meaning.

use std::arch::asm;
use std::arch::x86_64::__m128i;

/// Story: a relaxed load of every element in `blocks` blocks, and a plain write of each.
///
/// # Safety
/// As for [`Way::blocks`](super::ways::Way).
#[inline(always)]
pub(super) unsafe fn load(shared: *const u8, private: *mut u8, blocks: usize) {
    // SAFETY: reads and writes the two ranges only. Two aligned loads of 16 bytes are joined in a
    // register, for one store of 32 bytes to private memory. All vector registers are given up,
    // because `vzeroupper` changes all of them.
    unsafe {
        asm!(
            "2:",
            "vmovdqa xmm0, xmmword ptr [{from}]",
            "vmovdqa xmm1, xmmword ptr [{from} + 16]",
            "vmovdqa xmm2, xmmword ptr [{from} + 32]",
            "vmovdqa xmm3, xmmword ptr [{from} + 48]",
            "vinsertf128 ymm0, ymm0, xmm1, 1",
            "vinsertf128 ymm2, ymm2, xmm3, 1",
            "vmovdqu ymmword ptr [{to}], ymm0",
            "vmovdqu ymmword ptr [{to} + 32], ymm2",
            "add {from}, 64",
            "add {to}, 64",
            "dec {blocks}",
            "jnz 2b",
            "vzeroupper",
            from = inout(reg) shared => _,
            to = inout(reg) private => _,
            blocks = inout(reg) blocks => _,
            out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
            out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
            out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
            out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
            options(nostack),
        );
    }
}

/// Story: a plain read of every element in `blocks` blocks, and a relaxed store of each.
///
/// # Safety
/// As for [`Way::blocks`](super::ways::Way).
#[inline(always)]
pub(super) unsafe fn store(shared: *mut u8, private: *const u8, blocks: usize) {
    // SAFETY: reads and writes the two ranges only, the shared one by aligned stores of 16 bytes.
    // These forms leave the upper halves of the registers alone.
    unsafe {
        asm!(
            "2:",
            "movdqu xmm0, xmmword ptr [{from}]",
            "movdqu xmm1, xmmword ptr [{from} + 16]",
            "movdqu xmm2, xmmword ptr [{from} + 32]",
            "movdqu xmm3, xmmword ptr [{from} + 48]",
            "movdqa xmmword ptr [{to}], xmm0",
            "movdqa xmmword ptr [{to} + 16], xmm1",
            "movdqa xmmword ptr [{to} + 32], xmm2",
            "movdqa xmmword ptr [{to} + 48], xmm3",
            "add {from}, 64",
            "add {to}, 64",
            "dec {blocks}",
            "jnz 2b",
            from = inout(reg) private => _,
            to = inout(reg) shared => _,
            blocks = inout(reg) blocks => _,
            out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
            options(nostack),
        );
    }
}

/// Story: a relaxed store of every element in `blocks` blocks, of the values in `value`.
///
/// # Safety
/// As for [`Way::blocks`](super::ways::Way).
#[inline(always)]
pub(super) unsafe fn fill(shared: *mut u8, value: __m128i, blocks: usize) {
    // SAFETY: writes the range only, by aligned stores of 16 bytes.
    unsafe {
        asm!(
            "2:",
            "movdqa xmmword ptr [{to}], {value}",
            "movdqa xmmword ptr [{to} + 16], {value}",
            "movdqa xmmword ptr [{to} + 32], {value}",
            "movdqa xmmword ptr [{to} + 48], {value}",
            "add {to}, 64",
            "dec {blocks}",
            "jnz 2b",
            to = inout(reg) shared => _,
            blocks = inout(reg) blocks => _,
            value = in(xmm_reg) value,
            options(nostack),
        );
    }
}

/// Story: a plain read and a relaxed store of every byte.
///
/// # Safety
/// As for [`store`](super::store), of bytes: `rep movsb` promises nothing about wider elements.
#[inline]
pub(super) unsafe fn store_bytes(shared: *mut u8, private: *const u8, len: usize) {
    // SAFETY: reads and writes the two ranges only; the direction flag is clear, as the ABI says.
    unsafe {
        asm!(
            "rep movsb",
            inout("rcx") len => _,
            inout("rsi") private => _,
            inout("rdi") shared => _,
            options(nostack, preserves_flags),
        );
    }
}

/// Story: a relaxed store of `value` in every byte.
///
/// # Safety
/// As for [`fill`](super::fill), of bytes: `rep stosb` promises nothing about wider elements.
#[inline]
pub(super) unsafe fn fill_bytes(shared: *mut u8, value: u8, len: usize) {
    // SAFETY: writes the range only; the direction flag is clear, as the ABI says.
    unsafe {
        asm!(
            "rep stosb",
            inout("rcx") len => _,
            inout("rdi") shared => _,
            in("al") value,
            options(nostack, preserves_flags),
        );
    }
}
