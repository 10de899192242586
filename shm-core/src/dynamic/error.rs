//! What can go wrong with access by name.

use super::convert::Unsuitable;
use super::path_error::{PathError, shown};
use crate::sync::LockError;

/// Why a value could not be read or written by its name. Nothing was written then.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum DynError {
    /// The path names nothing.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The bytes of a field are no value of its type.
    #[error(transparent)]
    Invalid(Box<InvalidField>),
    /// The value is not one that the field can hold.
    #[error("{}: {source}", shown(.field))]
    Unsuitable {
        /// The path of the field.
        field: String,
        /// What was given, and what fits. It is part of the message, and so not the error's
        /// [`source`](std::error::Error::source).
        // Written raw, so that thiserror does not take it for that.
        r#source: Unsuitable,
    },
    /// Versions of a `Latest` were written faster than one could be copied.
    #[error("{} was overwritten during each attempt to copy it: try again", shown(.field))]
    Contended {
        /// The path.
        field: String,
    },
    /// The value takes more memory than one value may.
    #[error(
        "{} has too many parts for one value: it takes {needed} bytes of memory, at most {limit} are \
         allowed; name a part of it, such as a field, or `[0..1000]` of an array",
        shown(.field)
    )]
    TooLarge {
        /// The path.
        field: String,
        /// Bytes of memory that the value takes, at least.
        needed: u64,
        /// Bytes of memory that one value may take.
        limit: u64,
    },
    /// The type is one that this program cannot read where it stands.
    #[error("{} is `{found}`, {fault}", shown(.field))]
    Unreadable {
        /// The path.
        field: String,
        /// The type.
        found: String,
        /// Why it cannot be read.
        fault: &'static str,
    },
    /// The value cannot be written by its name.
    #[error("{} cannot be written: {fault}", shown(.field))]
    NotWritable {
        /// The path.
        field: String,
        /// Why, and what to do.
        fault: String,
    },
    /// The field lies behind a lock that is not held.
    #[error(
        "{} is guarded by the `Mutex` {}: take it with `lock({mutex:?})` and write through the guard",
        shown(.field), shown(.mutex)
    )]
    NotLocked {
        /// The path of the field.
        field: String,
        /// The path of the lock.
        mutex: String,
    },
    /// There is no lock where one was asked for.
    #[error("{} is `{found}`, which has no lock", shown(.field))]
    NoLock {
        /// The path.
        field: String,
        /// The type.
        found: String,
    },
    /// Another process was the writer of a `Latest` for as long as this one would wait.
    #[error("{} has a writer already, who did not stop in time", shown(.field))]
    Busy {
        /// The path.
        field: String,
    },
    /// A lock was not taken: that of a `Mutex`, or the writer's of a `Latest`.
    #[error(transparent)]
    Lock(#[from] LockError),
}

/// A field holds bytes that are no value of its type, as its schema has it.
///
/// What [`InvalidValue`](crate::InvalidValue) is for typed views.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} of {region} holds {bits:#x}, which is no `{type_name}`; allowed: {allowed}", shown(.field))]
#[non_exhaustive]
pub struct InvalidField {
    /// The region.
    pub region: String,
    /// The path of the field.
    pub field: String,
    /// The bytes, as an unsigned number.
    pub bits: u64,
    /// The type.
    pub type_name: String,
    /// What is allowed, in words.
    pub allowed: String,
}

crate::report::debug_as_displayed!(DynError, InvalidField);
