//! [`Outcome`]: what one sample gave. A process prints it as one line of JSON, in any language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Whatever goes wrong in a process that measures; it is printed, and the row says so.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What one sample gave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// Nanoseconds per operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ns: Option<f64>,
    /// What was counted: `lost`, `torn`, `backwards`, `reads`, `writes`, ..
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) counts: BTreeMap<String, u64>,
    /// What happened, where that is not a number: `accepted`, `told`, `hung`, ..
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) verdict: Option<String>,
    /// How the peer put it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) said: Option<String>,
}

impl Outcome {
    pub(crate) fn timed(ns: f64) -> Self {
        Self { ns: Some(ns), ..Self::default() }
    }

    pub(crate) fn judged(verdict: impl Into<String>) -> Self {
        Self { verdict: Some(verdict.into()), ..Self::default() }
    }

    pub(crate) fn and_count(mut self, what: &str, count: u64) -> Self {
        self.counts.insert(what.to_owned(), count);
        self
    }

    /// With the first line of what a peer said.
    pub(crate) fn and_said(mut self, text: &str) -> Self {
        self.said = text.lines().next().map(|line| line.trim_end_matches(':').to_owned());
        self
    }
}
