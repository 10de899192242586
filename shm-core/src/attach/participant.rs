//! [`Participant`]: a process that takes part in a region's locks.

use std::os::fd::BorrowedFd;

use super::liveness::{self, Care, Liveness};
use super::observer::Observer;
use super::participants::{Entry, Identity};
use crate::sys::maps::MappedFile;

/// A process that has a slot among the users of a region's locks: it locked something there, and is
/// alive or died without vacating the slot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Participant {
    /// The slot. Locks name their holder by it.
    pub slot: u32,
    /// The number of times that the slot was assigned.
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
    pub(crate) fn look<'f>(
        slot: u32,
        entry: &Entry,
        observer: &Observer,
        file: impl FnOnce() -> Option<BorrowedFd<'f>>,
        region: impl FnOnce() -> Option<MappedFile>,
    ) -> Option<Self> {
        let (occupant, generation) = entry.occupant()?;
        let us = &observer.identity;
        let liveness = liveness::of(&occupant, slot, us, Care::Closely, file, region);
        Some(Self::of(slot, generation, &occupant, liveness, observer))
    }

    /// This process, in a slot of memory that no other process has.
    pub(crate) fn this(slot: u32, generation: u32) -> Self {
        let observer = Observer::new();
        Self::of(slot, generation, &observer.identity, Liveness::Alive, &observer)
    }

    fn of(
        slot: u32,
        generation: u32,
        process: &Identity,
        liveness: Liveness,
        observer: &Observer,
    ) -> Self {
        let end = process.name.iter().position(|byte| *byte == 0).unwrap_or(process.name.len());
        Self {
            slot,
            generation,
            pid: process.pid,
            pid_here: observer.number_of(process, liveness),
            pid_namespace: process.pid_namespace,
            shares_namespace: process.is_comparable(&observer.identity),
            start_time: process.start_time,
            name: String::from_utf8_lossy(&process.name[..end]).into_owned(),
            liveness,
        }
    }
}
