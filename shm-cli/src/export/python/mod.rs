//! A Python module.

use crate::failure::Failure;
use crate::subject::Subject;

/// A module.
///
/// # Errors
/// None yet.
pub fn module(_subject: &Subject, _name: Option<&str>) -> Result<String, Failure> {
    Ok(String::new())
}
