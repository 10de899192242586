//! The lines of the table: the rows that are wanted, in their order, and the elements of those that are open.

use std::ops::Range;

use crate::watch::rate::Rate;
use crate::watch::rows::Row;

/// A line of the table, by the index of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The row itself.
    Row(usize),
    /// The titles of the columns of an array of structs.
    Titles(usize),
    /// The element in one of the lines below these.
    Element(usize, u64),
}

impl Place {
    /// The index of the row.
    pub(crate) fn row(self) -> usize {
        match self {
            Self::Row(row) | Self::Titles(row) | Self::Element(row, _) => row,
        }
    }
}

/// The order of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// As in the layout.
    #[default]
    Layout,
    Name,
    /// Those that change most often first.
    Changes,
}

impl Order {
    /// The next one.
    pub(crate) fn next(self) -> Self {
        match self {
            Self::Layout => Self::Name,
            Self::Name => Self::Changes,
            Self::Changes => Self::Layout,
        }
    }

    /// The text in the header; none for the usual one.
    pub(crate) fn text(self) -> Option<&'static str> {
        match self {
            Self::Layout => None,
            Self::Name => Some("by name"),
            Self::Changes => Some("by changes"),
        }
    }
}

/// All lines.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// The indexes of the rows, in their order.
    rows: Vec<usize>,
    /// The line at which each begins.
    starts: Vec<usize>,
    len: usize,
}

impl Places {
    /// The lines of the rows whose paths contain a text, in an order.
    pub(crate) fn of(rows: &[Row], filter: &str, order: Order) -> Self {
        let filter = filter.to_lowercase();
        let is_wanted = |row: &usize| rows[*row].label().to_lowercase().contains(&filter);
        let mut wanted: Vec<_> = (0..rows.len()).filter(is_wanted).collect();
        match order {
            Order::Layout => {}
            Order::Name => wanted.sort_by_key(|row| rows[*row].label()),
            Order::Changes => {
                let rate = |row: &usize| rows[*row].history.rate();
                let rate = |row: &usize| rate(row).map_or(-1.0, Rate::per_second);
                wanted.sort_by(|one, other| rate(other).total_cmp(&rate(one)));
            }
        }
        let lens = wanted.iter().map(|row| lines(&rows[*row]));
        Self::with(wanted.iter().copied().zip(lens))
    }

    fn with(rows: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut places = Self::default();
        for (row, len) in rows {
            places.rows.push(row);
            places.starts.push(places.len);
            places.len = places.len.saturating_add(len);
        }
        places
    }

    /// The number of lines.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// A line.
    pub(crate) fn at(&self, line: usize) -> Option<Place> {
        if line >= self.len {
            return None;
        }
        let position = self.starts.partition_point(|start| *start <= line) - 1;
        let row = self.rows[position];
        Some(match line - self.starts[position] {
            0 => Place::Row(row),
            1 => Place::Titles(row),
            other => Place::Element(row, other as u64 - 2),
        })
    }

    /// Some of the lines.
    pub(crate) fn within(&self, lines: Range<usize>) -> impl Iterator<Item = (usize, Place)> {
        lines.filter_map(|line| Some((line, self.at(line)?)))
    }

    /// The line of a row.
    pub(crate) fn line_of(&self, row: usize) -> Option<usize> {
        let position = self.rows.iter().position(|one| *one == row)?;
        Some(self.starts[position])
    }
}

/// The number of lines of a row.
fn lines(row: &Row) -> usize {
    match row.sheet.as_ref().filter(|sheet| sheet.is_open) {
        Some(sheet) => usize::try_from(sheet.len()).unwrap_or(usize::MAX - 2).saturating_add(2),
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_elements_of_an_open_array_are_lines_after_its_own() {
        let places = Places::with([(4, 1), (1, 1_000_002), (0, 1)].into_iter());
        let found = [0, 1, 2, 3, 1_000_002, 1_000_003, 1_000_004].map(|line| places.at(line));
        let expected = [
            Some(Place::Row(4)),
            Some(Place::Row(1)),
            Some(Place::Titles(1)),
            Some(Place::Element(1, 0)),
            Some(Place::Element(1, 999_999)),
            Some(Place::Row(0)),
            None,
        ];
        assert_eq!(found, expected);
        assert_eq!((places.line_of(0), places.line_of(7)), (Some(1_000_003), None));
        assert_eq!(Places::default().at(0), None);
    }
}
