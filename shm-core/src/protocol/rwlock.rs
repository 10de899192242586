//! The readers-writer lock: [robust locks](super::lock) in a row, the *seats*, each of which names the
//! process that sits there. A reader takes one seat, a writer takes all.
//!
//! ```text
//! turnstile  u32        a robust lock: a writer has it, and a reader that has to wait passes through it
//! dirty      u32        bit 0: a writer is at work; bit 1: one died or panicked at work, and the value
//!                       has not been repaired since
//! seats      [u32; N]   robust locks
//! ```
//!
//! | step | turnstile | seats | `dirty` | ordering | partner |
//! | --- | --- | --- | --- | --- | --- |
//! | read at once | is 0 | one, 0 to me | read after that | AcqRel | the Release of the seat's last owner |
//! | read, after a wait | locked, then unlocked | any free or dead one, to me | read after that | as a lock | as a lock |
//! | stop reading | | one, me to 0 | | Release | the Acquire of the next owner |
//! | write | locked | all in order, to me | bit 0 | Relaxed, then a Release fence | a look without a lock: at the value, an Acquire fence, at `dirty` |
//! | stop writing | unlocked last | all, me to 0 | 0, or bit 1; first of all | Release | the Acquire of the next owner of a seat |
//!
//! Exclusion is that of each seat's own word. A waiting writer has the turnstile, so that new readers queue
//! behind it. The poison of the turnstile and of the seats says that an owner died there, and nothing about the
//! value: it is cleared at once. Only `dirty` tells of the value.
//!
//! | a process dies | the next one finds |
//! | --- | --- |
//! | reading, or in the turnstile, or with some or all of the seats but before `dirty` | a seat and a turnstile that are taken over; the value whole |
//! | with bit 0 of `dirty` | the same, and a value that may be half changed |
//! | after `dirty` is 0 again | the same; the value whole |

use std::sync::atomic::Ordering::{Relaxed, Release};

use super::lock::{self, Found, OWNER, Owners, Refused, Unlocked};
use super::sleep::{Naps, OneNap, Sleep};
use super::{Machine, Word};
use crate::fault;

/// A writer is at work.
pub const AT_WORK: u32 = 1;
/// A writer died or panicked at work, and the value has not been repaired since.
pub const MARKED: u32 = 2;

/// The words of a lock. There is at least one seat.
#[derive(Debug)]
pub struct Words<'a, M: Machine> {
    /// Writers, and readers that have to wait, pass here.
    pub turnstile: &'a M::U32,
    /// The state of the value.
    pub dirty: &'a M::U32,
    /// One for each reader.
    pub seats: &'a [M::U32],
}

impl<M: Machine> Clone for Words<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for Words<'_, M> {}

/// A seat that was taken, and the state of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The index of the seat.
    pub index: u32,
    /// Whether a writer died or panicked at work.
    pub found: Found,
}

/// Reading.
impl<M: Machine> Words<'_, M> {
    /// Takes the seat `first`, counted modulo the number of seats, if no writer is about and it is free: the
    /// complete uncontended read lock.
    #[inline]
    pub fn read_at_once(&self, first: u32, me: u32) -> Option<Seat> {
        if self.turnstile.load(Relaxed) != 0 {
            return None;
        }
        let index = first % self.seats.len() as u32;
        lock::acquire::<M>(&self.seats[index as usize], me).then(|| self.seated(index))
    }

    /// As [`Words::read_at_once`], for whichever seat is free.
    pub fn read_anywhere(&self, first: u32, me: u32) -> Option<Seat> {
        self.seats_from(first).find_map(|seat| self.read_at_once(seat, me))
    }

    /// Takes a seat, waiting until the time is up.
    ///
    /// # Errors
    /// If the time is up. The caller knows that this thread has no seat.
    pub fn read<K: Sleep<M>>(
        &self,
        first: u32,
        me: u32,
        owners: &impl Owners,
        kernel: &K,
    ) -> Result<Seat, Refused> {
        self.pass(me, owners, kernel)?;
        fault::point("rwlock: reader in the turnstile");
        let seat = self.sit(first, me, owners, kernel);
        fault::point("rwlock: reader seated, in the turnstile");
        self.leave(me, kernel);
        seat
    }

    /// Takes a free seat without waiting. The caller has the turnstile, or does not wait for it.
    pub fn try_sit(&self, first: u32, me: u32) -> Option<Seat> {
        self.seats_from(first).find_map(|index| {
            let found = lock::try_lock::<M>(&self.seats[index as usize], me)?;
            Some(self.sat_down(index, me, found))
        })
    }

    /// Takes a seat in the turnstile: then no writer is about, and a seat's owner reads, or is dead.
    ///
    /// # Errors
    /// If the time is up.
    pub fn sit<K: Sleep<M>>(
        &self,
        first: u32,
        me: u32,
        owners: &impl Owners,
        kernel: &K,
    ) -> Result<Seat, Refused> {
        lock::spin_while_held::<M>(self.seats);
        let mut naps = Naps::between_checks_of(self.seats.len());
        let (mut suspicious, mut wanted) = (true, first);
        loop {
            let free = self.try_sit(first, me);
            let dead = || suspicious.then(|| self.sit_for_the_dead(first, me, owners)).flatten();
            if let Some(seat) = free.or_else(dead) {
                return Ok(seat);
            }
            // All are taken by the living. One is waited for, and after a while another: the reader in
            // this one may go on for long.
            let index = wanted % self.seats.len() as u32;
            let one_nap = OneNap::new(kernel, naps.nap());
            match lock::lock::<M>(&self.seats[index as usize], me, owners, &one_nap) {
                Ok(found) => return Ok(self.sat_down(index, me, found)),
                Err(refused) if kernel.left().is_zero() => return Err(refused),
                Err(_) => {}
            }
            suspicious = one_nap.was_quiet();
            wanted = wanted.wrapping_add(1);
        }
    }

    /// Leaves a seat.
    #[inline]
    pub fn stand_up(&self, index: u32, me: u32, kernel: &impl Sleep<M>) -> Unlocked {
        lock::unlock::<M>(&self.seats[index as usize], me, false, kernel)
    }

    /// Takes over the seat of a dead reader, if there is one.
    fn sit_for_the_dead(&self, first: u32, me: u32, owners: &impl Owners) -> Option<Seat> {
        self.seats_from(first).find_map(|index| {
            let found = lock::lock_unless_alive::<M>(&self.seats[index as usize], me, owners)?;
            Some(self.sat_down(index, me, found))
        })
    }

    fn sat_down(&self, index: u32, me: u32, found: Found) -> Seat {
        self.forget_death(&self.seats[index as usize], me, found);
        self.seated(index)
    }

    /// Looks at the value's state, with a seat: not earlier, since until then a writer may come and die.
    #[inline]
    fn seated(&self, index: u32) -> Seat {
        Seat { index, found: if self.is_whole() { Found::Whole } else { Found::Poisoned } }
    }

    /// Returns whether the value is whole. The caller has a seat, so that no living writer is at work.
    #[inline]
    pub fn is_whole(&self) -> bool {
        self.dirty.load(Relaxed) == 0
    }

    /// Every seat once, beginning with this one.
    fn seats_from(&self, first: u32) -> impl Iterator<Item = u32> {
        let count = self.seats.len() as u32;
        let first = first % count;
        (first..count).chain(0..first)
    }
}

/// Writing.
impl<M: Machine> Words<'_, M> {
    /// Takes everything, waiting until the time is up, and notes that a writer is at work.
    ///
    /// # Errors
    /// If the time is up, or this thread has a seat.
    pub fn write(
        &self,
        me: u32,
        owners: &impl Owners,
        kernel: &impl Sleep<M>,
    ) -> Result<Found, Refused> {
        self.pass(me, owners, kernel)?;
        fault::point("rwlock: writer in the turnstile");
        for taken in 0..self.seats.len() {
            if let Err(refused) = self.take_seat(taken, me, owners, kernel) {
                self.release_seats(taken, me, kernel);
                return Err(refused);
            }
            fault::point("rwlock: writer has some seats");
        }
        fault::point("rwlock: writer has all seats");
        Ok(self.begin())
    }

    /// Takes everything if all of it is free.
    pub fn try_write(&self, me: u32, kernel: &impl Sleep<M>) -> Option<Found> {
        let turnstile = lock::try_lock::<M>(self.turnstile, me)?;
        self.forget_death(self.turnstile, me, turnstile);
        for (taken, seat) in self.seats.iter().enumerate() {
            let Some(found) = lock::try_lock::<M>(seat, me) else {
                self.release_seats(taken, me, kernel);
                return None;
            };
            self.forget_death(seat, me, found);
        }
        Some(self.begin())
    }

    /// Locks the turnstile.
    ///
    /// # Errors
    /// As [`lock::lock`].
    pub fn pass(
        &self,
        me: u32,
        owners: &impl Owners,
        kernel: &impl Sleep<M>,
    ) -> Result<(), Refused> {
        let found = lock::lock::<M>(self.turnstile, me, owners, kernel)?;
        self.forget_death(self.turnstile, me, found);
        Ok(())
    }

    /// Locks the turnstile if it is free.
    pub fn try_pass(&self, me: u32) -> bool {
        let found = lock::try_lock::<M>(self.turnstile, me);
        found.map(|found| self.forget_death(self.turnstile, me, found)).is_some()
    }

    /// Unlocks the turnstile.
    pub fn leave(&self, me: u32, kernel: &impl Sleep<M>) -> Unlocked {
        lock::unlock::<M>(self.turnstile, me, false, kernel)
    }

    /// Takes one seat, of a reader that leaves it or is dead.
    ///
    /// # Errors
    /// As [`lock::lock`].
    pub fn take_seat(
        &self,
        index: usize,
        me: u32,
        owners: &impl Owners,
        kernel: &impl Sleep<M>,
    ) -> Result<(), Refused> {
        let found = lock::lock::<M>(&self.seats[index], me, owners, kernel)?;
        self.forget_death(&self.seats[index], me, found);
        Ok(())
    }

    /// Notes that a writer is at work, with all seats.
    pub fn begin(&self) -> Found {
        let found = self.dirty.load(Relaxed);
        self.dirty.store(AT_WORK | if found == 0 { 0 } else { MARKED }, Relaxed);
        // Before the work: a process that sees any of it, and then fences, sees that a writer is at work.
        M::fence(Release);
        if found == 0 { Found::Whole } else { Found::Poisoned }
    }

    /// Notes that no writer is at work any more; `marked` if the value may be half changed.
    pub fn end(&self, me: u32, marked: bool) {
        // A process that was taken for dead does not clear the mark of its heir.
        if self.turnstile.load(Relaxed) & OWNER == me {
            // Release: after the work.
            self.dirty.store(if marked { MARKED } else { 0 }, Release);
        }
    }

    /// Ends the work and gives everything back. The outcome is that of the turnstile, or
    /// [`Unlocked::Lost`] if a seat was another process's.
    pub fn stop_writing(&self, me: u32, marked: bool, kernel: &impl Sleep<M>) -> Unlocked {
        self.end(me, marked);
        fault::point("rwlock: writer done, has all seats");
        self.release_seats(self.seats.len(), me, kernel)
    }

    /// Gives back the first `taken` seats, and the turnstile after them.
    pub fn release_seats(&self, taken: usize, me: u32, kernel: &impl Sleep<M>) -> Unlocked {
        let mut all = true;
        for seat in &self.seats[..taken] {
            all &= lock::unlock::<M>(seat, me, false, kernel) != Unlocked::Lost;
            fault::point("rwlock: writer done, has some seats");
        }
        let turnstile = self.leave(me, kernel);
        if all { turnstile } else { Unlocked::Lost }
    }

    /// Whether this owner is in the turnstile, where a writer stays while it writes, and a writer is at work: not if
    /// it waits there for readers.
    pub fn is_writer(&self, me: u32) -> bool {
        self.turnstile.load(Relaxed) & OWNER == me && self.dirty.load(Relaxed) & AT_WORK != 0
    }

    /// Returns whether the value that this writer works on was left half changed by another.
    pub fn is_marked(&self) -> bool {
        self.dirty.load(Relaxed) & MARKED != 0
    }

    /// Says that the value is whole again, at work.
    pub fn mark_whole(&self, me: u32) {
        if self.turnstile.load(Relaxed) & OWNER == me {
            self.dirty.store(AT_WORK, Relaxed);
        }
    }

    /// The poison of a turnstile or a seat says nothing about the value.
    fn forget_death(&self, word: &M::U32, me: u32, found: Found) {
        if found == Found::Poisoned {
            lock::clear_poison::<M>(word, me);
        }
    }
}

#[cfg(test)]
mod tests;
