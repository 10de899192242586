//! [`WordAt`]: the address of an event's word.

use std::ptr::NonNull;
use std::sync::atomic::AtomicU32;

use crate::protocol::Hardware;
use crate::protocol::awaiting::Place;
use crate::protocol::notify;
use crate::registry;

/// The address of a word in a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WordAt {
    word: NonNull<AtomicU32>,
    /// Whether it can be written there.
    writable: bool,
}

// SAFETY: the word is an atomic, which any thread may access.
unsafe impl Send for WordAt {}
// SAFETY: as above.
unsafe impl Sync for WordAt {}

impl WordAt {
    pub(super) fn of(word: &AtomicU32, writable: bool) -> Self {
        Self { word: NonNull::from(word), writable }
    }

    pub(super) fn address(self) -> usize {
        self.word.addr().get()
    }
}

impl Place<Hardware> for WordAt {
    fn word(&self) -> &AtomicU32 {
        // SAFETY: the caller has the helper's lock, and the word is in its list. It was put there by a
        // reference into a mapping, and is removed, under that lock, before the mapping goes (I17).
        unsafe { self.word.as_ref() }
    }

    fn raise_flag(&self, seen: u32) -> Option<bool> {
        match self.writable {
            true => Some(notify::raise_flag::<Hardware>(self.word(), seen)),
            false => registry::raise_flag(self.word(), seen),
        }
    }
}
