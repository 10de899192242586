//! The scenarios, one file for each thing that a region has.

mod create;
mod growth;
mod heap;
mod latest;
mod map;
mod mutex;
mod on_heap;
mod once;
mod owned;
mod raw;
mod ring;
mod slots;
mod watched;

use crate::scenario::Case;

pub(crate) use slots::guest;

/// All scenarios.
pub(crate) const ALL: &[Case] = &[
    mutex::UNCONTENDED,
    mutex::WOKEN,
    mutex::WAITING,
    mutex::REPAIRED,
    latest::STORE,
    latest::PUBLISHER,
    ring::PUSH,
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
    map::FIRST,
    map::INSERTED,
    map::OVER_A_TOMBSTONE,
    map::GROWS,
    map::REPLACED,
    map::UPDATED,
    map::REMOVED,
];
