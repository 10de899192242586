//! The texts that lines and JSON have in common.

use std::time::SystemTime;

use super::rows::MAX_ROWS;
use crate::quantity::grouped;

/// The time of a line, as in RFC 3339.
pub(crate) fn timestamp(now: SystemTime) -> String {
    humantime::format_rfc3339_millis(now).to_string()
}

/// The note if not everything can be watched.
pub(crate) fn too_many() -> String {
    format!(
        "only the first {} values are watched, and there are more: name the ones to watch",
        grouped(MAX_ROWS as u64)
    )
}
