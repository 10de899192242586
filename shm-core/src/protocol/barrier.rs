//! The barrier: [robust locks](super::lock) in a row, one for each member; for each, the phase in which
//! it has arrived; the state, which says how the phases ended; and the word of an
//! [event](super::notify), on which members sleep.
//!
//! A phase ends by one store to `state`, whatever dies around it:
//!
//! | a phase | `state` | the next phase |
//! | --- | --- | --- |
//! | begins | `p`, a multiple of 2 | |
//! | is complete: every member has arrived | `p + 2` | begins |
//! | is broken: a member died before it arrived, gave up, or aborted | `p + 1` | is broken as well |
//! | is reset, broken or not | `p + 4` | begins |
//!
//! | step | words | ordering | partner |
//! | --- | --- | --- | --- |
//! | join | a free seat to me, or a dead member's; then `arrived` to 0 | as a lock; Relaxed | as a lock |
//! | leave | the seat, me to 0 | Release | the Acquire of the next member |
//! | arrive | `arrived` of my seat to `p` + 1; then `state` + 0 | Release; AcqRel | the looks at `arrived`; the same step of the others |
//! | complete | all `arrived` are `p` + 1 (Acquire): `state`, `p` to `p + 2`; counts `phase`, wakes all | AcqRel; Release | the loads of `state` |
//! | break | `state`, `p` to `p + 1`; counts `phase`, wakes all | AcqRel; Release | the loads of `state` |
//! | wait | a ticket of `phase`, then a load of `state` | Acquire | complete, break, reset |
//!
//! **Some member completes the phase.** Each adds 0 to `state` after it has said that it arrived, and so
//! synchronises with those that added before: the last to add finds every arrival. If it dies
//! before it completes the phase, another does, when its nap is over.
//!
//! **Each waiter learns how its phase ended**, however late it looks. Its phase `p` is complete at most
//! once, and no later one is complete without it. So `state - p`, modulo 4, is 2 or 3 if the phase was
//! complete, whatever has been broken and reset since, and 0 or 1 if it was not.
//!
//! **A dead member that has arrived** does not break the phase: it did what the others wait for. The next
//! phase is broken. A process that takes a dead member's seat breaks the phase first if that
//! member had not arrived, or just after it has the seat, where its own death would be noticed.
//!
//! A member cannot leave or join while it waits, so the word `arrived` of a seat that changes hands is of
//! an earlier phase, or of a broken one.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use super::lock::{self, Found, OWNER, Owners};
use super::notify;
use super::sleep::{Naps, OneNap, Sleep, Who};
use super::{Machine, Word};
use crate::fault;

/// The bit of `state` of a broken phase; in `arrived`, set in every phase.
pub const BROKEN: u32 = 1;
/// Added to `state` by a phase that is complete.
const COMPLETE: u32 = 2;
/// Added to the first state of a phase by its reset.
const RESET: u32 = 4;

/// The words of a barrier. There is at least one seat, and as many arrivals.
#[derive(Debug)]
pub struct Words<'a, M: Machine> {
    /// The state.
    pub state: &'a M::U32,
    /// The event.
    pub phase: &'a M::U32,
    /// One for each member.
    pub seats: &'a [M::U32],
    /// The phase in which the member of each seat has arrived, plus one.
    pub arrived: &'a [M::U32],
}

impl<M: Machine> Clone for Words<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for Words<'_, M> {}

/// The end of a member's wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All members have arrived. One of them at most is told that it completed the phase.
    Complete {
        /// Whether it was this member.
        here: bool,
    },
    /// The phase is broken.
    Broken,
    /// This member's time was up, which broke the phase.
    TimeUp,
    /// The seat is another process's.
    Lost,
}

impl<M: Machine> Words<'_, M> {
    /// Takes a seat: a free one, or that of a dead member. Returns its index.
    pub fn join(&self, me: u32, owners: &impl Owners, kernel: &impl Sleep<M>) -> Option<u32> {
        let (index, found) = self
            .find(|seat| lock::try_lock::<M>(seat, me))
            .or_else(|| self.find(|seat| lock::lock_unless_alive::<M>(seat, me, owners)))?;
        let seat = index as usize;
        fault::point("barrier: has a seat");
        if found == Found::Poisoned {
            let phase = self.state.load(Acquire);
            if !self.has_arrived(seat, phase) {
                self.break_phase(phase, kernel);
            }
            lock::clear_poison::<M>(&self.seats[seat], me);
        }
        self.arrived[seat].store(0, Relaxed);
        Some(index)
    }

    /// Gives the seat up. Returns `false` if it was another process's.
    pub fn leave(&self, index: u32, me: u32) -> bool {
        lock::free::<M>(&self.seats[index as usize], me, false).is_some()
    }

    /// Arrives, and waits until the phase has ended or the time is up.
    pub fn wait<K: Sleep<M>>(
        &self,
        index: u32,
        me: u32,
        owners: &impl Owners,
        kernel: &K,
    ) -> Ended {
        let seat = index as usize;
        if self.seats[seat].load(Relaxed) & OWNER != me {
            return Ended::Lost;
        }
        let phase = self.state.load(Acquire);
        if phase & BROKEN != 0 {
            return Ended::Broken;
        }
        fault::point("barrier: about to arrive");
        self.arrived[seat].store(phase | BROKEN, Release);
        fault::point("barrier: arrived");
        // Finds the arrivals of those that added before, and lets those that add later find this one.
        self.state.fetch_add(0, AcqRel);
        // The others may be about to arrive: a look at their owners costs more than that takes.
        for _ in 0..M::SPINS {
            if self.have_all_arrived(phase) {
                return self.complete(phase, kernel);
            }
            if let Some(ended) = self.ended(phase) {
                return ended;
            }
            M::spin();
        }
        let mut naps = Naps::between_checks_of(self.seats.len());
        let mut suspicious = true;
        loop {
            let ticket = notify::ticket::<M>(self.phase);
            if let Some(ended) = self.ended(phase) {
                return ended;
            }
            let is_last = kernel.left().is_zero();
            if (suspicious || is_last) && self.has_lost_a_member(phase, owners) {
                self.break_phase(phase, kernel);
                return self.ended(phase).unwrap_or(Ended::Broken);
            }
            // After the look for the dead, of whom one may just have been found to have arrived.
            if self.have_all_arrived(phase) {
                return self.complete(phase, kernel);
            }
            if is_last {
                let broken = self.break_phase(phase, kernel);
                return if broken {
                    Ended::TimeUp
                } else {
                    self.ended(phase).unwrap_or(Ended::Broken)
                };
            }
            fault::point("barrier: about to sleep");
            let nap = OneNap::new(kernel, naps.nap());
            suspicious = !notify::wait::<M>(self.phase, ticket, &nap);
            fault::point("barrier: awake again");
        }
    }

    /// Breaks the current phase, unless it is broken already.
    pub fn abort(&self, kernel: &impl Sleep<M>) {
        loop {
            let phase = self.state.load(Acquire);
            if phase & BROKEN != 0 || self.break_phase(phase, kernel) {
                return;
            }
        }
    }

    /// Begins a new phase: who waits in the current one finds it broken. The seats of dead members are
    /// free afterwards.
    pub fn reset(&self, me: u32, owners: &impl Owners, kernel: &impl Sleep<M>) {
        for seat in self.seats {
            let seen = seat.load(Relaxed) & OWNER;
            let is_dead = seen != 0 && seen != me && owners.is_dead(seen);
            if is_dead && lock::lock_unless_alive::<M>(seat, me, owners).is_some() {
                fault::point("barrier: has a dead member's seat");
                lock::clear_poison::<M>(seat, me);
                lock::free::<M>(seat, me, false);
            }
        }
        loop {
            let seen = self.state.load(Acquire);
            let next = (seen & !BROKEN).wrapping_add(RESET);
            if self.state.compare_exchange(seen, next, AcqRel, Relaxed).is_ok() {
                fault::point("barrier: reset, not counted");
                notify::notify::<M>(self.phase, Who::All, kernel);
                return;
            }
        }
    }

    /// Whether the member of this seat has arrived in this phase.
    pub fn has_arrived(&self, seat: usize, phase: u32) -> bool {
        // Acquire: pairs with the Release of the arrival.
        self.arrived[seat].load(Acquire) == phase | BROKEN
    }

    fn have_all_arrived(&self, phase: u32) -> bool {
        (0..self.seats.len()).all(|seat| self.has_arrived(seat, phase))
    }

    /// Whether a member that has not arrived is dead.
    fn has_lost_a_member(&self, phase: u32, owners: &impl Owners) -> bool {
        (0..self.seats.len()).any(|seat| {
            let member = self.seats[seat].load(Relaxed) & OWNER;
            let is_missed = || !self.has_arrived(seat, phase);
            // Once more, as it may have arrived before it died.
            member != 0 && is_missed() && owners.is_dead(member) && is_missed()
        })
    }

    /// The end of the phase, if it has ended.
    fn ended(&self, phase: u32) -> Option<Ended> {
        match self.state.load(Acquire).wrapping_sub(phase) {
            0 => None,
            since if since & COMPLETE != 0 => Some(Ended::Complete { here: false }),
            _ => Some(Ended::Broken),
        }
    }

    fn complete(&self, phase: u32, kernel: &impl Sleep<M>) -> Ended {
        let next = phase.wrapping_add(COMPLETE);
        if self.state.compare_exchange(phase, next, AcqRel, Relaxed).is_err() {
            return self.ended(phase).unwrap_or(Ended::Broken);
        }
        fault::point("barrier: complete, not counted");
        notify::notify::<M>(self.phase, Who::All, kernel);
        Ended::Complete { here: true }
    }

    /// Breaks the phase, if it has not ended. Returns whether it was this call.
    fn break_phase(&self, phase: u32, kernel: &impl Sleep<M>) -> bool {
        let begun = phase & !BROKEN;
        let is_ours = self.state.compare_exchange(begun, begun | BROKEN, AcqRel, Relaxed).is_ok();
        if is_ours {
            fault::point("barrier: broken, not counted");
            notify::notify::<M>(self.phase, Who::All, kernel);
        }
        is_ours
    }

    /// The first seat that `take` takes.
    fn find(&self, take: impl Fn(&M::U32) -> Option<Found>) -> Option<(u32, Found)> {
        (0..).zip(self.seats).find_map(|(index, seat)| Some((index, take(seat)?)))
    }
}

#[cfg(test)]
mod tests;
