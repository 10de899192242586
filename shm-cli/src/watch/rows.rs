//! The rows of the table: the places that are watched.

use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;

use shm_core::layout::Role;
use shm_core::path::{Path, Segment};
use shm_core::{
    DynRegion, ReadOnly,
    dynamic::{DynField, FieldPath},
    errors::DynError,
    inspect::Inspection,
};

use super::changes::Changes;
use super::extent::Extent;
use super::history::History;
use super::reading::Reading;
use super::sheet::Sheet;
use super::tracker::{Room, Tracker};
use crate::failure::Failure;
use crate::grid::{array_of, range_of, rows_of_processes};
use crate::printable::printable;

/// The largest number of rows.
pub(crate) const MAX_ROWS: usize = 10_000;

/// The time for which a change in a hidden part is shown.
const RECENT: Duration = Duration::from_secs(5);

/// The largest number of fields searched for those that have a value.
const MAX_FIELDS: usize = 50_000;

/// How a range of structs is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ranges {
    /// As a row for each value of each element.
    Apart,
    /// As a row that opens to a table.
    Tables,
}

/// One place, and its readings.
pub(crate) struct Row {
    /// The path, as a person would write it.
    pub(crate) path: Path,
    /// The same, safe to print; that of the whole value is `(value)`.
    label: String,
    pub(crate) place: Target,
    /// The number of elements, if only the first ones are read.
    pub(crate) elided: Option<u64>,
    /// Tracks changes in a value if only its start is read.
    pub(crate) tracked: Option<Box<Tracker>>,
    /// The changes there at the last look.
    pub(crate) changes: Changes,
    /// The last changes, in short.
    last_change: Option<String>,
    pub(crate) notes: Notes,
    /// The index of the counter of its changes in the table.
    pub(crate) counter: Option<usize>,
    pub(crate) history: History,
    /// The elements, if it is an array of structs.
    pub(crate) sheet: Option<Sheet>,
}

/// The place that a row reads.
pub(crate) enum Target {
    There(Box<FieldPath<ReadOnly>>),
    /// None, unless requested; the text describes the value.
    TooMuch(String),
    /// None: the region does not have the requested field.
    Missing(String),
}

/// The documentation of a place; each text is stored once, however many rows have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Notes {
    pub(crate) ty: Rc<str>,
    pub(crate) unit: Rc<str>,
    pub(crate) doc: Rc<str>,
}

/// Texts that were seen before.
#[derive(Default)]
pub(crate) struct Texts(HashSet<Rc<str>>);

impl Texts {
    fn of(&mut self, text: &str) -> Rc<str> {
        if let Some(known) = self.0.get(text) {
            return Rc::clone(known);
        }
        let new: Rc<str> = text.into();
        self.0.insert(Rc::clone(&new));
        new
    }

    fn notes(&mut self, field: &DynField<'_>) -> Notes {
        Notes {
            ty: self.of(&printable(&field.type_name())),
            unit: self.of(&printable(field.unit())),
            doc: self.of(field.doc()),
        }
    }
}

impl Row {
    /// The place of a field's value; `None` if its fields are rows of their own.
    fn of(
        region: &DynRegion<ReadOnly>,
        field: &DynField<'_>,
        asked: bool,
        texts: &mut Texts,
    ) -> Option<Self> {
        let path = field.path();
        let (place, elided, sheet) = match place(region, field, asked) {
            Ok(found) => found?,
            Err(error) => (Target::Missing(printable(&error.to_string()).into_owned()), None, None),
        };
        let mut row = Self::new(path, place, elided, texts.notes(field));
        row.sheet = sheet;
        if asked {
            row.open(region);
        }
        Some(row)
    }

    fn new(path: &Path, place: Target, elided: Option<u64>, notes: Notes) -> Self {
        let history = History::default();
        let label = if path.is_empty() { "(value)" } else { path.as_str() };
        let (label, changes) = (printable(label).into_owned(), Changes::default());
        Self {
            path: path.clone(),
            label,
            place,
            elided,
            tracked: None,
            changes,
            last_change: None,
            notes,
            counter: None,
            history,
            sheet: None,
        }
    }

    /// Opens an array of structs, so that its elements can be read.
    pub(crate) fn open(&mut self, region: &DynRegion<ReadOnly>) {
        if let Some(sheet) = &mut self.sheet {
            sheet.open(region);
        }
    }

    /// A row for a path that a region does not have.
    pub(crate) fn missing(path: &Path, error: &Failure) -> Self {
        Self::new(
            path,
            Target::Missing(printable(&error.to_string()).into_owned()),
            None,
            Notes::default(),
        )
    }

    /// The path for people.
    pub(crate) fn label(&self) -> &str {
        &self.label
    }

    /// Starts tracking changes in the whole place of the row.
    pub(crate) fn track(&mut self, region: &DynRegion<ReadOnly>, room: &mut Room) {
        self.tracked = Tracker::of(region, &self.path, room).map(Box::new);
    }

    /// Looks for changes in the part that is not shown.
    pub(crate) fn look(&mut self, region: &DynRegion<ReadOnly>, file: Option<&Inspection>) {
        if let (Some(tracker), Some(file)) = (&mut self.tracked, file) {
            self.changes = tracker.look(region, file);
            if !self.changes.is_empty() {
                self.last_change = Some(self.changes.summary(&self.path));
            }
        }
    }

    /// The last change in a part that is not shown, if recent: `[20] = 7, ..: `.
    pub(crate) fn summary(&self, now: Duration) -> String {
        let is_recent = self.history.age(now).is_some_and(|age| age < RECENT);
        match &self.last_change {
            Some(text) if is_recent => text.clone(),
            _ => String::new(),
        }
    }

    /// Whether to report the reading of that sample itself: if changes of the whole place are tracked,
    /// they say more.
    pub(crate) fn tells_reading(&self, number: u64) -> bool {
        let is_value = matches!(self.history.reading(), Some(Reading::Value(_)));
        let told_by_changes = self.tracked.is_some() && is_value && !self.history.is_first(number);
        self.history.reading_is_news(number) && !told_by_changes
    }

    /// Whether the readings do not tell what changed: only a part of it is shown, or it is a map.
    pub(crate) fn needs_tracker(&self) -> bool {
        let is_map = |place: &FieldPath<ReadOnly>| place.ty().role() == Some(Role::Map);
        self.is_cut() || matches!(&self.place, Target::There(place) if is_map(place))
    }

    /// Whether only a part of it is shown.
    fn is_cut(&self) -> bool {
        self.elided.is_some() || matches!(self.place, Target::TooMuch(_))
    }

    /// Whether a lock guards the value, which is then read without it.
    pub(crate) fn is_unlocked(&self) -> bool {
        matches!(&self.place, Target::There(place) if place.is_guarded())
    }

    /// The path that is read: of the first elements, say.
    pub(crate) fn read_path(&self) -> &Path {
        match &self.place {
            Target::There(place) => place.path(),
            Target::TooMuch(_) | Target::Missing(_) => &self.path,
        }
    }
}

type Found = (Target, Option<u64>, Option<Sheet>);

fn place(
    region: &DynRegion<ReadOnly>,
    field: &DynField<'_>,
    asked: bool,
) -> Result<Option<Found>, DynError> {
    let path = field.path();
    let place = region.resolve(path)?;
    let sheet = Sheet::of(&place);
    Ok(match Extent::of(&place, asked) {
        Extent::Fields => None,
        Extent::Value => Some((Target::There(Box::new(place)), None, sheet)),
        Extent::First { shown, len } => {
            let (array, start) = array_of(&place);
            let range = Segment::Range { start: Some(start), end: Some(start + shown) };
            let first = region.resolve(array.with(range))?;
            Some((Target::There(Box::new(first)), Some(len), sheet))
        }
        Extent::TooMuch => {
            let size = place.ty().size();
            let text = format!("{} of {size} bytes: not read", printable(&field.type_name()));
            Some((Target::TooMuch(text), None, sheet))
        }
    })
}

/// Adds a row for every value of the region, one for a whole array. Returns whether there were more than a
/// table can have.
pub(crate) fn all(region: &DynRegion<ReadOnly>) -> Result<(Vec<Row>, bool), DynError> {
    let mut rows = Vec::new();
    let cut = below(region, &Path::new(), false, &mut Texts::default(), &mut rows)?;
    Ok((rows, cut))
}

/// The rows of a path: the values of a struct, the elements of a range.
pub(crate) fn named(
    region: &DynRegion<ReadOnly>,
    path: &Path,
    ranges: Ranges,
) -> Result<Vec<Row>, Failure> {
    let place = region.resolve(path)?;
    let (mut texts, mut rows) = (Texts::default(), Vec::new());
    if ranges == Ranges::Tables && place.has_range() && is_table(region, &place) {
        rows.extend(Row::of(region, &region.field(path)?, true, &mut texts));
        return Ok(rows);
    }
    if !place.has_range() {
        if below(region, path, true, &mut texts, &mut rows)? {
            return Err(too_many(path, "a part of it"));
        }
        return Ok(rows);
    }
    let mut elements = place.elements().peekable();
    let fewer = elements.peek().map_or_else(Path::new, |first| fewer(path, first));
    for element in elements {
        if below(region, &element, true, &mut texts, &mut rows)? {
            let part = format!("fewer elements, such as `{}`", printable(fewer.as_str()));
            return Err(too_many(path, &part));
        }
    }
    Ok(rows)
}

/// Whether a range is one of structs that follow each other in an array.
fn is_table(region: &DynRegion<ReadOnly>, place: &FieldPath<ReadOnly>) -> bool {
    let array = range_of(place).and_then(|(array, _)| region.resolve(array).ok());
    // Between the rows of a `PerProcess` lies something else.
    let is_array = array.is_some_and(|array| rows_of_processes(array.ty()).is_none());
    is_array && Sheet::of(place).is_some_and(|sheet| sheet.len() > 0)
}

/// The path with ten elements in place of its first range; `first` is the path of the first element.
fn fewer(path: &Path, first: &Path) -> Path {
    let mut is_first = true;
    let steps = path.segments().zip(first.segments()).map(|(step, found)| match found {
        Segment::Index(start) if step != found && std::mem::take(&mut is_first) => {
            Segment::Range { start: Some(start), end: Some(start + 10) }
        }
        _ => step,
    });
    steps.collect()
}

fn too_many(path: &Path, part: &str) -> Failure {
    Failure::Usage(format!(
        "`{}` is more than the {MAX_ROWS} rows that can be watched: name {part}",
        printable(path.as_str())
    ))
}

/// Adds the rows of a path, as far as a table can have them; returns whether there were more.
fn below(
    region: &DynRegion<ReadOnly>,
    path: &Path,
    asked: bool,
    texts: &mut Texts,
    rows: &mut Vec<Row>,
) -> Result<bool, DynError> {
    let named = region.field(path)?;
    let fields = std::iter::once(named.clone()).chain(named.fields());
    for (visited, field) in fields.enumerate() {
        // The request is for the value itself, not for everything inside it.
        let asked = asked && field.path() == path;
        let Some(row) = Row::of(region, &field, asked, texts) else {
            // Nested structs can be any number without a single value.
            if visited == MAX_FIELDS {
                return Ok(true);
            }
            continue;
        };
        if rows.len() == MAX_ROWS {
            return Ok(true);
        }
        rows.push(row);
    }
    Ok(false)
}
