//! Text that came from a file, made safe for a terminal and its reader.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

use shm_export::printable::is_plain;
pub use shm_export::printable::printable;

/// JSON that is as safe and means the same: dangerous characters occur only in strings, where they can be
/// escaped. Line feeds between tokens are kept.
#[must_use]
pub fn printable_json(json: &str) -> Cow<'_, str> {
    if json.chars().all(|c| c == '\n' || is_plain(c)) {
        return Cow::Borrowed(json);
    }
    let mut safe = String::with_capacity(json.len() + 8);
    for c in json.chars() {
        if c == '\n' || is_plain(c) {
            safe.push(c);
        } else {
            let mut units = [0; 2];
            safe.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    Cow::Owned(safe)
}

/// Makes output as safe as [`printable_json`] does, piece by piece: a report can be too large to hold in
/// memory.
pub(crate) struct PrintableJson<W> {
    out: W,
    /// The start of a character whose rest is still to come.
    rest: Vec<u8>,
}

impl<W: Write> PrintableJson<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, rest: Vec::new() }
    }
}

impl<W: Write> Write for PrintableJson<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.rest.extend_from_slice(bytes);
        let (whole, rest) = match std::str::from_utf8(&self.rest) {
            Ok(whole) => (whole, 0),
            Err(error) if error.error_len().is_none() => {
                let (whole, rest) = self.rest.split_at(error.valid_up_to());
                (std::str::from_utf8(whole).unwrap_or_default(), rest.len())
            }
            Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        };
        self.out.write_all(printable_json(whole).as_bytes())?;
        self.rest.drain(..self.rest.len() - rest);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes a displayed value as [`printable`] does, piece by piece.
pub(crate) struct Printable<'w> {
    out: &'w mut dyn Write,
    failed: Option<io::Error>,
}

impl<'w> Printable<'w> {
    /// Writes a value, safe to print, without a line feed.
    ///
    /// # Errors
    /// The writer's.
    pub(crate) fn write(out: &'w mut dyn Write, value: &dyn fmt::Display) -> io::Result<()> {
        let mut this = Self { out, failed: None };
        match fmt::Write::write_fmt(&mut this, format_args!("{value}")) {
            Ok(()) => Ok(()),
            Err(_) => Err(this.failed.unwrap_or_else(|| io::Error::other("a value has no text"))),
        }
    }
}

impl fmt::Write for Printable<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.out.write_all(printable(text).as_bytes()).map_err(|error| {
            self.failed = Some(error);
            fmt::Error
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::{Printable, PrintableJson, printable, printable_json};

    #[test]
    fn escaped_json_means_the_same() {
        let value = serde_json::json!({ "a": "\u{9b}\u{7f}\u{202e}\u{e0041}\x1b\n" });
        let json = format!("{value:#}");
        let safe = printable_json(&json);
        assert!(
            safe.is_ascii() && !safe.contains(|c: char| c.is_control() && c != '\n'),
            "{safe:?}"
        );
        assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).unwrap(), value);
    }

    #[test]
    fn output_written_piece_by_piece_is_as_safe() {
        let json = "{\"a\": \"位\u{9b}\u{e0041}x\"}\n";
        for size in 1..=json.len() {
            let mut out = Vec::new();
            let mut writer = PrintableJson::new(&mut out);
            json.as_bytes().chunks(size).for_each(|piece| writer.write_all(piece).unwrap());
            assert_eq!(String::from_utf8(out).unwrap(), printable_json(json), "{size}");
        }
        let mut out = Vec::new();
        Printable::write(&mut out, &"a\u{9b}位").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), printable("a\u{9b}位"));
    }
}
