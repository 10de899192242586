//! The report on a lock.

use serde::Serialize;
use shm_core::inspect::{Holder, LockState, Participant};
use shm_core::layout::Role;

use crate::processes::State;

/// The state of a lock.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LockReport {
    /// `Mutex`, `RwLock`, `Semaphore`, `Barrier`, `PerProcess`, `Latest` (its writer's lock) or `Once`.
    pub(crate) kind: &'static str,
    /// Whether it is held.
    pub(crate) held: bool,
    /// Whether a holder died or panicked, and the value was not repaired since.
    pub(crate) poisoned: bool,
    /// Whether a waiter may be asleep.
    pub(crate) sleepers: bool,
    /// The holder, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) holder: Option<HolderReport>,
    /// The holder of each seat, or `null`, if it has seats.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) seats: Vec<Option<HolderReport>>,
}

/// The holder of a lock.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HolderReport {
    /// Its slot among the participants.
    pub(crate) slot: u32,
    /// Its number in this pid namespace; `null` if unknown, or if another process has its slot by
    /// now.
    pub(crate) pid: Option<u32>,
    /// Whether it is in another pid namespace, with an unknown number here.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) elsewhere: bool,
    /// Its name.
    pub(crate) name: Option<String>,
    /// Whether it is alive.
    pub(crate) state: State,
    /// Creates the report on a holder.
    #[serde(skip)]
    process: Option<Participant>,
}

impl HolderReport {
    pub(super) fn of(holder: &Holder) -> Self {
        Self {
            slot: holder.slot,
            pid: holder.process.as_ref().and_then(|process| process.pid_here),
            elsewhere: holder.process.as_ref().is_some_and(|process| process.pid_here.is_none()),
            name: holder.process.as_ref().map(|process| process.name.clone()),
            state: holder.liveness().into(),
            process: holder.process.clone(),
        }
    }

    /// Makes the holder agree with a list of participants; one that is missing, because it came later, is
    /// added.
    pub(super) fn name_by(&mut self, participants: &mut Vec<Participant>) {
        let Some(process) = &self.process else { return };
        let is_it = |known: &&Participant| {
            (known.slot, known.generation) == (process.slot, process.generation)
        };
        match participants.iter().find(is_it) {
            Some(known) => {
                (self.name, self.state) = (Some(known.name.clone()), known.liveness.into());
            }
            None => participants.push(process.clone()),
        }
    }
}

impl LockReport {
    /// Makes the holder agree with a list of participants.
    pub(super) fn name_holder(&mut self, participants: &mut Vec<Participant>) {
        for holder in self.holder.iter_mut().chain(self.seats.iter_mut().flatten()) {
            holder.name_by(participants);
        }
    }

    pub(super) fn of(role: Role, state: &LockState) -> Self {
        let holder = state.holder.as_ref().map(HolderReport::of);
        let seats: Vec<_> =
            state.seats.iter().map(|seat| seat.as_ref().map(HolderReport::of)).collect();
        Self {
            kind: role.name(),
            held: holder.is_some() || seats.iter().any(Option::is_some),
            poisoned: state.is_poisoned,
            sleepers: state.has_sleepers,
            holder,
            seats,
        }
    }
}
