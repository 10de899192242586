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
    /// As the command `shm` has them: 2 for a wrong call, 3 if no one answers, 4 for another layout, 5 for what is not
    /// permitted, 6 for a path or a value that is wrong, 7 for a lock, 8 otherwise. And 11 if the outcome is unknown.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Mirror(error) => match error.kind() {
                "unreachable" => 3,
                "layout_differs" => 4,
                "not_allowed" | "insecure" => 5,
                "invalid" | "too_large" => 6,
                "busy" | "owner_died" => 7,
                "outcome_unknown" => 11,
                _ => 8,
            },
            _ => 8,
        }
    }

    /// For programs, as the command `shm` prints errors with `--json`.
    pub(crate) fn json(&self) -> serde_json::Value {
        let (kind, help) = match self {
            Self::Mirror(error) => (error.kind(), error.help()),
            Self::Usage(_) => ("usage", None),
            _ => ("failed", None),
        };
        let message = with_sources(self);
        let mut error =
            serde_json::json!({ "kind": kind, "code": self.code(), "message": message });
        if let Some(help) = help {
            error["help"] = help.into();
        }
        serde_json::json!({ "error": error })
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

/// The reason with those behind it, on one line.
pub(crate) fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
