//! [`Answer`]: what became of a command.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use shm_core::dynamic::DynValue;

use super::command::VERSION;
use super::number::Hex;

/// What an origin says of a command.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    version: u32,
    instance: Hex<u64>,
    fingerprint: Hex<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    results: Option<Vec<Box<RawValue>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<Refusal>,
}

/// Why a command was not executed, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The kind of the reason, for programs.
    pub kind: RefusalKind,
    /// The reason.
    pub message: String,
    /// Advice, if there is any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The step that it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<usize>,
    /// The number of steps that were executed before; the others were not.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub written: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// The kinds of reasons why a command is not executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefusalKind {
    /// There is no such field, or it cannot have the value.
    Invalid,
    /// The origin does not let others write this.
    NotAllowed,
    /// A living process holds a lock that guards it.
    Busy,
    /// A process died while it held a lock that guards it.
    OwnerDied,
    /// The layout is not the expected one.
    LayoutDiffers,
    /// The command is for another instance: the origin has begun anew since. It was not executed by this one.
    OtherInstance,
    /// It was sent again so late that the origin does not know any more whether it has executed it.
    Forgotten,
    /// The values that it reads are too large for one answer.
    TooLarge,
    /// The bytes are not a command.
    Malformed,
    /// Something else: the heap has no room, the operating system reports an error.
    Failed,
    /// A kind that a later version adds.
    #[serde(other)]
    Unknown,
}

impl RefusalKind {
    /// The name, as in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::NotAllowed => "not_allowed",
            Self::Busy => "busy",
            Self::OwnerDied => "owner_died",
            Self::LayoutDiffers => "layout_differs",
            Self::OtherInstance => "other_instance",
            Self::Forgotten => "forgotten",
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

impl Refusal {
    /// A reason that is not about one step.
    pub(super) fn new(kind: RefusalKind, message: impl Into<String>) -> Self {
        let message = cut(message.into());
        Self { kind, message, help: None, step: None, written: 0 }
    }

    pub(super) fn help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    pub(super) fn at(mut self, step: usize) -> Self {
        self.step = Some(step);
        self
    }
}

/// The longest message, in bytes: it may repeat a value that was given.
const MESSAGE: usize = 2048;

/// A long text without its middle.
fn cut(text: String) -> String {
    if text.len() <= MESSAGE {
        return text;
    }
    let is_boundary = |at: &usize| text.is_char_boundary(*at);
    let start = (0..=MESSAGE / 2).rev().find(is_boundary).unwrap_or(0);
    let end = (text.len() - MESSAGE / 2..text.len()).find(is_boundary).unwrap_or(text.len());
    format!("{} [..] {}", &text[..start], &text[end..])
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.written {
            0 => Ok(()),
            1 => f.write_str("; the first step was executed before that"),
            steps => write!(f, "; the first {steps} steps were executed before that"),
        }
    }
}

impl std::error::Error for Refusal {}

impl Answer {
    pub(super) fn new(
        instance: u64,
        fingerprint: u64,
        outcome: Result<Vec<Box<RawValue>>, Refusal>,
    ) -> Self {
        let (results, error) = match outcome {
            Ok(results) => (Some(results), None),
            Err(refusal) => (None, Some(refusal)),
        };
        let (instance, fingerprint) = (Hex(instance), Hex(fingerprint));
        Self { version: VERSION, instance, fingerprint, results, error }
    }

    /// The answer of an origin that cannot execute commands at all: of no instance.
    #[must_use]
    pub fn refusing(kind: RefusalKind, message: impl Into<String>) -> Self {
        Self::new(0, 0, Err(Refusal::new(kind, message)))
    }

    /// The instance of the origin.
    #[must_use]
    pub fn instance(&self) -> u64 {
        self.instance.0
    }

    /// The fingerprint of the region's layout.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint.0
    }

    /// The results, as JSON: one for each step.
    ///
    /// # Errors
    /// The reason why there are none.
    pub fn results(&self) -> Result<&[Box<RawValue>], Refusal> {
        match &self.error {
            Some(refusal) => Err(refusal.clone()),
            None => Ok(self.results.as_deref().unwrap_or_default()),
        }
    }

    /// The results as values, of the kinds that JSON has: a variant is its name.
    ///
    /// # Errors
    /// The reason why there are none.
    pub fn values(&self) -> Result<Vec<DynValue>, Refusal> {
        let value = |raw: &RawValue| serde_json::from_str(raw.get());
        let values: Result<Vec<_>, _> = self.results()?.iter().map(|raw| value(raw)).collect();
        values.map_err(|error| Refusal::new(RefusalKind::Malformed, error.to_string()))
    }

    /// Encodes it.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        // Only text, numbers and JSON are in it.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Decodes an answer.
    ///
    /// # Errors
    /// If the bytes are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        let answer: Self = serde_json::from_slice(bytes)?;
        if answer.version == VERSION {
            return Ok(answer);
        }
        let text = format!("the answer is of version {}, not {VERSION}", answer.version);
        Err(serde::de::Error::custom(text))
    }
}
