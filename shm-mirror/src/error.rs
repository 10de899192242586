//! [`Error`].

use shm_mirror_core::commands::{CommandsError, Refusal, RefusalKind};
use shm_mirror_core::{FollowError, ServeError};

/// The reasons why a region is not served or followed, or a command is not executed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No answer: the endpoint cannot be reached, or serves nothing that this host may have. Zenoh cannot tell which.
    #[error(
        "{endpoint} cannot be reached, or serves nothing of that name that this host may follow"
    )]
    Unreachable {
        /// The endpoint.
        endpoint: String,
    },
    /// Unencrypted connections to other hosts must be asked for.
    #[error("{endpoint} is not on this host, and the connection would not be encrypted")]
    Insecure {
        /// The endpoint.
        endpoint: String,
    },
    /// The region cannot be served.
    #[error(transparent)]
    Serve(Box<ServeError>),
    /// The region cannot be followed.
    #[error("{region} is not followed")]
    Follow {
        /// The region.
        region: String,
        /// The reason.
        source: Box<FollowError>,
    },
    /// The region is not one of those that are followed.
    #[error("{region} is not one of the regions that are followed here")]
    NotFollowed {
        /// The region.
        region: String,
    },
    /// The region does not execute commands: a pattern of what is allowed has no field, for example.
    #[error(transparent)]
    Commands(Box<CommandsError>),
    /// A region of which something may be set is not one of those that are served.
    #[error("{region} is not one of the regions that are served here")]
    NotServed {
        /// The region.
        region: String,
    },
    /// With certificates, someone has to be named who may follow.
    #[error(
        "no certificate may follow: name the common names of those that may, as readers or writers, or `*` as a reader for \
         every certificate of the authority"
    )]
    NoReaders,
    /// Readers and writers are told apart by their certificates.
    #[error("{name} is named by a certificate, and without TLS there is none")]
    NoCertificates {
        /// The common name.
        name: String,
    },
    /// A command was sent, and its answer was not received: the origin may have executed it, or not. It has begun anew
    /// since, or cannot be reached any more.
    #[error("no answer came from {region}: whether the command was executed is not known")]
    OutcomeUnknown {
        /// The region.
        region: String,
    },
    /// The origin does not let this host write that, or anything.
    #[error("{region}: {message}")]
    NotAllowed {
        /// The region.
        region: String,
        /// What is not allowed.
        message: String,
    },
    /// A living process holds a lock that guards the value.
    #[error("{region}: {refusal}")]
    Busy {
        /// The region.
        region: String,
        /// The reason.
        refusal: Box<Refusal>,
    },
    /// The layout is not the expected one.
    #[error("{region}: {message}")]
    LayoutDiffers {
        /// The region.
        region: String,
        /// What differs.
        message: String,
    },
    /// The origin refuses the command for another reason: there is no such field, or it cannot have the value.
    #[error("{region}: {refusal}")]
    Refused {
        /// The region.
        region: String,
        /// The reason.
        refusal: Box<Refusal>,
    },
    /// What answers at the endpoint does not speak this language.
    #[error("the answer from {region} is not understood: {message}")]
    Answer {
        /// The region.
        region: String,
        /// The reason.
        message: String,
    },
    /// The text is not an endpoint and a name.
    #[error(
        "`{text}` is not a region of another host: expected PROTOCOL/HOST:PORT/NAME, such as tcp/127.0.0.1:7447/station"
    )]
    NotAnAddress {
        /// The text.
        text: String,
    },
    /// Zenoh reports an error.
    #[error("{0}")]
    Zenoh(String),
    /// The operating system reports an error.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Error {
    /// What an origin says of a command to a region.
    pub(crate) fn refused(region: &str, refusal: Refusal) -> Self {
        let region = region.to_owned();
        match refusal.kind {
            RefusalKind::NotAllowed => Self::NotAllowed { region, message: refusal.message },
            RefusalKind::LayoutDiffers => Self::LayoutDiffers { region, message: refusal.message },
            RefusalKind::Busy => Self::Busy { region, refusal: Box::new(refusal) },
            RefusalKind::Forgotten => Self::OutcomeUnknown { region },
            _ => Self::Refused { region, refusal: Box::new(refusal) },
        }
    }

    /// The kind, as one word for other programs: `unreachable`, `outcome_unknown`, `not_allowed`, `busy`,
    /// `layout_differs`, `owner_died`, `invalid`, `too_large`, `insecure`, or `failed` for the others.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::OutcomeUnknown { .. } => "outcome_unknown",
            Self::NotAllowed { .. } => "not_allowed",
            Self::Busy { .. } => "busy",
            Self::LayoutDiffers { .. } => "layout_differs",
            Self::Insecure { .. } => "insecure",
            Self::NotAnAddress { .. } => "invalid",
            Self::Refused { refusal, .. } => match refusal.kind {
                kind @ (RefusalKind::OwnerDied | RefusalKind::Invalid | RefusalKind::TooLarge) => {
                    kind.name()
                }
                _ => "failed",
            },
            _ => "failed",
        }
    }

    /// Advice, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Busy { refusal, .. } | Self::Refused { refusal, .. } => refusal.help.as_deref(),
            _ => None,
        }
    }
}

impl From<CommandsError> for Error {
    fn from(error: CommandsError) -> Self {
        Self::Commands(Box::new(error))
    }
}

impl From<ServeError> for Error {
    fn from(error: ServeError) -> Self {
        Self::Serve(Box::new(error))
    }
}

impl From<zenoh::Error> for Error {
    fn from(error: zenoh::Error) -> Self {
        Self::Zenoh(error.to_string())
    }
}
