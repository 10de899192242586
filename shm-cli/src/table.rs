//! Tables of aligned columns.

use std::io::{self, Write};

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::style;

/// The alignment of a text in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// A text in a table, safe to print.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    pub(crate) fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }

    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::new(text, Style::new())
    }
}

/// Rows of `N` texts. An empty column is left out.
pub(crate) struct Table<const N: usize> {
    heads: [(&'static str, Side); N],
    rows: Vec<[Cell; N]>,
}

/// The widest text that a column makes room for in every row.
const WIDEST: usize = 60;

/// The gap between two columns.
const GAP: &str = "  ";

impl<const N: usize> Table<N> {
    pub(crate) fn new(heads: [(&'static str, Side); N]) -> Self {
        Self { heads, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: [Cell; N]) {
        self.rows.push(cells);
    }

    /// Writes head and rows. In a terminal, the last column is cut at the right edge; elsewhere
    /// the output does not depend on a width.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let room = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let widths = self.widths();
        let head = self.heads.map(|(name, _)| Cell::new(name, style::HEAD));
        self.line(out, &head, &widths, room)?;
        self.rows.iter().try_for_each(|row| self.line(out, row, &widths, room))
    }

    /// The width of each column; 0 for one that is left out. A few long texts, such as errors, do not
    /// move the columns after them.
    fn widths(&self) -> [usize; N] {
        std::array::from_fn(|column| {
            let texts = self.rows.iter().map(|row| row[column].text.width());
            match texts.max() {
                None | Some(0) => 0,
                Some(_) => {
                    let usual = self.rows.iter().map(|row| row[column].text.width());
                    let widest = usual.filter(|width| *width <= WIDEST).max().unwrap_or(0);
                    widest.max(self.heads[column].0.width())
                }
            }
        })
    }

    fn line(
        &self,
        out: &mut dyn Write,
        cells: &[Cell; N],
        widths: &[usize; N],
        room: Option<usize>,
    ) -> io::Result<()> {
        let last = cells.iter().rposition(|cell| !cell.text.is_empty()).unwrap_or(0);
        let (mut used, mut gap) = (0, "");
        for (column, cell) in cells.iter().enumerate().take(last + 1) {
            let (width, style) = (widths[column], cell.style);
            if width == 0 {
                continue;
            }
            let text = match room {
                Some(room) if column + 1 == N => cut(&cell.text, room, used + gap.len()),
                _ => cell.text.clone(),
            };
            let blank = " ".repeat(width.saturating_sub(text.width()));
            write!(out, "{gap}")?;
            match self.heads[column].1 {
                Side::Right => write!(out, "{blank}{style}{text}{style:#}")?,
                Side::Left if column == last => write!(out, "{style}{text}{style:#}")?,
                Side::Left => write!(out, "{style}{text}{style:#}{blank}")?,
            }
            used += gap.len() + width;
            gap = GAP;
        }
        writeln!(out)
    }
}

/// As much of a text as there is room for, if that is more than a few characters; otherwise all of it.
fn cut(text: &str, room: usize, used: usize) -> String {
    const FEW: usize = 12;
    let left = room.saturating_sub(used);
    if text.width() <= left || left < FEW {
        return text.to_owned();
    }
    let mut shown = String::new();
    for character in text.chars() {
        shown.push(character);
        if shown.width() + 2 > left {
            shown.pop();
            break;
        }
    }
    shown + ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(rows: &[[&str; 3]]) -> String {
        let mut table =
            Table::new([("NAME", Side::Left), ("SIZE", Side::Right), ("NOTE", Side::Left)]);
        for row in rows {
            table.row(row.map(Cell::plain));
        }
        let mut out = Vec::new();
        table.write(&mut out).unwrap();
        anstream::adapter::strip_str(&String::from_utf8(out).unwrap()).to_string()
    }

    #[test]
    fn columns_are_as_wide_as_their_texts_and_lines_end_with_text() {
        let found = written(&[["日本", "7", "x"], ["a", "1234567", ""]]);
        assert_eq!(found, "NAME     SIZE  NOTE\n日本        7  x\na     1234567\n");
    }

    #[test]
    fn an_empty_column_is_left_out() {
        assert_eq!(written(&[["a", "1", ""]]), "NAME  SIZE\na        1\n");
    }

    #[test]
    fn a_text_is_cut_where_there_is_room_for_a_part_of_it() {
        assert_eq!(cut("abcdefghijklmnopqrst", 30, 14), "abcdefghijklmn..");
        assert_eq!(cut("abcdefghijklmnopqrst", 30, 10), "abcdefghijklmnopqrst");
        assert_eq!(cut("abcdefghijklmnopqrst", 30, 29), "abcdefghijklmnopqrst");
    }
}
