//! Sleeping on a word in shared memory (`futex(2)`, without the private flag).

use std::sync::atomic::AtomicU32;
use std::time::Duration;

use rustix::io::Errno;
use rustix::thread::futex::{self, Flags, Timespec};

/// Sleeps while `word` holds `value`, until woken or for at most `nap`. Returns whether it ended without
/// a wake-up and with the word unchanged: the nap is over, or a signal cut it short.
pub(crate) fn wait(word: &AtomicU32, value: u32, nap: Duration) -> bool {
    let nap = Timespec::try_from(nap).ok();
    let woken = futex::wait(word, Flags::empty(), value, nap.as_ref());
    !matches!(woken, Ok(()) | Err(Errno::AGAIN))
}

/// Wakes at most `count` sleepers and returns their number.
pub(crate) fn wake(word: &AtomicU32, count: u32) -> usize {
    futex::wake(word, Flags::empty(), count).unwrap_or(0)
}

mod any;
#[cfg(feature = "async")]
pub(crate) use any::wake_one_at;
pub(crate) use any::{Slept, wait_any, wake_private};

#[cfg(test)]
mod tests {
    use super::*;

    /// If signals arrive during every nap, as a profiler's do, nothing else would ever check whether the
    /// owner of a lock is alive.
    #[test]
    fn a_nap_that_a_signal_cuts_short_is_over() {
        extern "C" fn nothing(_: libc::c_int) {}
        let handler: extern "C" fn(libc::c_int) = nothing;
        // SAFETY: a handler that does nothing is safe whenever it runs.
        unsafe { libc::signal(libc::SIGUSR1, handler as libc::sighandler_t) };
        // SAFETY: always succeeds.
        let sleeper = unsafe { libc::pthread_self() };
        let is_awake = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_awake.load(std::sync::atomic::Ordering::Relaxed) {
                    // SAFETY: the thread waits for this one before it ends.
                    unsafe { libc::pthread_kill(sleeper, libc::SIGUSR1) };
                    std::thread::sleep(Duration::from_millis(1));
                }
            });
            let is_over = wait(&AtomicU32::new(0), 0, Duration::from_secs(60));
            is_awake.store(true, std::sync::atomic::Ordering::Relaxed);
            assert!(is_over);
        });
    }

    #[test]
    fn a_changed_word_ends_the_wait_without_a_nap() {
        assert!(!wait(&AtomicU32::new(1), 0, Duration::from_secs(60)));
    }

    #[test]
    fn a_nap_without_a_wake_up_ends_by_itself() {
        assert!(wait(&AtomicU32::new(0), 0, Duration::from_millis(1)));
    }
}
