//! Sleeping on several words at once (`futex_waitv(2)`, Linux 5.16).

use std::sync::atomic::AtomicU32;
use std::time::Duration;

use rustix::io::Errno;
use rustix::thread::futex::{self, Flags, Timespec, Wait, WaitFlags, WaitPtr, WaitvFlags};
use rustix::time::{ClockId, clock_gettime};

/// The end of a sleep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slept {
    /// It was woken, or a word had changed.
    Roused,
    /// Nothing happened, or a signal interrupted it.
    NapOver,
    /// The kernel has no such call, or a filter forbids it.
    Forbidden,
    /// The kernel could not, this time: there is no memory at one of the addresses any more, for example.
    Failed,
}

/// Sleeps while `private`, a word of this process alone, and each of `shared`, the address of a word in shared
/// memory, hold their value, at most for `nap`. Accesses no word itself. There may be 127 shared words.
pub(crate) fn wait_any(
    private: (&AtomicU32, u32),
    shared: &[(usize, u32)],
    nap: Duration,
) -> Slept {
    let (word, value) = private;
    if shared.is_empty() {
        let nap = Timespec::try_from(nap).ok();
        return slept(futex::wait(word, Flags::PRIVATE, value, nap.as_ref()));
    }
    let private = wait_for(word.as_ptr().addr(), value, WaitFlags::PRIVATE);
    let shared = shared.iter().map(|(at, value)| wait_for(*at, *value, WaitFlags::empty()));
    let words: Vec<_> = std::iter::once(private).chain(shared).collect();
    let end = end_of(nap);
    slept(futex::waitv(&words, WaitvFlags::empty(), end.as_ref(), ClockId::Monotonic).map(drop))
}

/// Wakes the sleeper on a word of this process alone.
pub(crate) fn wake_private(word: &AtomicU32) {
    let _ = futex::wake(word, Flags::PRIVATE, 1);
}

/// Wakes one of those who sleep on a word in shared memory. If there is no memory at the address any more,
/// nothing happens.
#[cfg(feature = "async")]
pub(crate) fn wake_one_at(address: usize) {
    // SAFETY: the kernel only takes the address, of which it finds out itself whether it is one.
    unsafe { libc::syscall(libc::SYS_futex, address, libc::FUTEX_WAKE, 1) };
}

fn wait_for(address: usize, value: u32, flags: WaitFlags) -> Wait {
    let mut wait = Wait::new();
    wait.val = value.into();
    wait.uaddr = WaitPtr::new(std::ptr::without_provenance_mut(address));
    wait.flags = WaitFlags::SIZE_U32 | flags;
    wait
}

/// The time at which a nap ends, by the monotonic clock; `None` for never.
fn end_of(nap: Duration) -> Option<Timespec> {
    let nap = Timespec::try_from(nap).ok()?;
    clock_gettime(ClockId::Monotonic).checked_add(nap)
}

fn slept(outcome: Result<(), Errno>) -> Slept {
    match outcome {
        Ok(()) | Err(Errno::AGAIN) => Slept::Roused,
        Err(Errno::TIMEDOUT | Errno::INTR) => Slept::NapOver,
        Err(Errno::NOSYS | Errno::PERM | Errno::ACCESS) => Slept::Forbidden,
        Err(_) => Slept::Failed,
    }
}

#[cfg(all(test, feature = "async"))]
mod tests {
    use super::*;
    use std::sync::atomic::Ordering::Relaxed;

    const LONG: Duration = Duration::from_secs(60);

    fn address(word: &AtomicU32) -> usize {
        word.as_ptr().addr()
    }

    #[test]
    fn any_word_that_has_changed_ends_the_sleep() {
        let words: [AtomicU32; 3] = std::array::from_fn(|at| AtomicU32::new(at as u32));
        for changed in 0..3 {
            let seen = |at: usize| words[at].load(Relaxed) + u32::from(at == changed);
            let shared = [1, 2].map(|at| (address(&words[at]), seen(at)));
            assert_eq!(wait_any((&words[0], seen(0)), &shared, LONG), Slept::Roused, "{changed}");
        }
    }

    #[test]
    fn a_nap_in_which_nothing_happens_ends_by_itself() {
        let words = [const { AtomicU32::new(7) }; 2];
        let nap = Duration::from_millis(1);
        for shared in [&[][..], &[(address(&words[1]), 7)]] {
            assert_eq!(wait_any((&words[0], 7), shared, nap), Slept::NapOver);
        }
    }

    #[test]
    fn a_wake_of_any_word_ends_the_sleep() {
        let words = [const { AtomicU32::new(7) }; 2];
        for wake in [0, 1] {
            let is_awake = std::sync::atomic::AtomicBool::new(false);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    while !is_awake.load(Relaxed) {
                        match wake {
                            0 => wake_private(&words[0]),
                            _ => drop(super::super::wake(&words[1], 1)),
                        }
                        std::thread::sleep(Duration::from_millis(1));
                    }
                });
                let slept = wait_any((&words[0], 7), &[(address(&words[1]), 7)], LONG);
                is_awake.store(true, Relaxed);
                assert_eq!(slept, Slept::Roused);
            });
        }
    }

    #[test]
    fn a_word_without_memory_fails_the_sleep_at_once() {
        let control = AtomicU32::new(7);
        assert_eq!(wait_any((&control, 7), &[(4096, 7)], LONG), Slept::Failed);
    }

    #[test]
    fn as_many_words_as_a_helper_watches_fit_beside_its_own() {
        let words = [const { AtomicU32::new(7) }; crate::protocol::awaiting::CAPACITY + 1];
        let shared: Vec<_> = words[1..].iter().map(|word| (address(word), 7)).collect();
        let nap = Duration::from_millis(1);
        assert_eq!(wait_any((&words[0], 7), &shared, nap), Slept::NapOver);
    }
}
