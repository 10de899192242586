//! The known facts about a lock's owners: the registry knows the process that the word names.

use std::cell::RefCell;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use super::kernel::Kernel;
use crate::attach::Care;
use crate::protocol::lock::Owners;
use crate::protocol::sleep::{Naps, Sleep as _};
use crate::registry;

/// The time after the first check of an owner in which most owners unlock, so that a close check is not
/// worth its price.
const TRUST: Duration = Duration::from_millis(1);

/// The owners of one lock, while one thread waits for it.
pub(super) struct KnownOwners<'a> {
    word: &'a AtomicU32,
    kernel: &'a Kernel,
    /// The owners that were checked, and when the next close check of each is due.
    checked: RefCell<Vec<(u32, Instant)>>,
}

impl<'a> KnownOwners<'a> {
    pub(super) fn new(word: &'a AtomicU32, kernel: &'a Kernel) -> Self {
        Self { word, kernel, checked: RefCell::default() }
    }

    /// The care with which an owner is to be checked now: most checks are a single system call.
    fn care(&self, owner: u32) -> Care {
        let mut checked = self.checked.borrow_mut();
        let now = Instant::now();
        let care = match checked.iter_mut().find(|(known, _)| *known == owner) {
            None => {
                checked.push((owner, now + TRUST));
                Care::Glance
            }
            Some((_, due)) if *due <= now => {
                *due = now + Naps::LONGEST;
                Care::Closely
            }
            Some(_) => Care::Glance,
        };
        if self.kernel.left().is_zero() { Care::Closely } else { care }
    }
}

impl Owners for KnownOwners<'_> {
    #[cold]
    fn is_dead(&self, owner: u32) -> bool {
        registry::is_dead(self.word, owner, self.care(owner))
    }

    #[cold]
    fn is_this_thread(&self) -> bool {
        registry::is_held_here(self.word)
    }
}
