//! [`Kernel`] and [`Wait`]: sleeping and waking by futexes.

use std::cell::Cell;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use crate::error::LockError;
use crate::interrupt;
use crate::protocol::Hardware;
use crate::protocol::sleep::{Awake, Sleep, Who};
use crate::sys;

/// Sleeps and wakes until a point in time; without one, for ever.
pub(super) struct Kernel(pub(super) Option<Instant>);

/// The same, for one wait, which [`interrupt::interruptible`] may end.
pub(super) struct Wait {
    kernel: Kernel,
    interrupted: Cell<bool>,
}

impl Wait {
    pub(super) fn until(deadline: Option<Instant>) -> Self {
        Self { kernel: Kernel(deadline), interrupted: Cell::new(false) }
    }

    pub(super) fn was_interrupted(&self) -> bool {
        self.interrupted.get()
    }

    /// The error of a wait for a lock that is over.
    #[cold]
    pub(super) fn is_over(&self) -> LockError {
        if self.was_interrupted() { LockError::Interrupted } else { LockError::Busy }
    }
}

impl Sleep<Hardware> for Wait {
    fn sleep(&self, word: &AtomicU32, value: u32, nap: Duration) -> Awake {
        let awake = self.kernel.sleep(word, value, nap.min(interrupt::longest_nap()));
        if interrupt::is_wanted(awake == Awake::NapOver) {
            self.interrupted.set(true);
        }
        awake
    }

    fn wake(&self, word: &AtomicU32, who: Who) -> bool {
        self.kernel.wake(word, who)
    }

    fn left(&self) -> Duration {
        if self.was_interrupted() { Duration::ZERO } else { self.kernel.left() }
    }
}

impl Sleep<Hardware> for Kernel {
    fn sleep(&self, word: &AtomicU32, value: u32, nap: Duration) -> Awake {
        let nap_over = sys::futex::wait(word, value, nap);
        if nap_over { Awake::NapOver } else { Awake::Roused }
    }

    #[cold]
    fn wake(&self, word: &AtomicU32, who: Who) -> bool {
        sys::futex::wake(word, if who == Who::One { 1 } else { i32::MAX as u32 }) > 0
    }

    fn left(&self) -> Duration {
        sys::clock::left(self.0)
    }
}
