//! Giving way: a thread that unlocks and at once locks again is faster than any thread that it woke, and
//! would keep it from the lock for as long as it goes on. So, now and then, it lets the woken one go
//! first.
//!
//! A courtesy, and no part of the protocol: the lock is free meanwhile, and whoever comes may take it.
//! Only a thread that comes again pays for it, and only right after it woke another: unlocking
//! takes no longer, and neither does a lock that no thread waits for.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::protocol::lock;
use crate::registry;

/// How long a woken thread may take to come before it has missed its turn.
const PATIENCE: Duration = Duration::from_millis(2);
/// How often a thread gives way at most: handing over costs the time in which the other wakes up, which
/// locks that are held for microseconds must not pay each time.
const INTERVAL: Duration = Duration::from_millis(4);
/// The lock is looked at that often.
const LOOK: Duration = Duration::from_micros(20);

/// The turn that a thread owes to the one it woke.
#[derive(Clone, Copy)]
struct Turn {
    /// The address of the lock.
    lock: usize,
    /// When the other one was woken.
    since: Instant,
}

thread_local! {
    static OWED: Cell<Option<Turn>> = const { Cell::new(None) };
    /// When this thread last owed a turn.
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
    // So that its next lock is not one that takes a single look.
    registry::forget_last_hit();
}

/// Waits, if this thread owes a turn at the lock that it is about to take, until the other one has it
/// or was given time enough; at most for `left`.
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
