//! The fields of a region, with the parts of their values that are shown.
//!
//! Only the parts that are shown are read: of a long array the first elements, and nothing below the
//! requested depth. Small values, and those in a `Latest`, are read whole, so that the shown parts belong
//! together.

mod reading;
mod report;

pub(crate) use report::{FieldReport, HolderReport, Line, LockReport, fields_only};

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
use crate::shown::{ELEMENTS, Shown};

/// The largest number of fields shown: a schema can describe more than fit into memory.
const MOST: usize = 4_000;
/// The number of elements shown of an array of structs.
const STRUCTS: u64 = 2;

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
    pub(crate) fn new(region: Option<&'r DynRegion<ReadOnly>>, depth: Option<usize>) -> Self {
        let (depth, room) = (depth.unwrap_or(usize::MAX), Cell::new(ROOM));
        Self { region, depth, lines: Vec::new(), is_cut: false, room }
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
        report.read_whole(&place);
        self.push(Line::Field(Box::new(report)));
        Ok(())
    }

    /// Makes the holders of locks agree with a list of participants; holders missing from the list are added.
    pub(crate) fn name_holders(&mut self, participants: &mut Vec<Participant>) {
        for line in &mut self.lines {
            if let Line::Field(field) = line
                && let Some(lock) = &mut field.lock
            {
                lock.name_holder(participants);
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
        let inside = self.read(&mut report, field, &shape, source);
        let is_open = match shape {
            Shape::Leaf | Shape::Map => false,
            Shape::Array { element, .. } => !is_simple(element),
            Shape::Struct => true,
        };
        let goes_on = is_open && depth < self.depth.saturating_sub(1);
        report.closed = is_open && !goes_on;
        let rest = match shape {
            Shape::Array { len, .. } if goes_on => len.saturating_sub(STRUCTS),
            _ => 0,
        };
        report.elided |= rest > 0 || report.closed;
        self.push(Line::Field(Box::new(report)));
        match shape {
            Shape::Struct if goes_on => self.each(field.fields(), depth + 1, &inside),
            Shape::Array { len, .. } if goes_on => self.elements(field, len, depth + 1, &inside),
            _ => {}
        }
        if rest > 0 && !self.is_cut {
            self.push(Line::More(rest, depth + 1));
        }
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

    /// Visits the first elements of an array of structs.
    fn elements(&mut self, array: &DynField<'r>, len: u64, depth: usize, source: &Source) {
        let Some(region) = self.region else { return };
        for index in 0..len.min(STRUCTS) {
            // Arrays in arrays double the output at each level.
            if self.is_cut {
                return;
            }
            let Ok(element) = region.field(array.path().with(Segment::Index(index))) else {
                return;
            };
            let part = match source {
                Source::Copy(DynValue::List(list)) => {
                    list.get(index as usize).cloned().map_or(Source::None, Source::Copy)
                }
                Source::Copy(_) => Source::None,
                other => other.clone(),
            };
            self.visit(&element, depth, part);
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

/// Whether values of this type are shown in one line, however many there are.
fn is_simple(ty: Type<'_>) -> bool {
    match ty.kind() {
        TypeKind::Array { element, .. } => is_simple(element),
        TypeKind::Struct { .. } => false,
        TypeKind::Live { .. } => ty.live().is_some_and(|live| !live.is_meeting_place()),
        _ => true,
    }
}

/// Whether it is a live type with a value, which may be a struct.
fn holds_a_value(ty: Type<'_>) -> bool {
    ty.live().and_then(Live::value).is_some()
}
