//! The fields of a region, with the parts of their values that are shown.
//!
//! Only the parts that are shown are read: of a long array the first elements, and nothing below the
//! requested depth. Small values, and those in a `Latest`, are read whole, so that the shown parts belong
//! together.

mod heap;
mod lock;
mod reading;
mod report;
mod table;

pub(crate) use lock::{HolderReport, LockReport};
pub(crate) use report::{FieldReport, Line, fields_only};
pub(crate) use table::{CellReport, TableReport, TableRow};

use std::cell::Cell;

use shm_core::layout::Role;
use shm_core::path::{Path, Segment};
use shm_core::schema::{Live, Type, TypeKind};
use shm_core::{
    DynRegion, ReadOnly,
    dynamic::{DynField, DynValue, FieldPath},
    inspect::{Inspection, Participant},
};

use crate::failure::Failure;
use crate::grid::{Grid, is_simple, range_of};
use crate::shown::{ELEMENTS, Shown};

/// The most memory for a value that is read to be shown, in bytes.
const AT_ONCE: u64 = 8 << 20;
/// The largest number of fields shown: a schema can describe more than fit into memory.
const MOST: usize = 4_000;
/// The largest number of values in the first rows of all tables.
const CELLS: usize = 20_000;

/// Collects the fields of a region, in the order of the schema.
pub(crate) struct Collector<'r> {
    /// The region to read values from; without it, only the layout is shown.
    region: Option<&'r DynRegion<ReadOnly>>,
    /// The largest depth to show.
    depth: usize,
    pub(crate) lines: Vec<Line<'r>>,
    /// Whether there are more fields than are shown.
    pub(crate) is_cut: bool,
    /// The remaining bytes of values that may be read whole to show only their start.
    room: Cell<u64>,
    /// Whether all rows of tables are shown.
    full: bool,
    /// The number of values in the first rows of all tables.
    cells: usize,
}

/// The number of bytes of `Latest`s and texts that are read whole to show a part of them.
const ROOM: u64 = 4 << 20;

/// The source of a field's value.
#[derive(Clone)]
enum Source {
    Region,
    /// The version that was read of the `Latest` around the field.
    Copy(DynValue),
    /// It cannot be read, for a reason that was already shown.
    None,
}

/// The contents of a field, behind any lock.
enum Shape<'a> {
    /// A value without named parts.
    Leaf,
    /// Elements that are shown in one line, or each as a struct.
    Array {
        element: Type<'a>,
        len: u64,
    },
    Struct,
    /// Entries, each in a line.
    Map,
}

impl<'r> Collector<'r> {
    pub(crate) fn new(
        region: Option<&'r DynRegion<ReadOnly>>,
        depth: Option<usize>,
        full: bool,
    ) -> Self {
        let (depth, room) = (depth.unwrap_or(usize::MAX), Cell::new(ROOM));
        Self { region, depth, lines: Vec::new(), is_cut: false, room, full, cells: 0 }
    }

    /// Collects everything.
    pub(crate) fn all(&mut self, inspection: &'r Inspection) {
        let fields = self.region.map_or_else(|| inspection.fields(), DynRegion::fields);
        let schema = self.region.map_or(inspection.schema(), DynRegion::schema);
        let root = schema.root();
        if let (Some(region), true) = (self.region, !root.is_plain_struct()) {
            // The whole has a value, but no name.
            if let Ok(field) = region.field("") {
                return self.visit(&field, 0, Source::Region);
            }
        }
        let source = if self.region.is_some() { Source::Region } else { Source::None };
        self.each(fields, 0, &source);
    }

    /// Collects the fields at a path.
    pub(crate) fn path(&mut self, path: &str) -> Result<(), Failure> {
        let path: Path = path.parse()?;
        let Some(region) = self.region else { return Ok(()) };
        let (field, place) = (region.field(&path)?, region.resolve(&path)?);
        if !place.has_range() {
            self.visit(&field, 0, Source::Region);
            return Ok(());
        }
        let mut report = FieldReport::of(&field, 0);
        if !is_simple(place.ty())
            && let Some((array, rows)) = range_of(&place)
            && let Some(grid) = Grid::of(region, &array, rows.end)
        {
            // These rows were asked for.
            report.table = Some(TableReport::of(region, grid, rows, true));
        } else {
            report.read_whole(&place);
        }
        self.push(Line::Field(Box::new(report)));
        Ok(())
    }

    /// Makes the holders of locks agree with a list of participants; holders missing from the list are added.
    pub(crate) fn name_holders(&mut self, participants: &mut Vec<Participant>) {
        for line in &mut self.lines {
            let Line::Field(field) = line else { continue };
            if let Some(lock) = &mut field.lock {
                lock.name_holder(participants);
            }
            for row in field.table.iter_mut().flat_map(|table| &mut table.rows) {
                row.holder.iter_mut().for_each(|holder| holder.name_by(participants));
                row.locks.iter_mut().for_each(|(_, lock)| lock.name_holder(participants));
            }
        }
    }

    /// Visits each of the outermost of these fields.
    fn each(&mut self, mut fields: shm_core::dynamic::Fields<'r>, depth: usize, source: &Source) {
        while let Some(field) = fields.next() {
            fields.skip_inside();
            if self.is_cut {
                return;
            }
            let part = match source {
                Source::Copy(whole) => part(whole, field.path()),
                other => other.clone(),
            };
            self.visit(&field, depth, part);
        }
    }

    fn visit(&mut self, field: &DynField<'r>, depth: usize, source: Source) {
        let mut report = FieldReport::of(field, depth);
        if let Some(region) = self.region {
            report.look_at_lock(region, field);
        }
        let shape = self.shape(field);
        if let (Shape::Map, Some(region)) = (&shape, self.region) {
            return self.map(report, region, depth);
        }
        if let (Source::Region, true) = (&source, depth < self.depth.saturating_sub(1))
            && let Some(table) = self.live_table(field)
        {
            self.cells += table.rows.len() * table.grid.columns.len();
            report.elided = table.left_out > 0;
            report.table = Some(table);
            return self.push(Line::Field(Box::new(report)));
        }
        let inside = self.read(&mut report, field, &shape, source);
        let is_open = match shape {
            Shape::Leaf | Shape::Map => false,
            Shape::Array { element, len } => !is_simple(element) && len > 0,
            Shape::Struct => true,
        };
        let goes_on = is_open && depth < self.depth.saturating_sub(1);
        report.closed = is_open && !goes_on;
        if let Shape::Array { len, .. } = shape
            && goes_on
        {
            report.table = self.table(field.path(), len, &inside);
        }
        let left_out = report.table.as_ref().is_some_and(|table| table.left_out > 0);
        report.elided |= left_out || report.closed;
        self.push(Line::Field(Box::new(report)));
        if goes_on && matches!(shape, Shape::Struct) {
            self.each(field.fields(), depth + 1, &inside);
        }
    }

    /// The rows of a `PerProcess` or an `Owned<[T]>` of structs; `None` for anything else, if there are none, or if they
    /// cannot be read, which reading the value explains.
    fn live_table(&self, field: &DynField<'_>) -> Option<TableReport<'r>> {
        let region = self.region.filter(|_| self.cells <= CELLS)?;
        TableReport::of_live(region, field.path(), self.full)
    }

    /// The rows of an array of structs, as far as they are shown.
    fn table(&mut self, array: &Path, len: u64, source: &Source) -> Option<TableReport<'r>> {
        let region = self.region?;
        let elements = match source {
            Source::None => return None,
            Source::Copy(DynValue::List(elements)) => Some(elements),
            Source::Copy(_) => return None,
            Source::Region => None,
        };
        let grid = Grid::of(region, array, len)?;
        if self.cells > CELLS {
            self.is_cut = true;
            return None;
        }
        let table = match elements {
            Some(elements) => TableReport::of_copy(region, grid, elements, self.full),
            None => TableReport::of(region, grid, 0..len, self.full),
        };
        self.cells += table.rows.len() * table.grid.columns.len();
        Some(table)
    }

    /// Adds a map and entries of it.
    fn map(&mut self, mut report: FieldReport<'r>, region: &'r DynRegion<ReadOnly>, depth: usize) {
        let shows = depth < self.depth.saturating_sub(1);
        let entries = reading::entries(&mut report, region, if shows { ELEMENTS } else { 0 });
        let more = report.entries.unwrap_or_default().saturating_sub(entries.len() as u64);
        report.closed = !shows && more > 0;
        report.elided = more > 0 && report.error.is_none();
        let is_cut = shows && report.elided && !report.too_large;
        self.push(Line::Field(Box::new(report)));
        for (path, value) in entries {
            let Ok(field) = region.field(&path) else { return };
            let mut entry = FieldReport::of(&field, depth + 1);
            entry.show(Shown::of(value, ELEMENTS));
            self.push(Line::Field(Box::new(entry)));
        }
        if is_cut && !self.is_cut {
            self.push(Line::More(more, depth + 1));
        }
    }

    fn push(&mut self, line: Line<'r>) {
        if self.lines.len() < MOST {
            self.lines.push(line);
        } else {
            self.is_cut = true;
        }
    }

    fn shape<'f>(&self, field: &DynField<'f>) -> Shape<'f>
    where
        'r: 'f,
    {
        let region = self.region;
        if let TypeKind::Slice { element } = field.ty().kind() {
            let len = region.and_then(DynRegion::len).unwrap_or(0);
            return Shape::Array { element, len: len as u64 };
        }
        // The region knows the value in a live type.
        let place = region.and_then(|region| region.resolve(field.path()).ok());
        if place.as_ref().is_some_and(FieldPath::is_entry) {
            return Shape::Leaf;
        }
        let inside = region.zip(place.as_ref());
        let inside = inside.map(|(region, place)| region.schema().get(place.ty().index()));
        let ty = inside.unwrap_or_else(|| field.ty());
        match ty.kind() {
            TypeKind::Array { element, len } => Shape::Array { element, len },
            TypeKind::Struct { .. } => Shape::Struct,
            TypeKind::Live { role: Role::Map, .. } if place.is_some() => Shape::Map,
            TypeKind::Live { .. } if place.is_none() && holds_a_value(ty) => Shape::Struct,
            _ => Shape::Leaf,
        }
    }

    /// Reads the part that is shown in the field's own line; returns the source of its parts.
    fn read(
        &self,
        report: &mut FieldReport<'_>,
        field: &DynField<'_>,
        shape: &Shape<'_>,
        source: Source,
    ) -> Source {
        match source {
            Source::None => Source::None,
            Source::Copy(value) => {
                if is_in_one_line(shape) {
                    report.show(Shown::of(value, ELEMENTS));
                    return Source::None;
                }
                Source::Copy(value)
            }
            Source::Region => match self.region {
                Some(region) => reading::from_region(report, region, field, shape, &self.room),
                None => Source::None,
            },
        }
    }
}

/// The part of a value that the last name of a path means.
fn part(whole: &DynValue, path: &Path) -> Source {
    let Some(Segment::Name(name)) = path.last() else { return Source::None };
    whole.field(name).cloned().map_or(Source::None, Source::Copy)
}

fn is_in_one_line(shape: &Shape<'_>) -> bool {
    match shape {
        Shape::Leaf => true,
        Shape::Array { element, .. } => is_simple(*element),
        Shape::Struct | Shape::Map => false,
    }
}

/// Whether it is a live type with a value, which may be a struct.
fn holds_a_value(ty: Type<'_>) -> bool {
    ty.live().and_then(Live::value).is_some()
}
