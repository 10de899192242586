//! [`Command`]: what is to be done, as a message.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use shm_core::dynamic::DynValue;

use super::number::Hex;
use crate::random;

/// The version of the messages.
pub(super) const VERSION: u32 = 1;

/// The most steps that a command may have.
const MOST_STEPS: usize = 4096;

/// The most bytes that a command may have.
const MOST_BYTES: usize = 16 << 20;

/// How long a command waits for locks, unless it is told otherwise.
const WAIT: Duration = Duration::from_secs(1);

/// A list of steps that an origin executes, with one answer for all.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    pub(super) version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<Hex<u128>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) instance: Option<Hex<u64>>,
    #[serde(default)]
    pub(super) age_ms: u64,
    #[serde(default)]
    pub(super) wait_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fingerprint: Option<Hex<u64>>,
    #[serde(default)]
    pub(super) steps: Vec<Step>,
}

/// One step of a command.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum Step {
    /// Writes a value to a path.
    Set(String, Given),
    /// Adds to the integer at a path, wrapping around at the type's limit. Its result is the number before.
    Add(String, Given),
    /// Reads the value at a path.
    Get(String),
}

/// A value as it is given, of which the origin knows what it means for the type of the field.
#[derive(Clone, Debug)]
pub enum Given {
    /// As JSON.
    Json(Box<RawValue>),
    /// As people write it: `north gate`, `0xff`, `[1, 2]`.
    Text(String),
}

/// A step as it is written. (Raw JSON cannot be a part of an enum that is told apart by its fields.)
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    set: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "json")]
    to: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    add: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "json")]
    by: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    get: Option<String>,
}

/// A value that is there, if it is `null` as well.
fn json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

impl TryFrom<Written> for Step {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, &'static str> {
        let given = |json: Option<Box<RawValue>>, text| match (json, text) {
            (Some(json), None) => Ok(Given::Json(json)),
            (None, Some(text)) => Ok(Given::Text(text)),
            _ => Err("a step has one value: `to` or `by`, as JSON, or `text`"),
        };
        match written {
            Written { set: Some(path), to, text, add: None, by: None, get: None } => {
                Ok(Self::Set(path, given(to, text)?))
            }
            Written { add: Some(path), by, text, set: None, to: None, get: None } => {
                Ok(Self::Add(path, given(by, text)?))
            }
            Written { get: Some(path), set: None, to: None, add: None, by: None, text: None } => {
                Ok(Self::Get(path))
            }
            _ => Err("a step is `set` and `to`, or `add` and `by`, or `get`"),
        }
    }
}

impl From<Step> for Written {
    fn from(step: Step) -> Self {
        let none = Self::default;
        match step {
            Step::Set(path, Given::Json(to)) => Self { set: Some(path), to: Some(to), ..none() },
            Step::Set(path, Given::Text(text)) => {
                Self { set: Some(path), text: Some(text), ..none() }
            }
            Step::Add(path, Given::Json(by)) => Self { add: Some(path), by: Some(by), ..none() },
            Step::Add(path, Given::Text(text)) => {
                Self { add: Some(path), text: Some(text), ..none() }
            }
            Step::Get(path) => Self { get: Some(path), ..none() },
        }
    }
}

impl Step {
    /// Writes a value to a path.
    #[must_use]
    pub fn set(path: &str, value: &DynValue) -> Self {
        Self::Set(path.to_owned(), Given::Json(raw(value)))
    }

    /// Adds to the integer at a path.
    #[must_use]
    pub fn add(path: &str, value: &DynValue) -> Self {
        Self::Add(path.to_owned(), Given::Json(raw(value)))
    }

    /// Reads the value at a path.
    #[must_use]
    pub fn get(path: &str) -> Self {
        Self::Get(path.to_owned())
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Set(path, _) | Self::Add(path, _) | Self::Get(path) => path,
        }
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_read(&self) -> bool {
        matches!(self, Self::Get(_))
    }
}

impl Given {
    /// The text of either form.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Json(json) => json.get(),
            Self::Text(text) => text,
        }
    }
}

/// A value as JSON.
pub(super) fn raw(value: &DynValue) -> Box<RawValue> {
    // Every value has a form, and names are text.
    serde_json::value::to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// The reason why bytes are not a command.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedCommand {
    /// They are not JSON of the form that a command has.
    #[error("the command is not understood: {0}")]
    Json(#[from] serde_json::Error),
    /// It is of another version of the messages.
    #[error("the command is of version {0}; this origin understands version {VERSION}")]
    Version(u32),
    /// There is too much of something.
    #[error("the command has {found} {what}, at most {most} are allowed")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: usize,
        /// How much is allowed.
        most: usize,
    },
    /// A command that writes needs an `id` and an `instance`.
    #[error("the command writes, and has no `{0}`: it could be executed twice")]
    Missing(&'static str),
}

impl Command {
    /// A command with an id of its own.
    #[must_use]
    pub fn new(steps: Vec<Step>) -> Self {
        let id = u128::from(random::number()) << 64 | u128::from(random::number());
        Self {
            version: VERSION,
            id: Some(Hex(id)),
            instance: None,
            age_ms: 0,
            wait_ms: WAIT.as_millis() as u64,
            fingerprint: None,
            steps,
        }
    }

    /// For an instance of the origin.
    #[must_use]
    pub fn to(mut self, instance: u64) -> Self {
        self.instance = Some(Hex(instance));
        self
    }

    /// To be refused if the layout of the region has another fingerprint.
    #[must_use]
    pub fn expecting(mut self, fingerprint: Option<u64>) -> Self {
        self.fingerprint = fingerprint.map(Hex);
        self
    }

    /// To wait at most so long for locks; a second if not given. The origin has a limit of its own.
    #[must_use]
    pub fn waiting(mut self, wait: Duration) -> Self {
        self.wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        self
    }

    /// To be sent again, so long after it was sent for the first time.
    #[must_use]
    pub fn again(mut self, age: Duration) -> Self {
        self.age_ms = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        self
    }

    /// Whether it changes nothing, so that it can be sent any number of times.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.steps.iter().all(Step::is_read)
    }

    /// The steps.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Encodes it.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        // Only text and numbers are in it.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Decodes a command. Paths and values are not checked: the origin does that.
    ///
    /// # Errors
    /// [`MalformedCommand`].
    pub fn decode(bytes: &[u8]) -> Result<Self, MalformedCommand> {
        expect_at_most("bytes", bytes.len(), MOST_BYTES)?;
        let command: Self = serde_json::from_slice(bytes)?;
        if command.version != VERSION {
            return Err(MalformedCommand::Version(command.version));
        }
        expect_at_most("steps", command.steps.len(), MOST_STEPS)?;
        if !command.is_read() {
            command.id.ok_or(MalformedCommand::Missing("id"))?;
            command.instance.ok_or(MalformedCommand::Missing("instance"))?;
        }
        Ok(command)
    }
}

fn expect_at_most(what: &'static str, found: usize, most: usize) -> Result<(), MalformedCommand> {
    if found <= most { Ok(()) } else { Err(MalformedCommand::TooMuch { what, found, most }) }
}
