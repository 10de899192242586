//! The common parts of the models of the semaphore: its words in loom's memory, and flawed copies of the
//! protocol.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use shm_core::protocol::Word;
use shm_core::protocol::lock::{self, SLEEPERS};
use shm_core::protocol::notify;
use shm_core::protocol::semaphore::{Acquired, Words};
use shm_core::protocol::sleep::{OneNap, Sleep, Who};

use crate::{Caller, Kernel, Loom, LoomU32};

/// A semaphore and the kernel.
#[derive(Debug)]
pub struct World {
    freed: LoomU32,
    seats: Vec<LoomU32>,
    kernel: Kernel,
    /// The permits that living processes have. Not explored.
    held: AtomicU32,
}

/// A way to get the protocol wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// None: the copy of the protocol below is a true one.
    None,
    /// A permit is released, and no waiter is woken.
    ReleaseDoesNotNotify,
    /// A waiter looks at the seats before it takes its ticket.
    SeatsComeBeforeTheTicket,
    /// A waiter is woken before the permit is released.
    NotifyComesFirst,
    /// The permit of an owner that was not checked is taken.
    PermitsAreTakenFromTheLiving,
    /// A waiter sleeps without raising the flag on the seats.
    FlagsAreNotRaised,
    /// A woken waiter takes its permit without the flag.
    WokenDropsTheFlag,
    /// A waiter that gives up after a wake does not pass it on.
    GivingUpKeepsTheWake,
    /// A waiter does not check whether owners are dead.
    TheDeadKeepTheirs,
}

/// The moment at which a process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// With a permit.
    Holding,
    /// With the permit released, but not counted.
    BeforeNotifying,
}

/// One process with one thread.
#[derive(Debug)]
pub struct Process<'a> {
    world: &'a World,
    caller: Caller<'a>,
    me: u32,
    flaw: Option<Flaw>,
}

impl World {
    /// This many permits, all free.
    #[must_use]
    pub fn new(permits: usize) -> Self {
        Self {
            freed: LoomU32::new(0),
            seats: (0..permits).map(|_| LoomU32::new(0)).collect(),
            kernel: Kernel::new(1),
            held: AtomicU32::new(0),
        }
    }

    fn words(&self) -> Words<'_, Loom> {
        Words { freed: &self.freed, seats: &self.seats }
    }
}

impl crate::World for World {
    type Flaw = Flaw;
    type Process<'a> = Process<'a>;

    fn process(&self, slot: u32, flaw: Option<Flaw>) -> Process<'_> {
        let me = lock::owner(slot, 1);
        let mut caller = self.kernel.caller(vec![&self.freed], me);
        if flaw == Some(Flaw::PermitsAreTakenFromTheLiving) {
            caller.distrust_the_living();
        }
        Process { world: self, caller, me, flaw }
    }
}

impl Process<'_> {
    /// Gives up after the first sleep.
    #[must_use]
    pub fn impatient(mut self) -> Self {
        self.caller.lose_patience();
        self
    }

    /// Takes a permit and releases it; returns whether it was inherited. `None` if it gave up.
    pub fn take_turn(&self) -> Option<bool> {
        let taken = self.acquire()?;
        self.release(taken, None);
        Some(taken.inherited)
    }

    /// Takes a permit and keeps it.
    ///
    /// # Panics
    /// If it gives up.
    #[must_use]
    pub fn hold(&self) -> Acquired {
        self.acquire().expect("no time limit")
    }

    /// Releases a permit.
    pub fn release_permit(&self, taken: Acquired) {
        self.release(taken, None);
    }

    /// Takes a permit, and is killed.
    ///
    /// # Panics
    /// If no permit can be had.
    pub fn take_turn_and_die(&self, death: Death) {
        let taken = self.acquire().expect("no time limit");
        match death {
            Death::Holding => {
                self.world.held.fetch_sub(1, Relaxed);
            }
            Death::BeforeNotifying => self.release(taken, Some(death)),
        }
        self.caller.die();
    }

    fn acquire(&self) -> Option<Acquired> {
        let words = self.world.words();
        let taken = match (words.acquire_at_once(self.me, self.me), self.flaw) {
            (Some(taken), _) => taken,
            (None, None) => words.acquire(self.me, self.me, &self.caller, &self.caller)?,
            (None, Some(flaw)) => self.acquire_flawed(flaw)?,
        };
        let held = self.world.held.fetch_add(1, Relaxed) as usize;
        assert!(held < self.world.seats.len(), "more permits than there are");
        Some(taken)
    }

    fn acquire_flawed(&self, flaw: Flaw) -> Option<Acquired> {
        let (words, me) = (self.world.words(), self.me);
        let mut slept = 0;
        loop {
            let mut ticket = notify::ticket::<Loom>(words.freed);
            let is_last = Sleep::<Loom>::left(&self.caller).is_zero();
            let flag = if flaw == Flaw::WokenDropsTheFlag { 0 } else { slept };
            if let Some(taken) = self.take_any(flag) {
                return Some(taken);
            }
            if flaw != Flaw::TheDeadKeepTheirs
                && let Some(taken) = words.inherit(me, me, flag, &self.caller)
            {
                return Some(taken);
            }
            if is_last && (slept == 0 || flaw == Flaw::GivingUpKeepsTheWake) {
                return None;
            }
            if flaw != Flaw::FlagsAreNotRaised && !words.announce_sleep() {
                continue;
            }
            if is_last {
                return None;
            }
            if flaw == Flaw::SeatsComeBeforeTheTicket {
                ticket = notify::ticket::<Loom>(words.freed);
            }
            let nap = OneNap::new(&self.caller, Duration::MAX);
            notify::wait::<Loom>(words.freed, ticket, &nap);
            slept = SLEEPERS;
        }
    }

    fn take_any(&self, flag: u32) -> Option<Acquired> {
        (0..).zip(&self.world.seats).find_map(|(index, seat)| {
            lock::try_lock::<Loom>(seat, self.me | flag)?;
            Some(Acquired { index, inherited: false })
        })
    }

    fn release(&self, taken: Acquired, death: Option<Death>) {
        self.world.held.fetch_sub(1, Relaxed);
        let words = self.world.words();
        if self.flaw.is_none() && death.is_none() {
            assert!(words.release(taken.index, self.me, &self.caller), "taken from the living");
            return;
        }
        let seat = &words.seats[taken.index as usize];
        if self.flaw == Some(Flaw::NotifyComesFirst) && seat.load(Relaxed) & SLEEPERS != 0 {
            notify::notify(words.freed, Who::One, &self.caller);
        }
        let seen = lock::free::<Loom>(seat, self.me, false).expect("taken from the living");
        let is_silent = [Flaw::ReleaseDoesNotNotify, Flaw::NotifyComesFirst].map(Some);
        if seen & SLEEPERS != 0 && death.is_none() && !is_silent.contains(&self.flaw) {
            notify::notify(words.freed, Who::One, &self.caller);
        }
    }
}
