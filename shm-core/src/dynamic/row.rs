//! [`DynRow`]: a process's row of a `PerProcess` that was found by its name.

use std::fmt;

use super::at_place;
use super::resolve::{self, Place, Start};
use super::rows::DynRows;
use super::value::DynValue;
use crate::access::{CanWrite, ReadWrite};
use crate::error::{DynError, LockError};
use crate::sync::RowToken;

impl<A: CanWrite> DynRows<A> {
    /// Takes a row for this process, in which nothing is counted yet; see
    /// [`PerProcessView::claim`](crate::sync::PerProcessView::claim).
    ///
    /// # Errors
    /// [`LockError::Busy`] if all rows belong to living processes; if this process cannot take part in the region's
    /// locks; [`LockError::OwnFold`] if rows are not added up number by number.
    pub fn claim(&self) -> Result<DynRow<A>, LockError> {
        self.expect_sums()?;
        let token = self.raw().claim(self)?;
        Ok(DynRow { of: self.clone(), token })
    }
}

/// This process's row of a [`DynRows`]. It keeps the region mapped, and may go to other threads. Dropping it folds the row
/// and frees it; its counts stay in the totals. If the process is killed instead, another one does that. The copy that a
/// forked child has does nothing when it is dropped.
#[must_use = "the row is given up at once if this is not kept"]
pub struct DynRow<A: CanWrite = ReadWrite> {
    of: DynRows<A>,
    token: RowToken,
}

impl<A: CanWrite> DynRow<A> {
    /// Its number among the rows, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.token.index as usize
    }

    /// The number of bytes from the start of [`DynRegion::data`](super::DynRegion::data) to the row: for bindings.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.of.row_at(self.token.index) - self.of.region.start().offset
    }

    /// Reads a part of the row; `""` is all of it.
    ///
    /// # Errors
    /// As [`DynRegion::get`](super::DynRegion::get).
    pub fn get(&self, path: impl AsRef<str>) -> Result<DynValue, DynError> {
        let path = path.as_ref();
        at_place::read(&self.of.region, &self.place(path)?, path)
    }

    /// Writes a part of the row.
    ///
    /// # Errors
    /// As [`DynRegion::set`](super::DynRegion::set).
    pub fn set(&self, path: impl AsRef<str>, value: impl Into<DynValue>) -> Result<(), DynError> {
        let path = path.as_ref();
        at_place::set(&self.of.region, &self.place(path)?, path, &value.into(), None)
    }

    /// Adds to an integer of the row, in one step.
    ///
    /// # Errors
    /// As [`DynRegion::fetch_add`](super::DynRegion::fetch_add).
    pub fn fetch_add(
        &self,
        path: impl AsRef<str>,
        value: impl Into<DynValue>,
    ) -> Result<DynValue, DynError> {
        let path = path.as_ref();
        at_place::fetch_add(&self.of.region, &self.place(path)?, path, &value.into())
    }

    /// Paths start at the row.
    fn place(&self, path: &str) -> Result<Place, DynError> {
        let (region, row) = (&self.of.region, self.of.plan().row);
        let start = Start::of(self.of.row_at(self.token.index), row);
        resolve::resolve(region.schema(), region, start, path)
    }
}

impl<A: CanWrite> Drop for DynRow<A> {
    fn drop(&mut self) {
        self.of.raw().give_up(self.token, &self.of);
    }
}

impl<A: CanWrite> fmt::Debug for DynRow<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynRow").field("index", &self.index()).field("of", &self.of).finish()
    }
}
