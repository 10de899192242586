//! [`RawRows`]: rows for each process, without their type.

use std::sync::atomic::{AtomicU32, AtomicU64};
use std::time::{Duration, Instant};

use super::kernel::Wait;
use super::owners::KnownOwners;
use super::raw_lock::RawLock;
use super::token::Claim;
use crate::error::LockError;
use crate::fault;
use crate::protocol::Hardware;
use crate::protocol::per_process::{Rows, Words};
use crate::registry;
use crate::sys::clock::deadline;

/// The words of a `PerProcess` in a view; see [`per_process`](crate::protocol::per_process) for their meaning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawRows<'a> {
    folding: &'a RawLock,
    pub(crate) words: Words<'a, Hardware>,
}

/// A process's knowledge of a row that it has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowToken {
    pub(crate) index: u32,
    claim: Claim,
}

/// Giving up a row waits so long for a process that folds one.
const PATIENCE: Duration = Duration::from_secs(1);

impl<'a> RawRows<'a> {
    #[inline]
    pub(crate) fn new(folding: &'a RawLock, state: &'a AtomicU64, seats: &'a [AtomicU32]) -> Self {
        Self { folding, words: Words { state, seats } }
    }

    /// A word of it, for questions about the region that it is in.
    pub(crate) fn word(self) -> &'a AtomicU32 {
        &self.words.seats[0]
    }

    /// Takes a row for this process.
    pub(crate) fn claim(self, rows: &impl Rows) -> Result<RowToken, LockError> {
        let me = registry::owner(self.word())?;
        let row = self.locked(None, |owners| self.words.claim(me.owner, owners, rows))?;
        Ok(RowToken { index: row.ok_or(LockError::Busy)?, claim: Claim::of(me) })
    }

    /// Folds the rows of all processes that died.
    pub(crate) fn fold_dead(self, rows: &impl Rows) -> Result<usize, LockError> {
        self.locked(None, |owners| self.words.fold_dead(owners, rows))
    }

    /// Gives up a row that this process has, and folds it. If another process folds for a long time, or this
    /// thread does or panics, the next process to claim one folds it.
    pub(crate) fn give_up(self, RowToken { index, claim }: RowToken, rows: &impl Rows) {
        if !claim.is_ours() || !self.words.leave(index, claim.owner()) {
            return;
        }
        fault::point("per process: left, not folded");
        // A second panic, in the user's function, would abort.
        if std::thread::panicking() {
            return;
        }
        // Without the lock, it stays as it is.
        let _ = self.locked(deadline(PATIENCE), |_| self.words.fold_left(index, rows));
    }

    /// Does some work with the lock.
    fn locked<R>(
        self,
        until: Option<Instant>,
        work: impl FnOnce(&KnownOwners<'_>) -> R,
    ) -> Result<R, LockError> {
        let _held = self.folding.lock_to_replace(until)?;
        fault::point("per process: has the lock");
        // The dead are checked closely: no time is left after this look.
        let kernel = Wait::until(deadline(Duration::ZERO));
        Ok(work(&KnownOwners::new(self.word(), &kernel)))
    }
}
