//! The common parts of the models of the barrier: its words in loom's memory, and flawed copies of the
//! protocol.

use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed};
use std::time::Duration;

use loom::cell::UnsafeCell;
use shm_core::protocol::Word;
use shm_core::protocol::barrier::{BROKEN, Ended, Words};
use shm_core::protocol::lock;
use shm_core::protocol::lock::Owners as _;
use shm_core::protocol::notify;
use shm_core::protocol::sleep::{OneNap, Sleep, Who};

use crate::{Caller, Kernel, Loom, LoomU32};

/// A barrier, what its members share, and the kernel.
#[derive(Debug)]
pub struct World {
    state: LoomU32,
    phase: LoomU32,
    seats: Vec<LoomU32>,
    arrived: Vec<LoomU32>,
    /// Each member writes its own before it waits, and reads the others' afterwards.
    work: Vec<UnsafeCell<u32>>,
    kernel: Kernel,
}

/// A way to get the protocol wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// None: the copy of the protocol below is a true one.
    None,
    /// A member does not touch `state` when it arrives.
    ArrivalsAreNotOrdered,
    /// It does, but without synchronising with the others.
    ArrivalsAreRelaxed,
    /// An arrival does not publish the work that was done before it.
    ArrivalsPublishNothing,
    /// A member that died is not looked at once more, which may have arrived before.
    TheDeadAreLookedAtOnce,
    /// Nothing is published or read by the end of a phase.
    EndsAreRelaxed,
    /// A member that completes the phase wakes no other.
    CompleteDoesNotNotify,
    /// A member that breaks the phase wakes no other.
    BreakDoesNotNotify,
    /// A waiter looks at the words before it takes its ticket.
    LooksBeforeTheTicket,
    /// A waiter does not check whether members are dead.
    TheDeadAreAwaited,
    /// The phase is broken by a store.
    BreaksByAStore,
    /// A waiter that finds another state than its own takes the phase for complete.
    AnyStateIsComplete,
}

/// The moment at which a member is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// With a seat.
    Seated,
    /// Just after it stored that it arrived.
    Arrived,
    /// After it has said so to the others.
    Counted,
    /// As the last one, having completed the phase, before it wakes the others.
    Completed,
}

/// One process with one member.
#[derive(Debug)]
pub struct Process<'a> {
    world: &'a World,
    caller: Caller<'a>,
    slot: u32,
    me: u32,
    flaw: Option<Flaw>,
}

impl World {
    /// So many members, each in the seat with its slot's number.
    #[must_use]
    pub fn new(members: u32) -> Self {
        let words = || (0..members).map(|_| LoomU32::new(0)).collect();
        Self {
            state: LoomU32::new(0),
            phase: LoomU32::new(0),
            seats: (0..members).map(|slot| LoomU32::new(lock::owner(slot, 1))).collect(),
            arrived: words(),
            work: (0..members).map(|_| UnsafeCell::new(0)).collect(),
            kernel: Kernel::new(1),
        }
    }

    fn words(&self) -> Words<'_, Loom> {
        let Self { state, phase, seats, arrived, .. } = self;
        Words { state, phase, seats, arrived }
    }
}

impl crate::World for World {
    type Flaw = Flaw;
    type Process<'a> = Process<'a>;

    fn process(&self, slot: u32, flaw: Option<Flaw>) -> Process<'_> {
        let me = lock::owner(slot, 1);
        Process { world: self, caller: self.kernel.caller(vec![&self.phase], me), slot, me, flaw }
    }
}

impl Process<'_> {
    /// Writes, waits, and reads what all members wrote, if the phase was complete.
    ///
    /// # Panics
    /// If a member's work is missing.
    #[must_use]
    pub fn meet(&self, round: u32) -> Ended {
        // SAFETY: no other member touches this before the phase is complete.
        self.world.work[self.slot as usize].with_mut(|work| unsafe { *work = round });
        let ended = self.wait();
        if matches!(ended, Ended::Complete { .. }) {
            for work in &self.world.work {
                // SAFETY: loom reports a member that writes at the same time.
                let found = work.with(|work| unsafe { *work });
                assert_eq!(found, round, "a member went on before another arrived");
            }
        }
        ended
    }

    /// Waits.
    #[must_use]
    pub fn wait(&self) -> Ended {
        match self.flaw {
            None => self.world.words().wait(self.slot, self.me, &self.caller, &self.caller),
            Some(flaw) => self.wait_flawed(flaw),
        }
    }

    /// Knows that no member dies.
    #[must_use]
    pub fn trusting(mut self) -> Self {
        self.caller.trust_all();
        self
    }

    /// Gives up at once if it would have to sleep.
    #[must_use]
    pub fn in_a_hurry(mut self) -> Self {
        self.caller.hurry();
        self
    }

    /// Breaks the phase, and begins the next.
    pub fn abort_and_reset(&self) {
        let words = self.world.words();
        words.abort(&self.caller);
        words.reset(self.me, &self.caller, &self.caller);
    }

    /// Takes the seat of a dead member.
    #[must_use]
    pub fn join(&self) -> Option<u32> {
        self.world.words().join(self.me, &self.caller, &self.caller)
    }

    /// Is killed on the way.
    pub fn die(&self, death: Death) {
        let words = self.world.words();
        if death != Death::Seated {
            let phase = words.state.load(Acquire);
            words.arrived[self.slot as usize].store(phase | BROKEN, Ordering::Release);
            if death != Death::Arrived {
                words.state.fetch_add(0, AcqRel);
            }
            let seats = 0..words.seats.len();
            if death == Death::Completed && seats.clone().all(|seat| words.has_arrived(seat, phase))
            {
                let _ = words.state.compare_exchange(phase, phase + 2, AcqRel, Relaxed);
            }
        }
        self.caller.die();
    }

    fn wait_flawed(&self, flaw: Flaw) -> Ended {
        let words = self.world.words();
        let seat = self.slot as usize;
        let arrival = if flaw == Flaw::ArrivalsAreRelaxed { Relaxed } else { AcqRel };
        let (store, look) =
            if flaw == Flaw::EndsAreRelaxed { (Relaxed, Relaxed) } else { (AcqRel, Acquire) };
        let phase = words.state.load(look);
        if phase & BROKEN != 0 {
            return Ended::Broken;
        }
        let publish =
            if flaw == Flaw::ArrivalsPublishNothing { Relaxed } else { Ordering::Release };
        words.arrived[seat].store(phase | BROKEN, publish);
        if flaw != Flaw::ArrivalsAreNotOrdered {
            words.state.fetch_add(0, arrival);
        }
        let mut suspicious = true;
        loop {
            let mut ticket = notify::ticket::<Loom>(words.phase);
            if let Some(ended) = self.ended(phase, look, flaw) {
                return ended;
            }
            let is_last = Sleep::<Loom>::left(&self.caller).is_zero();
            // In a model, members that check owners synchronise by the kernel's lock.
            let never =
                [Flaw::TheDeadAreAwaited, Flaw::ArrivalsAreNotOrdered, Flaw::ArrivalsAreRelaxed];
            let checks = (suspicious || is_last) && !never.contains(&flaw);
            if checks && self.misses_a_member(phase, flaw) {
                self.break_phase(phase, store, flaw);
                return self.ended(phase, look, flaw).expect("it has ended");
            }
            if (0..words.seats.len()).all(|seat| words.has_arrived(seat, phase)) {
                if words.state.compare_exchange(phase, phase + 2, store, Relaxed).is_err() {
                    return self.ended(phase, look, flaw).expect("it has ended");
                }
                if flaw != Flaw::CompleteDoesNotNotify {
                    notify::notify(words.phase, Who::All, &self.caller);
                }
                return Ended::Complete { here: true };
            }
            if is_last {
                self.break_phase(phase, store, flaw);
                let ended = self.ended(phase, look, flaw).expect("it has ended");
                return if ended == Ended::Broken { Ended::TimeUp } else { ended };
            }
            if flaw == Flaw::LooksBeforeTheTicket {
                ticket = notify::ticket::<Loom>(words.phase);
            }
            let nap = OneNap::new(&self.caller, Duration::MAX);
            suspicious = !notify::wait::<Loom>(words.phase, ticket, &nap);
        }
    }

    fn misses_a_member(&self, phase: u32, flaw: Flaw) -> bool {
        let words = self.world.words();
        (0..words.seats.len()).any(|seat| {
            let member = words.seats[seat].load(Relaxed) & lock::OWNER;
            let is_missed = || !words.has_arrived(seat, phase);
            let last = flaw == Flaw::TheDeadAreLookedAtOnce;
            is_missed() && self.caller.is_dead(member) && (last || is_missed())
        })
    }

    fn break_phase(&self, phase: u32, store: Ordering, flaw: Flaw) {
        let words = self.world.words();
        if flaw == Flaw::BreaksByAStore {
            words.state.store(phase | BROKEN, Ordering::Release);
        } else if words.state.compare_exchange(phase, phase | BROKEN, store, Relaxed).is_err() {
            return;
        }
        if flaw != Flaw::BreakDoesNotNotify {
            notify::notify(words.phase, Who::All, &self.caller);
        }
    }

    fn ended(&self, phase: u32, look: Ordering, flaw: Flaw) -> Option<Ended> {
        match self.world.state.load(look).wrapping_sub(phase) {
            0 => None,
            since if since & 2 != 0 || flaw == Flaw::AnyStateIsComplete => {
                Some(Ended::Complete { here: false })
            }
            _ => Some(Ended::Broken),
        }
    }
}
