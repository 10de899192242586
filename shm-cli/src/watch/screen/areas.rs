//! The areas of the window, however small it is.

use ratatui::layout::{Constraint, Layout, Rect};

/// The parts of the window, from top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Areas {
    pub(crate) header: Rect,
    pub(crate) titles: Rect,
    pub(crate) rows: Rect,
    pub(crate) notes: Rect,
    pub(crate) notice: Rect,
    pub(crate) keys: Rect,
}

/// The height of the notes, and the window height that they need.
const NOTES: u16 = 6;
const HIGH_ENOUGH: u16 = 14;

impl Areas {
    /// The parts of a window; parts that do not fit are empty, the rows last of all.
    pub(crate) fn of(window: Rect, notes: bool, notice: bool) -> Self {
        let height = window.height;
        let one_if = |wanted: bool| Constraint::Length(u16::from(wanted));
        let notes = if notes && height >= HIGH_ENOUGH { NOTES } else { notes.into() };
        let parts = Layout::vertical([
            one_if(height >= 3),
            one_if(height >= 5),
            Constraint::Min(1),
            Constraint::Length(if height >= 6 { notes } else { 0 }),
            one_if(notice && height >= 2),
            one_if(height >= 8),
        ]);
        let [header, titles, rows, notes, notice, keys] = parts.areas(window);
        Self { header, titles, rows, notes, notice, keys }
    }
}

/// The columns of a row, in characters. Two are free before each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) path: u16,
    pub(crate) value: u16,
    /// 0 in a narrow window, as the next one.
    pub(crate) chart: u16,
    pub(crate) rate: u16,
}

/// The free space before a column.
pub(crate) const GAP: u16 = 2;

impl Columns {
    /// The columns of a window of that width, where the longest path has the given one.
    pub(crate) fn of(width: u16, longest: usize) -> Self {
        let chart = if width >= 64 { (width / 3).min(80) } else { 0 };
        let rate = if width >= 44 { 9 } else { 0 };
        let gaps = GAP * (2 + u16::from(chart > 0) + u16::from(rate > 0));
        let left = width.saturating_sub(gaps + chart + rate);
        let longest = u16::try_from(longest).unwrap_or(u16::MAX);
        let path = longest.max(8).min(left / 2);
        Self { path, value: left - path, chart, rate }
    }

    /// The columns in a line of the window, each without the gap before it.
    pub(crate) fn split(self, line: Rect) -> [Rect; 4] {
        let widths = [self.path, self.value, self.chart, self.rate];
        let mut x = line.x;
        widths.map(|width| {
            let gap = if width > 0 { GAP } else { 0 };
            let column = Rect { x: x.saturating_add(gap), width, ..line };
            x = column.x.saturating_add(width);
            column.intersection(line)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_lies_inside_of_every_window() {
        for width in 0..300 {
            for longest in [0, 8, 40, usize::MAX] {
                let line = Rect::new(0, 3, width, 1);
                let columns = Columns::of(width, longest).split(line);
                let used: u16 = columns.iter().map(|column| column.width).sum();
                assert!(used <= width, "{width} {longest} {columns:?}");
                assert!(columns.iter().all(|column| column.right() <= line.right()));
            }
        }
    }

    #[test]
    fn a_wide_window_shows_everything_and_a_narrow_one_the_values() {
        let wide = Columns::of(100, 11);
        assert_eq!(wide, Columns { path: 11, value: 39, chart: 33, rate: 9 });
        let narrow = Columns::of(40, 11);
        assert_eq!(narrow, Columns { path: 11, value: 25, chart: 0, rate: 0 });
    }

    #[test]
    fn a_window_of_one_line_shows_a_row() {
        let areas = Areas::of(Rect::new(0, 0, 80, 1), true, true);
        assert_eq!((areas.rows.height, areas.header.height, areas.notice.height), (1, 0, 0));
        let areas = Areas::of(Rect::new(0, 0, 80, 24), true, true);
        assert_eq!((areas.rows.height, areas.notes.height, areas.keys.height), (14, 6, 1));
    }
}
