//! An array of structs in a report: its first rows, or all of them, which are read while they are written.

use std::fmt;
use std::ops::Range;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use shm_core::dynamic::DynValue;
use shm_core::path::Path;
use shm_core::{DynRegion, ReadOnly};

use super::AT_ONCE;
use super::heap::elements_in_heap;
use super::lock::{HolderReport, LockReport};
use crate::grid::{Column, Found, Grid, element_in_heap, rows_of_processes};
use crate::shown::{INNER_ELEMENTS, Shown};

/// The number of rows that are shown unless all are requested.
pub(super) const ROWS: u64 = 8;

/// The rows of an array of structs.
#[derive(Clone)]
pub(crate) struct TableReport<'r> {
    pub(crate) grid: Grid,
    region: &'r DynRegion<ReadOnly>,
    /// The first rows.
    pub(crate) rows: Vec<TableRow>,
    /// Further rows, which are read when they are written.
    rest: Range<u64>,
    /// The number of rows that are not shown.
    pub(crate) left_out: u64,
    /// What the rows of past processes add up to, if these are the rows of processes.
    pub(crate) retired: Option<Vec<CellReport>>,
}

/// A row: an element.
#[derive(Clone, Debug)]
pub(crate) struct TableRow {
    pub(crate) index: u64,
    pub(crate) cells: Vec<CellReport>,
    /// The version, if the element is a `Latest`.
    pub(crate) version: Option<u64>,
    /// The locks in it, by their paths in it.
    pub(crate) locks: Vec<(Path, LockReport)>,
    /// The process that it belongs to.
    pub(crate) holder: Option<HolderReport>,
}

/// A value in a row.
#[derive(Clone, Debug)]
pub(crate) enum CellReport {
    Value(Shown),
    Fault(String),
    Note(String),
}

impl From<Found> for CellReport {
    fn from(found: Found) -> Self {
        match found {
            Found::Value(value, more) => match Shown::of(value, INNER_ELEMENTS) {
                Shown::List(list, left) => Self::Value(Shown::List(list, left + more)),
                shown => Self::Value(shown),
            },
            Found::Fault(text) => Self::Fault(text),
            Found::Note(text) => Self::Note(text),
        }
    }
}

impl<'r> TableReport<'r> {
    /// The table of some elements; of those, only the first few are shown unless `full`.
    pub(super) fn of(
        region: &'r DynRegion<ReadOnly>,
        grid: Grid,
        elements: Range<u64>,
        full: bool,
    ) -> Self {
        let first = elements.end.min(elements.start + ROWS);
        let rows = (elements.start..first).map(|index| row(region, &grid, index, None)).collect();
        let left = first..elements.end;
        let left_out = if full { 0 } else { left.end - left.start };
        let rest = if full { left } else { 0..0 };
        Self { grid, region, rows, rest, left_out, retired: None }
    }

    /// The table of a `PerProcess` or an `Owned<[T]>`, if it has rows that are structs.
    pub(super) fn of_live(
        region: &'r DynRegion<ReadOnly>,
        path: &Path,
        full: bool,
    ) -> Option<Self> {
        let place = region.resolve(path).ok()?;
        if element_in_heap(place.ty()).is_some() {
            let (first, len) = elements_in_heap(region, path, ROWS).ok()?;
            let grid = Grid::of(region, path, len)?;
            let shown = first.len() as u64;
            let table = Self::of_copy(region, grid, &first, true);
            let (rest, left_out) = if full { (shown..len, 0) } else { (0..0, len - shown) };
            return Some(Self { rest, left_out, ..table });
        }
        let grid = Grid::of(region, path, rows_of_processes(place.ty())?)?;
        let (value, _) = place.get_at_most(AT_ONCE).ok()?;
        let seats = region.lock_state(path).ok()?.seats;
        let cells =
            |value: &DynValue| grid.parts(value).into_iter().map(CellReport::from).collect();
        let retired = value.field("retired").map(cells);
        let Some(DynValue::List(used)) = value.field("rows") else { return None };
        let shown = if full { used.len() } else { used.len().min(ROWS as usize) };
        let row = |found: &DynValue| {
            let index = u64::try_from(found.field("row")?.clone()).ok()?;
            let seat = seats.get(usize::try_from(index).ok()?).and_then(Option::as_ref);
            let (cells, holder) = (cells(found.field("value")?), seat.map(HolderReport::of));
            Some(TableRow { index, cells, version: None, locks: Vec::new(), holder })
        };
        let rows = used[..shown].iter().filter_map(row).collect();
        let left_out = (used.len() - shown) as u64;
        Some(Self { grid, region, rows, rest: 0..0, left_out, retired })
    }

    /// The table of a list that was read before, at once.
    pub(super) fn of_copy(
        region: &'r DynRegion<ReadOnly>,
        grid: Grid,
        elements: &[DynValue],
        full: bool,
    ) -> Self {
        let shown = if full { elements.len() } else { elements.len().min(ROWS as usize) };
        let rows = (0..).zip(&elements[..shown]);
        let rows = rows.map(|(index, value)| row(region, &grid, index, Some(value))).collect();
        let left_out = (elements.len() - shown) as u64;
        Self { grid, region, rows, rest: 0..0, left_out, retired: None }
    }

    /// Does something with every row that is shown, in order.
    pub(crate) fn each_row<E>(
        &self,
        mut work: impl FnMut(&TableRow) -> Result<(), E>,
    ) -> Result<(), E> {
        self.rows.iter().try_for_each(&mut work)?;
        self.rest.clone().try_for_each(|index| work(&row(self.region, &self.grid, index, None)))
    }
}

/// Reads a row; `value` is the element, if it was read before.
fn row(
    region: &DynRegion<ReadOnly>,
    grid: &Grid,
    index: u64,
    value: Option<&DynValue>,
) -> TableRow {
    let (found, version) = match value {
        Some(value) => (grid.parts(value), None),
        None => grid.read(region, index),
    };
    let element = grid.element(index);
    let lock = |(inside, role): &(Path, _)| {
        let state = region.lock_state(element.join(inside)).ok()?;
        Some((inside.clone(), LockReport::of(*role, &state)))
    };
    let locks = grid.locks.iter().filter_map(lock).collect();
    let cells = found.into_iter().map(CellReport::from).collect();
    TableRow { index, cells, version, locks, holder: None }
}

impl fmt::Debug for TableReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TableReport({} rows of {})", self.grid.len - self.left_out, self.grid.array)
    }
}

/// `columns`, `rows` and, if they apply, `retired`, `left_out`.
impl Serialize for TableReport<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        let columns: Vec<_> = self.grid.columns.iter().map(ColumnJson::of).collect();
        object.serialize_entry("columns", &columns)?;
        object.serialize_entry("rows", &RowsJson(self))?;
        if let Some(retired) = &self.retired {
            object.serialize_entry("retired", retired)?;
        }
        if self.left_out > 0 {
            object.serialize_entry("left_out", &self.left_out)?;
        }
        object.end()
    }
}

#[derive(Serialize)]
struct ColumnJson<'a> {
    /// The path in an element.
    path: &'a str,
    #[serde(rename = "type")]
    type_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    unit: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    doc: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unlocked: bool,
}

impl<'a> ColumnJson<'a> {
    fn of(column: &'a Column) -> Self {
        let Column { inside, type_name, unit, doc, unlocked, .. } = column;
        Self { path: inside.as_str(), type_name, unit, doc, unlocked: *unlocked }
    }
}

struct RowsJson<'a, 'r>(&'a TableReport<'r>);

impl Serialize for RowsJson<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        self.0.each_row(|row| list.serialize_element(&RowJson(self.0, row)))?;
        list.end()
    }
}

struct RowJson<'a, 'r>(&'a TableReport<'r>, &'a TableRow);

/// `path`, `values`, in the order of the columns, and, if they apply, `errors`, `version`,
/// `holder`, `locks`.
impl Serialize for RowJson<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(table, row) = self;
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("path", table.grid.element(row.index).as_str())?;
        object.serialize_entry("values", &row.cells)?;
        let faults = table.grid.columns.iter().zip(&row.cells).filter_map(|(column, cell)| {
            let CellReport::Fault(fault) = cell else { return None };
            Some((column.inside.to_string(), fault.clone().into()))
        });
        let faults: serde_json::Map<_, _> = faults.collect();
        if !faults.is_empty() {
            object.serialize_entry("errors", &faults)?;
        }
        if let Some(version) = row.version {
            object.serialize_entry("version", &version)?;
        }
        if let Some(holder) = &row.holder {
            object.serialize_entry("holder", holder)?;
        }
        if !row.locks.is_empty() {
            let locks: Vec<_> = row
                .locks
                .iter()
                .map(|(path, lock)| LockJson { path: path.as_str(), lock })
                .collect();
            object.serialize_entry("locks", &locks)?;
        }
        object.end()
    }
}

#[derive(Serialize)]
struct LockJson<'a> {
    /// The path in an element.
    path: &'a str,
    #[serde(flatten)]
    lock: &'a LockReport,
}

/// The value, as far as it is shown, or `null`.
impl Serialize for CellReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(shown) => shown.serialize(serializer),
            Self::Fault(_) | Self::Note(_) => serializer.serialize_none(),
        }
    }
}
