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

/// The width below which a column is not made narrower.
const NARROW: usize = 8;

/// The room that the last column gets at the expense of others, if it needs it.
const LAST: usize = 20;

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
        let room = room();
        let mut widths = self.widths();
        if let Some(room) = room {
            self.shrink(&mut widths, room);
        }
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

    /// Makes the widest columns narrower, so that the last one begins early enough in a line.
    fn shrink(&self, widths: &mut [usize; N], room: usize) {
        loop {
            let shown: Vec<usize> = (0..N).filter(|at| widths[*at] > 0).collect();
            let Some((last, before)) = shown.split_last() else { return };
            let used: usize = before.iter().map(|at| widths[*at] + GAP.len()).sum();
            let can_shrink =
                |at: &&usize| self.heads[**at].1 == Side::Left && widths[**at] > NARROW;
            let widest = before.iter().filter(can_shrink).max_by_key(|at| widths[**at]);
            match widest {
                Some(widest) if used + widths[*last].min(LAST) > room => widths[*widest] -= 1,
                _ => return,
            }
        }
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
                Some(room) if column == last => cut(&cell.text, room, used + gap.len()),
                Some(_) => cut_to(&cell.text, width),
                None => cell.text.clone(),
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
    if left < FEW { text.to_owned() } else { cut_to(text, left) }
}

/// As much of a text as a width has room for, with two points if that is not all.
pub(crate) fn cut_to(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut shown = String::new();
    for character in text.chars() {
        shown.push(character);
        if shown.width() + 2 > width {
            shown.pop();
            break;
        }
    }
    shown + ".."
}

/// The width of the terminal that output goes to, if it is one.
pub(crate) fn room() -> Option<usize> {
    room_of(io::stdout())
}

/// The width of a terminal, if it is one.
pub(crate) fn room_of(stream: impl std::os::fd::AsFd) -> Option<usize> {
    terminal_size::terminal_size_of(stream).map(|(width, _)| usize::from(width.0))
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
    fn columns_become_narrower_so_that_the_last_one_has_room() {
        let heads = [("NAME", Side::Left), ("SIZE", Side::Right), ("NOTE", Side::Left)];
        let mut table = Table::new(heads);
        let long = "x".repeat(50);
        table.row([&*long, "1234567", &*long].map(Cell::plain));
        let mut widths = table.widths();
        table.shrink(&mut widths, 60);
        assert_eq!(widths, [29, 7, 50]);
        table.shrink(&mut widths, 10);
        assert_eq!(widths, [NARROW, 7, 50]);
    }

    #[test]
    fn a_text_is_cut_where_there_is_room_for_a_part_of_it() {
        assert_eq!(cut("abcdefghijklmnopqrst", 30, 14), "abcdefghijklmn..");
        assert_eq!(cut("abcdefghijklmnopqrst", 30, 10), "abcdefghijklmnopqrst");
        assert_eq!(cut("abcdefghijklmnopqrst", 30, 29), "abcdefghijklmnopqrst");
    }
}
