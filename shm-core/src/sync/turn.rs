//! Giving way: a thread that unlocks and at once locks again is faster than any thread that it woke, and
//! could keep that one from the lock indefinitely. So, at intervals, it lets the woken thread go first.
//!
//! This is a courtesy: the lock is free meanwhile, and any thread may take it. Only a thread that locks
//! again before the one that it woke has had the lock pays for it: unlocking takes no longer, and neither
//! does a lock without waiters. The sleepers' flag, raised on the free lock, tells whether the turn was taken: the
//! next owner's unlock takes it down.

use std::cell::Cell;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use crate::protocol::{Hardware, lock};
use crate::registry;

/// The time within which a woken thread must take the lock, or miss its turn.
const PATIENCE: Duration = Duration::from_millis(2);
/// The shortest time between two turns of a thread: handing over costs the time in which the other
/// thread wakes up, which locks that are held for microseconds must not pay each time.
const INTERVAL: Duration = Duration::from_millis(4);
/// The time between looks at the lock.
const LOOK: Duration = Duration::from_micros(20);

/// The turn that a thread owes to the thread that it woke.
#[derive(Clone, Copy)]
struct Turn {
    /// The address of the lock.
    lock: usize,
    /// The time at which the other thread was woken.
    since: Instant,
}

thread_local! {
    static OWED: Cell<Option<Turn>> = const { Cell::new(None) };
    /// The last time that this thread owed a turn.
    static LAST: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Notes that this thread has unlocked and woken another.
pub(super) fn owe(word: &AtomicU32) {
    let since = Instant::now();
    if LAST.get().is_some_and(|last| since.duration_since(last) < INTERVAL) {
        return;
    }
    LAST.set(Some(since));
    if !lock::offer_turn::<Hardware>(word) {
        return;
    }
    OWED.set(Some(Turn { lock: address(word), since }));
    // Its next lock must not succeed with a single look.
    registry::forget_last_hit();
}

/// The turn that this thread owes at a lock, unless another thread has taken it.
fn owed(word: &AtomicU32) -> Option<Turn> {
    let is_open = || lock::is_turn_open::<Hardware>(word);
    OWED.get().filter(|turn| turn.lock == address(word) && is_open())
}

/// Waits, if this thread owes a turn at the lock that it is about to take, until another thread has taken
/// the lock or has had time enough; for at most `left`.
pub(super) fn give_way(word: &AtomicU32, left: Duration) {
    let mut patience = None;
    while let Some(turn) = owed(word) {
        let waited = turn.since.elapsed();
        if waited >= *patience.get_or_insert_with(|| waited.saturating_add(left).min(PATIENCE)) {
            break;
        }
        std::thread::sleep(LOOK);
    }
    OWED.set(None);
}

fn address(word: &AtomicU32) -> usize {
    std::ptr::from_ref(word).addr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_owes_a_turn_until_another_one_has_locked_and_unlocked() {
        let word = AtomicU32::new(0);
        owe(&word);
        assert!(owed(&word).is_some());
        let other = lock::owner(5, 1);
        assert!(lock::try_lock::<Hardware>(&word, other).is_some(), "any thread may take the lock");
        assert!(owed(&word).is_none(), "it has the lock");
        assert!(lock::free::<Hardware>(&word, other, false).is_some());
        assert!(owed(&word).is_none(), "it had the lock");
        give_way(&word, Duration::MAX);
        assert_eq!(lock::try_lock::<Hardware>(&word, other), Some(lock::Found::Whole));
    }

    #[test]
    fn no_turn_is_owed_at_a_lock_that_another_thread_has_already() {
        let other = lock::owner(5, 1);
        let word = AtomicU32::new(other);
        owe(&word);
        assert!(owed(&word).is_none());
        assert!(lock::free::<Hardware>(&word, other, false).is_some());
        assert!(owed(&word).is_none());
    }
}
