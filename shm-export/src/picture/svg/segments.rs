//! From rows to segments: the whole, cut into runs of bytes of one meaning each.

use std::rc::Rc;

use crate::picture::model::Picture;
use crate::picture::walk::{Inside, Meaning, Row};

/// Bytes from one offset to another.
#[derive(Clone, Debug)]
pub(super) struct Segment<'a> {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) what: Piece,
    pub(super) name: &'a str,
    pub(super) ty: &'a str,
    pub(super) path: &'a str,
    /// The path and type of the struct that it is a part of, unless that is the whole.
    pub(super) parent: Option<(Rc<str>, &'a str)>,
    /// The index of the whole's field that it belongs to.
    pub(super) group: usize,
    /// The elements, if it is an array.
    pub(super) count: Option<u64>,
}

/// The meaning of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Field,
    /// The elements after the first one, whose parts are shown.
    More(u64),
    Hole,
    Padding,
    Spacing,
}

/// Returns the segments of a layout in order, without empty ones.
pub(super) fn of<'a>(picture: &'a Picture<'a>) -> Vec<Segment<'a>> {
    let mut cut = Cut { segments: Vec::new(), open: Vec::new(), group: 0, fields: 0 };
    for (index, row) in picture.rows.iter().enumerate() {
        let has_parts = picture.rows.get(index + 1).is_some_and(|next| next.depth > row.depth);
        cut.row(row, has_parts);
    }
    cut.close(0);
    cut.segments.retain(|segment| segment.from < segment.to);
    cut.segments
}

struct Cut<'a> {
    segments: Vec<Segment<'a>>,
    /// The fields whose parts are being cut, outermost first.
    open: Vec<Open<'a>>,
    group: usize,
    fields: usize,
}

/// A field whose parts are being cut.
struct Open<'a> {
    row: &'a Row<'a>,
    group: usize,
    /// Its path and type, for its parts.
    whole: (Rc<str>, &'a str),
}

impl<'a> Open<'a> {
    fn of(row: &'a Row<'a>, group: usize) -> Self {
        let path = row.path.as_deref().unwrap_or("");
        let whole = match &row.element {
            Some(element) => (format!("{path}[0]").into(), &**element),
            None => (path.into(), row.ty.as_deref().unwrap_or("")),
        };
        Self { row, group, whole }
    }
}

impl<'a> Cut<'a> {
    fn row(&mut self, row: &'a Row<'a>, has_parts: bool) {
        self.close(row.depth);
        if row.depth == 0 && row.what == Meaning::Field {
            self.group = self.fields;
            self.fields += 1;
        }
        if has_parts {
            self.open.push(Open::of(row, self.group));
            return;
        }
        let what = match row.what {
            Meaning::Field => Piece::Field,
            Meaning::Hole => Piece::Hole,
            Meaning::Padding => Piece::Padding,
            Meaning::Spacing => Piece::Spacing,
        };
        let to = row.offset.saturating_add(row.size);
        self.push(row, what, row.offset, to);
    }

    /// Ends the fields of at least this depth: the elements after the first one follow.
    fn close(&mut self, depth: usize) {
        while self.open.last().is_some_and(|open| open.row.depth >= depth) {
            let Some(Open { row, group, .. }) = self.open.pop() else { break };
            let to = row.offset.saturating_add(row.size);
            let from = self.segments.last().map_or(row.offset, |last| last.to);
            if row.inside == Inside::FirstElement && from < to {
                let element = from.saturating_sub(row.offset).max(1);
                self.group = group;
                self.push(row, Piece::More((to - from) / element), from, to);
            }
        }
    }

    fn push(&mut self, row: &'a Row<'a>, what: Piece, from: u64, to: u64) {
        let parent = self.open.last().map(|open| open.whole.clone());
        self.segments.push(Segment {
            from,
            to,
            what,
            name: row.name.unwrap_or(""),
            ty: row.ty.as_deref().unwrap_or(""),
            path: row.path.as_deref().unwrap_or(""),
            parent,
            group: self.group,
            count: row.count,
        });
    }
}
