//! [`Publisher`]: the writer of a [`Latest`](crate::Latest) or a [`Ring`](crate::Ring) for a while.

use std::fmt;

use super::guard::{Guard, Lockable};
use super::latest::LatestView;
use super::raw_lock::Held;
use super::ring::RingView;
use super::token::Token;
use super::value::Value;
use crate::access::CanWrite;
use crate::error::LoadError;

/// The writer of a [`Latest`](crate::Latest) or a [`Ring`](crate::Ring): no other writer stores or pushes as
/// long as it lives. `V` is the view, such as [`LatestView<T>`](LatestView).
///
/// If its process dies, the next writer takes over. A child that is forked while a publisher lives is
/// not the writer: writing through its copy panics there.
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
#[must_use = "the next writer may write as soon as the publisher is dropped"]
pub struct Publisher<'a, V: Lockable> {
    view: &'a V,
    writer: Held<'a>,
}

impl<'a, V: Lockable> Publisher<'a, V> {
    pub(super) fn new(view: &'a V, writer: Held<'a>) -> Self {
        Self { view, writer }
    }
}

impl<'a, T: Value, const N: usize, A: CanWrite> Publisher<'a, LatestView<T, N, A>> {
    /// Stores a value as the next version, and returns its number. Never waits.
    ///
    /// # Panics
    /// In a child that was forked while the publisher lived: there would be two writers.
    #[inline]
    pub fn store(&mut self, value: &T) -> u64 {
        self.view.publish(self.writer.token(), value)
    }

    /// Changes a copy of the newest version, stores it as the next one, and returns its number. If
    /// `change` panics, nothing is stored.
    ///
    /// # Errors
    /// As [`LatestView::load`]; nothing is stored then.
    ///
    /// # Panics
    /// As [`Publisher::store`].
    pub fn update(&mut self, change: impl FnOnce(&mut T)) -> Result<u64, LoadError> {
        self.view.publish_changed(self.writer.token(), change)
    }

    /// Returns the published value, for reading.
    #[must_use]
    pub fn latest(&self) -> &'a LatestView<T, N, A> {
        self.view
    }
}

impl<'a, T: Value, const N: usize, A: CanWrite> Publisher<'a, RingView<T, N, A>> {
    /// Pushes an item, and wakes readers that wait for one; the item's number. Never waits.
    ///
    /// # Panics
    /// In a child that was forked while the publisher lived: there would be two writers.
    #[inline]
    pub fn push(&mut self, item: &T) -> u64 {
        self.view.publish(self.writer.token(), item)
    }

    /// The ring that this pushes to, for reading.
    #[must_use]
    pub fn ring(&self) -> &'a RingView<T, N, A> {
        self.view
    }
}

impl<'a, V: Lockable<Token = Token>> Guard<'a> for Publisher<'a, V> {
    type View = V;

    fn view(&self) -> &'a V {
        self.view
    }

    fn into_token(self) -> Token {
        self.writer.into_token()
    }
}

impl<V: Lockable + fmt::Debug> fmt::Debug for Publisher<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Publisher").field(self.view).finish()
    }
}
