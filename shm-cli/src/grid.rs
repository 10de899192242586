//! Arrays of structs as tables: a row for each element, a column for each value in one.
//!
//! Only the rows that are asked for are read: an element that is small at once, so that its values belong together,
//! of a larger one each value by itself, and of an array in one its start.

use std::collections::HashSet;
use std::ops::Range;

use shm_core::layout::Role;
use shm_core::path::{Path, Segment};
use shm_core::schema::{Live, Type, TypeKind};
use shm_core::{
    DynRegion, ReadOnly,
    dynamic::{DynField, DynValue, FieldPath},
    errors::DynError,
};

use crate::shown::INNER_ELEMENTS;

/// The largest element that is read at once, in bytes: a page.
const SMALL: u64 = 4096;
/// The most memory for an element, or for a value of a larger one, in bytes.
const AT_ONCE: u64 = 64 << 10;
/// The largest number of columns.
const COLUMNS: usize = 64;
/// The largest number of fields that are searched for columns.
const FIELDS: usize = 2_000;

/// A table of an array of structs.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    /// The path of the array.
    pub(crate) array: Path,
    /// The number of its elements.
    pub(crate) len: u64,
    pub(crate) columns: Vec<Column>,
    /// Whether an element has more values than there are columns.
    pub(crate) is_cut: bool,
    /// The locks in an element, by their paths in it.
    pub(crate) locks: Vec<(Path, Role)>,
    is_small: bool,
}

/// A value in each element.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Its path in an element.
    pub(crate) inside: Path,
    pub(crate) type_name: String,
    pub(crate) unit: String,
    pub(crate) doc: String,
    /// Whether a lock guards it, which is not taken.
    pub(crate) unlocked: bool,
    /// The number of its elements, if it is a long array, of which the start is read.
    long: Option<u64>,
    /// The number of its elements, if it is an array of structs itself, which is not read.
    rows: Option<u64>,
    is_map: bool,
}

/// A value in a row, or the reason why there is none.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// A value, and the number of its elements that were not read.
    Value(DynValue, u64),
    /// The bytes are not a value.
    Fault(String),
    /// There is more than is shown here.
    Note(String),
}

impl Column {
    /// The name, at the head of the column.
    pub(crate) fn name(&self) -> &str {
        if self.inside.is_empty() { "value" } else { self.inside.as_str() }
    }
}

impl Grid {
    /// The table of an array; `None` if it has no elements, or its elements have no values.
    pub(crate) fn of(region: &DynRegion<ReadOnly>, array: &Path, len: u64) -> Option<Self> {
        if len == 0 {
            return None;
        }
        let first = array.with(Segment::Index(0));
        let (field, place) = (region.field(&first).ok()?, region.resolve(&first).ok()?);
        let is_small = place.ty().size() <= SMALL && !owns(place.ty(), &mut HashSet::new());
        let mut grid = Self {
            array: array.clone(),
            len,
            columns: Vec::new(),
            is_cut: false,
            locks: Vec::new(),
            is_small,
        };
        grid.note_lock(&field, &first);
        grid.add_columns(region, &field, &first);
        (!grid.columns.is_empty()).then_some(grid)
    }

    /// Adds a column for each value of the first element.
    fn add_columns(&mut self, region: &DynRegion<ReadOnly>, element: &DynField<'_>, first: &Path) {
        let fields: Vec<_> = element.fields().take(FIELDS).collect();
        self.is_cut = fields.len() == FIELDS;
        if fields.is_empty() {
            self.add_column(region, element, first);
        }
        for (at, field) in fields.iter().enumerate() {
            self.note_lock(field, first);
            // One with fields inside is followed by the first of them.
            let is_around = |next: &DynField<'_>| next.depth() > field.depth();
            if fields.get(at + 1).is_none_or(|next| !is_around(next)) {
                self.add_column(region, field, first);
            }
        }
    }

    fn add_column(&mut self, region: &DynRegion<ReadOnly>, field: &DynField<'_>, first: &Path) {
        let Ok(place) = region.resolve(field.path()) else { return };
        // A marker, or a lock that is only a lock.
        if matches!(field.ty().kind(), TypeKind::Marker) || is_bare_lock(field.ty()) {
            return;
        }
        if self.columns.len() == COLUMNS {
            self.is_cut = true;
            return;
        }
        let long = match place.ty().kind() {
            TypeKind::Array { element, len } if element.size().saturating_mul(len) > SMALL => {
                Some(len)
            }
            _ => None,
        };
        let rows = match place.ty().kind() {
            TypeKind::Array { element, len } if !is_simple(element) => Some(len),
            _ => None,
        };
        self.columns.push(Column {
            inside: field.path().strip_prefix(first).unwrap_or_default(),
            type_name: field.type_name(),
            unit: field.unit().to_owned(),
            doc: field.doc().to_owned(),
            unlocked: place.is_guarded(),
            long,
            rows,
            is_map: place.ty().role() == Some(Role::Map),
        });
    }

    fn note_lock(&mut self, field: &DynField<'_>, first: &Path) {
        let role = field.ty().role().filter(|role| role.has_lock());
        let inside = field.path().strip_prefix(first).unwrap_or_default();
        self.locks.extend(role.filter(|_| self.locks.len() < COLUMNS).map(|role| (inside, role)));
    }

    /// The path of an element.
    pub(crate) fn element(&self, index: u64) -> Path {
        self.array.with(Segment::Index(index))
    }

    /// Reads the values of an element, and the number of its version if it is a `Latest`.
    pub(crate) fn read(
        &self,
        region: &DynRegion<ReadOnly>,
        index: u64,
    ) -> (Vec<Found>, Option<u64>) {
        let element = self.element(index);
        let read = |place: FieldPath<ReadOnly>| place.get_at_most(AT_ONCE);
        let whole = self.is_small.then(|| region.resolve(&element).and_then(read).ok()).flatten();
        let (whole, version) = whole.unzip();
        let found = |column: &Column| {
            let part = whole.as_ref().and_then(|whole| column.part(whole));
            part.unwrap_or_else(|| column.read(region, &element))
        };
        (self.columns.iter().map(found).collect(), version.flatten())
    }

    /// The values of an element that was read before.
    pub(crate) fn parts(&self, element: &DynValue) -> Vec<Found> {
        let missing = || Found::Note("?".to_owned());
        let part = |column: &Column| column.part(element).unwrap_or_else(missing);
        self.columns.iter().map(part).collect()
    }
}

impl Column {
    /// The value in an element that was read whole.
    fn part(&self, element: &DynValue) -> Option<Found> {
        if let Some(rows) = self.rows {
            return Some(Found::Note(counted(rows, "row", "rows")));
        }
        let mut value = element;
        for segment in self.inside.segments() {
            let Segment::Name(name) = segment else { return None };
            value = value.field(name)?;
        }
        Some(Found::Value(value.clone(), 0))
    }

    fn read(&self, region: &DynRegion<ReadOnly>, element: &Path) -> Found {
        let path = element.join(&self.inside);
        let outcome = if let Some(rows) = self.rows {
            Ok(Found::Note(counted(rows, "row", "rows")))
        } else if self.is_map {
            let len = region.map(&path).and_then(|map| map.len());
            len.map(|len| Found::Note(counted(len, "entry", "entries")))
        } else {
            self.read_value(region, &path)
        };
        match outcome {
            Ok(found) => found,
            Err(DynError::TooLarge { .. }) => Found::Note("too large".to_owned()),
            Err(DynError::Invalid(invalid)) => {
                Found::Fault(format!("{:#x} is not valid", invalid.bits()))
            }
            Err(error) => Found::Fault(error.to_string()),
        }
    }

    fn read_value(&self, region: &DynRegion<ReadOnly>, path: &Path) -> Result<Found, DynError> {
        let Some(len) = self.long else {
            return Ok(Found::Value(region.resolve(path)?.get_at_most(AT_ONCE)?.0, 0));
        };
        let shown = len.min(INNER_ELEMENTS as u64);
        let range = Segment::Range { start: Some(0), end: Some(shown) };
        let (value, _) = region.resolve(path.with(range))?.get_at_most(AT_ONCE)?;
        Ok(Found::Value(value, len - shown))
    }
}

/// The array of which a path names a range, and the elements in it; `None` if there are ranges before that.
pub(crate) fn range_of(place: &FieldPath<ReadOnly>) -> Option<(Path, Range<u64>)> {
    let is_range = |segment: Segment<'_>| matches!(segment, Segment::Range { .. });
    let (array, count) = (place.path().parent()?, place.count()?);
    if !place.path().last().is_some_and(is_range) || array.segments().any(is_range) {
        return None;
    }
    let Some(Segment::Index(first)) = place.elements().next()?.last() else { return None };
    Some((array, first..first + count))
}

/// The array of which a place is a range, and the first element of that; otherwise the place itself.
pub(crate) fn array_of(place: &FieldPath<ReadOnly>) -> (Path, u64) {
    let range = range_of(place).map(|(array, elements)| (array, elements.start));
    range.unwrap_or_else(|| (place.path().clone(), 0))
}

/// The type of an element of an `Owned<[T]>` that is shown as a table.
pub(crate) fn element_in_heap(ty: Type<'_>) -> Option<Type<'_>> {
    let element = ty.live().filter(|live| live.role() == Role::OwnedSlice)?.kept()?;
    Some(element).filter(|element| !is_simple(*element))
}

/// The number of rows of a `PerProcess` that is shown as a table.
pub(crate) fn rows_of_processes(ty: Type<'_>) -> Option<u64> {
    let rows = ty.live()?.rows()?;
    (!is_simple(rows.row)).then_some(rows.count)
}

/// Whether values of this type are shown in one line, however many there are.
pub(crate) fn is_simple(ty: Type<'_>) -> bool {
    match ty.kind() {
        TypeKind::Array { element, .. } => is_simple(element),
        TypeKind::Struct { .. } => false,
        TypeKind::Live { .. } => ty.live().is_some_and(|live| !live.is_meeting_place()),
        _ => true,
    }
}

/// `1 entry`, `3 entries`.
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Whether values of a type have parts in the heap, which can be of any size.
fn owns(ty: Type<'_>, known: &mut HashSet<u32>) -> bool {
    if !known.insert(ty.index()) {
        return false;
    }
    match ty.kind() {
        TypeKind::Array { element, .. } | TypeKind::Slice { element } => owns(element, known),
        TypeKind::Struct { .. } => ty.fields().any(|field| owns(field.ty(), known)),
        TypeKind::Live { role, .. } => {
            let value = ty.live().and_then(Live::value);
            role.needs_heap() || value.is_some_and(|value| owns(value.ty, known))
        }
        _ => false,
    }
}

/// Whether it is a lock without a value.
fn is_bare_lock(ty: Type<'_>) -> bool {
    let value = ty.live().and_then(Live::value);
    ty.role().is_some_and(Role::has_lock) && value.is_some_and(|value| value.ty.size() == 0)
}
