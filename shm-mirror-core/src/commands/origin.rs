//! [`Commands`]: the origin's side.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::value::RawValue;
use shm_core::{DynRegion, ReadOnly};

use super::allowed::{Allowed, InvalidPattern};
use super::answer::{Answer, Refusal, RefusalKind};
use super::command::{Command, Step};
use super::execute::Executor;
use super::plan::plan;
use super::remembered::{Known, Outcome, Remembered};
use crate::random;
use crate::served::{ServeError, is_current};

/// The longest time for which an origin waits for locks, whatever a command says.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What the sender of a command may do at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Read.
    Read,
    /// Read, and write what is [`Allowed`].
    Write,
}

/// A region that executes commands of other hosts.
///
/// Locks are held by threads, so a command is executed and answered in one call, which waits for locks as long as the
/// command says, up to 5 s. One at a time: each region needs one for all of its commands.
#[derive(Debug)]
pub struct Commands {
    name: PathBuf,
    region: DynRegion,
    reading: DynRegion<ReadOnly>,
    fingerprint: u64,
    allowed: Allowed,
    instance: u64,
    remembered: Remembered,
}

/// The reasons why a region does not execute commands.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandsError {
    /// It cannot be opened, or it is a mirror itself.
    #[error(transparent)]
    Region(#[from] ServeError),
    /// A pattern allows nothing in it.
    #[error("{region}: {source}")]
    Pattern {
        /// The path.
        region: String,
        /// The reason.
        source: InvalidPattern,
    },
}

impl Commands {
    /// Opens a region to execute commands on it, of which those that write may write what is allowed.
    ///
    /// # Errors
    /// [`CommandsError`]: also if a pattern allows nothing in the region, which is probably a typing error.
    pub fn open(name: impl AsRef<Path>, allowed: Allowed) -> Result<Self, CommandsError> {
        let name = name.as_ref();
        let region = DynRegion::open(name).map_err(ServeError::from)?;
        if let Some(mirror) = region.mirror() {
            let (region, origin) = (name.display().to_string(), mirror.origin().to_owned());
            return Err(ServeError::Mirror { region, origin }.into());
        }
        let shown = || name.display().to_string();
        allowed
            .check(region.schema())
            .map_err(|source| CommandsError::Pattern { region: shown(), source })?;
        let unknown = || ServeError::Unknown { region: shown() };
        let fingerprint = region.schema().fingerprint().ok_or_else(unknown)?;
        Ok(Self {
            name: name.to_owned(),
            reading: region.read_only(),
            region,
            fingerprint,
            allowed,
            instance: random::number(),
            remembered: Remembered::default(),
        })
    }

    /// The number that was drawn for this, which is another one each time the region is opened.
    #[must_use]
    pub fn instance(&self) -> u64 {
        self.instance
    }

    /// Executes a command, unless it has already done so, and returns the answer. `now` is the time of any clock that goes
    /// on.
    pub fn answer(&mut self, now: Duration, command: &[u8], right: Right) -> Vec<u8> {
        let outcome = self.decoded(now, command, right);
        Answer::new(self.instance, self.fingerprint, outcome).encode()
    }

    fn decoded(
        &mut self,
        now: Duration,
        command: &[u8],
        right: Right,
    ) -> Result<Vec<Box<RawValue>>, Refusal> {
        let malformed = |error: super::MalformedCommand| {
            Refusal::new(RefusalKind::Malformed, error.to_string())
        };
        let command = Command::decode(command).map_err(malformed)?;
        self.open_again()?;
        if command.instance.is_some_and(|instance| instance.0 != self.instance) {
            let message =
                "the origin has begun anew, and does not know what it has executed before";
            return Err(Refusal::new(RefusalKind::OtherInstance, message));
        }
        if command.is_read() {
            return self.execute(&command);
        }
        if right == Right::Read {
            let message = "commands that write are not accepted here";
            return Err(Refusal::new(RefusalKind::NotAllowed, message));
        }
        // `decode` has checked that it is there.
        let id = command.id.map_or(0, |id| id.0);
        match self.remembered.find(id, now, Duration::from_millis(command.age_ms)) {
            Known::Executed(outcome) => self.repeat(outcome.clone(), command),
            Known::Unsure => {
                let message = "the command was sent too long ago: whether it was executed is not known any more";
                Err(Refusal::new(RefusalKind::Forgotten, message))
            }
            Known::New => {
                let outcome = self.execute(&command);
                self.remembered.remember(id, now, to_remember(&command, &outcome));
                outcome
            }
        }
    }

    fn execute(&self, command: &Command) -> Result<Vec<Box<RawValue>>, Refusal> {
        if command.fingerprint.is_some_and(|expected| expected.0 != self.fingerprint) {
            let message = format!(
                "the region has another layout than expected: {}",
                self.region.schema().root()
            );
            return Err(Refusal::new(RefusalKind::LayoutDiffers, message));
        }
        let steps = plan(&self.region, &self.allowed, &command.steps)?;
        let wait = Duration::from_millis(command.wait_ms).min(LONGEST_WAIT);
        let deadline = Instant::now() + wait;
        Executor { region: &self.region, reading: &self.reading, deadline }.run(&steps)
    }

    /// The answer to a command that was executed before: what was read then is read again.
    fn repeat(
        &self,
        outcome: Outcome,
        mut command: Command,
    ) -> Result<Vec<Box<RawValue>>, Refusal> {
        let results = outcome?;
        command.steps.retain(Step::is_read);
        let mut read = self.execute(&command)?.into_iter();
        Ok(results.into_iter().filter_map(|result| result.or_else(|| read.next())).collect())
    }

    /// Opens the region again if it was replaced, or has grown: that is another instance.
    fn open_again(&mut self) -> Result<(), Refusal> {
        if is_current(&self.region) {
            return Ok(());
        }
        let opened = Self::open(&self.name, self.allowed.clone());
        *self = opened.map_err(|error| Refusal::new(RefusalKind::Failed, error.to_string()))?;
        Ok(())
    }
}

/// What is kept of an outcome: not the values that were read, which may be large.
fn to_remember(command: &Command, outcome: &Result<Vec<Box<RawValue>>, Refusal>) -> Outcome {
    let results = outcome.as_ref().map_err(Clone::clone)?;
    let kept = command.steps.iter().zip(results);
    Ok(kept.map(|(step, result)| (!step.is_read()).then(|| result.clone())).collect())
}
