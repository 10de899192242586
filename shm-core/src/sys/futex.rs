//! Sleeping on a word in shared memory (`futex(2)`, without the private flag).

use std::sync::atomic::AtomicU32;
use std::time::Duration;

use rustix::io::Errno;
use rustix::thread::futex::{self, Flags, Timespec};

/// Sleeps while `word` holds `value`, until woken, at most for `nap`; whether that is over. Returns
/// early on a signal.
pub(crate) fn wait(word: &AtomicU32, value: u32, nap: Duration) -> bool {
    let nap = Timespec::try_from(nap).ok();
    // Woken, changed, interrupted: whoever waits looks at the word again anyway.
    futex::wait(word, Flags::empty(), value, nap.as_ref()) == Err(Errno::TIMEDOUT)
}

/// Wakes at most `count` sleepers; how many there were.
pub(crate) fn wake(word: &AtomicU32, count: u32) -> usize {
    futex::wake(word, Flags::empty(), count).unwrap_or(0)
}
