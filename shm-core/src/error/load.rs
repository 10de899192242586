//! [`LoadError`]: a value could not be read.

use super::{DoesNotFit, InvalidValue, LockError};
use crate::protocol::ring::ATTEMPTS;

/// An error of reading or updating a [`Latest`](crate::Latest), of taking a value from a
/// [`Queue`](crate::Queue), or of copying out a slice of fields.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// Versions were written, or values of a queue taken, faster than one could be copied.
    #[error("the value was replaced during each of {ATTEMPTS} attempts to copy it")]
    Contended,
    /// A field holds bytes that are not a value of its type.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
    /// The slice to be filled has another length.
    #[error(transparent)]
    DoesNotFit(#[from] DoesNotFit),
    /// To update a value, this process must be its writer, and could not become it.
    #[error(transparent)]
    Lock(#[from] LockError),
}

impl LoadError {
    /// Returns advice on the error, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Contended => {
                Some("try again, write less often, or give a `Latest` more slots".to_owned())
            }
            Self::Invalid(error) => error.help(),
            Self::DoesNotFit(error) => error.help(),
            Self::Lock(error) => error.help(),
        }
    }
}

shm_schema::debug_as_displayed!(LoadError);
