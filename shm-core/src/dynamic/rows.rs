//! [`DynRows`]: a row for each process, found by the name of its `PerProcess`.

use std::fmt;
use std::sync::Arc;

use super::memory::Memory;
use super::numbers::{Number, numbers_of};
use super::of_role::OfRole;
use super::read;
use super::region::DynRegion;
use super::source::native_bytes;
use super::value::DynValue;
use crate::access::{Access, CanWrite, ReadWrite};
use crate::attach::Participant;
use crate::error::{DynError, LockError};
use crate::layout::Role;
use crate::path::Path;
use crate::protocol::Hardware;
use crate::protocol::lock::OWNER;
use crate::protocol::per_process::{self, Words};
use crate::registry;
use crate::schema::Rows;
use crate::sync::RawRows;

/// A [`PerProcess`](crate::PerProcess) of a region, found by its name: a row for each process that takes part, and what
/// the rows of past ones add up to. Made by [`DynRegion::rows_of`].
///
/// **Rows are added up, number by number**, as `#[shm(fold = "sum")]` does it. If the region says that its programs fold
/// otherwise, by a [`Fold`](crate::sync::Fold) of their own, a maximum say, no row is claimed or folded here, and there
/// are no [`totals`](Self::totals): these are errors. The rows can be read, and folded by the caller:
/// [`DynRows::snapshot`].
///
/// ```
/// use shm_core::{DynRegion, PerProcess, Region, SharedLayout};
///
/// #[derive(SharedLayout, Clone, Copy)]
/// #[repr(C)]
/// #[shm(fold = "sum")]
/// struct Counters { requests: u64, seconds: f64 }
///
/// let name = format!("shm-doc-rows-of-{}", std::process::id());
/// let typed = Region::<PerProcess<Counters, 8>>::create(&name)?;
///
/// let workers = DynRegion::open(&name)?.rows_of("")?;
/// let row = workers.claim()?;
/// row.fetch_add("requests", 2)?;
/// row.set("seconds", 0.5)?;
/// assert_eq!(workers.totals()?.to_string(), "{ requests: 2, seconds: 0.5 }");
/// drop(row);
/// assert_eq!(typed.totals()?.requests, 2);
/// # typed.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It keeps the region mapped, and may go to other threads.
#[derive(Clone)]
pub struct DynRows<A: Access = ReadWrite> {
    pub(super) region: DynRegion<A>,
    found: OfRole,
    path: Path,
    /// The numbers that a row consists of.
    numbers: Arc<[Number]>,
}

impl<A: Access> DynRegion<A> {
    /// Finds the [`PerProcess`](crate::PerProcess) that a path names.
    ///
    /// # Errors
    /// As [`DynRegion::resolve`]; [`DynError::NotA`] if something else is there; [`DynError::Unreadable`] if its rows have
    /// parts that are not added up: numbers in a fixed byte order, say.
    pub fn rows_of(&self, path: impl AsRef<str>) -> Result<DynRows<A>, DynError> {
        let path = path.as_ref();
        let found = self.of_role(path, Role::PerProcess, "a `PerProcess`")?;
        let row = rows_at(self, found).row;
        let numbers = numbers_of(row).ok_or_else(|| DynError::Unreadable {
            field: path.to_owned(),
            found: row.to_string(),
            fault: "of which some parts are not numbers that can be added up",
        })?;
        let (region, path, numbers) = (self.clone(), path.parse()?, numbers.into());
        Ok(DynRows { region, found, path, numbers })
    }
}

fn rows_at<A: Access>(region: &DynRegion<A>, found: OfRole) -> Rows<'_> {
    found.live(region).rows().expect("by its role")
}

impl<A: Access> DynRows<A> {
    /// The path of the `PerProcess`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The number of rows, in use and free.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.plan().count as usize
    }

    /// Adds all rows to the retired value: what has been counted by all processes, the past ones included; see
    /// [`PerProcessView::totals`](crate::sync::PerProcessView::totals).
    ///
    /// # Errors
    /// [`DynError::Contended`] if rows were folded during each of 1,000 attempts to read them; [`DynError::OwnFold`] if
    /// they are not added up number by number.
    pub fn totals(&self) -> Result<DynValue, DynError> {
        if self.plan().own_fold {
            return Err(DynError::OwnFold { field: self.path.to_string() });
        }
        let (mut total, rows) = self.moment()?;
        for row in rows {
            self.add(&mut total, &row);
        }
        self.value(&total)
    }

    /// The retired value, into which the rows of past processes were folded, and all rows that are in use: copies of one
    /// moment, between which no row was folded. Whoever folds these as the region's programs do has their total.
    ///
    /// # Errors
    /// [`DynError::Contended`] if rows were folded during each of 1,000 attempts to read them.
    ///
    /// ```
    /// use shm_core::sync::Fold;
    /// use shm_core::{DynRegion, PerProcess, Region, SharedLayout};
    ///
    /// #[derive(SharedLayout, Clone, Copy)]
    /// #[repr(C)]
    /// struct Longest(u64);
    ///
    /// impl Fold for Longest {
    ///     fn fold(&mut self, row: &Self) {
    ///         self.0 = self.0.max(row.0);
    ///     }
    /// }
    ///
    /// let name = format!("shm-doc-rows-snapshot-{}", std::process::id());
    /// let typed = Region::<PerProcess<Longest, 8>>::create(&name)?;
    /// typed.claim()?.0.set(7); // and gives it up: it is in the retired value
    /// let row = typed.claim()?;
    /// row.0.set(5);
    ///
    /// let rows = DynRegion::open(&name)?.rows_of("")?;
    /// assert!(rows.totals().is_err());
    /// let (retired, in_use) = rows.snapshot()?;
    /// let longest = in_use.iter().chain([&retired]).map(|row| row.field("0").unwrap().to_string()).max();
    /// assert_eq!(longest.unwrap(), "7");
    /// # typed.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn snapshot(&self) -> Result<(DynValue, Vec<DynValue>), DynError> {
        let (retired, rows) = self.moment()?;
        let rows = rows.iter().map(|row| self.value(row)).collect::<Result<_, _>>()?;
        Ok((self.value(&retired)?, rows))
    }

    /// The bits of the retired value and of all rows in use.
    fn moment(&self) -> Result<(Vec<u64>, Vec<Vec<u64>>), DynError> {
        let words = self.words();
        let read = words.read(|state| {
            let rows = words.in_use(state).map(|(row, _)| self.copied(self.row_at(row)));
            (self.copied(self.retired_at(state.retired())), rows.collect())
        });
        read.map_err(|_| self.contended())
    }

    /// The rows that are in use at this moment: of living processes, and of dead ones until they are folded. For a total,
    /// use [`DynRows::totals`]: between two rows here, one may be folded and given to another process.
    ///
    /// # Errors
    /// [`DynError::Contended`] if rows were folded during each of 1,000 attempts to read them.
    pub fn rows(&self) -> Result<Vec<DynProcessRow>, DynError> {
        let words = self.words();
        let read = words.read(|state| {
            let rows = words.in_use(state);
            rows.map(|(row, seat)| (row, seat, self.copied(self.row_at(row)))).collect::<Vec<_>>()
        });
        let rows = read.map_err(|_| self.contended())?.into_iter();
        rows.map(|(index, seat, bits)| {
            let process = registry::participant(&words.seats[0], seat & OWNER);
            Ok(DynProcessRow { index: index as usize, process, value: self.value(&bits)? })
        })
        .collect()
    }

    pub(super) fn plan(&self) -> Rows<'_> {
        rows_at(&self.region, self.found)
    }

    fn memory(&self) -> Memory<'_, A> {
        Memory::of(self.region.mapping())
    }

    fn words(&self) -> Words<'_, Hardware> {
        let (memory, plan) = (self.memory(), self.plan());
        let at = |part: u64| self.found.offset + part as usize;
        let state = &memory.words(at(plan.state), 1)[0];
        Words { state, seats: memory.atomics(at(plan.seats), plan.count as usize) }
    }

    pub(super) fn row_at(&self, row: u32) -> usize {
        let plan = self.plan();
        self.found.offset + (plan.rows + u64::from(row) * plan.stride) as usize
    }

    fn retired_at(&self, retired: usize) -> usize {
        let plan = self.plan();
        self.found.offset + (plan.retired + retired as u64 * plan.stride) as usize
    }

    /// The bits of the numbers of a row at an offset.
    fn copied(&self, offset: usize) -> Vec<u64> {
        let memory = self.memory();
        let load = |number: &Number| memory.load(offset + number.offset, number.scalar.size());
        self.numbers.iter().map(load).collect()
    }

    fn add(&self, sum: &mut [u64], row: &[u64]) {
        for ((number, sum), row) in self.numbers.iter().zip(sum).zip(row) {
            *sum = number.add(*sum, *row);
        }
    }

    /// A row as a value.
    fn value(&self, bits: &[u64]) -> Result<DynValue, DynError> {
        let ty = self.plan().row;
        let mut bytes = vec![0; ty.size().next_multiple_of(8) as usize];
        for (Number { offset, scalar }, bits) in self.numbers.iter().zip(bits) {
            let size = scalar.size();
            bytes[*offset..offset + size].copy_from_slice(&native_bytes((*bits).into(), size));
        }
        let word = |word: &[u8]| u64::from_ne_bytes(word.try_into().expect("eight bytes"));
        let words: Vec<u64> = bytes.chunks_exact(8).map(word).collect();
        read::private(&self.region, ty, self.path.as_str(), &words)
    }

    fn contended(&self) -> DynError {
        DynError::Contended { field: self.path.to_string() }
    }
}

impl<A: CanWrite> DynRows<A> {
    /// Folds the rows of all processes that died, so that they are free, and returns their number; see
    /// [`PerProcessView::fold_dead`](crate::sync::PerProcessView::fold_dead).
    ///
    /// # Errors
    /// As [`DynRows::claim`](Self::claim).
    pub fn fold_dead(&self) -> Result<usize, LockError> {
        self.expect_sums()?;
        self.raw().fold_dead(self)
    }
}

impl<A: CanWrite> per_process::Rows for DynRows<A> {
    fn fold(&self, row: u32, retired: usize) {
        let mut sum = self.copied(self.retired_at(retired));
        self.add(&mut sum, &self.copied(self.row_at(row)));
        self.store(self.retired_at(1 - retired), &sum);
    }

    fn clear(&self, row: u32) {
        self.store(self.row_at(row), &vec![0; self.numbers.len()]);
    }
}

impl<A: CanWrite> DynRows<A> {
    /// Checks that this program folds as the region's others do.
    pub(super) fn expect_sums(&self) -> Result<(), LockError> {
        if self.plan().own_fold { Err(LockError::OwnFold) } else { Ok(()) }
    }

    pub(super) fn raw(&self) -> RawRows<'_> {
        let folding = self.found.offset + self.plan().folding as usize;
        let Words { state, seats } = self.words();
        RawRows::new(self.memory().lock(folding), state, seats)
    }

    fn store(&self, offset: usize, bits: &[u64]) {
        let memory = self.memory();
        for (number, bits) in self.numbers.iter().zip(bits) {
            memory.store(offset + number.offset, number.scalar.size(), *bits);
        }
    }
}

impl<A: Access> fmt::Debug for DynRows<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynRows({:?}: {} of {})", self.path, self.plan().row, self.capacity())
    }
}

/// A row that is in use, as [`DynRows::rows`] lists it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DynProcessRow {
    /// Its number among the rows, from 0.
    pub index: usize,
    /// The process that has it. `None` if its slot among the participants went to another process, after its death; or if
    /// it gave the row up while others were folding.
    pub process: Option<Participant>,
    /// The contents, each number read whole.
    pub value: DynValue,
}
