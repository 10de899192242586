//! [`WordAt`]: the address of an event's word.

use std::ptr::NonNull;
use std::sync::atomic::AtomicU32;

use crate::protocol::Hardware;
use crate::protocol::awaiting::Place;

/// The address of a word in a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WordAt(NonNull<AtomicU32>);

// SAFETY: the word is an atomic, which any thread may access.
unsafe impl Send for WordAt {}
// SAFETY: as above.
unsafe impl Sync for WordAt {}

impl WordAt {
    pub(super) fn of(word: &AtomicU32) -> Self {
        Self(NonNull::from(word))
    }

    pub(super) fn address(self) -> usize {
        self.0.addr().get()
    }
}

impl Place<Hardware> for WordAt {
    fn word(&self) -> &AtomicU32 {
        // SAFETY: the caller has the helper's lock, and the word is in its list. It was put there by a
        // reference into a mapping, and is removed, under that lock, before the mapping goes (I17).
        unsafe { self.0.as_ref() }
    }
}
