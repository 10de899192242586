//! The semaphore: [robust locks](super::lock) in a row, one for each permit, and the word of an
//! [event](super::notify) that counts the permits that were given back.
//!
//! | step | seats | `freed` | ordering | partner |
//! | --- | --- | --- | --- | --- |
//! | acquire, at once | one, 0 to me | | AcqRel | the Release of its last owner |
//! | acquire | a ticket first, then: any free one to me; or a dead owner's to me | waited for | as a lock | as a lock |
//! | release | one, me to 0 | counted after that, wakes one | Release | the Acquire of the next owner |
//!
//! A permit belongs to the process that its seat names, and dies with it: a waiter takes it over, and is
//! told. A waiter looks for the dead at first, and after each nap in which nothing happened. A process
//! that dies between giving back and waking leaves waiters asleep, until their nap is over.
//!
//! A waiter that is woken and finds that another was faster takes a new ticket and waits again. One that gives up
//! after it was woken looks at all seats once more, so that no free permit is left behind; and whoever was
//! faster wakes the next waiter.

use std::time::Duration;

use super::Machine;
use super::lock::{self, Found, Owners, Unlocked};
use super::notify;
use super::sleep::{OneNap, Sleep, Who};
use crate::fault;

/// The longest sleep without looking for dead owners.
pub const LONGEST_NAP: Duration = Duration::from_millis(20);

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
pub struct Taken {
    /// The index of its seat.
    pub index: u32,
    /// Whether its last owner died with it.
    pub inherited: bool,
}

impl<M: Machine> Words<'_, M> {
    /// Takes the permit `first`, counted modulo their number, if it is free: the complete uncontended
    /// acquisition.
    #[inline]
    pub fn acquire_at_once(&self, first: u32, me: u32) -> Option<Taken> {
        let index = first % self.seats.len() as u32;
        let is_taken = lock::take::<M>(&self.seats[index as usize], me);
        is_taken.then_some(Taken { index, inherited: false })
    }

    /// Takes a free permit.
    pub fn try_acquire(&self, first: u32, me: u32) -> Option<Taken> {
        self.find(first, me, |seat| lock::try_lock::<M>(seat, me))
    }

    /// Takes a permit, waiting until the time is up.
    pub fn acquire<K: Sleep<M>>(
        &self,
        first: u32,
        me: u32,
        owners: &impl Owners,
        kernel: &K,
    ) -> Option<Taken> {
        let mut suspicious = true;
        loop {
            // Before the look: what is given back after it changes the count.
            let ticket = notify::ticket::<M>(self.freed);
            let is_last = kernel.left().is_zero();
            if let Some(taken) = self.try_acquire(first, me) {
                return Some(taken);
            }
            if suspicious || is_last {
                let taken =
                    self.find(first, me, |seat| lock::lock_unless_alive::<M>(seat, me, owners));
                if taken.is_some() {
                    return taken;
                }
            }
            if is_last {
                return None;
            }
            fault::point("semaphore: no permit is free");
            let nap = OneNap::new(kernel, LONGEST_NAP);
            suspicious = !notify::wait::<M>(self.freed, ticket, &nap);
            fault::point("semaphore: awake again");
        }
    }

    /// Gives a permit back. Returns `false` if it was no longer this owner's.
    #[inline]
    pub fn release(&self, index: u32, me: u32, kernel: &impl Sleep<M>) -> bool {
        if lock::unlock::<M>(&self.seats[index as usize], me, false, kernel) == Unlocked::Lost {
            return false;
        }
        fault::point("semaphore: released, not counted");
        notify::notify::<M>(self.freed, Who::One, kernel);
        true
    }

    /// The first permit that `take` takes, beginning with this one.
    fn find(&self, first: u32, me: u32, take: impl Fn(&M::U32) -> Option<Found>) -> Option<Taken> {
        let count = self.seats.len() as u32;
        let first = first % count;
        (first..count).chain(0..first).find_map(|index| {
            let seat = &self.seats[index as usize];
            let inherited = take(seat)? == Found::Poisoned;
            if inherited {
                fault::point("semaphore: inherited");
                lock::clear_poison::<M>(seat, me);
            }
            Some(Taken { index, inherited })
        })
    }
}
