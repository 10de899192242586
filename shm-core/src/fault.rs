//! Named points of the protocols at which a test kills its process. Compiled in only with the feature
//! `kill-points`; without it, a point does nothing.

/// The points, in the order in which a creation passes them.
#[cfg(feature = "kill-points")]
pub const CREATION_POINTS: [&str; 6] = [
    "before the temporary file",
    "after allocation",
    "before initialising",
    "after initialising",
    "before linking",
    "after linking",
];

/// The points of making a file under a temporary name, if it cannot be made without one.
#[cfg(feature = "kill-points")]
pub const TEMPORARY_POINTS: [&str; 2] = ["temporary: not locked", "temporary: locked"];

/// The points of removing the name of one particular region, in order.
#[cfg(feature = "kill-points")]
pub const UNLINK_POINTS: [&str; 2] = ["unlink: looked", "unlink: moved aside"];

/// The points of writing a `Latest`, in order.
#[cfg(feature = "kill-points")]
pub const LATEST_POINTS: [&str; 4] = [
    "latest: before the copy",
    "latest: in the middle of the copy",
    "latest: before publishing",
    "latest: after publishing",
];

/// The points of pushing and popping, in order.
#[cfg(feature = "kill-points")]
pub const QUEUE_POINTS: [&str; 6] = [
    "queue: before the copy",
    "queue: in the middle of the copy",
    "queue: before publishing",
    "queue: after publishing",
    "queue: copied, not taken",
    "queue: taken",
];

/// The points of pushing to a `Ring`, in order: those of writing its slot, and its own.
#[cfg(feature = "kill-points")]
pub const RING_POINTS: [&str; 5] = [
    LATEST_POINTS[0],
    LATEST_POINTS[1],
    LATEST_POINTS[2],
    LATEST_POINTS[3],
    "ring: pushed, not counted",
];

/// The points of attaching to a region, of its locks and of detaching, in order.
#[cfg(feature = "kill-points")]
pub const LOCK_POINTS: [&str; 10] = [
    "attach: before the byte lock",
    "attach: byte locked",
    "attach: slot vacated",
    "attach: slot written",
    "lock: before the word",
    "lock: about to sleep",
    "lock: awake again",
    "lock: unlocked, no sleeper woken",
    "detach: before the slot is vacated",
    "detach: slot vacated",
];

/// The points of notifying and waiting.
#[cfg(feature = "kill-points")]
pub const NOTIFY_POINTS: [&str; 4] = [
    "wait: about to sleep",
    "watched: changed, not counted",
    "notify: counted, no sleeper woken",
    "notify: flag down, no sleeper woken",
];

/// The points of waiting with a lock, in order: its own, around those of an unlock, a wait and a lock.
#[cfg(feature = "kill-points")]
pub const CONDITION_POINTS: [&str; 3] =
    ["condition: has a ticket", "condition: unlocked", "condition: awake, without the lock"];

/// The points of doing something once, under its lock, in order.
#[cfg(feature = "kill-points")]
pub const ONCE_POINTS: [&str; 3] =
    ["once: at work", "once: worked, not done", "once: done, not unlocked"];

/// The points of reading and writing under an `RwLock`, in order: a reader's, and then a writer's.
#[cfg(feature = "kill-points")]
pub const RWLOCK_POINTS: [&str; 9] = [
    "rwlock: before the seat",
    "rwlock: reader in the turnstile",
    "rwlock: reader seated, in the turnstile",
    "rwlock: before the turnstile",
    "rwlock: writer in the turnstile",
    "rwlock: writer has some seats",
    "rwlock: writer has all seats",
    "rwlock: writer done, has all seats",
    "rwlock: writer done, has some seats",
];

/// The points of taking a permit of a `Semaphore` and giving it back, in order.
#[cfg(feature = "kill-points")]
pub const SEMAPHORE_POINTS: [&str; 5] = [
    "semaphore: before the seat",
    "semaphore: about to sleep",
    "semaphore: awake again",
    "semaphore: inherited",
    "semaphore: released, not counted",
];

/// The points of joining, waiting at and resetting a `Barrier`.
#[cfg(feature = "kill-points")]
pub const BARRIER_POINTS: [&str; 9] = [
    "barrier: has a seat",
    "barrier: about to arrive",
    "barrier: arrived",
    "barrier: about to sleep",
    "barrier: awake again",
    "barrier: complete, not counted",
    "barrier: broken, not counted",
    "barrier: has a dead member's seat",
    "barrier: reset, not counted",
];

/// The points of taking a row of a `PerProcess` after folding a dead process's, in order.
#[cfg(feature = "kill-points")]
pub const PER_PROCESS_POINTS: [&str; 8] = [
    "per process: has the lock",
    "per process: about to write",
    "per process: folded, not committed",
    "per process: committed",
    "per process: cleared, not free",
    "per process: free, and pending",
    "per process: has a row",
    "per process: left, not folded",
];

/// The points of adding fields to a region, in order.
#[cfg(feature = "kill-points")]
pub const GROWTH_POINTS: [&str; 3] = ["grow: locked", "grow: half written", "grow: written"];

/// The points of changing a place in a heap.
#[cfg(feature = "kill-points")]
pub const HEAP_POINTS: [&str; 4] = [
    "heap: about to grow",
    "owned: stored, not linked",
    "owned: about to free",
    "owned: about to move",
];

/// The points of constructing an object with a name, of removing the name, and of dropping the last handle,
/// in order.
#[cfg(feature = "kill-points")]
pub const NAMED_POINTS: [&str; 7] = [
    "named: about to commit",
    "named: made, not filled in",
    "named: filled in, without its name",
    "named: marked, without its name",
    "named: named",
    "named: about to remove",
    "named: about to let go",
];

/// The points of applying changes that were reported elsewhere, in order; those of each unit's lock and version are among
/// them.
#[cfg(feature = "kill-points")]
pub const UNITS_POINTS: [&str; 3] =
    ["units: before a change", "units: locked, not stored", "units: all applied"];

#[cfg(feature = "kill-points")]
static HOOK: std::sync::OnceLock<fn(&'static str)> = std::sync::OnceLock::new();

/// Calls `hook` with the name of every point that this process passes from now on. Later hooks are ignored.
#[cfg(feature = "kill-points")]
pub fn at_each_point(hook: fn(&'static str)) {
    HOOK.get_or_init(|| hook);
}

/// Passes a point. The crates on top of this one have points of their own.
#[inline]
pub fn point(_name: &'static str) {
    #[cfg(feature = "kill-points")]
    if let Some(hook) = HOOK.get() {
        hook(_name);
    }
}
