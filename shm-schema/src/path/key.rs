//! Keys in a path: `[ann]`, `["north gate"]`, `[-1]`, `[{ x: 1, y: 2 }]`.
//!
//! A key is copied from the path as it is written. Its meaning depends on the type of the map's keys, which
//! a path does not know.

use super::steps::is_name_byte;

/// The end of a key.
pub(super) enum End {
    /// The key ends before this byte.
    At(usize),
    /// No key begins here.
    NotAKey,
    /// A key begins here, and the text ends inside it.
    Open,
}

/// Returns where the key that begins at `start` ends.
pub(super) const fn end(bytes: &[u8], start: usize) -> End {
    if start >= bytes.len() {
        return End::NotAKey;
    }
    match bytes[start] {
        b'"' | b'\'' => quoted(bytes, start),
        b'b' if start + 1 < bytes.len() && bytes[start + 1] == b'"' => quoted(bytes, start + 1),
        b'{' | b'[' => nested(bytes, start),
        first if first == b'-' || is_name_byte(first) => word(bytes, start),
        _ => End::NotAKey,
    }
}

/// Letters, digits, `_`, characters outside of ASCII, `-` and single points.
const fn word(bytes: &[u8], start: usize) -> End {
    let mut at = start + 1;
    while at < bytes.len() {
        let is_part = is_name_byte(bytes[at]) || bytes[at] == b'-' || bytes[at] == b'.';
        // Two points make a range.
        if !is_part || bytes[at] == b'.' && bytes[at - 1] == b'.' {
            break;
        }
        at += 1;
    }
    if bytes[at - 1] == b'.' || at == start + 1 && bytes[start] == b'-' {
        return End::NotAKey;
    }
    End::At(at)
}

/// Text between quotation marks, in which `\` escapes the character after it.
const fn quoted(bytes: &[u8], start: usize) -> End {
    let mut at = start + 1;
    while at < bytes.len() {
        if bytes[at] == bytes[start] {
            return End::At(at + 1);
        }
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    End::Open
}

/// A struct or a list, up to its closing bracket.
const fn nested(bytes: &[u8], start: usize) -> End {
    let (mut at, mut depth) = (start, 0_u32);
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return End::At(at + 1),
            b'}' | b']' => depth -= 1,
            b'"' | b'\'' => match quoted(bytes, at) {
                End::At(after) => {
                    at = after;
                    continue;
                }
                other => return other,
            },
            _ => {}
        }
        at += 1;
    }
    End::Open
}
