//! The known facts about a lock's owners: the registry knows the process that the word names.

use std::cell::Cell;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use super::kernel::Wait;
use crate::attach::Care;
use crate::protocol::lock::Owners;
use crate::protocol::sleep::{Naps, Sleep as _};
use crate::registry;

/// The time after the first check of an owner in which most owners unlock, so that a close check is not
/// worth its price.
const TRUST: Duration = Duration::from_millis(1);

/// The owners of one lock, while one thread waits for it.
pub(super) struct KnownOwners<'a> {
    word: &'a AtomicU32,
    kernel: &'a Wait,
    /// The checks until now.
    rounds: Cell<Option<Rounds>>,
}

/// Rounds of checks: a waiter for one of several owners checks one after the other.
#[derive(Clone, Copy)]
struct Rounds {
    /// The owner that is checked first in each.
    first: u32,
    /// The time from which on a round is a close one; `None` until the second check: the first one is
    /// not worth a look at the clock.
    next_close: Option<Instant>,
    /// A close round has begun, and lasts until then.
    close_until: Option<Instant>,
}

impl<'a> KnownOwners<'a> {
    pub(super) fn new(word: &'a AtomicU32, kernel: &'a Wait) -> Self {
        Self { word, kernel, rounds: Cell::new(None) }
    }

    /// The care with which an owner is to be checked now: most checks are a single system call.
    fn care(&self, owner: u32) -> Care {
        let rounds = match self.rounds.get() {
            None => Rounds { first: owner, next_close: None, close_until: None },
            Some(rounds) => rounds.at(Instant::now(), owner),
        };
        self.rounds.set(Some(rounds));
        let is_last = || self.kernel.left().is_zero();
        if rounds.close_until.is_some() || is_last() { Care::Closely } else { Care::Glance }
    }
}

impl Rounds {
    /// After a check of this owner.
    fn at(self, now: Instant, owner: u32) -> Self {
        let Some(next_close) = self.next_close else {
            return Self { next_close: Some(now + TRUST), ..self };
        };
        // The first one may be gone, so that no round begins with it.
        let begins = owner == self.first || now > next_close + Naps::LONGEST;
        if begins && next_close <= now {
            let close_until = Some(now + TRUST);
            return Self { first: owner, next_close: Some(now + Naps::LONGEST), close_until };
        }
        let close_until = self.close_until.filter(|end| !begins && now <= *end);
        Self { close_until, ..self }
    }
}

impl Owners for KnownOwners<'_> {
    #[cold]
    fn is_dead(&self, owner: u32) -> bool {
        registry::is_dead(self.word, owner, self.care(owner))
    }

    #[cold]
    fn is_this_thread(&self) -> bool {
        registry::is_held_here(self.word)
    }
}
