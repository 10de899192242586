//! [`Job`]: the task of one process. It is passed as command-line arguments, `key=value`, so that peers
//! in any language understand it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// The rate at which the other process writes while a reader is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Never.
    Idle,
    /// Ten thousand times a second.
    Steady,
    /// As often as it can.
    FlatOut,
}

impl Pace {
    pub(crate) const ALL: [Self; 3] = [Self::Idle, Self::Steady, Self::FlatOut];

    /// The word in keys and on command lines.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Steady => "10khz",
            Self::FlatOut => "flat-out",
        }
    }

    /// The words in titles.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Idle => "writer idle",
            Self::Steady => "writer at 10 kHz",
            Self::FlatOut => "writer flat out",
        }
    }
}

/// One process's part in one measurement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// The key of the peer.
    pub(crate) peer: String,
    /// The key of the scenario.
    pub(crate) scenario: String,
    /// The directory for files, in shared memory; used by this sample only.
    pub(crate) folder: PathBuf,
    /// The name of objects without a path; not used by any other sample.
    pub(crate) name: String,
    /// The duration of one batch of operations.
    pub(crate) batch: Duration,
    /// 64-bit words of a snapshot.
    pub(crate) words: usize,
    pub(crate) pace: Pace,
    /// The processors of the measured process and of its partner, if there are two.
    pub(crate) cpus: Option<(usize, usize)>,
}

/// Batches per sample.
pub(crate) const BATCHES: u32 = 5;

impl Job {
    /// The duration of a measurement in which two parties work at the same time.
    pub(crate) fn duration(&self) -> Duration {
        self.batch * BATCHES
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The same job once more, with a folder and a name of its own.
    pub(crate) fn numbered(&self, number: usize) -> std::io::Result<Self> {
        let folder = self.file(&number.to_string());
        std::fs::create_dir(&folder)?;
        Ok(Self { folder, name: format!("{}-{number}", self.name), ..self.clone() })
    }

    /// The arguments that describe this job.
    pub(crate) fn to_arguments(&self) -> Vec<String> {
        let mut arguments = vec![
            format!("peer={}", self.peer),
            format!("scenario={}", self.scenario),
            format!("folder={}", self.folder.display()),
            format!("name={}", self.name),
            format!("batch={}", self.batch.as_nanos()),
            format!("words={}", self.words),
            format!("pace={}", self.pace.key()),
        ];
        if let Some((lead, partner)) = self.cpus {
            arguments.push(format!("cpus={lead},{partner}"));
        }
        arguments
    }

    /// The job that the arguments describe.
    ///
    /// # Errors
    /// An argument that is unknown or has an invalid value, or one that is missing.
    pub(crate) fn from_arguments(arguments: &[String]) -> Result<Self, BadJob> {
        let find = |key: &str| {
            let found = arguments.iter().find_map(|argument| {
                argument.split_once('=').filter(|(name, _)| *name == key).map(|(_, value)| value)
            });
            found.ok_or_else(|| BadJob(format!("the argument `{key}=..` is missing")))
        };
        Ok(Self {
            peer: find("peer")?.to_owned(),
            scenario: find("scenario")?.to_owned(),
            folder: Path::new(find("folder")?).to_owned(),
            name: find("name")?.to_owned(),
            batch: Duration::from_nanos(number("batch", find("batch")?)?),
            words: number("words", find("words")?)?,
            pace: pace(find("pace")?)?,
            cpus: find("cpus").ok().map(cpus).transpose()?,
        })
    }
}

fn number<T: FromStr>(key: &str, value: &str) -> Result<T, BadJob> {
    value.parse().map_err(|_| BadJob(format!("`{key}={value}`: not a number")))
}

fn pace(word: &str) -> Result<Pace, BadJob> {
    let found = Pace::ALL.into_iter().find(|pace| pace.key() == word);
    found.ok_or_else(|| BadJob(format!("`pace={word}`: expected idle, 10khz or flat-out")))
}

fn cpus(pair: &str) -> Result<(usize, usize), BadJob> {
    let (lead, partner) =
        pair.split_once(',').ok_or_else(|| BadJob(format!("`cpus={pair}`: expected two")))?;
    Ok((number("cpus", lead)?, number("cpus", partner)?))
}

/// The fault in a job's arguments.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadJob(String);

impl fmt::Display for BadJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadJob {}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> Job {
        Job {
            peer: "ours".to_owned(),
            scenario: "counter".to_owned(),
            folder: "/dev/shm/a b".into(),
            name: "x=y".to_owned(),
            batch: Duration::from_millis(3),
            words: 8,
            pace: Pace::Steady,
            cpus: Some((0, 1)),
        }
    }

    #[test]
    fn a_job_survives_the_command_line() {
        let pinned = job();
        let free = Job { cpus: None, ..job() };
        assert_eq!(Job::from_arguments(&pinned.to_arguments()), Ok(pinned));
        assert_eq!(Job::from_arguments(&free.to_arguments()), Ok(free));
    }

    #[test]
    fn a_missing_argument_is_named() {
        let mut arguments = job().to_arguments();
        arguments.retain(|argument| !argument.starts_with("words"));
        let error = Job::from_arguments(&arguments).unwrap_err();
        assert_eq!(error.to_string(), "the argument `words=..` is missing");
    }

    #[test]
    fn an_error_for_an_unknown_pace_lists_the_known_ones() {
        let mut arguments = job().to_arguments();
        arguments.retain(|argument| !argument.starts_with("pace"));
        arguments.push("pace=fast".to_owned());
        let error = Job::from_arguments(&arguments).unwrap_err();
        assert_eq!(error.to_string(), "`pace=fast`: expected idle, 10khz or flat-out");
    }
}
