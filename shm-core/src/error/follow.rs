//! [`FollowError`]: an item of a stream is not read.

use super::InvalidValue;
use super::by_name::MISSED;

/// Why a reader of a [`Ring`](crate::Ring) did not get the item that was next for it. It goes on with
/// those that follow.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum FollowError {
    /// This number of items were overwritten before the reader had them. It goes on from the oldest item
    /// that is left.
    #[error("{0} items were overwritten before this reader had them")]
    Missed(u64),
    /// The item holds bytes that are not a value of its type. The reader is past it.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
}

impl FollowError {
    /// Returns advice on the error, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Missed(_) => Some(MISSED.to_owned()),
            Self::Invalid(error) => error.help(),
        }
    }
}

shm_schema::debug_as_displayed!(FollowError);
