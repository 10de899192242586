//! The locks that guard values, by their offsets: a `Mutex`'s, or an `RwLock`'s for writing.

use std::time::Instant;

use super::memory::Memory;
use crate::access::CanWrite;
use crate::error::LockError;
use crate::layout::Role;
use crate::protocol::lock::Found;
use crate::schema::Seats;
use crate::sync::{Held, RawLock, RawRwLock, Writing};

/// The words of a lock, counted from the start of the data.
#[derive(Clone, Copy, Debug)]
pub(super) enum LockWords {
    Mutex(usize),
    RwLock(Seats),
}

/// A lock in a region.
pub(super) enum DynLock<'a> {
    Mutex(&'a RawLock),
    RwLock(RawRwLock<'a>),
}

/// A lock that is held. Unlocks when it is dropped.
pub(super) enum DynHeld<'a> {
    Mutex(Held<'a>),
    RwLock(Writing<'a>),
}

/// The result of asking for a lock.
pub(super) type Acquired<'a> = Result<(DynHeld<'a>, Found), LockError>;

impl LockWords {
    pub(super) fn role(self) -> Role {
        match self {
            Self::Mutex(_) => Role::Mutex,
            Self::RwLock(_) => Role::RwLock,
        }
    }

    pub(super) fn of<A: CanWrite>(self, memory: Memory<'_, A>) -> DynLock<'_> {
        match self {
            Self::Mutex(word) => DynLock::Mutex(memory.lock(word)),
            Self::RwLock(Seats { turnstile, dirty, seats, count }) => {
                let word = |offset| &memory.atomics(offset as usize, 1)[0];
                let seats = memory.atomics(seats as usize, count as usize);
                DynLock::RwLock(RawRwLock::new(word(turnstile), word(dirty), seats))
            }
        }
    }
}

impl<'a> DynLock<'a> {
    pub(super) fn lock(self, deadline: Option<Instant>) -> Acquired<'a> {
        match self {
            Self::Mutex(lock) => mutex(lock.lock(deadline)),
            Self::RwLock(lock) => writing(lock.write(deadline)),
        }
    }

    /// Whether this thread holds it; an `RwLock`, for writing.
    pub(super) fn is_held_here(&self) -> bool {
        match self {
            Self::Mutex(lock) => lock.is_held_here(),
            Self::RwLock(lock) => lock.is_written_here(),
        }
    }

    pub(super) fn try_lock(self) -> Acquired<'a> {
        match self {
            Self::Mutex(lock) => mutex(lock.try_lock()),
            Self::RwLock(lock) => writing(lock.try_write()),
        }
    }
}

impl DynHeld<'_> {
    pub(super) fn owner_died(&self) -> bool {
        match self {
            Self::Mutex(held) => held.owner_died(),
            Self::RwLock(writing) => writing.owner_died(),
        }
    }

    pub(super) fn mark_consistent(&self) {
        match self {
            Self::Mutex(held) => held.clear_poison(),
            Self::RwLock(writing) => writing.mark_whole(),
        }
    }
}

fn mutex(acquired: Result<(Held<'_>, Found), LockError>) -> Acquired<'_> {
    acquired.map(|(held, found)| (DynHeld::Mutex(held), found))
}

fn writing(acquired: Result<(Writing<'_>, Found), LockError>) -> Acquired<'_> {
    acquired.map(|(writing, found)| (DynHeld::RwLock(writing), found))
}
