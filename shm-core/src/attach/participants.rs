//! The participants: the process in each slot. A section of the file that exists if the schema has
//! locks; `docs/format.md` specifies it.

use std::mem::offset_of;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU32, AtomicU64};

use crate::protocol::lock::GENERATION;
use crate::protocol::{Hardware, participant};
use crate::sys;

/// One participant, as stored in the file. The pid and the fields after it are valid while `state` is
/// [`ATTACHED`](participant::ATTACHED). An entry is written only by the holder of the slot's byte lock.
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

/// The identity of a process, unique for ever on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) pid: u32,
    pub(crate) start_time: u64,
    pub(crate) pid_namespace: u64,
    /// The namespace shifts start times; 0 where the kernel has no time namespaces.
    pub(crate) time_namespace: u32,
    /// As `ps` shows it, at most 32 bytes, padded with NULs.
    pub(crate) name: [u8; 32],
}

impl Identity {
    /// A process that need not be distinguished from any other.
    pub(crate) const UNKNOWN: Self =
        Self { pid: 0, start_time: 0, pid_namespace: 0, time_namespace: 0, name: [0; 32] };

    /// This process. Without `/proc` it has no namespace that could be compared with another's, and only
    /// its byte of the file tells whether it is alive.
    pub(crate) fn of_this_process() -> Self {
        let known = sys::process::own_start_time().and_then(|start_time| {
            sys::process::pid_namespace().map(|pid_namespace| (start_time, pid_namespace))
        });
        let (start_time, pid_namespace) = known.unwrap_or((0, 0));
        let mut name = [0; 32];
        let shown = sys::process::name();
        let len = shown.len().min(name.len());
        name[..len].copy_from_slice(&shown.as_bytes()[..len]);
        let (pid, time_namespace) = (std::process::id(), sys::process::time_namespace());
        Self { pid, start_time, pid_namespace, time_namespace, name }
    }

    /// Returns whether both are the same process, even if its name has changed.
    pub(crate) fn is_same_process(&self, other: &Self) -> bool {
        self.is_comparable(other) && (self.pid, self.start_time) == (other.pid, other.start_time)
    }

    /// Returns whether the process could learn its pid namespace.
    pub(crate) fn is_known(&self) -> bool {
        self.pid_namespace != 0
    }

    /// Returns whether process numbers and start times mean the same to both. They do not if a process
    /// could not learn its pid namespace.
    pub(crate) fn is_comparable(&self, other: &Self) -> bool {
        self.is_known()
            && self.pid_namespace == other.pid_namespace
            && self.time_namespace == other.time_namespace
    }
}

impl Entry {
    /// A private copy of an entry, from its bytes in a file.
    pub(crate) fn copied(bytes: &[u8; ENTRY_SIZE]) -> Self {
        let half = |at: usize| {
            AtomicU32::new(u32::from_ne_bytes(std::array::from_fn(|byte| bytes[at + byte])))
        };
        let whole = |at: usize| {
            AtomicU64::new(u64::from_ne_bytes(std::array::from_fn(|byte| bytes[at + byte])))
        };
        Self {
            state: half(offset_of!(Self, state)),
            generation: half(offset_of!(Self, generation)),
            pid: half(offset_of!(Self, pid)),
            time_namespace: half(offset_of!(Self, time_namespace)),
            start_time: whole(offset_of!(Self, start_time)),
            pid_namespace: whole(offset_of!(Self, pid_namespace)),
            name: std::array::from_fn(|word| whole(offset_of!(Self, name) + 8 * word)),
        }
    }

    /// The process in this slot and the slot's generation, if there is one.
    pub(crate) fn occupant(&self) -> Option<(Identity, u32)> {
        participant::occupant::<Hardware, _>(&self.state, || {
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
            (identity, self.generation.load(Relaxed) & GENERATION)
        })
    }

    /// Returns whether the slot belongs to a process.
    pub(crate) fn names(&self, process: &Identity) -> bool {
        self.occupant().is_some_and(|(occupant, _)| occupant.is_same_process(process))
    }

    /// Puts a process into the slot, whose byte lock the caller holds; returns the new generation. If
    /// killed half-way, it leaves a slot without an owner.
    pub(crate) fn occupy(&self, identity: &Identity) -> u32 {
        participant::occupy::<Hardware, _>(&self.state, || {
            let generation = self.generation.load(Relaxed).wrapping_add(1) & GENERATION;
            self.generation.store(generation, Relaxed);
            self.pid.store(identity.pid, Relaxed);
            self.time_namespace.store(identity.time_namespace, Relaxed);
            self.start_time.store(identity.start_time, Relaxed);
            self.pid_namespace.store(identity.pid_namespace, Relaxed);
            for (bytes, word) in identity.name.chunks_exact(8).zip(&self.name) {
                word.store(u64::from_ne_bytes(bytes.try_into().expect("eight bytes")), Relaxed);
            }
            generation
        })
    }

    /// Empties the slot, whose byte lock the caller holds.
    pub(crate) fn vacate(&self) {
        participant::vacate::<Hardware>(&self.state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_that_do_not_know_their_namespace_cannot_be_compared_by_number() {
        let known = Identity { pid: 7, pid_namespace: 4711, ..Identity::UNKNOWN };
        assert!(known.is_comparable(&known));
        let unknown = Identity { pid: 7, ..Identity::UNKNOWN };
        assert!(!unknown.is_comparable(&unknown) && !unknown.is_comparable(&known));
    }
}
