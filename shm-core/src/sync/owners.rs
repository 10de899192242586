//! The known facts about a lock's owners: the registry knows the process that the word names.

use std::cell::Cell;
use std::sync::atomic::AtomicU32;

use super::kernel::Kernel;
use crate::attach::Care;
use crate::protocol::lock::Owners;
use crate::protocol::sleep::Sleep as _;
use crate::registry;

/// The owners of one lock, while one thread waits for it.
pub(super) struct KnownOwners<'a> {
    word: &'a AtomicU32,
    kernel: &'a Kernel,
    /// Whether an owner has been checked before.
    has_looked: Cell<bool>,
}

impl<'a> KnownOwners<'a> {
    pub(super) fn new(word: &'a AtomicU32, kernel: &'a Kernel) -> Self {
        Self { word, kernel, has_looked: Cell::new(false) }
    }
}

impl Owners for KnownOwners<'_> {
    #[cold]
    fn is_dead(&self, owner: u32) -> bool {
        // The first check comes before the first nap, when most owners are about to unlock.
        let is_last = self.kernel.left().is_zero();
        let care =
            if self.has_looked.replace(true) || is_last { Care::Closely } else { Care::Glance };
        registry::is_dead(self.word, owner, care)
    }

    #[cold]
    fn is_this_thread(&self) -> bool {
        registry::is_held_here(self.word)
    }
}
