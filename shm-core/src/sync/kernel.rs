//! [`Kernel`]: sleeping and waking by futexes.

use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use crate::protocol::Hardware;
use crate::protocol::sleep::{Awake, Sleep, Who};
use crate::sys;

/// Sleeps and wakes until a point in time; without one, for ever.
pub(super) struct Kernel(pub(super) Option<Instant>);

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
