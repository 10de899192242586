//! Lines that fit into a terminal: longer ones are wrapped between words, not cut in the middle of one.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

/// The further indentation of the rest of a line.
const HANGING: usize = 4;

/// A writer of lines that have at most so many characters, unless a word has more.
pub(crate) struct Fitting<W: Write> {
    out: W,
    /// The number of characters; `None` if lines stay as they are.
    room: Option<usize>,
    /// The line so far.
    line: Vec<u8>,
}

impl<W: Write> Fitting<W> {
    pub(crate) fn new(out: W, room: Option<usize>) -> Self {
        Self { out, room, line: Vec::new() }
    }

    fn end_line(&mut self, room: usize) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        let Ok(text) = std::str::from_utf8(&line) else { return self.out.write_all(&line) };
        let (text, end) = text.strip_suffix('\n').map_or((text, ""), |text| (text, "\n"));
        if shown_width(text) <= room {
            return self.out.write_all(&line);
        }
        let indent = (text.len() - text.trim_start_matches(' ').len() + HANGING).min(room / 2);
        write!(self.out, "{}{end}", wrapped(text, room, indent))
    }
}

impl<W: Write> Write for Fitting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(room) = self.room else { return self.out.write(bytes) };
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.end_line(room)?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(room) = self.room.filter(|_| !self.line.is_empty()) {
            self.end_line(room)?;
        }
        self.out.flush()
    }
}

/// The number of columns that a text takes, without its styles.
fn shown_width(text: &str) -> usize {
    anstream::adapter::strip_str(text).to_string().width()
}

/// A text in lines of at most that many characters, between words; every line but the first is indented.
pub(crate) fn wrapped(text: &str, room: usize, indent: usize) -> String {
    let start = text.len() - text.trim_start_matches(' ').len();
    let (mut lines, mut used, mut is_empty) = (" ".repeat(start), start, true);
    for word in text[start..].split(' ') {
        let width = shown_width(word);
        if !is_empty && used + 1 + width > room {
            lines.truncate(lines.trim_end_matches(' ').len());
            lines.push('\n');
            lines.push_str(&" ".repeat(indent));
            (used, is_empty) = (indent, true);
        }
        if !is_empty {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += width;
        is_empty &= word.is_empty();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(text: &str, room: Option<usize>) -> String {
        let mut found = Vec::new();
        let mut out = Fitting::new(&mut found, room);
        for byte in text.as_bytes() {
            out.write_all(&[*byte]).unwrap();
        }
        out.flush().unwrap();
        String::from_utf8(found).unwrap()
    }

    #[test]
    fn a_line_that_is_too_long_goes_on_in_the_next_one_with_an_indent() {
        assert_eq!(fitted("one two three four\n", Some(10)), "one two\n    three\n    four\n");
        assert_eq!(fitted("  one two three", Some(12)), "  one two\n      three");
        assert_eq!(fitted("one two\nthree\n", Some(7)), "one two\nthree\n");
        assert_eq!(fitted("one two three\n", None), "one two three\n");
    }

    #[test]
    fn styles_take_no_room_and_long_words_stay_whole() {
        assert_eq!(fitted("\x1b[1mone\x1b[0m two\n", Some(7)), "\x1b[1mone\x1b[0m two\n");
        assert_eq!(fitted("abcdefghijkl m\n", Some(8)), "abcdefghijkl\n    m\n");
    }
}
