//! The rows of the table: which places are watched.

use shm_core::{DynField, DynRegion, FieldPath, PathError, ReadOnly};

use super::extent::Extent;
use super::history::History;
use crate::failure::Failure;
use crate::printable::printable;

/// How many rows there are at most.
const MAX_ROWS: usize = 10_000;

/// One place, and what was read there.
pub(crate) struct Row {
    /// The path, as a person would write it.
    pub(crate) path: String,
    pub(crate) place: Place,
    /// How many elements there are, if only the first ones are read.
    pub(crate) elided: Option<u64>,
    pub(crate) notes: Notes,
    /// Which of the table's counters counts the changes.
    pub(crate) counter: Option<usize>,
    pub(crate) history: History,
}

/// Where a row reads.
pub(crate) enum Place {
    There(Box<FieldPath<ReadOnly>>),
    /// Nowhere, unasked; the text says what there is.
    TooMuch(String),
    /// Nowhere: the region does not have what was asked for.
    Missing(String),
}

/// What people wrote about a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Notes {
    pub(crate) ty: String,
    pub(crate) unit: String,
    pub(crate) doc: String,
}

impl Notes {
    fn of(field: &DynField<'_>) -> Self {
        Self {
            ty: printable(&field.type_name()).into_owned(),
            unit: printable(field.unit()).into_owned(),
            doc: field.doc().to_owned(),
        }
    }
}

impl Row {
    /// What a field's value is read by; `None` if its fields are rows of their own.
    fn of(region: &DynRegion<ReadOnly>, field: &DynField<'_>, asked: bool) -> Option<Self> {
        let path = field.path();
        let (place, elided) = match place(region, path, asked) {
            Ok(found) => found?,
            Err(error) => (Place::Missing(printable(&error.to_string()).into_owned()), None),
        };
        Some(Self::new(path, place, elided, Notes::of(field)))
    }

    fn new(path: &str, place: Place, elided: Option<u64>, notes: Notes) -> Self {
        let history = History::default();
        Self { path: printable(path).into_owned(), place, elided, notes, counter: None, history }
    }

    /// A row for a path that a region does not have.
    pub(crate) fn missing(path: &str, error: &Failure) -> Self {
        Self::new(
            path,
            Place::Missing(printable(&error.to_string()).into_owned()),
            None,
            Notes::default(),
        )
    }

    /// The path for people; that of the whole value is empty.
    pub(crate) fn label(&self) -> &str {
        if self.path.is_empty() { "(value)" } else { &self.path }
    }

    /// Whether a lock guards what is read, which is then read without it.
    pub(crate) fn is_unlocked(&self) -> bool {
        matches!(&self.place, Place::There(place) if place.is_guarded())
    }

    /// The path of what is read: of the first elements, say.
    pub(crate) fn read_path(&self) -> &str {
        match &self.place {
            Place::There(place) => place.path(),
            Place::TooMuch(_) | Place::Missing(_) => &self.path,
        }
    }
}

type Found = (Place, Option<u64>);

fn place(
    region: &DynRegion<ReadOnly>,
    path: &str,
    asked: bool,
) -> Result<Option<Found>, PathError> {
    let place = region.resolve(path)?;
    Ok(match Extent::of(&place, asked) {
        Extent::Fields => None,
        Extent::Value => Some((Place::There(Box::new(place)), None)),
        Extent::First { shown, len } => {
            let first = region.resolve(&format!("{path}[0..{shown}]"))?;
            Some((Place::There(Box::new(first)), Some(len)))
        }
        Extent::TooMuch => {
            let size = place.ty().size();
            Some((Place::TooMuch(format!("{} of {size} bytes: not read", place.ty())), None))
        }
    })
}

/// A row for every value of the region, of an array one for all. Whether there were more than a table
/// can have.
pub(crate) fn all(region: &DynRegion<ReadOnly>) -> Result<(Vec<Row>, bool), PathError> {
    let mut rows = below(region, "", false)?;
    let cut = rows.len() > MAX_ROWS;
    rows.truncate(MAX_ROWS);
    Ok((rows, cut))
}

/// The rows of what a path names: of a struct its values, of a range its elements.
pub(crate) fn named(region: &DynRegion<ReadOnly>, path: &str) -> Result<Vec<Row>, Failure> {
    let place = region.resolve(path)?;
    let Some((array, first)) = range(path) else { return Ok(below(region, path, true)?) };
    let count = place.count().unwrap_or(0);
    let mut rows = Vec::new();
    for index in first..first + count {
        rows.extend(below(region, &format!("{array}[{index}]"), true)?);
        if rows.len() > MAX_ROWS {
            return Err(Failure::Usage(format!(
                "`{}` is more than the {MAX_ROWS} rows that can be watched: name fewer elements, \
                 such as `{}[{first}..{}]`",
                printable(path).into_owned(),
                printable(array).into_owned(),
                first + 10,
            )));
        }
    }
    Ok(rows)
}

/// The array and the first index of a path that ends in a range.
fn range(path: &str) -> Option<(&str, u64)> {
    let (array, index) = path.strip_suffix(']')?.rsplit_once('[')?;
    let (first, _) = index.split_once("..")?;
    Some((array, if first.is_empty() { 0 } else { first.parse().ok()? }))
}

/// One more row than there can be, at most.
fn below(region: &DynRegion<ReadOnly>, path: &str, asked: bool) -> Result<Vec<Row>, PathError> {
    let named = region.field(path)?;
    let fields = std::iter::once(named.clone()).chain(named.fields());
    // What is asked for is the value that was named, not all that is inside of it.
    let rows = fields.take(MAX_ROWS + 1).filter_map(|field| {
        let asked = asked && field.path() == path;
        Row::of(region, &field, asked)
    });
    Ok(rows.collect())
}
