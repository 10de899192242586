//! A row for each process that takes part, and the *retired* value, into which a row is folded before
//! another process gets it.
//!
//! ```text
//! folding  u32        a robust lock: its owner takes and gives up rows
//! state    u64        bits 0..24: the row that was folded and is not free yet, plus one; 0: there is no
//!                     such row. Bits 24..64: the number of folds
//! seats    [u32; N]   for each row: 0 if it is free; the owner bits of its process, as in a
//!                     [lock](super::lock); or `LEFT`, if its process gave it up and it was not folded yet
//! retired  two values, of which the one with the number of folds modulo 2 counts
//! rows     N values; those of free rows are zero
//! ```
//!
//! All steps but the last are taken with `folding`.
//!
//! | step | words | ordering | partner |
//! | --- | --- | --- | --- |
//! | claim | a free seat to me | AcqRel | a reader's look at the seat |
//! | leave | the seat, me to `LEFT` | Release | the lock |
//! | fold: write | fence; the retired value that does not count | Release | the fence of a reader |
//! | fold: **commit** | `state`: one fold more, this row pending | Release | the first look of a reader |
//! | finish | fence; the row to zero; the seat to 0; `state`: no row pending | Release, each | the fence of a reader, then its first look |
//! | read, without the lock | `state`; the retired value that counts, the seats and the rows but the pending one; fence; `state` is the same | Acquire; Relaxed; Acquire; Relaxed | as above |
//!
//! **Each count is in the total once.** Before the commit, it is in its row; after it, in the retired value
//! that counts, while readers leave out the row. A process that gets `folding` from a dead one finishes
//! first: it clears the pending row once more, which does no harm, since no process can have claimed it.
//!
//! | a process dies | the next one finds |
//! | --- | --- |
//! | with a row | a seat of the dead, to be folded |
//! | in *write* | the same: the other retired value counts |
//! | after the commit, in *finish* | a pending row, to be finished |
//! | giving its row up | a seat of the dead, or `LEFT`: to be folded |
//!
//! **A total does not mix two states.** Suppose that a reader copied a word that was written for fold `f`, or
//! after it. Before that store its writer had read or stored a `state` of `f - 1` folds at least, or of `f` if
//! the word belongs to a row; the fences carry this over: if the reader began before that state, its second
//! look finds another one. `tests/models` checks this with loom.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::lock::{self, OWNER, Owners, POISONED};
use super::{Machine, Word};
use crate::fault;

/// The seat of a process that gave its row up, which was not folded yet.
pub const LEFT: u32 = POISONED;
/// The number of bits of a pending row in `state`.
const PENDING_BITS: u32 = 24;
/// The largest number of rows.
pub const MAX_ROWS: usize = (1 << PENDING_BITS) - 1;
/// The number of attempts of [`Words::read`].
pub const ATTEMPTS: u32 = 1_000;

/// The words beside the rows. There is at least one seat.
#[derive(Debug)]
pub struct Words<'a, M: Machine> {
    /// The state.
    pub state: &'a M::U64,
    /// One for each row.
    pub seats: &'a [M::U32],
}

impl<M: Machine> Clone for Words<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for Words<'_, M> {}

/// The memory of the values.
pub trait Rows {
    /// Folds a row into one of the two retired values, and writes the outcome over the other. If it panics,
    /// nothing has changed that counts.
    fn fold(&self, row: u32, retired: usize);

    /// Writes zeros to a row.
    fn clear(&self, row: u32);
}

/// The contents of `state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State(pub u64);

impl State {
    /// The retired value that counts: 0 or 1.
    #[must_use]
    pub const fn retired(self) -> usize {
        (self.0 >> PENDING_BITS) as usize & 1
    }

    /// The row that was folded and is not free yet.
    #[must_use]
    pub const fn pending(self) -> Option<u32> {
        (self.0 as u32 & MAX_ROWS as u32).checked_sub(1)
    }

    /// After one more fold: of this row.
    const fn folded(self, row: u32) -> Self {
        let folds = (self.0 >> PENDING_BITS).wrapping_add(1);
        Self((folds << PENDING_BITS) | (row as u64 + 1))
    }

    const fn finished(self) -> Self {
        Self(self.0 & !(MAX_ROWS as u64))
    }
}

/// The state changed during each attempt to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contended;

impl<M: Machine> Words<'_, M> {
    /// Takes a row, with the lock: a free one, or that of a dead process, after that was folded. `None` if all
    /// rows are those of the living.
    pub fn claim(&self, me: u32, owners: &impl Owners, rows: &impl Rows) -> Option<u32> {
        self.finish(rows);
        self.take(me).or_else(|| {
            let row = self.indices().find(|row| self.is_abandoned(*row, owners))?;
            self.fold(row, rows);
            self.take(me)
        })
    }

    /// Folds the rows of all dead processes, with the lock. Returns their number.
    pub fn fold_dead(&self, owners: &impl Owners, rows: &impl Rows) -> usize {
        self.finish(rows);
        let dead = self.indices().filter(|row| self.is_abandoned(*row, owners));
        dead.map(|row| self.fold(row, rows)).count()
    }

    /// Gives a row up, with or without the lock. Returns `false` if it is another process's.
    pub fn leave(&self, row: u32, me: u32) -> bool {
        let seat = &self.seats[row as usize];
        // Release: the counts precede. Relaxed suffices for the fold, which has the lock.
        seat.compare_exchange(me, LEFT, Release, Relaxed).is_ok()
    }

    /// Folds a row that was given up, with the lock, unless another process has done it.
    pub fn fold_left(&self, row: u32, rows: &impl Rows) {
        self.finish(rows);
        // Acquire: pairs with the Release of `leave`.
        if self.seats[row as usize].load(Acquire) == LEFT {
            self.fold(row, rows);
        }
    }

    /// Calls `copy` with the state, to copy the retired value that counts and the rows that are
    /// [in use](Self::in_use), each word with a relaxed load or a stronger one.
    ///
    /// # Errors
    /// If a row was folded during each of [`ATTEMPTS`].
    pub fn read<T>(&self, mut copy: impl FnMut(State) -> T) -> Result<T, Contended> {
        for _ in 0..ATTEMPTS {
            let before = self.state.load(Relaxed);
            // Pairs with the Release stores of `fold` and `finish`. A fence: see `ring`.
            M::fence(Acquire);
            let copied = copy(State(before));
            // Pairs with the fences of `fold` and `finish`.
            M::fence(Acquire);
            if self.state.load(Relaxed) == before {
                return Ok(copied);
            }
            M::spin();
        }
        Err(Contended)
    }

    /// The state at this moment.
    #[must_use]
    pub fn state_now(&self) -> State {
        // Acquire: pairs with the Release stores of `fold` and `finish`.
        State(self.state.load(Acquire))
    }

    /// The rows that count in a state, with the word of the seat of each.
    pub fn in_use(self, state: State) -> impl Iterator<Item = (u32, u32)> {
        let seats = self.indices().map(move |row| (row, self.seats[row as usize].load(Acquire)));
        seats.filter(move |(row, seat)| Some(*row) != state.pending() && !is_free(*seat))
    }

    fn indices(&self) -> std::ops::Range<u32> {
        0..self.seats.len() as u32
    }

    fn take(&self, me: u32) -> Option<u32> {
        let row = self.indices().find(|row| lock::acquire::<M>(&self.seats[*row as usize], me))?;
        fault::point("per process: has a row");
        Some(row)
    }

    /// Whether a row is to be folded: its process is dead, or gave it up.
    fn is_abandoned(&self, row: u32, owners: &impl Owners) -> bool {
        // Acquire: pairs with the writer of the name, and with `leave`.
        let seat = self.seats[row as usize].load(Acquire);
        !is_free(seat) && (seat & OWNER == 0 || owners.is_dead(seat & OWNER))
    }

    /// Folds a row. No row is pending.
    fn fold(&self, row: u32, rows: &impl Rows) {
        let state = State(self.state.load(Relaxed));
        // Pairs with the fence after a reader's copy: one that sees the value of this fold sees the state as well
        // in which the other one counts.
        M::fence(Release);
        rows.fold(row, state.retired());
        fault::point("per process: folded, not committed");
        // The commit. Pairs with the first look of a reader.
        self.state.store(state.folded(row).0, Release);
        fault::point("per process: committed");
        self.finish(rows);
    }

    /// Frees the row that was folded, if there is one.
    fn finish(&self, rows: &impl Rows) {
        let state = State(self.state.load(Relaxed));
        let Some(row) = state.pending() else { return };
        if let Some(seat) = self.seats.get(row as usize) {
            // Pairs with the fence after a reader's copy: one that sees the row without its counts sees that
            // they are in the retired value.
            M::fence(Release);
            rows.clear(row);
            fault::point("per process: cleared, not free");
            seat.store(0, Release);
            fault::point("per process: free, and pending");
        }
        self.state.store(state.finished().0, Release);
    }
}

/// Whether the word of a seat is that of a free one.
#[must_use]
pub const fn is_free(seat: u32) -> bool {
    seat & (OWNER | LEFT) == 0
}

#[cfg(test)]
mod tests;
