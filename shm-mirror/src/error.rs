//! [`Error`].

use shm_mirror_core::{FollowError, ServeError};

/// The reasons why a region is not served or followed.
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
    /// Zenoh reports an error.
    #[error("{0}")]
    Zenoh(String),
    /// The operating system reports an error.
    #[error(transparent)]
    Io(#[from] std::io::Error),
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
