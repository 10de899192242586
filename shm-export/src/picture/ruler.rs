//! The marks at the starts of cache lines.

use super::LINE;
use super::walk::Row;

/// Finds, row by row, the cache lines that begin before it.
#[derive(Default)]
pub(super) struct Ruler<'a> {
    /// The next line to begin.
    next: u64,
    /// The last row and the rows that contain it.
    open: Vec<&'a Row<'a>>,
}

/// Consecutive cache lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Begin<'a> {
    pub(super) first: u64,
    pub(super) last: u64,
    /// The field in which the first of them begins, and the offset inside it.
    pub(super) inside: Option<(&'a str, u64)>,
}

impl<'a> Ruler<'a> {
    /// A ruler at the start, where line 0 begins.
    pub(super) fn new() -> Self {
        Self { next: 1, open: Vec::new() }
    }

    /// The lines that begin before a row, or where it starts.
    pub(super) fn before(&mut self, row: &'a Row<'a>) -> Option<Begin<'a>> {
        let begin = self.up_to(row.offset / LINE);
        self.open.truncate(row.depth);
        self.open.push(row);
        begin
    }

    /// The lines that begin inside the last rows.
    pub(super) fn until(&mut self, size: u64) -> Option<Begin<'a>> {
        self.up_to(size.checked_sub(1)? / LINE)
    }

    fn up_to(&mut self, last: u64) -> Option<Begin<'a>> {
        let first = self.next;
        if first > last {
            return None;
        }
        self.next = last + 1;
        let at = first.saturating_mul(LINE);
        let around = |row: &&&Row| row.offset < at && at < row.offset.saturating_add(row.size);
        let around = self.open.iter().rev().find(around);
        let inside = around.and_then(|row| Some((row.path.as_deref()?, at - row.offset)));
        Some(Begin { first, last, inside })
    }
}
