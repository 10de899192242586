//! The scenarios, one file for each thing that a region has.

mod create;
mod growth;
mod latest;
mod mutex;
mod once;
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
];
