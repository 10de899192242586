//! [`UnitsError`]: a region has no units.

use super::plan::{MOST, MOST_BYTES};

/// The reasons why a region cannot be divided into units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnitsError {
    /// It is too long.
    #[error("the value has {found} bytes, and at most {} are mirrored", MOST_BYTES)]
    TooLong {
        /// Bytes of the value.
        found: u64,
    },
    /// It has too many parts of different widths, or with locks.
    #[error("the value has more than {} parts that are mirrored one by one", MOST)]
    TooMany,
    /// It is an object in the heap of a region.
    #[error("an object in a heap is not mirrored")]
    Object,
}
