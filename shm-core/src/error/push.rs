//! [`PushError`]: a value is not pushed.

use std::{error, fmt};

use super::LockError;

/// Why a value was not pushed to a [`Queue`](crate::Queue). It gives the value back.
///
/// ```
/// use shm_core::errors::PushError;
/// use shm_core::{Queue, Region};
///
/// let jobs = Region::<Queue<u32, 2>>::options().private()?;
/// jobs.push(1)?;
/// jobs.push(2)?;
/// match jobs.push(3) {
///     Err(PushError::Full(job)) => assert_eq!(job, 3),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[non_exhaustive]
pub enum PushError<T> {
    /// There was no room for the value.
    Full(T),
    /// This process could not become the producer.
    Lock {
        /// The value.
        value: T,
        /// Why it could not.
        error: LockError,
    },
}

impl<T> PushError<T> {
    /// The value that was not pushed.
    pub fn into_value(self) -> T {
        match self {
            Self::Full(value) | Self::Lock { value, .. } => value,
        }
    }

    /// Returns advice on the error, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Full(_) => Some(
                "wait for room with `push_wait`, pop more often, or give the `Queue` more slots"
                    .to_owned(),
            ),
            Self::Lock { error, .. } => error.help(),
        }
    }
}

impl<T> fmt::Display for PushError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(_) => f.write_str("the queue is full"),
            Self::Lock { error, .. } => error.fmt(f),
        }
    }
}

impl<T> error::Error for PushError<T> {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Full(_) => None,
            // What it says is said by this one.
            Self::Lock { error, .. } => error::Error::source(error),
        }
    }
}

impl<T> fmt::Debug for PushError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shm_schema::report::debug(self, self.help(), f)
    }
}
