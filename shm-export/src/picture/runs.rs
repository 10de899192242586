//! Long runs of equal fields.

use super::walk::{Inside, Meaning, Row};

/// A run of this many rows or more is shortened.
const LONG: usize = 12;
/// Rows shown at the start of a run that is shortened, and at its end.
const SHOWN: usize = 4;

/// A row, or rows that are left out.
#[derive(Debug)]
pub(super) enum Shown<'a> {
    Row(&'a Row<'a>),
    LeftOut(&'a [Row<'a>]),
}

/// The rows with the middle of each long run left out: consecutive fields of one
/// type.
pub(super) fn shorten<'a>(rows: &'a [Row<'a>]) -> Vec<Shown<'a>> {
    let mut shown = Vec::with_capacity(rows.len());
    for run in rows.chunk_by(continues) {
        if run.len() < LONG {
            shown.extend(run.iter().map(Shown::Row));
            continue;
        }
        let (start, rest) = run.split_at(SHOWN);
        let (middle, end) = rest.split_at(rest.len() - SHOWN);
        shown.extend(start.iter().map(Shown::Row));
        shown.push(Shown::LeftOut(middle));
        shown.extend(end.iter().map(Shown::Row));
    }
    shown
}

fn continues(a: &Row<'_>, b: &Row<'_>) -> bool {
    let alone = |row: &Row<'_>| row.what == Meaning::Field && row.inside == Inside::Nothing;
    alone(a)
        && alone(b)
        && (a.depth, &a.ty, a.size) == (b.depth, &b.ty, b.size)
        && a.offset.saturating_add(a.size) == b.offset
}
