//! Why whole slices of fields could not be copied.

use super::InvalidValue;

/// The two slices of a bulk copy have different lengths; nothing was copied.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the region's slice has {shared} elements, the other one {private}: nothing was copied")]
pub struct LengthMismatch {
    /// Elements in the slice of views.
    pub shared: usize,
    /// Elements in the slice of values.
    pub private: usize,
}

/// Why a bulk load failed.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BulkError {
    /// The lengths differ.
    #[error(transparent)]
    Length(#[from] LengthMismatch),
    /// An element holds bytes that are no value of its type.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
}

crate::report::debug_as_displayed!(LengthMismatch, BulkError);
