//! An array of structs as a table in the table: opened and closed, with the readings of the elements in sight.

use std::collections::BTreeMap;

use shm_core::schema::{Type, TypeKind};
use shm_core::{DynRegion, ReadOnly, dynamic::FieldPath};

use super::history::{History, Moment};
use super::reading::Reading;
use crate::grid::{Found, Grid, is_simple};
use crate::printable::printable;

/// The number of elements whose readings are kept at least.
const KEPT: usize = 500;

/// The number of samples after which readings out of sight may be forgotten.
const FORGOTTEN: u64 = 64;

/// The elements of an array of structs.
pub(crate) struct Sheet {
    pub(crate) len: u64,
    /// The columns, once it was opened.
    grid: Option<Grid>,
    pub(crate) is_open: bool,
    /// The readings by element.
    elements: BTreeMap<u64, Element>,
}

/// The readings of an element, by column.
struct Element {
    cells: Vec<History>,
    /// The number of the last sample.
    sample: u64,
}

impl Sheet {
    /// The sheet of a place, if that is an array of structs.
    pub(super) fn of(place: &FieldPath<ReadOnly>) -> Option<Self> {
        let len = match (place.count(), place.ty().kind()) {
            (Some(len), _) if is_table(place.ty(), len) && !place.has_range() => len,
            (None, TypeKind::Array { element, len }) if is_table(element, len) => len,
            _ => return None,
        };
        Some(Self { len, grid: None, is_open: false, elements: BTreeMap::new() })
    }

    /// Opens it, if its elements have values.
    pub(super) fn open(&mut self, region: &DynRegion<ReadOnly>, array: &shm_core::path::Path) {
        if self.grid.is_none() {
            self.grid = Grid::of(region, array, self.len);
        }
        self.is_open = self.grid.is_some();
    }

    /// The columns, if it was opened.
    pub(crate) fn grid(&self) -> Option<&Grid> {
        self.grid.as_ref()
    }

    /// The readings of an element, if it was in sight.
    pub(crate) fn cells(&self, element: u64) -> Option<&[History]> {
        self.elements.get(&element).map(|element| &*element.cells)
    }

    /// Reads elements; those that were read before only if `again`.
    pub(super) fn sample(
        &mut self,
        region: &DynRegion<ReadOnly>,
        elements: impl Iterator<Item = u64>,
        moment: Moment,
        again: bool,
    ) {
        let Some(grid) = &self.grid else { return };
        for index in elements {
            let known = self.elements.entry(index);
            let is_new = matches!(known, std::collections::btree_map::Entry::Vacant(_));
            let element = known.or_insert_with(|| Element {
                cells: grid.columns.iter().map(|_| History::default()).collect(),
                sample: 0,
            });
            if !is_new && !again {
                continue;
            }
            element.sample = moment.number;
            let (found, _) = grid.read(region, index);
            for (history, found) in element.cells.iter_mut().zip(found) {
                let (reading, elided) = reading(found);
                history.record(moment, reading, elided, None, false);
            }
        }
        if self.elements.len() > KEPT {
            self.elements.retain(|_, one| one.sample + FORGOTTEN > moment.number);
        }
    }
}

fn is_table(element: Type<'_>, len: u64) -> bool {
    len > 0 && !is_simple(element)
}

/// What was found in a cell as a reading, and the number of elements of which it is the start.
fn reading(found: Found) -> (Reading, Option<u64>) {
    match found {
        Found::Value(shm_core::dynamic::DynValue::List(list), more) if more > 0 => {
            let len = list.len() as u64 + more;
            (Reading::Value(shm_core::dynamic::DynValue::List(list)), Some(len))
        }
        Found::Value(value, _) => (Reading::Value(value), None),
        Found::Fault(text) => (Reading::Fault(printable(&text).into_owned()), None),
        Found::Note(text) => (Reading::Unread(text), None),
    }
}
