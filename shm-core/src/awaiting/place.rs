//! [`WordAt`]: the address of an event's word.

use std::ptr::NonNull;
use std::sync::atomic::AtomicU32;

use super::RaiseFlag;
use crate::protocol::Hardware;
use crate::protocol::awaiting::Place;

/// The address of a word in a mapping.
#[derive(Clone, Copy, Debug)]
pub(super) struct WordAt {
    word: NonNull<AtomicU32>,
    raise_flag: RaiseFlag,
}

/// A word of which one view can raise the flag and another cannot is in the list twice.
impl PartialEq for WordAt {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word && std::ptr::fn_addr_eq(self.raise_flag, other.raise_flag)
    }
}

// SAFETY: the word is an atomic, which any thread may access.
unsafe impl Send for WordAt {}
// SAFETY: as above.
unsafe impl Sync for WordAt {}

impl WordAt {
    pub(super) fn of(word: &AtomicU32, raise_flag: RaiseFlag) -> Self {
        Self { word: NonNull::from(word), raise_flag }
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
        (self.raise_flag)(self.word(), seen)
    }
}
