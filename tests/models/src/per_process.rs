//! The common parts of the models of rows for each process: their words in loom's memory, and flawed
//! copies of the protocol.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use shm_core::protocol::lock::{self, OWNER, Owners as _};
use shm_core::protocol::per_process::{Rows, State, Words, is_free};
use shm_core::protocol::{Machine as _, Word};

use crate::{Caller, Kernel, Loom, LoomU32, LoomU64};

/// Rows of one counter, which are summed, and the kernel.
#[derive(Debug)]
pub struct World {
    folding: LoomU32,
    state: LoomU64,
    seats: Vec<LoomU32>,
    retired: [LoomU64; 2],
    rows: Vec<LoomU64>,
    kernel: Kernel,
}

/// A way to get the protocol wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// None: the copy of the protocol below is a true one.
    None,
    /// A folder commits before it writes the retired value.
    CommitsBeforeWriting,
    /// A folder clears and frees the row before it commits.
    FreesBeforeTheCommit,
    /// A reader counts the row that is pending.
    CountsThePendingRow,
    /// A claimer takes the seat of a dead process, and does not fold its row.
    TakesWithoutFolding,
    /// A reader does not look at the state again.
    LooksAtTheStateOnce,
    /// A folder does not take the lock.
    FoldsWithoutTheLock,
    /// The heir of a folder does not finish what that began.
    TheHeirDoesNotFinish,
    /// No fence before the retired value is written.
    WritesWithoutAFence,
    /// No fence before a row is cleared.
    ClearsWithoutAFence,
    /// The commit publishes nothing.
    CommitIsRelaxed,
    /// A reader has no fence between its copy and its second look.
    ReadsWithoutAFence,
}

/// The moment at which a process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// With the lock.
    Locked,
    /// The retired value is written.
    Written,
    /// The fold is committed.
    Committed,
    /// The row is cleared.
    Cleared,
    /// The row is free, and pending.
    Freed,
    /// All is done, but the lock is held.
    Finished,
    /// With a seat, and the lock.
    Seated,
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
    /// So many rows, all free.
    #[must_use]
    pub fn new(rows: u32) -> Self {
        Self {
            folding: LoomU32::new(0),
            state: LoomU64::new(0),
            seats: (0..rows).map(|_| LoomU32::new(0)).collect(),
            retired: [LoomU64::new(0), LoomU64::new(0)],
            rows: (0..rows).map(|_| LoomU64::new(0)).collect(),
            kernel: Kernel::new(1),
        }
    }

    fn words(&self) -> Words<'_, Loom> {
        Words { state: &self.state, seats: &self.seats }
    }
}

impl Rows for World {
    fn fold(&self, row: u32, retired: usize) {
        let sum = self.retired[retired].load(Relaxed) + self.rows[row as usize].load(Relaxed);
        self.retired[1 - retired].store(sum, Relaxed);
    }

    fn clear(&self, row: u32) {
        self.rows[row as usize].store(0, Relaxed);
    }
}

impl crate::World for World {
    type Flaw = Flaw;
    type Process<'a> = Process<'a>;

    fn process(&self, slot: u32, flaw: Option<Flaw>) -> Process<'_> {
        let me = lock::owner(slot, 1);
        let caller = self.kernel.caller(vec![&self.folding], me);
        Process { world: self, caller, me, flaw }
    }
}

impl Process<'_> {
    /// Has the row with a number, with a count, and dies.
    pub fn die_with(&self, row: usize, count: u64) {
        self.world.seats[row].store(self.me, Release);
        self.world.rows[row].store(count, Relaxed);
        self.caller.die();
    }

    /// Takes a row, and counts.
    ///
    /// # Panics
    /// If the row has another process's counts.
    #[must_use]
    pub fn claim(&self, count: u64) -> Option<u32> {
        let row = self.locked(|| match self.flaw {
            None => self.world.words().claim(self.me, &self.caller, self.world),
            Some(flaw) => self.claim_flawed(flaw),
        })?;
        let counter = &self.world.rows[row as usize];
        assert_eq!(
            counter.fetch_add(count, Relaxed),
            0,
            "a row with the counts of another process"
        );
        Some(row)
    }

    /// Folds all that is to be folded.
    pub fn fold_dead(&self) {
        self.locked(|| match self.flaw {
            None => drop(self.world.words().fold_dead(&self.caller, self.world)),
            Some(flaw) => {
                self.inherit(flaw);
                for row in 0..self.world.seats.len() {
                    if self.is_abandoned(row) {
                        self.fold(row as u32, flaw);
                    }
                }
            }
        });
    }

    /// Gives up a row.
    ///
    /// # Panics
    /// If another process has it.
    pub fn leave(&self, row: u32) {
        assert!(self.world.words().leave(row, self.me));
        self.locked(|| self.world.words().fold_left(row, self.world));
    }

    /// Folds the row with a number, or finishes that, and is killed on the way.
    pub fn die(&self, death: Death) {
        let lock = &self.world.folding;
        if lock::lock::<Loom>(lock, self.me, &self.caller, &self.caller).is_ok() {
            self.fold_until(death);
        }
        self.caller.die();
    }

    /// The total: of the retired value that counts, and of the rows.
    ///
    /// # Panics
    /// If a row is folded during each of the attempts.
    #[must_use]
    pub fn total(&self) -> u64 {
        let World { state, seats, retired, rows, .. } = self.world;
        let Some(flaw) = self.flaw else {
            let words = self.world.words();
            let total = words.read(|state| {
                let counts = words.in_use(state).map(|(row, _)| rows[row as usize].load(Relaxed));
                retired[state.retired()].load(Relaxed) + counts.sum::<u64>()
            });
            return total.expect("nothing is folded all the time");
        };
        loop {
            let before = State(state.load(Relaxed));
            Loom::fence(Acquire);
            let mut total = retired[before.retired()].load(Relaxed);
            for (row, seat) in seats.iter().enumerate() {
                let is_pending = before.pending() == Some(row as u32);
                let is_in_use = !is_free(seat.load(Acquire));
                if is_in_use && (!is_pending || flaw == Flaw::CountsThePendingRow) {
                    total += rows[row].load(Relaxed);
                }
            }
            if flaw != Flaw::ReadsWithoutAFence {
                Loom::fence(Acquire);
            }
            if flaw == Flaw::LooksAtTheStateOnce || state.load(Relaxed) == before.0 {
                return total;
            }
            Loom::spin();
        }
    }

    fn locked<T>(&self, work: impl FnOnce() -> T) -> T {
        if self.flaw == Some(Flaw::FoldsWithoutTheLock) {
            return work();
        }
        let lock = &self.world.folding;
        lock::lock::<Loom>(lock, self.me, &self.caller, &self.caller).expect("no time limit");
        lock::clear_poison::<Loom>(lock, self.me);
        let outcome = work();
        lock::unlock::<Loom>(lock, self.me, false, &self.caller);
        outcome
    }

    fn claim_flawed(&self, flaw: Flaw) -> Option<u32> {
        self.inherit(flaw);
        let seats = &self.world.seats;
        let take = || seats.iter().position(|seat| lock::acquire::<Loom>(seat, self.me));
        let taken = take().or_else(|| {
            let row = (0..seats.len()).find(|row| self.is_abandoned(*row))?;
            if flaw == Flaw::TakesWithoutFolding {
                seats[row].store(self.me, Release);
                return Some(row);
            }
            self.fold(row as u32, flaw);
            take()
        });
        taken.map(|row| row as u32)
    }

    fn is_abandoned(&self, row: usize) -> bool {
        let seat = self.world.seats[row].load(Acquire);
        !is_free(seat) && (seat & OWNER == 0 || self.caller.is_dead(seat & OWNER))
    }

    fn fold(&self, row: u32, flaw: Flaw) {
        let words = &self.world.state;
        let state = State(words.load(Relaxed));
        let folded = Self::folded(state, row);
        let commit = if flaw == Flaw::CommitIsRelaxed { Relaxed } else { Release };
        if flaw == Flaw::CommitsBeforeWriting {
            words.store(folded, commit);
        }
        if flaw != Flaw::WritesWithoutAFence {
            Loom::fence(Release);
        }
        self.world.fold(row, state.retired());
        if flaw == Flaw::FreesBeforeTheCommit {
            self.free(row, flaw);
            words.store(Self::finished(folded), commit);
            return;
        }
        words.store(folded, commit);
        self.finish(flaw);
    }

    fn finish(&self, flaw: Flaw) {
        let state = State(self.world.state.load(Relaxed));
        let Some(row) = state.pending() else { return };
        self.free(row, flaw);
        self.world.state.store(Self::finished(state.0), Release);
    }

    /// What the heir of a folder does with a row that is pending.
    fn inherit(&self, flaw: Flaw) {
        let pending = State(self.world.state.load(Relaxed)).pending();
        match (flaw, pending) {
            // The row is still that of a dead process, and is folded once more.
            (Flaw::TheHeirDoesNotFinish, Some(_)) => {}
            _ => self.finish(flaw),
        }
    }

    fn free(&self, row: u32, flaw: Flaw) {
        if flaw != Flaw::ClearsWithoutAFence {
            Loom::fence(Release);
        }
        self.world.clear(row);
        self.world.seats[row as usize].store(0, Release);
    }

    /// The steps of a fold, up to a death.
    fn fold_until(&self, death: Death) {
        let World { state, seats, .. } = self.world;
        let Some(row) = (0..seats.len()).find(|row| self.is_abandoned(*row)) else { return };
        let before = State(state.load(Relaxed));
        let steps: [(Death, &dyn Fn()); 6] = [
            (Death::Locked, &|| {
                Loom::fence(Release);
                self.world.fold(row as u32, before.retired());
            }),
            (Death::Written, &|| state.store(Self::folded(before, row as u32), Release)),
            (Death::Committed, &|| {
                Loom::fence(Release);
                self.world.clear(row as u32);
            }),
            (Death::Cleared, &|| seats[row].store(0, Release)),
            (Death::Freed, &|| {
                state.store(Self::finished(Self::folded(before, row as u32)), Release);
            }),
            (Death::Finished, &|| seats[row].store(self.me, Release)),
        ];
        for (at, step) in steps {
            if death == at {
                return;
            }
            step();
        }
    }

    /// The state after one more fold: of this row.
    fn folded(before: State, row: u32) -> u64 {
        (((before.0 >> 24) + 1) << 24) | u64::from(row + 1)
    }

    fn finished(state: u64) -> u64 {
        (state >> 24) << 24
    }
}
