//! The semaphore: [robust locks](super::lock) in a row, one for each permit, and the word of an
//! [event](super::notify) that counts the permits that were given back.
//!
//! | step | seats | `freed` | ordering | partner |
//! | --- | --- | --- | --- | --- |
//! | acquire, at once | one, 0 to me | | AcqRel | the Release of its last owner |
//! | acquire | any free one to me, or a dead owner's; sleepers if this process slept | a ticket, before that | as a lock | as a lock |
//! | before sleeping | all: held, to held, sleepers | waited for | Relaxed | none: it is part of the word |
//! | give up after sleeping | as before sleeping | | Relaxed | |
//! | release, no sleepers | one, me to 0 | | Release | the Acquire of the next owner |
//! | release, sleepers | one, me to 0 | counted after that, wakes one | Release | as above, and the ticket |
//!
//! No wake-up is lost: a waiter sleeps only after it has found every seat held, and has raised the flag
//! on each, all since its ticket. A seat that is given back later counts, and then the ticket is old. A waiter that was
//! woken takes its seat with the flag up, since others may sleep. If another process was faster, it raises the
//! flag again, also when it gives up: the wake may have been meant for another.
//!
//! A permit belongs to the process that its seat names, and dies with it: a waiter takes it over, and is
//! told. A waiter checks owners at first, and after each nap in which nothing happened. A process
//! that dies between giving back and waking leaves waiters asleep, until their nap is over.

use std::sync::atomic::Ordering::Relaxed;

use super::lock::{self, Found, OWNER, Owners, SLEEPERS};
use super::notify;
use super::sleep::{Naps, OneNap, Sleep, Who};
use super::{Machine, Word};
use crate::fault;

/// The words of a semaphore. There is at least one seat.
#[derive(Debug)]
pub struct Words<'a, M: Machine> {
    /// The event.
    pub freed: &'a M::U32,
    /// One for each permit.
    pub seats: &'a [M::U32],
}

impl<M: Machine> Clone for Words<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for Words<'_, M> {}

/// A permit that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acquired {
    /// The index of its seat.
    pub index: u32,
    /// Whether its last owner died with it.
    pub inherited: bool,
}

impl<M: Machine> Words<'_, M> {
    /// Takes the permit `first`, counted modulo their number, if it is free: the complete uncontended
    /// acquisition.
    #[inline]
    pub fn acquire_at_once(&self, first: u32, me: u32) -> Option<Acquired> {
        let index = first % self.seats.len() as u32;
        let is_taken = lock::acquire::<M>(&self.seats[index as usize], me);
        is_taken.then_some(Acquired { index, inherited: false })
    }

    /// Takes a free permit.
    pub fn try_acquire(&self, first: u32, me: u32) -> Option<Acquired> {
        self.find(first, me, |seat| lock::try_lock::<M>(seat, me))
    }

    /// Takes a permit, waiting until the time is up.
    pub fn acquire<K: Sleep<M>>(
        &self,
        first: u32,
        me: u32,
        owners: &impl Owners,
        kernel: &K,
    ) -> Option<Acquired> {
        lock::spin_while_held::<M>(self.seats);
        let mut naps = Naps::between_checks_of(self.seats.len());
        let (mut slept, mut suspicious) = (0, true);
        loop {
            // Before the look: what is given back after it changes the count.
            let ticket = notify::ticket::<M>(self.freed);
            let is_last = kernel.left().is_zero();
            let free = self.find(first, me, |seat| lock::try_lock::<M>(seat, me | slept));
            if let Some(taken) = free.or_else(|| {
                (suspicious || is_last).then(|| self.inherit(first, me, slept, owners))?
            }) {
                return Some(taken);
            }
            suspicious = false;
            if is_last && slept == 0 {
                return None;
            }
            if !self.announce_sleep() {
                continue;
            }
            if is_last {
                return None;
            }
            fault::point("semaphore: about to sleep");
            let nap = OneNap::new(kernel, naps.nap());
            suspicious = !notify::wait::<M>(self.freed, ticket, &nap);
            fault::point("semaphore: awake again");
            slept = SLEEPERS;
        }
    }

    /// Takes the permit of a dead owner; `slept` is the flag, if this process has slept.
    pub fn inherit(
        &self,
        first: u32,
        me: u32,
        slept: u32,
        owners: &impl Owners,
    ) -> Option<Acquired> {
        self.find(first, me, |seat| lock::lock_unless_alive::<M>(seat, me | slept, owners))
    }

    /// Raises the sleepers' flag on every seat, so that their owners wake a sleeper. Returns `false` if a
    /// seat is free, or was when it was looked at.
    #[must_use]
    pub fn announce_sleep(&self) -> bool {
        self.seats.iter().all(|seat| {
            let seen = seat.load(Relaxed);
            seen & OWNER != 0 && lock::announce_sleep::<M>(seat, seen)
        })
    }

    /// Gives a permit back. Returns `false` if it was no longer this owner's.
    #[inline]
    pub fn release(&self, index: u32, me: u32, kernel: &impl Sleep<M>) -> bool {
        let seat = &self.seats[index as usize];
        lock::release::<M>(seat, me) || self.release_contended(seat, me, kernel)
    }

    /// Gives back a permit for which others wait, or that was lost.
    #[cold]
    fn release_contended(&self, seat: &M::U32, me: u32, kernel: &impl Sleep<M>) -> bool {
        let Some(seen) = lock::free::<M>(seat, me, false) else { return false };
        if seen & SLEEPERS != 0 {
            fault::point("semaphore: released, not counted");
            notify::notify::<M>(self.freed, Who::One, kernel);
        }
        true
    }

    /// The first permit that `take` takes, beginning with this one.
    fn find(
        &self,
        first: u32,
        me: u32,
        take: impl Fn(&M::U32) -> Option<Found>,
    ) -> Option<Acquired> {
        let count = self.seats.len() as u32;
        let first = first % count;
        (first..count).chain(0..first).find_map(|index| {
            let seat = &self.seats[index as usize];
            let inherited = take(seat)? == Found::Poisoned;
            if inherited {
                fault::point("semaphore: inherited");
                lock::clear_poison::<M>(seat, me);
            }
            Some(Acquired { index, inherited })
        })
    }
}

#[cfg(test)]
mod tests;
