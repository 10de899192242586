//! Text that fits a column.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The start of a text, with an ellipsis if that is not all.
pub(crate) fn keep_start(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let kept: String = fitting(text.chars(), width.saturating_sub(1)).collect();
    if width == 0 { kept } else { kept + "…" }
}

/// The end of a text, with an ellipsis if that is not all: of a path, the end says more.
pub(crate) fn keep_end(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let kept: Vec<char> = fitting(text.chars().rev(), width.saturating_sub(1)).collect();
    let start = if width == 0 { None } else { Some('…') };
    start.into_iter().chain(kept.into_iter().rev()).collect()
}

fn fitting(text: impl Iterator<Item = char>, width: usize) -> impl Iterator<Item = char> {
    text.scan(0, move |taken, c| {
        *taken += c.width().unwrap_or(0);
        (*taken <= width).then_some(c)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_fits_is_unchanged() {
        assert_eq!(keep_start("pose.x", 6), "pose.x");
        assert_eq!(keep_end("pose.x", 6), "pose.x");
    }

    #[test]
    fn text_that_is_cut_has_a_mark_within_the_width() {
        assert_eq!(keep_start("temperature", 5), "temp…");
        assert_eq!(keep_end("poses[1].mode", 6), "….mode");
        assert_eq!((keep_start("abc", 1), keep_start("abc", 0)), ("…".into(), String::new()));
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(keep_start("位置位置", 4), "位…");
        assert_eq!(keep_end("位置位置", 5), "…位置");
    }
}
