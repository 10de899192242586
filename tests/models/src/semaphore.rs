//! The common parts of the models of the semaphore: its words in loom's memory, and flawed copies of the
//! protocol.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use shm_core::protocol::lock::{self, Owners, Unlocked};
use shm_core::protocol::notify;
use shm_core::protocol::semaphore::{Taken, Words};
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
    /// A permit is given back, and no waiter is woken.
    ReleaseDoesNotNotify,
    /// A waiter looks at the seats before it takes its ticket.
    SeatsComeBeforeTheTicket,
    /// A waiter is woken before the permit is given back.
    NotifyComesFirst,
    /// The permit of an owner that was not checked is taken.
    PermitsAreTakenFromTheLiving,
    /// A waiter does not look for dead owners.
    TheDeadKeepTheirs,
}

/// The moment at which a process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// With a permit.
    Holding,
    /// With the permit given back, but not counted.
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
    /// So many permits, all free.
    #[must_use]
    pub fn new(permits: usize) -> Self {
        Self {
            freed: LoomU32::new(0),
            seats: (0..permits).map(|_| LoomU32::new(0)).collect(),
            kernel: Kernel::new(1),
            held: AtomicU32::new(0),
        }
    }

    /// The process with this slot: it runs the library's protocol, or a flawed copy.
    #[must_use]
    pub fn process(&self, slot: u32, flaw: Option<Flaw>) -> Process<'_> {
        let me = lock::owner(slot, 1);
        let mut caller = self.kernel.caller(vec![&self.freed], me);
        if flaw == Some(Flaw::PermitsAreTakenFromTheLiving) {
            caller.distrust_the_living();
        }
        Process { world: self, caller, me, flaw }
    }

    fn words(&self) -> Words<'_, Loom> {
        Words { freed: &self.freed, seats: &self.seats }
    }
}

impl Process<'_> {
    /// Gives up after the first sleep.
    #[must_use]
    pub fn impatient(mut self) -> Self {
        self.caller.lose_patience();
        self
    }

    /// Takes a permit and gives it back; returns whether it was inherited. `None` if it gave up.
    pub fn take_turn(&self) -> Option<bool> {
        let taken = self.acquire()?;
        self.release(taken, None);
        Some(taken.inherited)
    }

    /// Takes a permit, and is killed.
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

    fn acquire(&self) -> Option<Taken> {
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

    fn acquire_flawed(&self, flaw: Flaw) -> Option<Taken> {
        let (words, me) = (self.world.words(), self.me);
        loop {
            let mut ticket = notify::ticket::<Loom>(words.freed);
            if let Some(taken) = words.try_acquire(me, me) {
                return Some(taken);
            }
            if flaw != Flaw::TheDeadKeepTheirs
                && let Some(taken) = self.inherit()
            {
                return Some(taken);
            }
            if Sleep::<Loom>::left(&self.caller).is_zero() {
                return None;
            }
            if flaw == Flaw::SeatsComeBeforeTheTicket {
                ticket = notify::ticket::<Loom>(words.freed);
            }
            let nap = OneNap::new(&self.caller, Duration::MAX);
            notify::wait::<Loom>(words.freed, ticket, &nap);
        }
    }

    fn inherit(&self) -> Option<Taken> {
        let seats = self.world.seats.iter().enumerate();
        seats.into_iter().find_map(|(index, seat)| {
            let found = lock::lock_unless_alive::<Loom>(seat, self.me, &self.caller)?;
            lock::clear_poison::<Loom>(seat, self.me);
            Some(Taken { index: index as u32, inherited: found == lock::Found::Poisoned })
        })
    }

    fn release(&self, taken: Taken, death: Option<Death>) {
        self.world.held.fetch_sub(1, Relaxed);
        let words = self.world.words();
        if self.flaw.is_none() && death.is_none() {
            assert!(words.release(taken.index, self.me, &self.caller), "taken from the living");
            return;
        }
        if self.flaw == Some(Flaw::NotifyComesFirst) {
            notify::notify(words.freed, Who::One, &self.caller);
        }
        let seat = &words.seats[taken.index as usize];
        let outcome = lock::unlock(seat, self.me, false, &self.caller);
        assert_ne!(outcome, Unlocked::Lost, "taken from the living");
        let is_silent = [Flaw::ReleaseDoesNotNotify, Flaw::NotifyComesFirst].map(Some);
        if death.is_none() && !is_silent.contains(&self.flaw) {
            notify::notify(words.freed, Who::One, &self.caller);
        }
    }

    /// Returns whether the process with this slot is dead, as far as this one can tell.
    #[must_use]
    pub fn sees_dead(&self, slot: u32) -> bool {
        self.caller.is_dead(lock::owner(slot, 1))
    }
}
