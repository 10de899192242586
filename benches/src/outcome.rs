//! [`Outcome`]: the result of one sample. A process in any language prints it as one line of JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Any error in a process that measures; it is printed, and shown in the row.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The result of one sample.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// Nanoseconds per operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ns: Option<f64>,
    /// Nanoseconds that one operation in a hundred exceeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) p99: Option<f64>,
    /// Counts: `lost`, `torn`, `backwards`, `reads`, `writes`, ..
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) counts: BTreeMap<String, u64>,
    /// A result that is not a number: `accepted`, `told`, `hung`, ..
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) verdict: Option<String>,
    /// The message of the peer.
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

    pub(crate) fn with_p99(self, ns: f64) -> Self {
        Self { p99: Some(ns), ..self }
    }

    pub(crate) fn and_count(mut self, what: &str, count: u64) -> Self {
        self.counts.insert(what.to_owned(), count);
        self
    }

    /// Adds the first line of a peer's message.
    pub(crate) fn and_said(mut self, text: &str) -> Self {
        self.said = text.lines().next().map(|line| line.trim_end_matches(':').to_owned());
        self
    }
}
