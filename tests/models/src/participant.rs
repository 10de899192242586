//! The common parts of the models of a participant's slot: a slot in loom's memory, and flawed copies of
//! the protocol.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use loom::sync::atomic::fence;
use shm_core::protocol::Word;
use shm_core::protocol::participant::{self, ATTACHED};

use crate::{Loom, LoomU32};

/// The occupant of a slot: a generation, and a number that goes with it.
pub type Who = (u32, u32);

/// A slot.
#[derive(Debug)]
pub struct Slot {
    state: LoomU32,
    generation: LoomU32,
    number: LoomU32,
}

/// A way to get the protocol wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// None: the copy of the protocol below is a true one.
    None,
    /// The state is stored Relaxed.
    StateIsRelaxed,
    /// The state is stored before the rest.
    StateComesFirst,
    /// No fence after the load of the state.
    OccupantIsNotFenced,
    /// A slot is written without being vacated first.
    NotVacatedFirst,
    /// A slot is vacated by a relaxed store.
    VacatingIsRelaxed,
}

impl Default for Slot {
    fn default() -> Self {
        Self { state: LoomU32::new(0), generation: LoomU32::new(0), number: LoomU32::new(0) }
    }
}

impl Slot {
    /// Takes the slot, by the library's protocol or a flawed copy.
    pub fn occupy(&self, who: Who, flaw: Option<Flaw>) {
        let Some(flaw) = flaw else {
            return participant::occupy::<Loom, _>(&self.state, || self.write(who));
        };
        if flaw == Flaw::StateComesFirst {
            self.state.store(ATTACHED, Release);
            return self.write(who);
        }
        if flaw != Flaw::NotVacatedFirst {
            self.vacate(Some(flaw));
        }
        self.write(who);
        self.state.store(ATTACHED, if flaw == Flaw::StateIsRelaxed { Relaxed } else { Release });
    }

    /// Takes the slot, and is killed half way.
    pub fn occupy_and_die(&self, who: Who, flaw: Option<Flaw>) {
        // The library's own code must come by here before it writes: see the unit tests.
        if flaw != Some(Flaw::NotVacatedFirst) {
            self.vacate(flaw);
        }
        self.generation.store(who.0, Relaxed);
    }

    /// Returns the occupant of the slot.
    pub fn occupant(&self, flaw: Option<Flaw>) -> Option<Who> {
        let Some(flaw) = flaw else {
            return participant::occupant::<Loom, _>(&self.state, || self.read());
        };
        let seen = self.state.load(Relaxed);
        if flaw != Flaw::OccupantIsNotFenced {
            fence(Acquire);
        }
        (seen == ATTACHED).then(|| self.read())
    }

    /// Vacates the slot.
    pub fn vacate(&self, flaw: Option<Flaw>) {
        match flaw {
            None => participant::vacate::<Loom>(&self.state),
            Some(Flaw::VacatingIsRelaxed) => self.state.store(0, Relaxed),
            Some(_) => self.state.store(0, Release),
        }
    }

    fn write(&self, (generation, number): Who) {
        self.generation.store(generation, Relaxed);
        self.number.store(number, Relaxed);
    }

    fn read(&self) -> Who {
        (self.generation.load(Relaxed), self.number.load(Relaxed))
    }
}
