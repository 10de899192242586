//! The origin of a recording: the region, and what makes it again. It is metadata of the channel in an MCAP file.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::selection::WHOLE;
use super::sink::Beginning;
use crate::document::{Options, schema_of};
use crate::failure::Failure;

/// The name of the metadata.
pub(super) const NAME: &str = "shm";

/// A recorded region.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// The region's name, as it was given.
    pub(crate) name: String,
    /// Whether everything in it is recorded.
    pub(crate) is_whole: bool,
    /// Whether the region is no struct: a message then has its value under the name [`WHOLE`].
    pub(crate) is_value: bool,
    pub(crate) options: Options,
    /// Its types, in the form that `shm export --lang json` has.
    pub(crate) schema: Box<RawValue>,
}

impl Origin {
    /// The origin of what is recorded from now on.
    ///
    /// # Errors
    /// If the header of the region has become invalid.
    pub(super) fn of(beginning: &Beginning<'_>) -> Result<Self, Failure> {
        let Beginning { name, region, inspection, selection } = beginning;
        let root = region.schema().root();
        let all = root.fields().len().max(1);
        Ok(Self {
            name: (*name).to_owned(),
            is_whole: selection.fields.len() == all
                && selection.fields.iter().all(|field| field.path.segments().count() <= 1),
            is_value: !root.is_plain_struct(),
            options: Options::of(inspection, region)?,
            schema: schema_of(region.schema().clone())?,
        })
    }

    /// The path of a value in a message.
    pub(crate) fn path_of<'k>(&self, key: &'k str) -> &'k str {
        if self.is_value && key == WHOLE { "" } else { key }
    }
}
