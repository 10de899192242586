//! Texts that fit into boxes. Letters of a monospaced font are 0.6 times as wide as high.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The width of a text in tenths of a pixel.
pub(super) fn width(text: &str, font: u64) -> u64 {
    text.width() as u64 * 6 * font
}

/// The text, or as much of it as fits before an ellipsis; `None` if that is not worth the ink.
pub(super) fn cut(text: &str, font: u64, room: u64) -> Option<String> {
    if width(text, font) <= room * 10 {
        return Some(text.to_owned());
    }
    let (mut cut, mut left) = (String::new(), (room * 10).checked_sub(6 * font)?);
    for c in text.chars() {
        let Some(rest) = left.checked_sub(c.width().unwrap_or(0) as u64 * 6 * font) else { break };
        (left, _) = (rest, cut.push(c));
    }
    cut.push('…');
    (cut.chars().count() > 3).then_some(cut)
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_text_is_cut_where_its_room_ends() {
        assert_eq!(cut("temperature", 10, 66).as_deref(), Some("temperature"));
        assert_eq!(cut("temperature", 10, 65).as_deref(), Some("temperatu…"));
        assert_eq!(cut("temperature", 10, 18), None);
        assert_eq!(cut("位置位置", 10, 40).as_deref(), None);
        assert_eq!(cut("位置位置", 10, 48).as_deref(), Some("位置位置"));
    }
}
