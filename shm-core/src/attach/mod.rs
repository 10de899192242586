//! Attaching: which slot this process has in which region.
//!
//! A lock inside a view is a bare address, so who this process is there is found by address: in what
//! the thread remembers of its last lock, else among the mapped regions. A process attaches to a
//! region at its first lock; a forked child, which is another process, at its own first lock.

mod attachment;
mod epoch;
pub(crate) mod held;
mod liveness;
pub(crate) mod participants;

pub(crate) use attachment::{Attachment, Site, Table};
pub(crate) use epoch::{begin as begin_epoch, end as end_epoch, mark as process_mark};
pub(crate) use liveness::of as liveness_of;

pub use liveness::Liveness;

use std::cell::Cell;
use std::sync::Arc;

use crate::region::Mapping;

/// Why this process could not take part in a region's locks.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AttachError {
    /// Every slot belongs to a process that lives.
    #[error(
        "{region} has {slots} participants, and all of them are alive: end one, or create the \
         region with more (`RegionOptions::participants`)"
    )]
    Full {
        /// The region's name.
        region: String,
        /// How many processes can take part.
        slots: u32,
    },
    /// There is room, but somebody who does not take part keeps a lock on the file that forbids to take
    /// it (`fcntl(2)`, `F_OFD_SETLK` or `F_SETLK`). Whoever may read the file can do that.
    #[error(
        "attaching to {region} is obstructed: a process holds read locks on the file where the \
         participants' own locks belong ({slots} slots); `/proc/locks` shows who"
    )]
    Obstructed {
        /// The region's name.
        region: String,
        /// How many slots are so blocked.
        slots: u32,
    },
    /// The lock is not inside a region that this process has mapped for writing.
    #[error("this lock is not inside a mapped region")]
    NotInARegion,
    /// The operating system reports an error.
    #[error("attaching to {region} failed")]
    Io {
        /// The region's name.
        region: String,
        /// The operating system's error.
        source: std::io::Error,
    },
}

/// What a thread remembers of its last lock.
#[derive(Clone, Copy)]
struct Hit {
    epoch: u64,
    start: usize,
    len: usize,
    owner: u32,
}

thread_local! {
    static LAST_HIT: Cell<Hit> =
        const { Cell::new(Hit { epoch: u64::MAX, start: 0, len: 0, owner: 0 }) };
}

/// The bits that name this process in a lock at `address`, if this thread remembers them.
#[inline]
pub(crate) fn known_owner_at(address: usize) -> Option<u32> {
    let hit = LAST_HIT.get();
    let is_known = hit.epoch == epoch::now() && address.wrapping_sub(hit.start) < hit.len;
    is_known.then_some(hit.owner)
}

/// The bits that name this process in a lock at `address`; attaches if need be.
pub(crate) fn owner_at(address: usize) -> Result<u32, AttachError> {
    known_owner_at(address).map_or_else(|| find_owner(address), Ok)
}

#[cold]
fn find_owner(address: usize) -> Result<u32, AttachError> {
    let mapping = Mapping::at(address).ok_or(AttachError::NotInARegion)?;
    let io = |source| AttachError::Io { region: mapping.label().to_owned(), source };
    let (epoch, mark) = epoch::begin().map_err(io)?;
    let owner = mapping.attach(mark)?.owner();
    let (start, len) = mapping.data_range();
    LAST_HIT.set(Hit { epoch, start, len, owner });
    Ok(owner)
}

/// This process's attachment to the region around `address`, for a closer look.
pub(crate) fn attachment_at(address: usize) -> Option<Arc<Attachment>> {
    Mapping::at(address)?.attached()
}
