//! [`Participant`]: a process that takes part in a region's locks.

use std::os::fd::BorrowedFd;

use super::observer::Observer;
use crate::attach::participants::Entry;
use crate::attach::{self, Care, Liveness};
use crate::sys::maps::MappedFile;

/// A process that has a slot among the users of a region's locks: it locked something there, and is
/// alive or died without vacating the slot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Participant {
    /// The slot. Locks name their holder by it.
    pub slot: u32,
    /// How often the slot was assigned.
    pub generation: u32,
    /// The process id in the process's own pid namespace. In another one, it may be the id of any
    /// process: see [`Participant::pid_here`].
    pub pid: u32,
    /// The process id in this process's pid namespace, which is what `kill(1)` and `ps(1)` take here.
    /// `None` if it has none, like a process outside a container seen from inside; if it is in another
    /// pid namespace and dead; or if `/proc` does not show it.
    pub pid_here: Option<u32>,
    /// The process's own pid namespace: the inode of its `/proc/PID/ns/pid`.
    pub pid_namespace: u64,
    /// Whether that is also this process's pid namespace.
    pub shares_namespace: bool,
    /// When it started, in clock ticks since boot: field 22 of `/proc/PID/stat`.
    pub start_time: u64,
    /// The name of the process, as `ps` shows it. Any user who may write the file can have written
    /// anything here: escape it before printing it to a terminal.
    pub name: String,
    /// Whether it is alive.
    pub liveness: Liveness,
}

impl Participant {
    /// Examines the process in a slot. The slots' bytes are locked in `file`; `region` is how that file
    /// is shown among the mappings of processes.
    pub(super) fn look<'f>(
        slot: u32,
        entry: &Entry,
        observer: &Observer,
        file: impl FnOnce() -> Option<BorrowedFd<'f>>,
        region: impl FnOnce() -> Option<MappedFile>,
    ) -> Option<Self> {
        let (occupant, generation) = entry.occupant()?;
        let us = &observer.identity;
        let end = occupant.name.iter().position(|byte| *byte == 0).unwrap_or(occupant.name.len());
        let liveness = attach::liveness_of(&occupant, slot, us, Care::Closely, file, region);
        Some(Self {
            slot,
            generation,
            pid: occupant.pid,
            pid_here: observer.number_of(&occupant, liveness),
            pid_namespace: occupant.pid_namespace,
            shares_namespace: occupant.is_comparable(us),
            start_time: occupant.start_time,
            name: String::from_utf8_lossy(&occupant.name[..end]).into_owned(),
            liveness,
        })
    }
}
