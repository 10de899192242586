//! An array of structs as a table in the table: opened and closed, with the readings of the elements in sight.

use std::collections::BTreeMap;

use shm_core::path::{Path, Segment};
use shm_core::schema::{Type, TypeKind};
use shm_core::{
    DynRegion, ReadOnly,
    dynamic::{DynValue, FieldPath},
};

use super::history::{History, Moment};
use super::reading::Reading;
use crate::grid::{Found, Grid, element_in_heap, is_simple, range_of, rows_of_processes};
use crate::printable::printable;
use crate::quantity::grouped;

/// The number of elements whose readings are kept at least.
const KEPT: usize = 500;

/// The number of samples after which readings out of sight may be forgotten.
const FORGOTTEN: u64 = 64;

/// The most memory for the rows of processes, to see which are in use, in bytes.
const ROWS: u64 = 1 << 20;

/// The elements of an array of structs.
pub(crate) struct Sheet {
    /// The path of the array.
    array: Path,
    which: Which,
    /// The columns, once it was opened.
    grid: Option<Grid>,
    pub(crate) is_open: bool,
    /// The readings by element.
    elements: BTreeMap<u64, Element>,
}

/// The elements that are lines.
enum Which {
    /// So many, from the first of an array, or of the range that was named.
    Fixed { first: u64, len: u64 },
    /// As many as an `Owned<[T]>` has now.
    InHeap { len: u64 },
    /// The rows of a `PerProcess` that are in use now, of so many.
    InUse { rows: Vec<u64>, of: u64 },
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
        let fixed = |first, len| Which::Fixed { first, len };
        let (array, which) = match (place.count(), place.ty().kind()) {
            (Some(_), _) if place.has_range() => {
                let (array, elements) = range_of(place).filter(|_| !is_simple(place.ty()))?;
                (array, fixed(elements.start, elements.end - elements.start))
            }
            (Some(len), _) if is_table(place.ty(), len) => (place.path().clone(), fixed(0, len)),
            (None, TypeKind::Array { element, len }) if is_table(element, len) => {
                (place.path().clone(), fixed(0, len))
            }
            _ if element_in_heap(place.ty()).is_some() => {
                (place.path().clone(), Which::InHeap { len: 0 })
            }
            _ => {
                let of = rows_of_processes(place.ty())?;
                (place.path().clone(), Which::InUse { rows: Vec::new(), of })
            }
        };
        Some(Self { array, which, grid: None, is_open: false, elements: BTreeMap::new() })
    }

    /// The number of lines.
    pub(crate) fn len(&self) -> u64 {
        match &self.which {
            Which::Fixed { len, .. } | Which::InHeap { len } => *len,
            Which::InUse { rows, .. } => rows.len() as u64,
        }
    }

    /// The index of the element in a line.
    pub(crate) fn index(&self, line: u64) -> u64 {
        match &self.which {
            Which::Fixed { first, .. } => first + line,
            Which::InHeap { .. } => line,
            Which::InUse { rows, .. } => rows.get(line as usize).copied().unwrap_or_default(),
        }
    }

    /// How many there are, for the line of the array itself.
    pub(crate) fn text(&self) -> String {
        let len = self.len();
        let rows = if len == 1 { "row" } else { "rows" };
        match &self.which {
            Which::InUse { of, .. } => format!("{} of {} rows", grouped(len), grouped(*of)),
            _ => format!("{} {rows}", grouped(len)),
        }
    }

    /// Finds out which elements there are now.
    pub(super) fn look(&mut self, region: &DynRegion<ReadOnly>) {
        match &mut self.which {
            Which::Fixed { .. } => {}
            Which::InHeap { len } => {
                let all = region.resolve(self.array.with(Segment::ALL));
                *len = all.ok().and_then(|all| all.count()).unwrap_or(0);
            }
            Which::InUse { rows, .. } => {
                let read = |place: FieldPath<ReadOnly>| place.get_at_most(ROWS);
                // Rows that are folded all the time stay as they were.
                if let Ok((value, _)) = region.resolve(&self.array).and_then(read) {
                    *rows = in_use(&value);
                }
            }
        }
    }

    /// Opens it, if its elements have values.
    pub(super) fn open(&mut self, region: &DynRegion<ReadOnly>) {
        self.look(region);
        if self.grid.is_none() {
            let end = match &self.which {
                Which::Fixed { first, len } => first + len,
                Which::InHeap { len } => *len,
                Which::InUse { of, .. } => *of,
            };
            self.grid = Grid::of(region, &self.array, end);
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

/// The numbers of the rows that are in the value of a `PerProcess`.
fn in_use(value: &DynValue) -> Vec<u64> {
    let Some(DynValue::List(rows)) = value.field("rows") else { return Vec::new() };
    let number = |row: &DynValue| u64::try_from(row.field("row")?.clone()).ok();
    rows.iter().filter_map(number).collect()
}

fn is_table(element: Type<'_>, len: u64) -> bool {
    len > 0 && !is_simple(element)
}

/// What was found in a cell as a reading, and the number of elements of which it is the start.
fn reading(found: Found) -> (Reading, Option<u64>) {
    match found {
        Found::Value(DynValue::List(list), more) if more > 0 => {
            let len = list.len() as u64 + more;
            (Reading::Value(DynValue::List(list)), Some(len))
        }
        Found::Value(value, _) => (Reading::Value(value), None),
        Found::Fault(text) => (Reading::Fault(printable(&text).into_owned()), None),
        Found::Note(text) => (Reading::Unread(text), None),
    }
}
