//! Limits the memory that a value may take: a file of a few bytes can describe any amount.

use super::resolve::Place;
use super::value::DynValue;
use crate::limits;
use crate::schema::{Held, Live, LiveValue, Schema, Type, TypeKind};

/// The most that one value takes, in bytes: a million numbers, or a text of 64 MiB.
pub(super) const MAX_VALUE: u64 = 64 << 20;

/// The size of a value without parts.
pub(super) const VALUE: u64 = size_of::<DynValue>() as u64;

/// The overhead of an allocation.
const ALLOCATION: u64 = 16;

/// The size of a field: its value, and its name.
pub(super) fn field(name: &str) -> u64 {
    size_of::<(String, DynValue)>() as u64 + ALLOCATION + name.len() as u64
}

/// The bytes of a mapping that are read at once: the first read of a page makes it part of this process.
const PAGE: u64 = limits::PAGE as u64;

/// The number of pages that may always be read: a small value can lie across two, and the header of a
/// `Latest` is in one more.
const SPARE_PAGES: u64 = 3;

/// The rest of a value's allowance: memory for the value itself, and pages to read it from. A value of
/// few parts can be spread over as many pages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    limit: u64,
    left: u64,
    pages: u64,
    /// The last page that was read.
    page: Option<u64>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::of(MAX_VALUE)
    }
}

impl Budget {
    pub(super) fn of(limit: u64) -> Self {
        Self { limit, left: limit, pages: limit / PAGE + SPARE_PAGES, page: None }
    }

    pub(super) fn limit(self) -> u64 {
        self.limit
    }

    pub(super) fn left(self) -> u64 {
        self.left
    }

    /// Takes memory from the budget. Returns whether enough was left.
    pub(super) fn spend(&mut self, bytes: u64) -> bool {
        let left = self.left.checked_sub(bytes);
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }

    /// Takes the pages of some bytes at an offset. Returns whether enough were left.
    pub(super) fn look(&mut self, offset: usize, len: usize) -> bool {
        if len == 0 {
            return true;
        }
        let (first, last) = (offset as u64 / PAGE, (offset + len - 1) as u64 / PAGE);
        let new = last - first + u64::from(self.page != Some(first));
        self.page = Some(last);
        let pages = self.pages.checked_sub(new);
        self.pages = pages.unwrap_or(self.pages);
        pages.is_some()
    }
}

/// Returns the least memory that the value at a place takes: without the contents of its texts.
#[cold]
pub(super) fn needed(schema: &Schema, place: &Place, tail_len: u64) -> u64 {
    let mut known: Vec<u64> = Vec::new();
    // Parts come before wholes.
    for ty in schema.types() {
        known.push(inside(ty, &known, tail_len));
    }
    let one = known[place.ty.index() as usize];
    let lists = place.runs.iter().rev();
    lists.fold(one, |inside, run| VALUE.saturating_add(inside).saturating_mul(run.count))
}

/// The sizes of the parts of a type, those of lower indexes being known.
fn inside(ty: Type<'_>, known: &[u64], tail_len: u64) -> u64 {
    let of = |part: Type<'_>| known[part.index() as usize];
    match ty.kind() {
        TypeKind::Array { element, len } => VALUE.saturating_add(of(element)).saturating_mul(len),
        TypeKind::Slice { element } => VALUE.saturating_add(of(element)).saturating_mul(tail_len),
        TypeKind::Struct { fields } => fields.iter().fold(0, |sum: u64, part| {
            sum.saturating_add(field(part.name())).saturating_add(of(part.ty()))
        }),
        // The value alone; the contents of a `Latest` are in a copy.
        _ => match ty.live().and_then(Live::value) {
            Some(LiveValue { held: Held::Guarded { .. } | Held::Watched { .. }, ty, .. }) => of(ty),
            _ => 0,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_spread_over_many_pages_costs_each_of_them() {
        let mut budget = Budget::of(8 * PAGE);
        assert!((0..11).all(|page| budget.look(page * 4096, 8)));
        assert!(!budget.look(11 * 4096, 8));
        let mut budget = Budget::of(0);
        assert!((0..3 * 512).all(|word| budget.look(word * 8, 8)));
        assert!(!budget.look(3 * 4096 - 1, 2));
    }
}
