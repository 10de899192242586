//! Attaching: which slot this process has in which region.
//!
//! A process attaches to a region at its first lock; a forked child, which is another process, at its
//! own first lock. However many mappings a process has of a region, it has one slot there.

mod attachment;
pub(crate) mod epoch;
mod error;
mod liveness;
pub(crate) mod participants;
mod seat;

pub(crate) use attachment::Table;
pub(crate) use epoch::mark as process_mark;
pub(crate) use liveness::{Care, of as liveness_of};
pub(crate) use seat::{Place, Seat};

pub use error::AttachError;
pub use liveness::Liveness;
