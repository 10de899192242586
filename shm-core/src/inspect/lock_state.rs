//! [`LockState`]: who holds a lock, seen from outside.

use super::observer::Observer;
use super::participant::Participant;
use crate::attach::Liveness;
use crate::protocol::lock;
use crate::region::Mapping;

/// What the word of a lock says at one moment, and what is known of whoever it names. Nothing was
/// taken, and nobody was kept waiting, to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockState {
    /// Who holds the lock; `None` if it is free.
    pub holder: Option<Holder>,
    /// Whether a holder died or panicked, and nobody has said since that all is whole again.
    pub is_poisoned: bool,
    /// Whether somebody may be asleep who waits for it.
    pub has_sleepers: bool,
}

/// Whom the word of a lock names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// The slot of the participant.
    pub slot: u32,
    /// The process that has the slot, if it is the one that took the lock: a slot goes to another
    /// process after a death only.
    pub process: Option<Participant>,
}

impl Holder {
    /// Whether the holder lives. The lock of a dead one can be taken over, which its next locker does.
    #[must_use]
    pub fn liveness(&self) -> Liveness {
        self.process.as_ref().map_or(Liveness::Dead, |process| process.liveness)
    }
}

impl LockState {
    /// What a word says, which is that of a lock in this mapping.
    pub(crate) fn of(word: u32, mapping: &Mapping) -> Self {
        let holder = lock::slot_of(word).map(|(slot, generation)| {
            let process = process(slot, mapping).filter(|found| found.generation == generation);
            Holder { slot, process }
        });
        Self {
            holder,
            is_poisoned: word & lock::POISONED != 0,
            has_sleepers: word & lock::SLEEPERS != 0,
        }
    }
}

fn process(slot: u32, mapping: &Mapping) -> Option<Participant> {
    let table = mapping.participants()?;
    let entry = table.entry(slot)?;
    let (file, region) = (|| mapping.file_of_participants(), || table.mapped_file());
    Participant::look(slot, entry, &Observer::new(), file, region)
}
