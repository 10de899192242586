//! The scenarios, one file for each thing that a region has.

mod barrier;
mod condition;
mod create;
mod growth;
mod heap;
mod latest;
mod map;
mod map_clear;
mod mutex;
mod named;
mod on_heap;
mod once;
mod owned;
mod per_process;
mod queue;
mod raw;
mod ring;
mod rwlock;
mod semaphore;
mod slots;
mod together;
mod watched;

use crate::scenario::Case;

pub(crate) use slots::guest;

/// All scenarios.
pub(crate) const ALL: &[Case] = &[
    mutex::UNCONTENDED,
    mutex::WOKEN,
    mutex::WAITING,
    mutex::REPAIRED,
    mutex::AGAIN,
    condition::WAITS,
    condition::NOTIFIES,
    rwlock::READ,
    rwlock::WRITE,
    rwlock::REPAIR,
    rwlock::WOKEN,
    rwlock::WAITING,
    semaphore::ACQUIRE,
    semaphore::RELEASE_WAKES,
    semaphore::WAITING,
    semaphore::INHERITS,
    barrier::JOINS,
    barrier::JOINS_FOR_THE_DEAD,
    barrier::LEAVES,
    barrier::COMPLETES,
    barrier::GIVES_UP,
    barrier::WAITS,
    barrier::RESETS,
    barrier::RESETS_A_SLEEPER,
    per_process::FOLDS,
    latest::STORE,
    latest::PUBLISHER,
    ring::PUSH,
    ring::PUBLISHER,
    once::CALL,
    watched::SET,
    slots::ATTACH,
    slots::DETACH,
    create::UNNAMED,
    create::NAMED,
    create::REPLACE,
    growth::GROWS,
    heap::FIRST,
    heap::WARM,
    heap::DETACH,
    heap::RECOVER,
    heap::SWEEP,
    heap::SHORTAGE,
    heap::LARGE_SET,
    heap::LARGE_REPLACE,
    heap::LARGE_CLEAR,
    owned::SET,
    owned::REPLACE,
    owned::CLEAR,
    owned::TAKE,
    owned::MOVE,
    owned::MOVE_OVER,
    owned::UPDATE,
    owned::LOAD,
    together::BOTH,
    map::FIRST,
    map::INSERTED,
    map::OVER_A_TOMBSTONE,
    map::GROWS,
    map::REPLACED,
    map::UPDATED,
    map::REMOVED,
    map_clear::CLEARED,
    named::MADE,
    named::MADE_AGAIN,
    named::FOUND,
    named::REMOVED,
    named::REMOVED_WHILE_HELD,
    named::LET_GO,
    queue::PUSH_FIRST,
    queue::PUSH,
    queue::PUSH_ROUND,
    queue::PUSH_FULL,
    queue::PRODUCER,
    queue::POP_LAST,
    queue::POP,
    queue::POP_ROUND,
    queue::POP_NONE,
    queue::PUSH_WAKES,
    queue::POP_WAKES,
    queue::POP_WAITS,
];
