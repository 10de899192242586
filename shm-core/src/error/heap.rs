//! [`HeapError`]: a value in a region's heap is not read or not stored.

use super::{InvalidValue, LockError};
use crate::protocol::ring::ATTEMPTS;

/// Why a value could not be stored in a region's heap, or read from there. If it was not stored, the old
/// one is still in place.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum HeapError {
    /// The heap has no room for the value.
    #[error("the heap of {region} has no room for {needed} bytes: {cause}")]
    Full {
        /// The region's name.
        region: String,
        /// The bytes that the value takes.
        needed: usize,
        /// What ran short.
        cause: String,
    },
    /// The value is longer than a limit: that of the caller who reads it, or of the heap.
    #[error("the value has {len} bytes, at most {limit} are allowed")]
    TooLong {
        /// The length of the value in bytes.
        len: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The value was replaced each time that it was about to be copied.
    #[error("the value was replaced during each of {ATTEMPTS} attempts to copy it")]
    Contended,
    /// The bytes are not a value of the type.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
    /// This process cannot take part in the region's locks, or another writer was busy for too long.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The value is not in a region with a heap.
    #[error("this value is not in a mapped region that has a heap")]
    NoHeap,
    /// No object can have this name.
    #[error("`{name}` cannot be the name of an object in a heap: {fault}")]
    BadName {
        /// The name.
        name: String,
        /// The fault.
        fault: &'static str,
    },
    /// The type of a named object cannot have a place of a value in the heap in it.
    #[error("an object in a heap cannot be a `{type_name}`: that owns values in the heap")]
    NotForObjects {
        /// The type.
        type_name: String,
    },
    /// A value can be moved only within one region, and through one mapping of it.
    #[error("the two places are not in the same region")]
    OtherRegion,
}

impl HeapError {
    /// Returns advice on the error, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Full { .. } => {
                "clear what is not needed, free memory or disk space, or create the region with a larger \
                 `heap_max`"
            }
            Self::TooLong { .. } => {
                "read it with a larger limit, or create the region with a larger `heap_max`"
            }
            Self::Contended => "try again, or set the value less often",
            Self::Invalid(error) => return error.help(),
            Self::Lock(error) => return error.help(),
            Self::NoHeap => "create the region with `heap_max(bytes)`",
            Self::BadName { .. } => {
                "give it a name of 1 to 255 bytes without `/`, `@` and NUL bytes"
            }
            Self::NotForObjects { .. } => "put these into the region's own value",
            Self::OtherRegion => "load the value, and set it in the other region",
        };
        Some(help.to_owned())
    }
}

shm_schema::debug_as_displayed!(HeapError);
