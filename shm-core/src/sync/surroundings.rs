//! What the lock protocol asks of the world, answered by the kernel.

use std::cell::Cell;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use crate::attach::{self, Care, held};
use crate::fault;
use crate::protocol::Hardware;
use crate::protocol::lock::{Awake, Surroundings};
use crate::sys;

/// A thread that wants, or has, the lock at an address.
pub(super) struct Locker {
    address: usize,
    deadline: Option<Instant>,
    /// Whether it has looked at the owner before.
    has_looked: Cell<bool>,
}

impl Locker {
    #[inline]
    pub(super) fn new(word: &AtomicU32, deadline: Option<Instant>) -> Self {
        let address = std::ptr::from_ref(word).addr();
        Self { address, deadline, has_looked: Cell::new(false) }
    }
}

impl Surroundings<Hardware> for Locker {
    #[cold]
    fn is_dead(&self, owner: u32) -> bool {
        // The first look comes before the first nap, where most owners are about to unlock.
        let is_last = self.left().is_zero();
        let care =
            if self.has_looked.replace(true) || is_last { Care::Closely } else { Care::Glance };
        attach::attachment_at(self.address).is_some_and(|ours| ours.is_dead(owner, care))
    }

    #[cold]
    fn holds_it_already(&self, me: u32) -> bool {
        held::has((self.address, me))
    }

    fn sleep(&self, word: &AtomicU32, value: u32, nap: Duration) -> Awake {
        fault::point("lock: about to sleep");
        let nap_over = sys::futex::wait(word, value, nap);
        fault::point("lock: awake again");
        if nap_over { Awake::NapOver } else { Awake::Roused }
    }

    #[cold]
    fn wake_one(&self, word: &AtomicU32) {
        fault::point("lock: unlocked, nobody woken");
        sys::futex::wake(word, 1);
    }

    fn left(&self) -> Duration {
        self.deadline.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()))
    }
}
