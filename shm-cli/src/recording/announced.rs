//! Fields whose writers announce each change: a recording of changes sleeps until they do.

use std::os::fd::{AsFd, BorrowedFd};

use shm_core::sync::EventFd;
use shm_core::{DynRegion, ReadOnly};

use super::selection::Selection;

/// The most fields that are waited for; each takes a descriptor.
const MOST: usize = 64;

/// The fields whose changes are waited for, and the others.
#[derive(Default)]
pub(super) struct Announced {
    bells: Vec<EventFd>,
    /// Their names, and the names of those at which the recording looks again and again.
    pub(super) waited_for: Vec<String>,
    pub(super) polled: Vec<String>,
}

impl Announced {
    /// Waits from now on for those of the fields that are a `Watched`, an `Event` or a `Ring`, or in one.
    pub(super) fn of(region: &DynRegion<ReadOnly>, selection: &Selection) -> Self {
        let mut found = Self::default();
        for field in &selection.fields {
            let event = Some(()).filter(|()| found.bells.len() < MOST);
            let event = event.and_then(|()| region.event_of(&field.path).ok());
            match event.and_then(|event| event.as_eventfd().ok()) {
                Some(bell) => {
                    found.bells.push(bell);
                    found.waited_for.push(field.key.clone());
                }
                None => found.polled.push(field.key.clone()),
            }
        }
        found
    }

    /// What becomes readable with a change.
    pub(super) fn descriptors(&self) -> Vec<BorrowedFd<'_>> {
        self.bells.iter().map(AsFd::as_fd).collect()
    }

    /// Takes note of all changes up to now. Call it before a look at the values.
    pub(super) fn clear(&self) {
        for bell in &self.bells {
            bell.clear();
        }
    }
}
