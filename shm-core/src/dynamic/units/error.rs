//! [`UnitsError`]: a region has no units, or they were not changed.

use super::UnitKind;
use super::plan::{MOST, MOST_BYTES};
use crate::error::LockError;

/// A region cannot be divided into units, or changes were not applied to it.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum UnitsError {
    /// The region is too long.
    #[error("the value has {found} bytes, and at most {} are mirrored", MOST_BYTES)]
    TooLong {
        /// Bytes of the value.
        found: u64,
    },
    /// The region has too many parts of different widths, or with locks.
    #[error("the value has more than {} parts that are mirrored one by one", MOST)]
    TooMany,
    /// The region is an object in the heap of another.
    #[error("an object in a heap is not mirrored")]
    Object,
    /// A change is not one of this region. No byte was written.
    #[error("a change of {len} bytes at offset {offset} {fault}")]
    Misplaced {
        /// The kind that the change gives.
        kind: UnitKind,
        /// Where its bytes should go.
        offset: u64,
        /// The number of its bytes.
        len: u64,
        /// The fault.
        fault: &'static str,
    },
    /// A lock was not free in time; the changes before this one were applied.
    #[error("the lock of the value at offset {offset} cannot be taken")]
    Locked {
        /// Where the value is.
        offset: u64,
        /// The reason.
        source: LockError,
    },
}

impl UnitsError {
    /// Returns advice on the error, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Object => "mirror the region, in which it is",
            Self::Locked { .. } => "apply all changes again when the lock is free",
            _ => return None,
        };
        Some(help.to_owned())
    }
}

shm_schema::debug_as_displayed!(UnitsError);
