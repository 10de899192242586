//! [`Publisher`]: being the writer of a [`Latest`](crate::Latest) for a while.

use std::fmt;

use super::guard::Guard;
use super::latest::LatestView;
use super::raw_lock::Held;
use super::token::Token;
use super::value::Value;
use crate::access::{CanWrite, ReadWrite};
use crate::error::LoadError;

/// The writer of a [`Latest`](crate::Latest): no other writer stores as long as it lives.
///
/// If its process dies, the next who wants to store goes on. A child that is forked while a publisher
/// lives is not the writer: storing through its copy panics there.
///
/// ```
/// use shm_core::{Latest, Region};
///
/// let ticks = Region::<Latest<[u64; 8]>>::options().private()?;
/// let mut publisher = ticks.publisher()?;
/// for tick in 1..=3 {
///     publisher.store(&[tick; 8]);
/// }
/// assert_eq!(ticks.load()?, [3; 8]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the next writer may store as soon as the publisher is dropped"]
pub struct Publisher<'a, T: Value, const N: usize = 4, A: CanWrite = ReadWrite> {
    latest: &'a LatestView<T, N, A>,
    writer: Held<'a>,
}

impl<'a, T: Value, const N: usize, A: CanWrite> Publisher<'a, T, N, A> {
    pub(super) fn new(latest: &'a LatestView<T, N, A>, writer: Held<'a>) -> Self {
        Self { latest, writer }
    }

    /// Stores a value as the next version; the version's number. Never waits.
    ///
    /// # Panics
    /// In a child that was forked while the publisher lived: there would be two writers.
    #[inline]
    pub fn store(&mut self, value: &T) -> u64 {
        self.latest.publish(self.writer.token(), value)
    }

    /// Stores what `change` makes of the newest version, as the next one; the version's number. If
    /// `change` panics nothing is stored.
    ///
    /// # Errors
    /// As [`LatestView::load`]; nothing is stored then.
    ///
    /// # Panics
    /// As [`Publisher::store`].
    pub fn update(&mut self, change: impl FnOnce(&mut T)) -> Result<u64, LoadError> {
        self.latest.publish_changed(self.writer.token(), change)
    }

    /// The published value, for reading.
    #[must_use]
    pub fn latest(&self) -> &'a LatestView<T, N, A> {
        self.latest
    }
}

impl<'a, T: Value, const N: usize, A: CanWrite> Guard<'a> for Publisher<'a, T, N, A> {
    type View = LatestView<T, N, A>;

    fn view(&self) -> &'a LatestView<T, N, A> {
        self.latest
    }

    fn into_token(self) -> Token {
        self.writer.into_token()
    }
}

impl<T: Value, const N: usize, A: CanWrite> fmt::Debug for Publisher<'_, T, N, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Publisher").field(self.latest).finish()
    }
}
