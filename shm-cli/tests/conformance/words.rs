//! The words with which a way in refuses. Those for a file that cannot be opened are in docs/format.md,
//! those for values are here. Errors of shm-core become words in this file and nowhere else.

use shm_core::errors::{DynError, HeapError};
use shm_core::{Error, errors::LoadError};

use crate::images;

pub(crate) type Word = &'static str;

/// The path names no field.
pub(crate) const UNKNOWN_FIELD: Word = "UnknownField";
/// The index is past the end.
pub(crate) const OUT_OF_BOUNDS: Word = "OutOfBounds";
/// The map has no such entry.
pub(crate) const NO_ENTRY: Word = "NoEntry";
/// The value is of another kind than the field, or out of its range.
pub(crate) const DOES_NOT_FIT: Word = "DoesNotFit";
/// The bytes in the region are not a value of the field's type.
pub(crate) const INVALID_VALUE: Word = "InvalidValue";
/// The opening, or this way in, does not write that field.
pub(crate) const NOT_WRITABLE: Word = "NotWritable";
/// A `Latest` was overwritten during each attempt to copy it.
pub(crate) const CONTENDED: Word = "Contended";
/// This way in has no such operation.
pub(crate) const UNSUPPORTED: Word = "Unsupported";
/// The operating system has no such file, or refuses it.
pub(crate) const SYSTEM: Word = "System";

pub(crate) fn of_opening(error: Error) -> String {
    match error {
        Error::NotFound { .. } | Error::PermissionDenied { .. } | Error::Io { .. } => {
            SYSTEM.to_owned()
        }
        error => images::word(Some(error)),
    }
}

pub(crate) fn of_load(error: &LoadError) -> Word {
    match error {
        LoadError::Contended => CONTENDED,
        _ => INVALID_VALUE,
    }
}

pub(crate) fn of_heap(error: &HeapError) -> Word {
    match error {
        HeapError::Contended => CONTENDED,
        _ => INVALID_VALUE,
    }
}

pub(crate) fn of_access(error: &DynError) -> Word {
    match error {
        DynError::OutOfBounds { .. } => OUT_OF_BOUNDS,
        DynError::NoEntry { .. } => NO_ENTRY,
        DynError::NoField { .. } | DynError::NotAStruct { .. } | DynError::NotAnArray { .. } => {
            UNKNOWN_FIELD
        }
        DynError::Invalid(_) => INVALID_VALUE,
        DynError::DoesNotFit { .. } => DOES_NOT_FIT,
        DynError::Contended { .. } => CONTENDED,
        _ => NOT_WRITABLE,
    }
}
