//! [`Follower`]: a reader's own place in a [`Ring`](crate::Ring).

use std::fmt;
use std::ops::Deref;
use std::time::{Duration, Instant};

use super::ring::RingView;
use super::value::Value;
use crate::access::Access;
use crate::error::FollowError;
use crate::sys::clock::deadline;

/// A reader's own place in a [`Ring`](crate::Ring): an iterator over the items, each once and in order.
///
/// `next` never waits: `None` means that there is no further item yet, and there may be one the next
/// time. An item that is not a valid value of its type is passed over, and so are items that were
/// overwritten before this reader had them; it is told so by an error, and goes on.
///
/// `R` is how the follower keeps the ring: `&RingView`, as [`RingView::follow`] gives, or a
/// [`Projected`](crate::region::Projected), which needs no lifetime:
///
/// ```
/// use shm_core::region::Projected;
/// use shm_core::sync::{Follower, RingView};
/// use shm_core::{ReadOnly, Region, Ring, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Board { events: Ring<u64, 64> }
///
/// struct Log {
///     events: Follower<Projected<RingView<u64, 64, ReadOnly>>>,
/// }
///
/// let board = Region::<Board>::options().private()?;
/// let events = board.read_only().project(|board| &board.events);
/// let newest = events.pushed();
/// let mut log = Log { events: Follower::new(events, newest) };
///
/// board.events.push(&5)?;
/// let waiter = std::thread::spawn(move || log.events.next_wait());
/// assert_eq!(waiter.join().unwrap()?, 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "a follower does nothing until it is asked for an item"]
pub struct Follower<R> {
    ring: R,
    cursor: u64,
}

impl<R, T: Value, const N: usize, A: Access> Follower<R>
where
    R: Deref<Target = RingView<T, N, A>>,
{
    /// A reader whose first item is the one after the item of the number `cursor`. 0 stands
    /// before the first item that was ever pushed, and [`RingView::pushed`] after the newest.
    ///
    /// ```
    /// use shm_core::sync::Follower;
    /// use shm_core::{Region, Ring};
    ///
    /// let ring = Region::<Ring<u32, 8>>::options().private()?;
    /// for item in [10, 20, 30] {
    ///     ring.push(&item)?;
    /// }
    /// let mut seen = ring.follow_from_oldest();
    /// assert_eq!(seen.next().transpose()?, Some(10));
    /// let kept = seen.cursor(); // to a file, for example; and after a restart:
    /// let mut seen = Follower::new(&*ring, kept);
    /// assert_eq!(seen.next().transpose()?, Some(20));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn new(ring: R, cursor: u64) -> Self {
        Self { ring, cursor }
    }

    /// The number of the last item that this reader got or passed over, by which it can go on later.
    #[inline]
    #[must_use]
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// The ring that this follows.
    #[inline]
    #[must_use]
    pub fn ring(&self) -> &RingView<T, N, A> {
        &self.ring
    }

    /// The next item, for which this waits.
    ///
    /// It is looked for now, after each push, and once a second besides: a writer that was killed before
    /// it could notify is noticed, too. A process that may not write to the region's file notices up to 16 ms
    /// late, as it does an [`Event`](crate::Event).
    ///
    /// # Errors
    /// As [`Follower::next`](Iterator::next) on this type: items were missed, or one is invalid.
    pub fn next_wait(&mut self) -> Result<T, FollowError> {
        loop {
            if let Some(next) = self.next_until(None) {
                return next;
            }
        }
    }

    /// As [`Follower::next_wait`], at most for `timeout`; `None` if there was no further item by then.
    ///
    /// ```
    /// use std::time::Duration;
    /// use shm_core::{Region, Ring};
    ///
    /// let ring = Region::<Ring<u32, 8>>::options().private()?;
    /// let mut seen = ring.follow();
    /// assert!(seen.next_timeout(Duration::from_millis(1)).is_none());
    /// ring.push(&3)?;
    /// assert_eq!(seen.next_timeout(Duration::from_millis(1)).transpose()?, Some(3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_timeout(&mut self, timeout: Duration) -> Option<Result<T, FollowError>> {
        self.next_until(deadline(timeout))
    }

    /// The ring, and the number of the last item.
    #[cfg(feature = "async")]
    pub(super) fn parts(&mut self) -> (&RingView<T, N, A>, &mut u64) {
        (&self.ring, &mut self.cursor)
    }

    fn next_until(&mut self, deadline: Option<Instant>) -> Option<Result<T, FollowError>> {
        let Self { ring, cursor } = self;
        ring.pushes().look_until(deadline, || ring.item_after(cursor))
    }
}

/// Never waits, and is not at an end for ever: after `None`, further items may come.
impl<R, T: Value, const N: usize, A: Access> Iterator for Follower<R>
where
    R: Deref<Target = RingView<T, N, A>>,
{
    type Item = Result<T, FollowError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.ring.item_after(&mut self.cursor)
    }
}

impl<R> fmt::Debug for Follower<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follower").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}
