//! Texts that are built during constant evaluation.

use crate::layout::Variant;

/// Returns the length of the text that [`allowed`] writes.
#[must_use]
pub const fn allowed_len(variants: &[Variant]) -> usize {
    write_allowed(variants, &mut [])
}

/// Returns the valid values of an enum, as in error messages: `0 (Idle), 1 (Busy)`.
#[must_use]
pub const fn allowed<const LEN: usize>(variants: &[Variant]) -> [u8; LEN] {
    let mut text = [0; LEN];
    write_allowed(variants, &mut text);
    text
}

/// Returns the text in these bytes.
///
/// # Panics
/// If they are not UTF-8.
#[must_use]
pub const fn text(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("not UTF-8"),
    }
}

/// Returns the length of the text that [`note`] writes.
#[must_use]
pub const fn note_len(raw: &str) -> usize {
    write_note(raw, &mut [])
}

/// Returns the text of a doc comment made by a macro, in [`note_len`] bytes: each line without its
/// leading space and trailing blanks, without blank lines at the start and the end.
#[must_use]
pub const fn note<const LEN: usize>(raw: &str) -> [u8; LEN] {
    let mut text = [0; LEN];
    write_note(raw, &mut text);
    text
}

/// Writes as much as fits, and returns how much there is.
const fn write_note(raw: &str, out: &mut [u8]) -> usize {
    let (mut rest, mut at, mut pending) = (raw.as_bytes(), 0, 0);
    loop {
        let (line, more) = first_line(rest);
        let line = match line {
            [b' ', line @ ..] => line.trim_ascii_end(),
            line => line.trim_ascii_end(),
        };
        if !line.is_empty() {
            // Blank lines count only if text follows.
            while pending > 0 && at > 0 {
                at = write(b"\n", out, at);
                pending -= 1;
            }
            pending = 0;
            at = write(line, out, at);
        }
        match more {
            Some(more) => rest = more,
            None => return at,
        }
        pending += 1;
    }
}

/// Splits at the first line break.
const fn first_line(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut i = 0;
    while i < text.len() {
        if text[i] == b'\n' {
            let (line, rest) = text.split_at(i);
            return (line, Some(rest.split_at(1).1));
        }
        i += 1;
    }
    (text, None)
}

/// Writes as much as fits, and returns how much there is.
const fn write_allowed(variants: &[Variant], out: &mut [u8]) -> usize {
    let mut at = 0;
    let mut i = 0;
    while i < variants.len() {
        if i > 0 {
            at = write(b", ", out, at);
        }
        at = write_number(variants[i].discriminant, out, at);
        at = write(b" (", out, at);
        at = write(variants[i].name.as_bytes(), out, at);
        at = write(b")", out, at);
        i += 1;
    }
    at
}

const fn write(text: &[u8], out: &mut [u8], at: usize) -> usize {
    let mut i = 0;
    while i < text.len() {
        if at + i < out.len() {
            out[at + i] = text[i];
        }
        i += 1;
    }
    at + text.len()
}

const fn write_number(number: i128, out: &mut [u8], mut at: usize) -> usize {
    if number < 0 {
        at = write(b"-", out, at);
    }
    let number = number.unsigned_abs();
    let mut unit = 1;
    while number / unit >= 10 {
        unit *= 10;
    }
    while unit > 0 {
        at = write(&[b'0' + (number / unit % 10) as u8], out, at);
        unit /= 10;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_the_lines_of_its_comment_without_surrounding_blanks() {
        const RAW: &str = " \n Outside. \n\n   In the shade.\r\n°C\n\n";
        const NOTE: [u8; note_len(RAW)] = note(RAW);
        assert_eq!(text(&NOTE), "Outside.\n\n  In the shade.\n°C");
        assert_eq!((note_len(""), note_len(" \n\n ")), (0, 0));
    }

    const MODES: &[Variant] = &[
        Variant { name: "Idle", discriminant: 0 },
        Variant { name: "Busy", discriminant: 10 },
        Variant { name: "Gone", discriminant: -128 },
        Variant { name: "Größe", discriminant: u64::MAX as i128 },
    ];

    #[test]
    fn the_allowed_values_are_written_with_their_names() {
        const TEXT: [u8; allowed_len(MODES)] = allowed(MODES);
        assert_eq!(text(&TEXT), "0 (Idle), 10 (Busy), -128 (Gone), 18446744073709551615 (Größe)");
    }
}
