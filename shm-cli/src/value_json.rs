//! Values of regions as JSON, in the form of [`DynValue`]'s `Serialize`.

use serde::{Serialize, Serializer};
use shm_core::dynamic::DynValue;

/// A value that serialises as [`DynValue`] does.
#[derive(Clone, Copy, Debug)]
pub struct ValueJson<'a>(pub &'a DynValue);

impl Serialize for ValueJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Serialises a value: for `#[serde(serialize_with = "..")]`.
///
/// # Errors
/// The serializer's.
pub fn serialize<S: Serializer>(value: &DynValue, serializer: S) -> Result<S::Ok, S::Error> {
    value.serialize(serializer)
}

/// A path, as its text.
///
/// # Errors
/// The serializer's.
pub(crate) fn path<S: Serializer>(
    path: &shm_core::path::Path,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(path.as_str())
}
