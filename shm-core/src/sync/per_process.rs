//! [`PerProcess`]: a row for each process that takes part, and what the rows of past ones add up to.

mod fold;
mod row;

use std::fmt;
use std::mem::offset_of;
use std::sync::atomic::{AtomicU32, AtomicU64};

use super::raw_lock::RawLock;
use super::raw_rows::RawRows;
use super::slot::Draft;
use super::value::codec::Codec;
use crate::access::{Access, ReadWrite};
use crate::error::{LoadError, LockError};
use crate::fault;
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::limits::CACHE_LINE;
use crate::placeable::Placeable;
use crate::protocol::per_process::{self, MAX_ROWS};
use crate::registry;
use crate::shared_layout::{Shared, SharedLayout, ValidZeroed, read_only};

pub use fold::Fold;
pub use row::{ProcessRow, Row};

/// In a struct: a row for each of up to `N` processes, in which it counts without disturbing the others,
/// and what the rows of past processes add up to. Its view is [`PerProcessView`].
///
/// A process [claims](PerProcessView::claim) a row and counts in it, at one instruction a step. When it
/// is gone, however it ended, its row is *folded* into the retired value before the row goes to
/// another process: exactly once, whichever processes notice the death, and whichever of them are killed at
/// it. So a [total](PerProcessView::totals) has each count once, and never goes backwards.
///
/// ```
/// use shm_core::{PerProcess, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// #[shm(fold = "sum")]
/// struct Counters { requests: u64, errors: u64, seconds: f64 }
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Board { workers: PerProcess<Counters, 64> }
///
/// let board = Region::<Board>::options().private()?;
/// let row = board.workers.claim()?; // in each worker
/// row.requests.fetch_add(1);
///
/// for row in board.workers.rows() { // anywhere
///     let process = row.process().expect("it is alive");
///     println!("{} {}: {} requests", process.pid, process.name, row.requests);
/// }
/// drop(row);
/// assert_eq!(board.workers.totals()?.requests, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A row consists of numbers: the type says by [`Fold`] what two of them add up to. Each row is on cache lines
/// of its own.
#[repr(C)]
pub struct PerProcess<T, const N: usize> {
    folding: u32,
    state: u64,
    seats: [u32; N],
    retired: [Line<T>; 2],
    rows: [Line<T>; N],
}

/// A value on cache lines of its own.
#[repr(C, align(64))]
struct Line<T> {
    value: T,
}

const _: () = assert!(align_of::<Line<u8>>() == CACHE_LINE as usize);

/// Allows a struct with a `PerProcess` to derive `Debug`. Its view, [`PerProcessView`], shows the rows.
impl<T, const N: usize> fmt::Debug for PerProcess<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerProcess").finish_non_exhaustive()
    }
}

/// The shared form of [`PerProcess`].
#[repr(C)]
pub struct PerProcessView<T: Fold, const N: usize, A: Access = ReadWrite> {
    folding: RawLock,
    state: AtomicU64,
    seats: [AtomicU32; N],
    retired: [Line<Shared<T, A>>; 2],
    rows: [Line<Shared<T, A>>; N],
}

// SAFETY: both sides are words and `T`s, in `repr(C)`; each word is one atomic and accessed as such.
unsafe impl<T: Fold, const N: usize> SharedLayout for PerProcess<T, N> {
    type View<A: Access> = PerProcessView<T, N, A>;
    const LAYOUT: &'static Layout = {
        assert!(N > 0, "a `PerProcess` has at least one row");
        assert!(N <= MAX_ROWS, "a `PerProcess` has at most 16777215 rows");
        assert!(size_of::<T>() > 0, "a row of a `PerProcess` has at least one number");
        assert!(
            T::ANY_BYTES,
            "a row of a `PerProcess` consists of numbers: of a `bool`, a `char`, an enum or a `NonZero`, no \
             two add up to one"
        );
        &Layout::new(
            "PerProcess",
            size_of::<Self>(),
            align_of::<Self>(),
            Kind::Live { role: Role::PerProcess, fields: Self::FIELDS },
        )
    };
}

impl<T: Fold, const N: usize> PerProcess<T, N> {
    const FIELDS: &'static [FieldLayout] = &[
        FieldLayout::new("folding", offset_of!(Self, folding), <u32 as SharedLayout>::LAYOUT),
        FieldLayout::new("state", offset_of!(Self, state), <u64 as SharedLayout>::LAYOUT),
        FieldLayout::new("seats", offset_of!(Self, seats), <[u32; N] as SharedLayout>::LAYOUT),
        FieldLayout::new("retired", offset_of!(Self, retired), Lines::<T, 2>::LAYOUT),
        FieldLayout::new("rows", offset_of!(Self, rows), Lines::<T, N>::LAYOUT)
            .with_own_fold(!T::IS_SUM),
    ];
}

/// The layout of several values, each on cache lines of its own.
struct Lines<T, const N: usize>([Line<T>; N]);

impl<T: SharedLayout, const N: usize> Lines<T, N> {
    const LAYOUT: &'static Layout = &Layout::new(
        "array",
        size_of::<[Line<T>; N]>(),
        align_of::<Line<T>>(),
        Kind::Array { element: Self::LINE, len: N },
    );

    const LINE: &'static Layout = &Layout::new(
        "Slot",
        size_of::<Line<T>>(),
        align_of::<Line<T>>(),
        Kind::Struct { fields: &[FieldLayout::new("value", 0, T::LAYOUT)] },
    );
}

impl<T: Fold, const N: usize> ValidZeroed for PerProcess<T, N> {}

impl<T: Fold, const N: usize> Placeable for PerProcess<T, N> {}

/// Claiming.
impl<T: Fold, const N: usize> PerProcessView<T, N> {
    /// Takes a row for this process, in which nothing is counted yet: a free one, or that of a process
    /// that died, after that row was folded. A process can have several: one for each thread, in a
    /// `thread_local!`, is given up when the thread ends.
    ///
    /// The row is an owned handle: it keeps the region mapped, and goes into a struct or to another thread. Waits
    /// while another process takes or gives up a row.
    ///
    /// # Errors
    /// [`LockError::Busy`] if all rows belong to living processes; if this process cannot take part in the
    /// region's locks; [`LockError::WouldDeadlock`] inside [`Fold::fold`]; [`LockError::InANamedObject`] in the
    /// value of a [`Named`](crate::heap::Named), which a row could outlive.
    ///
    /// # Panics
    /// If [`Fold::fold`] does; nothing has changed then.
    ///
    /// ```
    /// use shm_core::{LockError, PerProcess, Region};
    ///
    /// let hits = Region::<PerProcess<u64, 2>>::options().private()?;
    /// let (mine, another) = (hits.claim()?, hits.claim()?);
    /// assert!(matches!(hits.claim(), Err(LockError::Busy)));
    /// mine.fetch_add(2);
    /// another.fetch_add(3);
    /// drop(another);
    /// assert_eq!(hits.claim()?.get(), 0);
    /// assert_eq!(hits.totals()?, 5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn claim(&self) -> Result<Row<T, N>, LockError> {
        registry::owner(self.word())?;
        let mapping = registry::mapping(self.word()).ok_or(LockError::NotInARegion)?;
        if !mapping.is_lasting() {
            return Err(LockError::InANamedObject);
        }
        Ok(Row::new(self, self.raw().claim(self)?, mapping))
    }

    /// Folds the rows of all processes that died, so that they are free, and returns their number.
    ///
    /// There is no need to: [`claim`](Self::claim) does it when it finds no free row, and totals are the same
    /// before and after.
    ///
    /// # Errors
    /// As [`PerProcessView::claim`].
    ///
    /// # Panics
    /// If [`Fold::fold`] does; the row that it was called for has not changed then.
    pub fn fold_dead(&self) -> Result<usize, LockError> {
        self.raw().fold_dead(self)
    }
}

impl<T: Fold, const N: usize> per_process::Rows for PerProcessView<T, N> {
    fn fold(&self, row: u32, retired: usize) {
        let mut sum = value::<T, ReadWrite>(&self.retired[retired]);
        sum.fold(&value::<T, ReadWrite>(&self.rows[row as usize]));
        fault::point("per process: about to write");
        T::store_to::<ReadWrite>(&self.retired[1 - retired].value, &sum);
    }

    fn clear(&self, row: u32) {
        let zero = Draft::<T>::with(|draft| T::decode(&draft.zero()));
        let zero = zero.expect("any bytes are a value");
        T::store_to::<ReadWrite>(&self.rows[row as usize].value, &zero);
    }
}

/// Reading, which needs no lock and writes nothing.
impl<T: Fold, const N: usize, A: Access> PerProcessView<T, N, A> {
    /// Folds all rows into the retired value: what has been counted by all processes, the past ones included.
    ///
    /// Each count is in it once. A later call, in any process, returns no less of a sum. Each field is read
    /// whole, but two fields may belong to different moments.
    ///
    /// # Errors
    /// [`LoadError::Contended`] if rows were folded during each of 1,000 attempts to read them.
    pub fn totals(&self) -> Result<T, LoadError> {
        let (mut total, rows) = self.copied().map_err(|_contended| LoadError::Contended)?;
        rows.iter().for_each(|row| total.fold(row));
        Ok(total)
    }

    /// What the rows of past processes add up to, as far as they were folded.
    ///
    /// # Errors
    /// As [`PerProcessView::totals`].
    pub fn retired(&self) -> Result<T, LoadError> {
        let retired = self.raw().words.read(|state| value::<T, A>(&self.retired[state.retired()]));
        retired.map_err(|_contended| LoadError::Contended)
    }

    /// The rows that are in use at this moment: of living processes, and of dead ones until they are folded.
    ///
    /// For a total, use [`PerProcessView::totals`]: between the rows here, one may be folded and given to
    /// another process.
    pub fn rows(&self) -> impl Iterator<Item = ProcessRow<'_, T>> {
        let words = self.raw().words;
        let rows = words.read(|state| words.in_use(state).collect::<Vec<_>>());
        // If rows are folded all the time, no moment is better than another.
        let rows = rows.unwrap_or_else(|_contended| words.in_use(words.state_now()).collect());
        rows.into_iter().map(|(row, seat)| {
            let counters = read_only::<T, A>(&self.rows[row as usize].value);
            ProcessRow::new(row, seat, self.word(), counters)
        })
    }

    /// The retired value, and the rows in use.
    fn copied(&self) -> Result<(T, Vec<T>), per_process::Contended> {
        let words = self.raw().words;
        words.read(|state| {
            let rows = words.in_use(state);
            let rows = rows.map(|(row, _)| value::<T, A>(&self.rows[row as usize])).collect();
            (value::<T, A>(&self.retired[state.retired()]), rows)
        })
    }

    fn raw(&self) -> RawRows<'_> {
        RawRows::new(&self.folding, &self.state, &self.seats)
    }

    /// A word of it, for questions about the region that it is in.
    fn word(&self) -> &AtomicU32 {
        self.raw().word()
    }
}

/// Copies a value out.
fn value<T: Fold, A: Access>(line: &Line<Shared<T, A>>) -> T {
    T::load_from::<A>(&line.value).expect("any bytes are a value")
}

/// Shows the retired value and the rows in use.
impl<T: Fold, const N: usize, A: Access> fmt::Debug for PerProcessView<T, N, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.raw().words;
        let state = words.read(|state| state).unwrap_or_else(|_contended| words.state_now());
        let rows = words.in_use(state).map(|(row, _)| (row, &self.rows[row as usize].value));
        f.debug_struct("PerProcess")
            .field("retired", &self.retired[state.retired()].value)
            .field("rows", &rows.collect::<std::collections::BTreeMap<_, _>>())
            .finish()
    }
}
