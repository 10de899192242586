//! [`Failure`]: why the command fails.

use std::io;

/// Why the command fails.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Mirror(#[from] shm_mirror::Error),
    #[error("{0}")]
    Usage(String),
    #[error("the certificates are not made: {0}")]
    Certificates(#[from] rcgen::Error),
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

impl Failure {
    /// 2 for a wrong call, as clap has it; 3 if no one answers; 4 if the outcome is unknown; 1 otherwise.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Mirror(error) => match error.kind() {
                "unreachable" => 3,
                "outcome_unknown" => 4,
                _ => 1,
            },
            _ => 1,
        }
    }

    /// Whether the reader of the output has gone away, as `head` does.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        match self {
            Self::Io(error) => error.kind() == io::ErrorKind::BrokenPipe,
            Self::Json(error) => error.io_error_kind() == Some(io::ErrorKind::BrokenPipe),
            _ => false,
        }
    }
}
