//! The texts that lines and JSON have in common.

use std::time::SystemTime;

use super::rows::MAX_ROWS;
use crate::quantity::grouped;

/// When a line was written, as RFC 3339 has it.
pub(crate) fn timestamp(now: SystemTime) -> String {
    humantime::format_rfc3339_millis(now).to_string()
}

/// What is said where not everything can be watched.
pub(crate) fn too_many() -> String {
    format!(
        "only the first {} values are watched, and there are more: name those that are wanted",
        grouped(MAX_ROWS as u64)
    )
}
