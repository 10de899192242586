//! Failures, and their exit codes.

use std::io;
use std::process::ExitCode;

use shm_core::path::InvalidPath;
use shm_core::schema::SchemaError;
use shm_core::{
    Error,
    errors::{DynError, HeapError},
};

use crate::advice;

/// The result of a command that succeeded.
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

/// The reason why a command failed. `Display` says what was found and what was expected;
/// [`Failure::help`], what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line is invalid.
    #[error("{0}")]
    Usage(String),
    /// A region could not be opened, made or removed.
    #[error(transparent)]
    Region(#[from] Error),
    /// A field could not be read or written.
    #[error(transparent)]
    Field(#[from] DynError),
    /// Another user's file.
    #[error("{0}")]
    Foreign(String),
    /// An invalid description.
    #[error("{0}")]
    Description(String),
    /// A failure with a message of the command's own.
    #[error("{cause}")]
    Custom {
        /// The exit code.
        code: u8,
        /// The facts found and expected.
        cause: String,
        /// The advice.
        help: Option<String>,
    },
    /// The operating system reports an error.
    #[error("{doing}: {source}")]
    Io {
        /// The operation that failed, with the name of the file.
        doing: String,
        /// The operating system's error. It is part of the message, and so not the error's source.
        // Written raw, so that thiserror does not take it for that.
        r#source: io::Error,
    },
}

impl From<InvalidPath> for Failure {
    fn from(error: InvalidPath) -> Self {
        Self::Field(error.into())
    }
}

impl From<shm_export::Error> for Failure {
    fn from(error: shm_export::Error) -> Self {
        let help = error.help().map(ToString::to_string);
        Self::Custom { code: 4, cause: error.to_string(), help }
    }
}

impl Failure {
    /// A value is unavailable for now: its lock is held, or was held by a process that died; or a region is
    /// in use.
    #[must_use]
    pub fn busy(cause: String, help: &str) -> Self {
        Self::Custom { code: 7, cause, help: Some(help.to_owned()) }
    }

    /// An invalid layout.
    #[must_use]
    pub fn layout(code: u8, error: &SchemaError) -> Self {
        Self::Custom { code, cause: error.to_string(), help: advice::of_layout(error) }
    }

    /// Advice for the command line.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Region(error) => advice::of(error),
            Self::Field(error) => advice::of_field(error),
            Self::Custom { help, .. } => help.clone(),
            _ => None,
        }
    }

    /// An error of the operating system.
    #[must_use]
    pub fn io(doing: impl Into<String>, source: io::Error) -> Self {
        Self::Io { doing: doing.into(), source }
    }

    /// The exit code, as `shm --help` lists them.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Field(DynError::NotAValue { .. }) => 2,
            Self::Region(error) => of_region(error),
            Self::Description(_) => 4,
            Self::Foreign(_) => 5,
            Self::Field(
                DynError::Contended { .. }
                | DynError::Full { .. }
                | DynError::NotLocked { .. }
                | DynError::Lock(_),
            ) => 7,
            Self::Field(DynError::Heap { cause: HeapError::Full { .. }, .. }) => 8,
            Self::Field(_) => 6,
            Self::Custom { code, .. } => *code,
            Self::Io { source, .. } => of_system(source),
        }
    }

    /// The kind of error in one word, for the JSON form.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.code() {
            2 => "usage",
            3 => "not_found",
            4 => "not_usable",
            5 => "not_permitted",
            6 => "no_such_value",
            7 => "busy",
            9 => "already_exists",
            10 => "bad_name",
            _ => "system",
        }
    }
}

fn of_region(error: &Error) -> u8 {
    match error {
        Error::BadName { .. } => 10,
        Error::AlreadyExists { .. } => 9,
        Error::BadHeapSize { .. }
        | Error::NeedsLength { .. }
        | Error::HasNoLength { .. }
        | Error::TooLong { .. }
        | Error::CannotGrow { .. }
        | Error::CapacityTooSmall { .. }
        | Error::BadParticipants { .. } => 2,
        Error::ZeroIsNoValue { .. } | Error::NotInitialised { .. } => 6,
        Error::NotFound { .. } => 3,
        Error::PermissionDenied { .. } | Error::ForeignOwner { .. } | Error::IsMirror { .. } => 5,
        Error::Io { source, .. } => of_system(source),
        Error::NotEnoughSpace { .. } | Error::TimedOut { .. } | Error::Displaced { .. } => 8,
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
