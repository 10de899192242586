//! The width of a memory access, decoded from its instruction: only instructions that move data (Intel
//! SDM volume 2).

/// The width in bytes of the memory operand of the instruction at the start of `code`; `None` if the
/// instruction is unknown.
pub(super) fn width(code: &[u8; 8]) -> Option<usize> {
    let (mut at, mut is_half, mut is_wide, mut repeats) = (0, false, false, 0);
    loop {
        match *code.get(at)? {
            0x66 => is_half = true,
            prefix @ (0xf2 | 0xf3) => repeats = prefix,
            0xf0 => {}
            rex @ 0x40..=0x4f => is_wide = rex & 8 != 0,
            _ => break,
        }
        at += 1;
    }
    let whole = match (is_wide, is_half) {
        (true, _) => 8,
        (false, true) => 2,
        (false, false) => 4,
    };
    let next = |by: usize| code.get(at + by).copied();
    match *code.get(at)? {
        // mov, xchg, movs, stos
        0x86 | 0x88 | 0x8a | 0xc6 | 0xa4 | 0xaa => Some(1),
        0x87 | 0x89 | 0x8b | 0xc7 | 0xa5 | 0xab => Some(whole),
        0x0f => match next(1)? {
            // movzx, movsx
            0xb6 | 0xbe => Some(1),
            0xb7 | 0xbf => Some(2),
            // xadd, cmpxchg
            0xc1 | 0xb1 => Some(whole),
            opcode => vector(opcode, repeats, is_wide),
        },
        // A prefix of two bytes, or of three.
        0xc5 => Some(vex(next(1)?, next(2)?, false)?),
        0xc4 => Some(vex(next(2)?, next(3)?, next(2)? & 0x80 != 0)?),
        _ => None,
    }
}

/// An instruction on vector registers; a prefix in `repeats` turns it into a different one.
fn vector(opcode: u8, repeats: u8, is_wide: bool) -> Option<usize> {
    match (opcode, repeats) {
        // movdqa, movdqu, movaps, movups
        (0x6f | 0x7f | 0x28 | 0x29, _) | (0x10 | 0x11, 0) => Some(16),
        // movss, movsd
        (0x10 | 0x11, 0xf3) => Some(4),
        (0x10 | 0x11, _) | (0xd6, _) | (0x7e, 0xf3) => Some(8),
        // movd, movq
        (0x6e | 0x7e, _) => Some(if is_wide { 8 } else { 4 }),
        _ => None,
    }
}

/// The same with a VEX prefix, whose last byte is `prefix`.
fn vex(prefix: u8, opcode: u8, is_wide: bool) -> Option<usize> {
    let repeats = [0, 0, 0xf3, 0xf2][usize::from(prefix & 3)];
    let is_long = prefix & 4 != 0;
    let width = vector(opcode, repeats, is_wide)?;
    Some(if is_long && width == 16 { 32 } else { width })
}

mod tests {
    use super::width;

    /// As encoded by an assembler.
    #[test]
    fn widths_of_instructions_that_move_data() {
        let of = |code: &[u8]| {
            let mut padded = [0x90; 8];
            padded[..code.len()].copy_from_slice(code);
            width(&padded)
        };
        for (expected, code) in [
            (1, &b"\x8a\x07"[..]),         // mov al, byte ptr [rdi]
            (1, b"\x0f\xb6\x07"),          // movzx eax, byte ptr [rdi]
            (1, b"\xf3\xa4"),              // rep movsb
            (1, b"\xf3\xaa"),              // rep stosb
            (2, b"\x66\x89\x07"),          // mov word ptr [rdi], ax
            (2, b"\x0f\xb7\x07"),          // movzx eax, word ptr [rdi]
            (2, b"\xf3\x66\xa5"),          // rep movsw
            (4, b"\x89\x07"),              // mov dword ptr [rdi], eax
            (4, b"\x41\x8b\x00"),          // mov eax, dword ptr [r8]
            (4, b"\xf3\x0f\x10\x07"),      // movss xmm0, dword ptr [rdi]
            (8, b"\x48\x8b\x07"),          // mov rax, qword ptr [rdi]
            (8, b"\xf3\x48\xa5"),          // rep movsq
            (8, b"\xf2\x0f\x11\x07"),      // movsd qword ptr [rdi], xmm0
            (8, b"\xf0\x48\x0f\xc1\x07"),  // lock xadd qword ptr [rdi], rax
            (16, b"\x66\x0f\x6f\x07"),     // movdqa xmm0, xmmword ptr [rdi]
            (16, b"\xf3\x41\x0f\x7f\x00"), // movdqu xmmword ptr [r8], xmm0
            (16, b"\xc5\xf9\x6f\x07"),     // vmovdqa xmm0, xmmword ptr [rdi]
            (32, b"\xc5\xfe\x6f\x07"),     // vmovdqu ymm0, ymmword ptr [rdi]
            (32, b"\xc4\xc1\x7e\x7f\x00"), // vmovdqu ymmword ptr [r8], ymm0
        ] {
            assert_eq!(of(code), Some(expected), "{code:02x?}");
        }
        assert_eq!(of(b"\x90"), None);
        assert_eq!(of(b"\x0f\x0b"), None);
    }
}
