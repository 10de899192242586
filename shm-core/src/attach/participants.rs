//! The participants: which process is behind which slot. A section of the file that exists where
//! the schema has locks; `docs/format.md` specifies it.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicU64};

use crate::protocol::lock::GENERATION;

/// One participant, as it lies in the file. The pid and what follows mean something while `state`
/// is [`ATTACHED`]. An entry is written only by whoever holds the slot's byte lock.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Entry {
    state: AtomicU32,
    generation: AtomicU32,
    pid: AtomicU32,
    time_namespace: AtomicU32,
    start_time: AtomicU64,
    pid_namespace: AtomicU64,
    name: [AtomicU64; 4],
}

/// The size of an entry in the file.
pub(crate) const ENTRY_SIZE: usize = size_of::<Entry>();
const _: () = assert!(ENTRY_SIZE == 64);

/// The slot belongs to a process.
const ATTACHED: u32 = 1;

/// Who a process is, for ever and everywhere on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) pid: u32,
    pub(crate) start_time: u64,
    pub(crate) pid_namespace: u64,
    /// Start times are shifted in it; 0 where the kernel has no such namespaces.
    pub(crate) time_namespace: u32,
    /// As `ps` shows it, at most 32 bytes, filled up with NULs.
    pub(crate) name: [u8; 32],
}

impl Identity {
    /// Who need not be told from anybody.
    pub(crate) const NOBODY: Self =
        Self { pid: 0, start_time: 0, pid_namespace: 0, time_namespace: 0, name: [0; 32] };

    /// Whether process numbers and start times mean the same to both.
    pub(crate) fn is_comparable(&self, other: &Self) -> bool {
        self.pid_namespace == other.pid_namespace && self.time_namespace == other.time_namespace
    }
}

impl Entry {
    /// The process behind this slot and the slot's generation, if there is one.
    pub(crate) fn occupant(&self) -> Option<(Identity, u32)> {
        // Acquire: pairs with the Release in `occupy`.
        if self.state.load(Acquire) != ATTACHED {
            return None;
        }
        let mut name = [0; 32];
        for (bytes, word) in name.chunks_exact_mut(8).zip(&self.name) {
            bytes.copy_from_slice(&word.load(Relaxed).to_ne_bytes());
        }
        let identity = Identity {
            pid: self.pid.load(Relaxed),
            start_time: self.start_time.load(Relaxed),
            pid_namespace: self.pid_namespace.load(Relaxed),
            time_namespace: self.time_namespace.load(Relaxed),
            name,
        };
        Some((identity, self.generation.load(Relaxed) & GENERATION))
    }

    /// Puts a process into the slot, whose byte lock the caller holds; returns the new generation.
    /// Killed half way, it leaves a slot that belongs to nobody.
    pub(crate) fn occupy(&self, identity: &Identity) -> u32 {
        self.vacate();
        crate::fault::point("attach: slot vacated");
        let generation = self.generation.load(Relaxed).wrapping_add(1) & GENERATION;
        self.generation.store(generation, Relaxed);
        self.pid.store(identity.pid, Relaxed);
        self.time_namespace.store(identity.time_namespace, Relaxed);
        self.start_time.store(identity.start_time, Relaxed);
        self.pid_namespace.store(identity.pid_namespace, Relaxed);
        for (bytes, word) in identity.name.chunks_exact(8).zip(&self.name) {
            word.store(u64::from_ne_bytes(bytes.try_into().expect("eight bytes")), Relaxed);
        }
        crate::fault::point("attach: slot written");
        // Release: pairs with the Acquire in `occupant`.
        self.state.store(ATTACHED, Release);
        generation
    }

    /// Empties the slot, whose byte lock the caller holds.
    pub(crate) fn vacate(&self) {
        self.state.store(0, Release);
    }
}
