//! The texts of annotations: names of types, units, doc comments. A text that is too long is cut.

use super::model::Text;
use crate::limits::{MAX_DOC_LEN, MAX_NAME_LEN};

/// The mark at the end of a text that was cut.
const CUT: &str = " [..]";

/// Returns the name of a type, or a unit.
pub(super) fn name_of(bytes: &[u8]) -> Option<Text> {
    text(bytes).map(|text| cut(text.to_owned().into(), MAX_NAME_LEN))
}

pub(super) fn doc_of(bytes: &[u8]) -> Option<Text> {
    text(bytes).map(|text| cut(text.to_owned().into(), MAX_DOC_LEN))
}

/// Returns the text, if it is safe to print.
fn text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.chars().all(is_printable).then_some(text)
}

/// Returns a text of at most `limit` bytes; one that is cut ends in `[..]`.
fn cut(text: Text, limit: usize) -> Text {
    if text.len() <= limit {
        return text;
    }
    let end = (0..=limit - CUT.len()).rev().find(|&end| text.is_char_boundary(end));
    let end = end.expect("a text starts at a boundary");
    format!("{}{CUT}", &text[..end]).into()
}

/// Whether this is neither a control character (except line feed and tab) nor one that changes the
/// direction of writing.
fn is_printable(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    matches!(c, '\n' | '\t') || !(c.is_control() || turns)
}

/// Returns a name or a unit in its form on disk.
pub(super) fn short(text: impl Into<Text>) -> Text {
    cut(printable(text.into()), MAX_NAME_LEN)
}

/// Returns a doc comment in its form on disk.
pub(super) fn long(text: impl Into<Text>) -> Text {
    cut(printable(text.into()), MAX_DOC_LEN)
}

/// Returns the text with the replacement character for each character that readers would not accept.
fn printable(text: Text) -> Text {
    if text.chars().all(is_printable) {
        return text;
    }
    let safe = |c: char| if is_printable(c) { c } else { char::REPLACEMENT_CHARACTER };
    text.chars().map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_is_cut_with_a_mark_at_its_end() {
        assert_eq!(short("x".repeat(255)), "x".repeat(255));
        assert_eq!(short("x".repeat(256)), format!("{} [..]", "x".repeat(250)));
        // No character is cut in two.
        assert_eq!(short("é".repeat(200)), format!("{} [..]", "é".repeat(125)));
        assert_eq!(doc_of(&[b'x'; 20_000]).map(|doc| doc.len()), Some(MAX_DOC_LEN));
    }
}
