//! Copies in steps of 16 aligned bytes on the shared side.
//!
//! Each block of assembly has a story, in Rust, with the same effect on the abstract machine: the
//! loop in [`super::portable`] over the same bytes. The blocks access memory (no `nomem`), so that
//! fences around them keep their meaning.

use std::arch::asm;

use super::{Word, portable};

/// Fewer elements than this are copied one by one: they are done before anything else has begun, and
/// where their number is a constant the compiler unrolls the loop.
const FEW: usize = 32;
/// Bytes in one turn of the loops.
const BLOCK: usize = 64;
/// Stores of bytes from this length on leave the work to the processor's own copy.
const STRING: usize = 512;

/// See [`super::load`].
///
/// # Safety
/// As there.
#[inline]
pub(super) unsafe fn load<T: Word>(shared: *const u8, private: *mut u8, len: usize) {
    if len < FEW * size_of::<T>() || !std::arch::is_x86_feature_detected!("avx") {
        // SAFETY: the caller's.
        return unsafe { portable::load::<T>(shared, private, len) };
    }
    // Three parts make up the range that the caller vouches for. The distance to the next 16-byte
    // boundary is a multiple of the width, to which `shared` is aligned, so that no element lies in
    // two parts.
    let (head, body) = split(shared.addr(), len);
    let behind = head + body;
    let part = |at| (shared.wrapping_add(at), private.wrapping_add(at));
    // SAFETY: the first part.
    unsafe { portable::load::<T>(shared, private, head) };
    let (from, to) = part(head);
    // SAFETY: the second part, which begins at a 16-byte boundary; there is AVX.
    unsafe { load_blocks(from, to, body / BLOCK) };
    let (from, to) = part(behind);
    // SAFETY: the third part.
    unsafe { portable::load::<T>(from, to, len - behind) };
}

/// See [`super::store`].
///
/// # Safety
/// As there.
#[inline]
pub(super) unsafe fn store<T: Word>(shared: *mut u8, private: *const u8, len: usize) {
    if len < FEW * size_of::<T>() || !std::arch::is_x86_feature_detected!("avx") {
        // SAFETY: the caller's.
        return unsafe { portable::store::<T>(shared, private, len) };
    }
    if size_of::<T>() == 1 && len >= STRING {
        // SAFETY: the caller's; the elements are bytes.
        return unsafe { store_bytes(shared, private, len) };
    }
    // Three parts, as in `load`.
    let (head, body) = split(shared.addr(), len);
    let behind = head + body;
    let part = |at| (shared.wrapping_add(at), private.wrapping_add(at));
    // SAFETY: the first part.
    unsafe { portable::store::<T>(shared, private, head) };
    let (to, from) = part(head);
    // SAFETY: the second part, which begins at a 16-byte boundary; there is AVX.
    unsafe { store_blocks(to, from, body / BLOCK) };
    let (to, from) = part(behind);
    // SAFETY: the third part.
    unsafe { portable::store::<T>(to, from, len - behind) };
}

/// The bytes before the first 16-byte boundary, and those in whole blocks behind it. `len` is at
/// least 16.
#[inline]
fn split(address: usize, len: usize) -> (usize, usize) {
    let head = address.wrapping_neg() % 16;
    (head, (len - head) / BLOCK * BLOCK)
}

/// Story: a relaxed load of every element in `blocks` blocks, and a plain write of each.
///
/// # Safety
/// As for [`load`]; `shared` is aligned to 16 bytes, and the processor has AVX.
#[inline]
unsafe fn load_blocks(shared: *const u8, private: *mut u8, blocks: usize) {
    if blocks == 0 {
        return;
    }
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
/// As for [`store`]; `shared` is aligned to 16 bytes, and the processor has AVX.
#[inline]
unsafe fn store_blocks(shared: *mut u8, private: *const u8, blocks: usize) {
    if blocks == 0 {
        return;
    }
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

/// Story: a plain read and a relaxed store of every byte.
///
/// # Safety
/// As for [`store`], of bytes: `rep movsb` promises nothing about wider elements.
#[inline]
unsafe fn store_bytes(shared: *mut u8, private: *const u8, len: usize) {
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
