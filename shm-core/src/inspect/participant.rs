//! [`Participant`]: a process that takes part in a region's locks.

use std::os::fd::BorrowedFd;

use crate::attach::participants::{Entry, Identity};
use crate::attach::{self, Liveness};

/// A process that has a slot among those who use a region's locks: one that locked something in it,
/// and lives, or died without giving the slot back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Participant {
    /// The slot. Locks name their holder by it.
    pub slot: u32,
    /// How often the slot was given out.
    pub generation: u32,
    /// The process id, in the process's own pid namespace.
    pub pid: u32,
    /// That namespace: the inode of its `/proc/PID/ns/pid`.
    pub pid_namespace: u64,
    /// Whether it is this process's pid namespace, too.
    pub shares_namespace: bool,
    /// When it started, in clock ticks since boot: field 22 of `/proc/PID/stat`.
    pub start_time: u64,
    /// What the process is called, as `ps` shows it. Anybody who may write the file can have written
    /// anything here: escape it before it goes to a terminal.
    pub name: String,
    /// Whether it lives.
    pub liveness: Liveness,
}

impl Participant {
    /// Looks after whoever has a slot; `file` is where the slots' bytes are locked.
    pub(super) fn look<'f>(
        slot: u32,
        entry: &Entry,
        us: &Identity,
        file: impl FnOnce() -> Option<BorrowedFd<'f>>,
    ) -> Option<Self> {
        let (occupant, generation) = entry.occupant()?;
        let end = occupant.name.iter().position(|byte| *byte == 0).unwrap_or(occupant.name.len());
        Some(Self {
            slot,
            generation,
            pid: occupant.pid,
            pid_namespace: occupant.pid_namespace,
            shares_namespace: occupant.is_comparable(us),
            start_time: occupant.start_time,
            name: String::from_utf8_lossy(&occupant.name[..end]).into_owned(),
            liveness: attach::liveness_of(&occupant, slot, us, file),
        })
    }
}

/// Who is looking. Without `/proc` nobody's process numbers can be told from ours, and byte locks
/// alone say who lives.
pub(super) fn observer() -> Identity {
    Identity::of_this_process()
}
