//! A region as one JSON document: what `dump` writes, and `restore` and `set --from` read.

mod reading;

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use shm_core::dynamic::DynValue;
use shm_core::errors::DynError;
use shm_core::inspect::Inspection;
use shm_core::path::Path;
use shm_core::{DynRegion, ReadOnly};
use shm_export::{Description, json};

use crate::failure::Failure;
use crate::value_json::ValueJson;

pub(crate) use reading::Reading;

/// The version of the form.
const VERSION: u32 = 1;

/// A region, its value and its objects.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Document {
    /// The version of this form.
    pub(crate) shm_dump: u32,
    /// The region's name, as it was given.
    pub(crate) name: String,
    pub(crate) options: Options,
    /// Its types, in the form that `shm export --lang json` has.
    pub(crate) schema: Box<RawValue>,
    pub(crate) value: Box<RawValue>,
    /// The named objects in its heap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) objects: Vec<Object>,
    /// The numbers of the versions that the `Latest`s had, by their paths. For information: a new region counts anew.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    versions: serde_json::Map<String, serde_json::Value>,
    /// The paths of values that a lock guards: they were read without it, and may be half changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unlocked: Vec<String>,
}

/// The options that make a region like this one.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Options {
    /// The number of elements of the slice at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) len: Option<usize>,
    /// The permission bits, in octal.
    pub(crate) mode: String,
    /// The number of processes that can use its locks at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) participants: Option<u32>,
    /// The bytes that the value can grow to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) capacity: Option<usize>,
    /// The bytes that the heap can grow to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) heap_max: Option<u64>,
}

/// A named object.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Object {
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) len: Option<usize>,
    pub(crate) schema: Box<RawValue>,
    pub(crate) value: Box<RawValue>,
}

impl Document {
    /// Reads a region.
    ///
    /// # Errors
    /// If a part cannot be read.
    pub(crate) fn of(
        name: &str,
        seen: &Inspection,
        region: &DynRegion<ReadOnly>,
    ) -> Result<Self, Failure> {
        let mut reading = Reading::default();
        let value = reading.whole(region, "")?;
        let mut objects = Vec::new();
        let listed = region.heap().map(|heap| heap.objects()).unwrap_or_default();
        for name in listed.into_iter().rev().map(|object| object.name) {
            // One that was removed meanwhile is not part of the region.
            let Some(object) = region.object(&name)? else { continue };
            let value = reading.whole(&object, &format!("@{name}"))?;
            let schema = schema_of(object.schema().clone())?;
            objects.push(Object { name, len: object.len(), schema, value });
        }
        Ok(Self {
            shm_dump: VERSION,
            name: name.to_owned(),
            options: Options::of(seen, region)?,
            schema: schema_of(seen.schema().clone())?,
            value,
            objects,
            versions: reading.versions,
            unlocked: reading.unlocked,
        })
    }

    /// The document that a text is; `None` if it is a value, and not one of these documents.
    ///
    /// # Errors
    /// If it is a document of another version, or parts are missing.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, Failure> {
        #[derive(Deserialize)]
        struct Mark {
            shm_dump: u32,
        }
        let Ok(Mark { shm_dump }) = serde_json::from_str(text) else { return Ok(None) };
        if shm_dump != VERSION {
            let cause = format!(
                "the document is of version {shm_dump}; this command reads version {VERSION}"
            );
            return Err(Failure::Description(cause));
        }
        let parsed = serde_json::from_str(text);
        parsed.map(Some).map_err(|error| Failure::Description(format!("the document: {error}")))
    }
}

impl Options {
    /// The options of an existing region.
    ///
    /// # Errors
    /// If its header is invalid.
    pub(crate) fn of(seen: &Inspection, region: &DynRegion<ReadOnly>) -> Result<Self, Failure> {
        use std::os::unix::fs::MetadataExt;

        let header = seen.header();
        let format =
            |source| shm_core::Error::Format { region: seen.path().display().to_string(), source };
        let participants = header.participants().map_err(format)?;
        let heap = header.heap().map_err(format)?;
        Ok(Self {
            len: region.len(),
            mode: format!("{:03o}", seen.metadata().mode() & 0o777),
            participants: participants.map(|(_, count)| count),
            capacity: header
                .may_grow()
                .then(|| usize::try_from(header.room().bytes))
                .and_then(Result::ok),
            heap_max: heap.map(|(_, len)| len),
        })
    }
}

/// The types of a region, as JSON.
///
/// # Errors
/// If they cannot be written.
pub(crate) fn schema_of(schema: shm_core::schema::Schema) -> Result<Box<RawValue>, Failure> {
    raw(json::schema(&Description::new(schema)))
}

/// A text that is JSON.
fn raw(text: String) -> Result<Box<RawValue>, Failure> {
    RawValue::from_string(text).map_err(|error| Failure::Description(error.to_string()))
}

/// The value of a region, in the form that [`DynRegion::contents`] gives, from its text.
///
/// # Errors
/// If the text is not a value.
pub(crate) fn value_in(region: &DynRegion, text: &str) -> Result<DynValue, Failure> {
    DynValue::of_text(text, region.schema().root()).map_err(|error| match error {
        // The text is too long for a message.
        DynError::NotAValue { fault, .. } => {
            Failure::Description(format!("the document is not a value: {fault}"))
        }
        other => other.into(),
    })
}

/// Adds a value to a document.
fn write(text: &mut String, value: &DynValue) {
    match serde_json::to_string(&ValueJson(value)) {
        Ok(json) => text.push_str(&json),
        Err(error) => unreachable!("a value is JSON: {error}"),
    }
}

/// The name of a field, and a colon.
fn write_name(text: &mut String, name: &str) {
    let _ = write!(text, "{}:", serde_json::Value::from(name));
}

/// A path in a document, of the region or of an object.
fn shown(object: &str, path: &Path) -> String {
    match (object, path.as_str()) {
        ("", path) => path.to_owned(),
        (object, "") => object.to_owned(),
        (object, path) => format!("{object} {path}"),
    }
}
