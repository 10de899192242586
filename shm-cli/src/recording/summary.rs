//! The result of a recording.

use std::collections::BTreeMap;

use serde::Serialize;

/// The reason why a recording ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ended {
    #[default]
    Signal,
    Duration,
    Count,
    Size,
    /// The reader of standard output left.
    Reader,
}

/// The result of a recording.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Summary {
    /// The samples that were written.
    pub(crate) messages: u64,
    pub(crate) milliseconds: u64,
    /// The size of the file.
    pub(crate) bytes: u64,
    pub(crate) ended: Ended,
    /// The number of times that the name was given to another region.
    pub(crate) replaced: u64,
    pub(crate) missed: Missed,
    /// In a recording of changes: the fields whose changes were announced, and those that were looked at again and again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) waited_for: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) polled: Vec<String>,
}

/// What is not in the recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Missed {
    /// Looks that were left out, because this process was too slow or was not run.
    pub(crate) late: u64,
    /// Looks at which there was no region of that name.
    pub(crate) absent: u64,
    /// Values that could not be read.
    pub(crate) unreadable: u64,
    /// Versions of `Latest`s, values of `Watched`s and items of `Ring`s between two looks.
    pub(crate) versions: u64,
}

impl Ended {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Signal => "a signal ended it",
            Self::Duration => "its time was over",
            Self::Count => "it had enough samples",
            Self::Size => "the file was as large as it may be",
            Self::Reader => "its reader left",
        }
    }
}

impl Summary {
    /// As texts by their names.
    pub(super) fn entries(&self) -> BTreeMap<String, String> {
        let Missed { late, absent, unreadable, versions } = self.missed;
        let numbers = [
            ("messages", self.messages),
            ("milliseconds", self.milliseconds),
            ("replaced", self.replaced),
            ("missed_late", late),
            ("missed_absent", absent),
            ("missed_unreadable", unreadable),
            ("missed_versions", versions),
        ];
        numbers.map(|(name, number)| (name.to_owned(), number.to_string())).into()
    }
}
