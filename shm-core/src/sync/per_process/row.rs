//! [`Row`] and [`ProcessRow`]: a row, to the process that has it and to others.

use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use super::{Fold, PerProcessView};
use crate::access::{ReadOnly, ReadWrite};
use crate::attach::{Liveness, Participant};
use crate::protocol::lock::OWNER;
use crate::registry::{self, Mapped};
use crate::shared_layout::Shared;
use crate::sync::raw_rows::RowToken;

/// This process's row of a [`PerProcess`](crate::PerProcess), from [`PerProcessView::claim`]. Derefs to the
/// view of the row: `row.requests.fetch_add(1)` is one instruction.
///
/// It keeps the region mapped. Dropping it folds the row and frees it; its counts stay in the totals. If
/// the process is killed instead, another one does that.
///
/// The copy that a forked child has does nothing when it is dropped: the child claims a row of its own.
/// What it counts in this one meanwhile counts as its parent's, and may be lost once the parent is gone.
#[must_use = "the row is given up at once if this is not kept"]
pub struct Row<T: Fold, const N: usize> {
    of: NonNull<PerProcessView<T, N>>,
    row: NonNull<Shared<T, ReadWrite>>,
    token: RowToken,
    /// Dropped after the row is given up, which `drop` does.
    _mapping: Arc<dyn Mapped>,
}

// SAFETY: it is shared references to views, which any thread may use (I1), an Arc and plain words.
unsafe impl<T: Fold, const N: usize> Send for Row<T, N> {}
// SAFETY: as above.
unsafe impl<T: Fold, const N: usize> Sync for Row<T, N> {}

impl<T: Fold, const N: usize> Row<T, N> {
    /// `mapping` is the one that the view lies in.
    pub(super) fn new(
        of: &PerProcessView<T, N>,
        token: RowToken,
        mapping: Arc<dyn Mapped>,
    ) -> Self {
        let row = NonNull::from(&of.rows[token.index as usize].value);
        Self { of: NonNull::from(of), row, token, _mapping: mapping }
    }

    /// Its number among the rows, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.token.index as usize
    }
}

impl<T: Fold, const N: usize> Deref for Row<T, N> {
    type Target = Shared<T, ReadWrite>;

    #[inline]
    fn deref(&self) -> &Self::Target {
        // SAFETY: the view lies in the mapping (see `new`), which `self` keeps alive (I2).
        unsafe { self.row.as_ref() }
    }
}

impl<T: Fold, const N: usize> Drop for Row<T, N> {
    fn drop(&mut self) {
        // SAFETY: as in `deref`.
        let of = unsafe { self.of.as_ref() };
        of.raw().give_up(self.token, of);
    }
}

impl<T: Fold, const N: usize> fmt::Debug for Row<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").field("index", &self.index()).field("counters", &**self).finish()
    }
}

/// A row in use, from [`PerProcessView::rows`]. Derefs to a read-only view of the row.
pub struct ProcessRow<'a, T: Fold> {
    index: u32,
    seat: u32,
    /// A word in the same region.
    word: &'a AtomicU32,
    row: &'a Shared<T, ReadOnly>,
}

impl<'a, T: Fold> ProcessRow<'a, T> {
    pub(super) fn new(
        index: u32,
        seat: u32,
        word: &'a AtomicU32,
        row: &'a Shared<T, ReadOnly>,
    ) -> Self {
        Self { index, seat, word, row }
    }

    /// Its number among the rows, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index as usize
    }

    /// The process that has the row, with its id and name. `None` if its slot among the participants went to
    /// another process, after its death; or if it gave the row up while others were folding.
    #[must_use]
    pub fn process(&self) -> Option<Participant> {
        registry::participant(self.word, self.seat & OWNER)
    }

    /// Whether that process is alive. The row of a dead one is folded before another process gets it.
    #[must_use]
    pub fn liveness(&self) -> Liveness {
        self.process().map_or(Liveness::Dead, |process| process.liveness)
    }
}

impl<T: Fold> Deref for ProcessRow<'_, T> {
    type Target = Shared<T, ReadOnly>;

    #[inline]
    fn deref(&self) -> &Self::Target {
        self.row
    }
}

impl<T: Fold> fmt::Debug for ProcessRow<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let process = self.process().map(|process| (process.pid, process.name));
        f.debug_struct("ProcessRow")
            .field("index", &self.index)
            .field("process", &process)
            .field("counters", &self.row)
            .finish()
    }
}
