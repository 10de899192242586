//! What can go wrong, and with which exit code.

use std::io;
use std::process::ExitCode;

use shm_core::{DynError, Error, PathError};

use crate::advice;

/// How a command ends that could be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done; or "yes".
    Done,
    /// The answer is "no".
    No,
}

impl From<Answer> for ExitCode {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Done => Self::SUCCESS,
            Answer::No => Self::from(1),
        }
    }
}

/// Why a command could not be carried out. The message says what was found, what was expected, and
/// what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line asks for something that makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A region could not be opened, made or removed.
    #[error("{}", advice::of(.0))]
    Region(Error),
    /// A field could not be read or written.
    #[error(transparent)]
    Field(#[from] DynError),
    /// Somebody else's file.
    #[error("{0}")]
    Foreign(String),
    /// A value cannot be had for now: its lock is held, or was held by somebody who died; or a region
    /// is in use.
    #[error("{0}")]
    Busy(String),
    /// A description is none.
    #[error("{0}")]
    Description(String),
    /// The operating system reports an error.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done, with the name of the file.
        doing: String,
        /// The operating system's error. It is part of the message, and so not the error's source.
        // Written raw, so that thiserror does not take it for that.
        r#source: io::Error,
    },
}

// By hand: `#[from]` would also make a source of what is part of the message already.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Region(error)
    }
}

impl From<PathError> for Failure {
    fn from(error: PathError) -> Self {
        Self::Field(error.into())
    }
}

impl Failure {
    /// An error of the operating system.
    #[must_use]
    pub fn io(doing: impl Into<String>, source: io::Error) -> Self {
        Self::Io { doing: doing.into(), source }
    }

    /// The exit code, as `shm --help` lists them.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Region(error) => of_region(error),
            Self::Description(_) => 4,
            Self::Foreign(_) => 5,
            Self::Field(
                DynError::Contended { .. }
                | DynError::NotLocked { .. }
                | DynError::Busy { .. }
                | DynError::Lock(_),
            )
            | Self::Busy(_) => 7,
            Self::Field(_) => 6,
            Self::Io { source, .. } => of_system(source),
        }
    }

    /// One word for programs, as the JSON form of an error has it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.code() {
            2 => "usage",
            3 => "not_found",
            4 => "not_usable",
            5 => "not_permitted",
            6 => "no_such_value",
            7 => "busy",
            _ => "system",
        }
    }
}

fn of_region(error: &Error) -> u8 {
    match error {
        Error::BadName { .. } | Error::BadLength { .. } => 2,
        Error::ZeroIsNoValue { .. } | Error::NotInitialised { .. } => 6,
        Error::NotFound { .. } => 3,
        Error::PermissionDenied { .. } | Error::ForeignOwner { .. } => 5,
        Error::Io { source, .. } => of_system(source),
        Error::AlreadyExists { .. }
        | Error::NotEnoughSpace { .. }
        | Error::TimedOut { .. }
        | Error::Displaced { .. } => 8,
        Error::NotCurrent { .. } => 7,
        _ => 4,
    }
}

fn of_system(error: &io::Error) -> u8 {
    match error.kind() {
        io::ErrorKind::NotFound => 3,
        io::ErrorKind::PermissionDenied => 5,
        _ => 8,
    }
}
