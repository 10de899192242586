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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LockWords {
    Mutex(usize),
    RwLock(Seats),
}

/// A lock in a region.
pub(super) enum AnyLock<'a> {
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

    #[inline]
    pub(super) fn of<A: CanWrite>(self, memory: Memory<'_, A>) -> AnyLock<'_> {
        match self {
            Self::Mutex(word) => AnyLock::Mutex(memory.lock(word)),
            Self::RwLock(seats) => AnyLock::RwLock(raw_rwlock(memory, seats)),
        }
    }
}

/// The `RwLock` with these words.
pub(super) fn raw_rwlock<A: CanWrite>(memory: Memory<'_, A>, seats: Seats) -> RawRwLock<'_> {
    let Seats { turnstile, dirty, seats, count } = seats;
    let word = |offset| &memory.atomics(offset as usize, 1)[0];
    RawRwLock::new(word(turnstile), word(dirty), memory.atomics(seats as usize, count as usize))
}

impl<'a> AnyLock<'a> {
    pub(super) fn lock(self, deadline: Option<Instant>) -> Acquired<'a> {
        match self {
            Self::Mutex(lock) => mutex(lock.lock(deadline)),
            Self::RwLock(lock) => writing(lock.write(deadline)),
        }
    }

    /// Whether this thread holds it; an `RwLock`, for writing.
    #[inline]
    pub(super) fn is_held_here(&self) -> bool {
        match self {
            Self::Mutex(lock) => lock.is_held_here(),
            Self::RwLock(lock) => lock.is_written_here(),
        }
    }

    #[inline]
    pub(super) fn try_lock(self) -> Acquired<'a> {
        match self {
            Self::Mutex(lock) => mutex(lock.try_lock()),
            Self::RwLock(lock) => writing(lock.try_write()),
        }
    }
}

/// What a thread does that has a lock, and has given up what it got when it took it.
impl AnyLock<'_> {
    /// Unlocks; `None` if this thread does not hold the lock, `false` if it was no longer this process's.
    #[inline]
    pub(super) fn release_here(self) -> Option<bool> {
        match self {
            Self::Mutex(lock) => lock.unlock_here(),
            Self::RwLock(lock) => lock.stop_writing_here(),
        }
    }

    /// Marks the value as whole again; `false` if this thread does not hold the lock.
    pub(super) fn mark_consistent_here(self) -> bool {
        match self {
            Self::Mutex(lock) => lock.clear_poison_here(),
            Self::RwLock(lock) => lock.mark_whole_here(),
        }
    }

    /// Whether a holder died or panicked, and the value has not been repaired since.
    pub(super) fn owner_died(&self) -> bool {
        match self {
            Self::Mutex(lock) => lock.is_poisoned(),
            Self::RwLock(lock) => !lock.is_whole(),
        }
    }
}

impl DynHeld<'_> {
    /// Leaves the unlocking to [`AnyLock::release_here`].
    #[inline]
    pub(super) fn keep(self) {
        match self {
            Self::Mutex(held) => drop(held.into_token()),
            Self::RwLock(writing) => drop(writing.into_token()),
        }
    }

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
