//! The report on a field.

use serde::{Serialize, Serializer};
use shm_core::path::Path;
use shm_core::{
    DynRegion, ReadOnly,
    dynamic::{DynField, DynValue, FieldPath},
    errors::DynError,
};

use super::AT_ONCE;
use super::lock::LockReport;
use super::table::TableReport;
use crate::shown::Shown;

/// The same for a range that was requested by its path; `shm get` prints more.
const ASKED: u64 = 16 << 20;

/// A line of the output.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Line<'r> {
    /// A field.
    Field(Box<FieldReport<'r>>),
    /// Entries of a map that are not shown: their number and depth.
    #[serde(skip)]
    More(u64, usize),
}

/// Serialises the fields among the lines.
///
/// # Errors
/// The serializer's.
pub(crate) fn fields_only<S: Serializer>(
    lines: &[Line<'_>],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(lines.iter().filter(|line| matches!(line, Line::Field(_))))
}

/// A field: its place, its type, its value.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FieldReport<'r> {
    /// The path from the start of the region; `""` is the whole value.
    #[serde(serialize_with = "crate::value_json::path")]
    pub(crate) path: Path,
    /// The type, as its author wrote it.
    #[serde(rename = "type")]
    pub(crate) type_name: String,
    /// Distance in bytes from the start of the data.
    pub(crate) offset: u64,
    /// Size in bytes; of a part whose length is known at run time, without its elements.
    pub(crate) size: u64,
    /// The value, as far as it is shown; `null` if its parts follow, or it could not be read.
    pub(crate) value: Option<Shown>,
    /// Whether the value is cut.
    pub(crate) elided: bool,
    /// The reason why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// The version of a `Latest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<u64>,
    /// Whether it is a `Latest` too large to be shown whole: its parts may be of several versions.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) mixed: bool,
    /// Whether it is behind a lock, and was read without taking it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) unlocked: bool,
    /// The field beside it whose lock guards it, or `""`.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(crate) guarded_by: &'r str,
    /// The lock, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lock: Option<LockReport>,
    /// The number of entries, if it is a map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) entries: Option<u64>,
    /// The rows, if it is an array of structs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) table: Option<TableReport<'r>>,
    /// The unit, or `""`.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(crate) unit: &'r str,
    /// The doc comment, or `""`.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(crate) doc: &'r str,
    /// The number of fields that it is inside.
    #[serde(skip)]
    pub(crate) depth: usize,
    /// Whether it is a text that may be too long to read for its first words.
    #[serde(skip)]
    pub(crate) too_large: bool,
    /// Whether it has fields that are not shown.
    #[serde(skip)]
    pub(crate) closed: bool,
}

impl<'r> FieldReport<'r> {
    pub(super) fn of(field: &DynField<'r>, depth: usize) -> Self {
        Self {
            path: field.path().clone(),
            type_name: field.type_name(),
            offset: field.offset(),
            size: field.size(),
            value: None,
            elided: false,
            error: None,
            version: None,
            mixed: false,
            unlocked: false,
            guarded_by: field.guarded_by(),
            lock: None,
            entries: None,
            table: None,
            unit: field.unit(),
            doc: field.doc(),
            depth,
            too_large: false,
            closed: false,
        }
    }

    /// Sets the value.
    pub(super) fn show(&mut self, shown: Shown) {
        self.elided |= shown.is_cut();
        self.value = Some(shown);
    }

    /// Sets the reason why it could not be read.
    pub(super) fn fail(&mut self, error: &DynError) {
        self.error = Some(error.to_string());
    }

    /// Reads the whole value, on request.
    pub(super) fn read_whole(&mut self, place: &FieldPath<ReadOnly>) {
        self.unlocked = place.is_guarded();
        let found = place.get_at_most(ASKED);
        self.take(found, usize::MAX);
    }

    /// Reads the value.
    pub(super) fn read(&mut self, place: &FieldPath<ReadOnly>, elements: usize) {
        self.unlocked = place.is_guarded();
        let found = place.get_at_most(AT_ONCE);
        self.take(found, elements);
    }

    /// Reads a text in the heap, unless it is longer than what is read for its first words.
    pub(super) fn read_text(&mut self, place: &FieldPath<ReadOnly>) {
        match place.get_at_most(AT_ONCE) {
            Err(DynError::TooLarge { .. }) => (self.too_large, self.elided) = (true, true),
            found => self.take(found, 0),
        }
    }

    fn take(&mut self, found: Result<(DynValue, Option<u64>), DynError>, elements: usize) {
        match found {
            Ok((value, version)) => {
                self.version = version;
                self.show(Shown::of(value, elements));
            }
            Err(error) => self.fail(&error),
        }
    }

    /// Sets whether a lock guards the field, and the state of the field's own lock, if it has one.
    pub(super) fn look_at_lock(&mut self, region: &DynRegion<ReadOnly>, field: &DynField<'_>) {
        self.unlocked = region.resolve(field.path()).is_ok_and(|place| place.is_guarded());
        let role = field.ty().role().filter(|role| role.has_lock());
        self.lock = role.and_then(|role| {
            let state = region.lock_state(field.path()).ok()?;
            Some(LockReport::of(role, &state))
        });
    }
}
