//! Text that came from a file, made safe for a terminal and its reader.

use std::borrow::Cow;

/// Escapes everything that a terminal would obey, or that would make the text look like another one:
/// control characters, invisible characters, and characters that change the direction of writing. Line
/// feeds are escaped as well, so that a text stays in its line.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_plain(c) {
            safe.push(c);
        } else {
            safe.extend(c.escape_default());
        }
    }
    Cow::Owned(safe)
}

/// Returns whether a character is shown unchanged: terminals do not obey it, and it is visible.
#[must_use]
pub fn is_plain(c: char) -> bool {
    let invisible = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    );
    !(c.is_control() || invisible)
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn words_of_every_script_are_unchanged() {
        for text in ["", "north gate", "°C", "température", "位置", "हिन्दी", "😀"]
        {
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn characters_that_a_terminal_would_obey_are_escaped() {
        assert_eq!(printable("a\x1b[31mb\r\n"), "a\\u{1b}[31mb\\r\\n");
        assert_eq!(printable("a\u{202e}b\u{200b}\u{9b}"), "a\\u{202e}b\\u{200b}\\u{9b}");
    }
}
