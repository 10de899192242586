//! Giving way: a thread that unlocks and at once locks again is faster than any thread that it woke, and
//! could keep that one from the lock indefinitely. So, at intervals, it lets the woken thread go first.
//!
//! This is a courtesy, not part of the protocol: the lock is free meanwhile, and any thread may take
//! it. Only a thread that locks again right after it woke another one pays for it: unlocking takes no
//! longer, and neither does a lock without waiters.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::protocol::lock;
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
    OWED.set(Some(Turn { lock: address(word), since }));
    // Its next lock must not succeed with a single look.
    registry::forget_last_hit();
}

/// Waits, if this thread owes a turn at the lock that it is about to take, until the other thread has
/// the lock or has had time enough; for at most `left`.
pub(super) fn give_way(word: &AtomicU32, left: Duration) {
    let Some(turn) = OWED.take().filter(|turn| turn.lock == address(word)) else { return };
    let waited = || turn.since.elapsed();
    let patience = waited().saturating_add(left).min(PATIENCE);
    while word.load(Ordering::Relaxed) & lock::OWNER == 0 && waited() < patience {
        std::thread::sleep(LOOK);
    }
}

fn address(word: &AtomicU32) -> usize {
    std::ptr::from_ref(word).addr()
}
