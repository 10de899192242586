//! Layouts for other languages.

use crate::failure::Failure;
use crate::schema_json;
use crate::subject::Subject;

/// The documented JSON form of a layout.
///
/// # Errors
/// None so far: every layout has one.
pub fn json(subject: &Subject) -> Result<String, Failure> {
    Ok(schema_json::text(subject))
}
