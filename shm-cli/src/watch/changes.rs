//! The changes in a place since the last look.

use shm_core::path::{Path, Segment};

use super::reading::Reading;
use crate::quantity::grouped;

/// A value that changed.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) path: Path,
    pub(crate) reading: Reading,
    /// Whether a lock guards it, and it was read without that.
    pub(crate) unlocked: bool,
}

impl Change {
    pub(super) fn new(path: Path, reading: Reading) -> Self {
        Self { path, reading, unlocked: false }
    }
}

/// The changes in a place since the last look.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// The first values that changed.
    pub(crate) values: Vec<Change>,
    /// The number of other changed values.
    pub(crate) more: u64,
}

impl Changes {
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.more == 0
    }

    /// The first of them, for a cell of a table: `[20] = 7 and 3 more; `.
    pub(crate) fn summary(&self, path: &Path) -> String {
        let more = self.more + self.values.len().saturating_sub(1) as u64;
        let more = if more > 0 { format!(" and {} more", grouped(more)) } else { String::new() };
        match self.values.first() {
            Some(Change { path: first, reading, .. }) => {
                let inside = inside(first, path);
                let point = matches!(inside.segments().next(), Some(Segment::Name(_)));
                let point = if point && !path.is_empty() { "." } else { "" };
                format!("{point}{inside} = {}{more}; ", reading.text(None))
            }
            None => String::new(),
        }
    }

    pub(super) fn one(path: &Path, reading: Reading) -> Self {
        Self { values: vec![Change::new(path.clone(), reading)], more: 0 }
    }
}

/// The rest of the path of a value in a place, or in the array of which the place is a range.
fn inside(value: &Path, place: &Path) -> Path {
    let array = place.parent().unwrap_or_default();
    let inside = value.strip_prefix(place).or_else(|| value.strip_prefix(&array));
    inside.unwrap_or_else(|| value.clone())
}
