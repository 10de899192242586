//! The parts of values that have contents outside of their fixed part, as a table.

use std::collections::HashMap;
use std::ops::Range;

use shm_schema::schema::{Live, Type, TypeKind};

use crate::kinds;

/// The table: a row for each place of such parts in a type.
#[derive(Default)]
pub(super) struct Contents<'a> {
    rows: Vec<Row>,
    /// The rows of each type.
    of: HashMap<Type<'a>, Range<usize>>,
}

/// `count` parts at an offset of what has them, `stride` bytes apart: things that have parts in them, or texts or
/// slices, whose elements may.
struct Row {
    offset: u64,
    count: u64,
    stride: u64,
    tail: Option<Tail>,
    inside: Range<usize>,
}

/// A text or a slice: the size and the alignment of its elements, and the offsets of its words.
struct Tail {
    size: u64,
    align: u32,
    start_at: u64,
    len_at: u64,
}

impl<'a> Contents<'a> {
    /// The rows of the parts of a type.
    pub(super) fn rows(&mut self, ty: Type<'a>) -> Range<usize> {
        if let Some(known) = self.of.get(&ty) {
            return known.clone();
        }
        let rows: Vec<Row> = match kinds::of(ty) {
            Some(TypeKind::Struct { fields }) => {
                let fields = fields.iter().filter(|field| field.ty().has_contents());
                fields.map(|field| self.row(field.offset(), field.ty())).collect()
            }
            _ if ty.has_contents() => vec![self.row(0, ty)],
            _ => Vec::new(),
        };
        let start = self.rows.len();
        self.rows.extend(rows);
        let range = start..self.rows.len();
        self.of.insert(ty, range.clone());
        range
    }

    fn row(&mut self, offset: u64, ty: Type<'a>) -> Row {
        let (count, one) = match kinds::of(ty) {
            Some(TypeKind::Array { element, len }) => (len, element),
            _ => (1, ty),
        };
        let (tail, inside) = match one.live().and_then(Live::contents) {
            Some(found) => {
                let (size, align) =
                    found.element.map_or((1, 1), |element| (element.size(), element.align()));
                let tail = Tail { size, align, start_at: found.offset, len_at: found.len };
                (Some(tail), found.element.map_or(0..0, |element| self.rows(element)))
            }
            None => (None, self.rows(one)),
        };
        Row { offset, count, stride: one.size(), tail, inside }
    }

    /// Fills the table into a template.
    pub(super) fn fill(&self, template: &str) -> String {
        let rows: Vec<String> = self.rows.iter().map(Row::text).collect();
        template.replace("@PARTS@", &rows.join("\n"))
    }
}

impl Row {
    fn text(&self) -> String {
        let Self { offset, count, stride, tail, inside } = self;
        let none = Tail { size: 0, align: 1, start_at: 0, len_at: 0 };
        let Tail { size, align, start_at, len_at } = tail.as_ref().unwrap_or(&none);
        let (first, parts) = (inside.start, inside.len());
        format!(
            "    {{{offset}, {count}, {stride}, {size}, {align}, {start_at}, {len_at}, {first}, {parts}}},"
        )
    }
}
