//! The common parts of the models of the readers-writer lock: its words in loom's memory, a value that can be
//! seen half changed, and flawed copies of the protocol.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use loom::cell::UnsafeCell;
use loom::sync::atomic::fence;
use shm_core::protocol::Word;
use shm_core::protocol::lock::{self, Found, Unlocked};
use shm_core::protocol::rwlock::{AT_WORK, MARKED, Seat, Words};

use crate::{Caller, Kernel, Loom, LoomU32};

/// A lock, the value that it guards, and the kernel.
#[derive(Debug)]
pub struct World {
    turnstile: LoomU32,
    dirty: LoomU32,
    seats: Vec<LoomU32>,
    /// Both are equal if the value is whole.
    value: [LoomU32; 2],
    /// Loom checks that a write is ordered with every other access.
    guarded: UnsafeCell<()>,
    kernel: Kernel,
}

/// A way to get the protocol wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// None: the copy of the protocol below is a true one.
    None,
    /// A reader looks at `dirty` before it has a seat.
    DirtyComesBeforeTheSeat,
    /// A writer clears `dirty` after it has released the seats.
    DirtyComesAfterTheSeats,
    /// A turnstile whose owner died is taken for a writer's death.
    TurnstilePoisonIsTheWriters,
    /// A seat is taken from an owner that was not checked.
    SeatsAreTakenFromTheLiving,
    /// A writer takes all seats but one.
    OneSeatIsLeftOut,
    /// A reader that leaves its seat wakes no writer.
    LeavingWakesNoWriter,
    /// `dirty` is set, and no fence comes before the work.
    WorkIsNotFenced,
    /// `dirty` is cleared by a relaxed store.
    EndIsRelaxed,
    /// A writer does not note that it is at work.
    WorkIsNotNoted,
    /// A writer that finds the value marked clears the mark without a repair.
    MarkIsForgotten,
}

/// The moment at which a process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// A reader or a writer, in the turnstile.
    InTheTurnstile,
    /// A reader, with a seat.
    Seated,
    /// A writer, with the first seat.
    WithSomeSeats,
    /// A writer, with all seats and nothing noted.
    WithAllSeats,
    /// A writer, with half of the work done.
    AtWork,
    /// A writer, with the work done, but noted as at work.
    BeforeTheEnd,
    /// A writer, after `dirty` is cleared.
    AfterTheEnd,
    /// A writer, with some of the seats released.
    LeavingTheSeats,
}

/// A process was killed on the way.
#[derive(Debug)]
pub struct Killed;

/// One process with one thread.
#[derive(Debug)]
pub struct Process<'a> {
    world: &'a World,
    caller: Caller<'a>,
    me: u32,
    flaw: Option<Flaw>,
}

impl World {
    /// A free lock with this many seats, and a whole value; `marked`, if it counts as half changed.
    #[must_use]
    pub fn new(seats: usize, marked: bool) -> Self {
        Self {
            turnstile: LoomU32::new(0),
            dirty: LoomU32::new(if marked { MARKED } else { 0 }),
            seats: (0..seats).map(|_| LoomU32::new(0)).collect(),
            value: [LoomU32::new(0), LoomU32::new(0)],
            guarded: UnsafeCell::new(()),
            kernel: Kernel::new(seats + 1),
        }
    }

    /// Looks without the lock: at the value first, then whether a writer is at work.
    ///
    /// # Panics
    /// If the value has begun to change, and no writer is noted.
    pub fn look_for_a_writer(&self) {
        let begun = self.value[0].load(Relaxed) != 0;
        fence(Acquire);
        assert!(!begun || self.dirty.load(Relaxed) != 0, "changed, and no writer is noted");
    }

    /// Looks without the lock: whether the value is whole first, then at the value.
    ///
    /// # Panics
    /// If it counts as whole, and is not repaired.
    pub fn look_for_the_end(&self) {
        let is_whole = self.dirty.load(Relaxed) == 0;
        fence(Acquire);
        assert!(!is_whole || self.value[1].load(Relaxed) != 0, "whole, and not repaired");
    }

    fn words(&self) -> Words<'_, Loom> {
        Words { turnstile: &self.turnstile, dirty: &self.dirty, seats: &self.seats }
    }

    fn is_equal(&self) -> bool {
        self.value[0].load(Relaxed) == self.value[1].load(Relaxed)
    }
}

impl crate::World for World {
    type Flaw = Flaw;
    type Process<'a> = Process<'a>;

    fn process(&self, slot: u32, flaw: Option<Flaw>) -> Process<'_> {
        let me = lock::owner(slot, 1);
        let words = std::iter::once(&self.turnstile).chain(&self.seats).collect();
        let mut caller = self.kernel.caller(words, me);
        if flaw == Some(Flaw::SeatsAreTakenFromTheLiving) {
            caller.distrust_the_living();
        }
        Process { world: self, caller, me, flaw }
    }
}

impl Process<'_> {
    /// Knows that no process dies.
    #[must_use]
    pub fn trusting(mut self) -> Self {
        self.caller.trust_all();
        self
    }

    /// Gives up after the first sleep.
    #[must_use]
    pub fn impatient(mut self) -> Self {
        self.caller.lose_patience();
        self
    }

    /// Reads once; returns the state in which the value was found. `None` if it gave up.
    ///
    /// # Panics
    /// If the value is found whole, and is not.
    pub fn read(&self) -> Option<Found> {
        let seat = self.sit().ok()?;
        self.world.guarded.with(|_| ());
        let is_equal = self.world.is_equal();
        assert!(is_equal || seat.found == Found::Poisoned, "torn, and not reported");
        self.stand_up(seat);
        Some(seat.found)
    }

    /// Reads, and is killed on the way.
    ///
    /// # Panics
    /// If the turnstile cannot be had.
    pub fn read_and_die(&self, death: Death) {
        let words = self.world.words();
        if death == Death::InTheTurnstile {
            words.pass(self.me, &self.caller, &self.caller).expect("no time limit");
        } else if self.sit().is_ok() {
            self.world.guarded.with(|_| ());
        }
        self.caller.die();
    }

    /// Writes once, repairing the value if that is due; returns the state in which it was found. `None` if it
    /// gave up.
    ///
    /// # Panics
    /// If the value is found whole, and is not.
    pub fn write(&self) -> Option<Found> {
        self.write_by(true)
    }

    /// As [`Process::write`], but the value is not repaired.
    pub fn write_without_repair(&self) -> Option<Found> {
        self.write_by(false)
    }

    fn write_by(&self, repairs: bool) -> Option<Found> {
        match self.flaw {
            Some(flaw) => Some(self.write_in_steps(None, flaw, repairs).expect("it is not killed")),
            None => {
                let found = self.world.words().write(self.me, &self.caller, &self.caller).ok()?;
                self.work(found, None).expect("it is not killed");
                let marked = found == Found::Poisoned && !repairs;
                self.lives(self.world.words().stop_writing(self.me, marked, &self.caller));
                Some(found)
            }
        }
    }

    /// Writes, and is killed on the way.
    ///
    /// # Panics
    /// If no writer is killed there.
    pub fn write_and_die(&self, death: Death) {
        let flaw = self.flaw.unwrap_or(Flaw::None);
        let killed = self.write_in_steps(Some(death), flaw, true);
        assert!(killed.is_err(), "a writer does not die at {death:?}");
        self.caller.die();
    }

    /// The library's steps, one by one, with a death or a flaw in between.
    fn write_in_steps(
        &self,
        death: Option<Death>,
        flaw: Flaw,
        repairs: bool,
    ) -> Result<Found, Killed> {
        let (words, me, caller) = (self.world.words(), self.me, &self.caller);
        let dies = |here| if death == Some(here) { Err(Killed) } else { Ok(()) };
        let turnstile = lock::lock(&self.world.turnstile, me, caller, caller).expect("patient");
        lock::clear_poison::<Loom>(&self.world.turnstile, me);
        dies(Death::InTheTurnstile)?;
        let count = words.seats.len() - usize::from(flaw == Flaw::OneSeatIsLeftOut);
        for index in 0..count {
            words.take_seat(index, me, caller, caller).expect("no time limit");
            dies(Death::WithSomeSeats)?;
        }
        dies(Death::WithAllSeats)?;
        let mut found = self.begin(flaw);
        if flaw == Flaw::TurnstilePoisonIsTheWriters && turnstile == Found::Poisoned {
            found = Found::Poisoned;
        }
        self.work(found, death)?;
        dies(Death::BeforeTheEnd)?;
        let marked = found == Found::Poisoned && !repairs && flaw != Flaw::MarkIsForgotten;
        match flaw {
            Flaw::DirtyComesAfterTheSeats => {}
            Flaw::EndIsRelaxed => self.world.dirty.store(0, Relaxed),
            _ => words.end(me, marked),
        }
        dies(Death::AfterTheEnd)?;
        for seat in &words.seats[..count] {
            self.lives(lock::unlock(seat, me, false, caller));
            dies(Death::LeavingTheSeats)?;
        }
        if flaw == Flaw::DirtyComesAfterTheSeats {
            words.end(me, marked);
        }
        self.lives(words.leave(me, caller));
        Ok(found)
    }

    fn begin(&self, flaw: Flaw) -> Found {
        if !matches!(flaw, Flaw::WorkIsNotFenced | Flaw::WorkIsNotNoted) {
            return self.world.words().begin();
        }
        let found = self.world.dirty.load(Relaxed);
        if flaw == Flaw::WorkIsNotFenced {
            self.world.dirty.store(AT_WORK, Relaxed);
        }
        if found == 0 { Found::Whole } else { Found::Poisoned }
    }

    /// Changes the value, which may be half changed only if that was reported.
    fn work(&self, found: Found, death: Option<Death>) -> Result<(), Killed> {
        let value = &self.world.value;
        self.world.guarded.with_mut(|_| ());
        assert!(self.world.is_equal() || found == Found::Poisoned, "torn, and not reported");
        let next = value[0].load(Relaxed) + 1;
        value[0].store(next, Relaxed);
        if death == Some(Death::AtWork) {
            return Err(Killed);
        }
        value[1].store(next, Relaxed);
        Ok(())
    }

    fn sit(&self) -> Result<Seat, lock::Refused> {
        let (words, me, first) = (self.world.words(), self.me, self.me);
        let is_early = self.flaw == Some(Flaw::DirtyComesBeforeTheSeat);
        let early = if is_early { self.world.dirty.load(Relaxed) } else { 0 };
        // Its first attempt is the library's `read_at_once`.
        let at_once = words.read_anywhere(first, me);
        let mut seat = match at_once {
            Some(seat) => seat,
            None => words.read(first, me, &self.caller, &self.caller)?,
        };
        if is_early {
            seat.found = if early == 0 { Found::Whole } else { Found::Poisoned };
        }
        Ok(seat)
    }

    fn stand_up(&self, seat: Seat) {
        if self.flaw == Some(Flaw::LeavingWakesNoWriter) {
            return self.world.seats[seat.index as usize].store(0, Release);
        }
        self.lives(self.world.words().stand_up(seat.index, self.me, &self.caller));
    }

    /// A process that lives keeps what it has.
    fn lives(&self, outcome: Unlocked) {
        assert_ne!(outcome, Unlocked::Lost, "taken over from the living");
    }
}
