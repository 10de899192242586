//! The common parts of the lock's models: a lock in loom's memory with a kernel around it, and flawed
//! copies of the protocol.
//!
//! Sleeping is modelled truthfully. A futex is a condition variable whose mutex is the kernel's own
//! lock, taken to compare the word and to wake: so a lost wake-up leaves a sleeper for ever, which loom
//! reports as a deadlock. A nap on the lock of a living process never ends by itself; after a death it
//! does.

use std::cell::Cell;
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release};
use std::time::Duration;

use loom::cell::UnsafeCell;
use loom::sync::{Condvar, Mutex, MutexGuard};
use shm_core::protocol::Word;
use shm_core::protocol::lock::{self, Found, OWNER, Owners, POISONED, Refused, SLEEPERS, Unlocked};
use shm_core::protocol::sleep::{Awake, Sleep, Who};

use crate::participant::Slot;
use crate::{Loom, LoomU32};

/// The number of slots.
const SLOTS: usize = 3;

/// A lock, the contents that it guards, and the kernel.
#[derive(Debug)]
pub struct World {
    word: LoomU32,
    /// The participants' table: the occupant of each slot.
    table: [Slot; SLOTS],
    /// Loom checks that every two accesses are ordered; the contents do not matter.
    guarded: UnsafeCell<()>,
    /// The times that the lock was taken to work.
    turns: Cell<u32>,
    kernel: Mutex<Kernel>,
    queue: Condvar,
}

#[derive(Debug)]
struct Kernel {
    dead: Vec<u32>,
    /// The number of times that all naps have ended.
    naps: u32,
}

/// A way to get the protocol wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// None: the copy of the protocol below is a true one.
    None,
    /// Taking the lock is not an Acquire.
    LockIsRelaxed,
    /// Unlocking is not a Release.
    UnlockIsRelaxed,
    /// Taking the lock is not a Release: the name in it may be seen before the table's entry.
    NamesAreNotPublished,
    /// Taking over is not a Release.
    HeirsAreNotPublished,
    /// Reading a name is not an Acquire.
    NamesAreReadRelaxed,
    /// Unlocking wakes no sleeper.
    UnlockWakesNoSleeper,
    /// A sleeper goes to sleep whatever the word holds by then.
    SleepDoesNotLook,
    /// A woken sleeper takes the lock without the sleepers' flag.
    WokenDropsTheFlag,
    /// A locker that gives up after a wake does not pass it on.
    GivingUpKeepsTheWake,
    /// The lock of the dead is taken by a store.
    TakeOverStores,
    /// Taking over does not poison.
    TakeOverIsSilent,
    /// Unlocking does not check the owner.
    UnlockFreesWhatItFinds,
    /// A turn is offered by a store.
    TurnIsOfferedByAStore,
    /// A turn is offered without the sleepers' flag: nothing tells whether it was taken.
    TurnLeavesNoTrace,
}

/// One process with one thread.
#[derive(Debug)]
pub struct Process<'a> {
    world: &'a World,
    me: u32,
    flaw: Option<Flaw>,
    /// It gives up after its first sleep.
    impatient: bool,
    /// It is killed between unlocking and waking.
    dies_before_waking: bool,
    /// It checks in the table whether an owner is alive.
    asks_the_table: bool,
    slept: Cell<bool>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            word: LoomU32::new(0),
            table: std::array::from_fn(|_| Slot::default()),
            guarded: UnsafeCell::new(()),
            turns: Cell::new(0),
            kernel: Mutex::new(Kernel { dead: Vec::new(), naps: 0 }),
            queue: Condvar::new(),
        }
    }
}

impl World {
    /// Returns a world in which the lock's word starts with this value.
    #[must_use]
    pub fn with_word(word: u32) -> Self {
        Self { word: LoomU32::new(word), ..Self::default() }
    }

    /// Returns the slot that owner bits name.
    fn slot_of(&self, owner: u32) -> Option<&Slot> {
        let (slot, _) = lock::slot_of(owner)?;
        self.table.get(slot as usize)
    }

    fn kernel(&self) -> MutexGuard<'_, Kernel> {
        self.kernel.lock().expect("loom ends an execution that panics")
    }

    /// Ends all naps.
    pub fn end_naps(&self) {
        self.kernel().naps += 1;
        self.queue.notify_all();
    }
}

impl crate::World for World {
    type Flaw = Flaw;
    type Process<'a> = Process<'a>;

    fn process(&self, slot: u32, flaw: Option<Flaw>) -> Process<'_> {
        Process {
            world: self,
            me: lock::owner(slot, 1),
            flaw,
            impatient: false,
            dies_before_waking: false,
            asks_the_table: false,
            slept: Cell::new(false),
        }
    }
}

impl Process<'_> {
    /// Gives up after the first sleep.
    #[must_use]
    pub fn impatient(self) -> Self {
        Self { impatient: true, ..self }
    }

    /// Is killed between unlocking and waking.
    #[must_use]
    pub fn dying_before_waking(self) -> Self {
        Self { dies_before_waking: true, ..self }
    }

    /// Uses the participants' table to check whether an owner is alive.
    #[must_use]
    pub fn asking_the_table(self) -> Self {
        Self { asks_the_table: true, ..self }
    }

    /// Writes itself into the participants' table.
    pub fn attach(&self) {
        self.slot().occupy((self.me & lock::GENERATION, self.me), None);
    }

    /// Vacates its slot in order.
    pub fn detach(&self) {
        self.slot().vacate(None);
    }

    fn slot(&self) -> &Slot {
        self.world.slot_of(self.me).expect("a slot in the table")
    }

    /// Locks.
    ///
    /// # Errors
    /// If time is up.
    pub fn lock(&self) -> Result<Found, Refused> {
        match self.flaw {
            None => lock::lock(&self.world.word, self.me, self, self),
            Some(flaw) => self.lock_flawed(flaw),
        }
    }

    /// Locks if the lock is free.
    #[must_use]
    pub fn lock_free(&self) -> bool {
        let order = self.flaw.map_or(AcqRel, locking);
        match self.flaw {
            None => lock::try_lock::<Loom>(&self.world.word, self.me).is_some(),
            Some(_) => self.world.word.compare_exchange(0, self.me, order, Relaxed).is_ok(),
        }
    }

    /// Unlocks; returns whether the lock was this process's.
    #[must_use]
    pub fn unlock(&self, poison: bool) -> bool {
        match self.flaw {
            None => lock::unlock(&self.world.word, self.me, poison, self) != Unlocked::Lost,
            Some(flaw) => self.unlock_flawed(poison, flaw),
        }
    }

    /// Marks the contents as whole.
    #[must_use]
    pub fn mark_consistent(&self) -> bool {
        lock::clear_poison::<Loom>(&self.world.word, self.me)
    }

    /// Offers a turn, after unlocking.
    ///
    /// # Panics
    /// If the turn counts as taken, and no process has locked since.
    pub fn offer_turn(&self) {
        let word = &self.world.word;
        let offered = match self.flaw {
            Some(Flaw::TurnIsOfferedByAStore) => {
                word.store(SLEEPERS, Relaxed);
                true
            }
            Some(Flaw::TurnLeavesNoTrace) => word.load(Relaxed) == 0,
            _ => lock::offer_turn::<Loom>(word),
        };
        let before = self.world.turns.get();
        if offered && !lock::is_turn_open::<Loom>(word) {
            assert!(self.world.turns.get() > before, "the turn was not taken");
        }
    }

    /// Accesses the contents; loom fails the execution if that races.
    pub fn work(&self) {
        self.world.guarded.with_mut(|_| ());
    }

    /// Locks, works, unlocks; returns the state in which the lock was found.
    ///
    /// # Panics
    /// If that fails.
    pub fn work_locked(&self) -> Found {
        let found = self.lock().expect("no time limit");
        self.world.turns.set(self.world.turns.get() + 1);
        self.work();
        assert!(self.unlock(false), "the lock was stolen");
        found
    }

    /// The kernel sees this process die: its stores are done, and naps end sooner or later.
    pub fn die(&self) {
        self.world.kernel().dead.push(self.me);
        self.world.end_naps();
    }

    fn lock_flawed(&self, flaw: Flaw) -> Result<Found, Refused> {
        let (word, me) = (&self.world.word, self.me);
        let order = locking(flaw);
        let (mut slept, mut suspicious) = (0, true);
        loop {
            let seen = word.load(if flaw == Flaw::NamesAreReadRelaxed { Relaxed } else { Acquire });
            if seen & OWNER == 0 {
                let flag = if flaw == Flaw::WokenDropsTheFlag { 0 } else { slept };
                if word.compare_exchange(seen, me | seen | flag, order, Relaxed).is_ok() {
                    return Ok(if seen & POISONED == 0 { Found::Whole } else { Found::Poisoned });
                }
                continue;
            }
            let is_over = self.left().is_zero();
            if (suspicious || is_over) && self.is_dead(seen & OWNER) {
                if self.take_over_flawed(seen, slept, flaw) {
                    return Ok(Found::Poisoned);
                }
                continue;
            }
            suspicious = false;
            if is_over && (slept == 0 || flaw == Flaw::GivingUpKeepsTheWake) {
                return Err(Refused::TimedOut);
            }
            let flagged = seen | SLEEPERS;
            if seen != flagged && word.compare_exchange(seen, flagged, Relaxed, Relaxed).is_err() {
                continue;
            }
            if is_over {
                return Err(Refused::TimedOut);
            }
            suspicious = self.sleep(word, flagged, Duration::MAX) == Awake::NapOver;
            slept = SLEEPERS;
        }
    }

    fn take_over_flawed(&self, seen: u32, slept: u32, flaw: Flaw) -> bool {
        let poison = if flaw == Flaw::TakeOverIsSilent { 0 } else { POISONED };
        let new = self.me | (seen & SLEEPERS) | slept | poison;
        if flaw == Flaw::TakeOverStores {
            self.world.word.store(new, Release);
            return true;
        }
        let order = if flaw == Flaw::HeirsAreNotPublished { Acquire } else { AcqRel };
        self.world.word.compare_exchange(seen, new, order, Relaxed).is_ok()
    }

    fn unlock_flawed(&self, poison: bool, flaw: Flaw) -> bool {
        let word = &self.world.word;
        let order = if flaw == Flaw::UnlockIsRelaxed { Relaxed } else { Release };
        let poison = if poison { POISONED } else { 0 };
        let mut seen = word.load(Relaxed);
        loop {
            if seen & OWNER != self.me && flaw != Flaw::UnlockFreesWhatItFinds {
                return false;
            }
            match word.compare_exchange(seen, (seen & POISONED) | poison, order, Relaxed) {
                Ok(_) => break,
                Err(found) => seen = found,
            }
        }
        if seen & SLEEPERS != 0 && flaw != Flaw::UnlockWakesNoSleeper {
            self.wake(word, Who::One);
        }
        true
    }
}

fn locking(flaw: Flaw) -> Ordering {
    match flaw {
        Flaw::LockIsRelaxed => Release,
        Flaw::NamesAreNotPublished => Acquire,
        _ => AcqRel,
    }
}

impl Owners for Process<'_> {
    fn is_dead(&self, owner: u32) -> bool {
        if self.asks_the_table {
            let occupant = self.world.slot_of(owner).and_then(|slot| slot.occupant(None));
            return occupant != Some((owner & lock::GENERATION, owner & OWNER));
        }
        self.world.kernel().dead.contains(&owner)
    }

    fn is_this_thread(&self) -> bool {
        false
    }
}

impl Sleep<Loom> for Process<'_> {
    fn sleep(&self, word: &LoomU32, value: u32, _nap: Duration) -> Awake {
        self.slept.set(true);
        let mut kernel = self.world.kernel();
        if word.load(Relaxed) != value && self.flaw != Some(Flaw::SleepDoesNotLook) {
            return Awake::Roused;
        }
        if kernel.dead.contains(&(value & OWNER)) {
            return Awake::NapOver;
        }
        let naps = kernel.naps;
        kernel = self.world.queue.wait(kernel).expect("loom ends an execution that panics");
        if kernel.naps == naps { Awake::Roused } else { Awake::NapOver }
    }

    fn wake(&self, _word: &LoomU32, who: Who) -> bool {
        assert_eq!(who, Who::One, "an unlock wakes one");
        if self.dies_before_waking {
            self.die();
            return false;
        }
        let _kernel = self.world.kernel();
        self.world.queue.notify_one();
        true
    }

    fn left(&self) -> Duration {
        if self.impatient && self.slept.get() { Duration::ZERO } else { Duration::MAX }
    }
}
