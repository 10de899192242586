//! Attaching: the slot of this process in each region.
//!
//! A process attaches to a region at its first lock; a forked child, which is another process, at its
//! own first lock. However many mappings a process has of a region, it has one slot there.

mod attachment;
pub(crate) mod epoch;
mod liveness;
mod observer;
mod participant;
pub(crate) mod participants;
mod seat;

pub(crate) use attachment::Table;
pub(crate) use epoch::mark as process_mark;
pub(crate) use liveness::Care;
pub(crate) use observer::Observer;
pub(crate) use seat::{LockScope, Seat};

pub use liveness::Liveness;
pub use participant::Participant;

/// The steps of attaching, as errors name them.
const REOPENING: &str = "opening its file again (a forked child, or a process that was passed a descriptor, needs a file \
     description of its own)";
const LOCKING_A_SLOT: &str = "locking a participant's byte (`fcntl(2)`, `F_OFD_SETLK`)";
