//! What can go wrong with a [`Latest`](crate::Latest).

use super::lock_error::LockError;
use crate::error::InvalidValue;
use crate::protocol::ring::ATTEMPTS;

/// Why a [`Latest`](crate::Latest) could not be read.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// Versions were written faster than one could be copied.
    #[error(
        "the value was overwritten during each of {ATTEMPTS} attempts to copy it; try again, write \
         less often, or give the `Latest` more slots"
    )]
    Contended,
    /// The bytes of a field are no value of its type.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
}

/// Why a [`Latest`](crate::Latest) could not be updated; nothing was written.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The value could not be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// This process could not become the writer.
    #[error(transparent)]
    Lock(#[from] LockError),
}

crate::report::debug_as_displayed!(LoadError, UpdateError);
