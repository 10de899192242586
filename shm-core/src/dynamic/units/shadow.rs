//! [`Shadow`]: what was last reported of each unit.

use super::plan::{Item, Plan, What};
use super::{Change, Units};
use crate::access::Access;

/// Nothing was reported yet. As the number of a version it could only be written by a process with a bug, and then the
/// version is reported by each scan.
const NEVER: u64 = u64::MAX;

/// What was last reported of each unit of a region.
#[derive(Clone, Debug)]
pub struct Shadow {
    /// A copy of the data: leaves and guarded values where they are, a version of a `Latest` in the first slot.
    pub(super) bytes: Vec<u8>,
    /// For each unit, the version, the count of notifications or the state that was reported.
    seen: Vec<u64>,
    /// For each announcement, what was there when the scan began.
    pub(super) found: Vec<u64>,
}

impl Shadow {
    pub(super) fn new(plan: &Plan, size: usize) -> Self {
        let announcements = plan.items.len() - plan.values;
        Self {
            bytes: vec![0; size],
            seen: vec![NEVER; plan.items.len()],
            found: vec![NEVER; announcements],
        }
    }

    /// Whether that was reported of a unit.
    pub(super) fn has_seen(&self, unit: usize, state: u64) -> bool {
        self.seen[unit] == state && state != NEVER
    }

    /// Whether anything was reported of a unit.
    pub(super) fn knows(&self, unit: usize) -> bool {
        self.seen[unit] != NEVER
    }

    pub(super) fn note(&mut self, unit: usize, state: u64) {
        self.seen[unit] = state;
    }
}

impl<A: Access> Units<A> {
    /// A unit as it was last reported, the whole of it; `None` if it never was. So a shadow is also the region's state as
    /// of the last scan, for a copy that begins now: the changes of all units, in their order.
    ///
    /// A notification is always among them: whoever waits at the copy has to look.
    #[must_use]
    pub fn last_reported<'s>(&self, shadow: &'s Shadow, unit: usize) -> Option<Change<'s>> {
        let Item { what, offset, len } = *self.plan.items.get(unit)?;
        let range = match what {
            What::Leaves { .. } | What::Guarded { .. } => offset..offset + len,
            What::Latest { ring } => first_slot(offset, ring.slots as usize, len),
            What::Done => offset..offset + 1,
            What::Notified => offset..offset,
            What::NotMirrored { .. } => return None,
        };
        let version = if matches!(what, What::Latest { .. }) { shadow.seen[unit] } else { 0 };
        shadow.knows(unit).then(|| Change {
            kind: what.kind(),
            offset: offset as u64,
            version,
            owner_died: false,
            bytes: &shadow.bytes[range],
        })
    }
}

/// Where the shadow of a `Latest` is.
pub(super) fn first_slot(offset: usize, slots: usize, len: usize) -> std::ops::Range<usize> {
    offset + slots..offset + slots + len
}
