//! [`Ring`]: a stream of items that each reader follows by itself.

use std::fmt;
use std::marker::PhantomData;
use std::mem::offset_of;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use super::event::{Event, EventView};
use super::follower::Follower;
use super::guard::Lockable;
use super::publisher::Publisher;
use super::raw_lock::RawLock;
use super::slot::{Rooms, Slot};
use super::token::Token;
use super::value::Value;
use super::versions::{SlotsLayout, Versions};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::{FollowError, LoadError, LockError};
use crate::fault;
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::placeable::Placeable;
use crate::protocol::ring;
use crate::shared_layout::{SharedLayout, ValidZeroed};
use crate::sys::clock::deadline;

/// In a struct: a stream of items, which any number of readers follow, each at its own pace. Its view is
/// [`RingView`].
///
/// Whoever pushes waits for no reader: the oldest item makes room for the new one. A reader gets each
/// item once, in order; one that fell too far back is told how many it missed, and goes on from the
/// oldest item that is left. Readers write nothing to the region, so that they work on read-only maps,
/// do not slow each other down, and leave nothing behind when they die. A writer that dies, anywhere,
/// leaves every item that it pushed; the next writer goes on.
///
/// Of `N` slots, one may be being written, so that the `N - 1` newest items can be read. `T` can be what
/// it can be in a [`Latest`](crate::Latest).
///
/// ```
/// use shm_core::errors::FollowError;
/// use shm_core::{Region, Ring, SharedLayout};
///
/// #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
/// #[repr(C)]
/// struct Event { device: u32, code: u32 }
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Board { events: Ring<Event, 1024> }
///
/// let board = Region::<Board>::options().private()?;
/// let mut seen = board.events.follow();
/// board.events.push(&Event { device: 7, code: 1 })?;
///
/// while let Some(event) = seen.next() {
///     match event {
///         Ok(event) => assert_eq!(event, Event { device: 7, code: 1 }),
///         Err(FollowError::Missed(count)) => println!("{count} events were overwritten"),
///         Err(error) => return Err(error.into()),
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[repr(C)]
pub struct Ring<T, const N: usize> {
    sequence: u64,
    lock: u32,
    pushed: Event,
    slots: [Slot<T>; N],
}

/// So that a struct which has a `Ring` can derive `Debug`. A `Ring` holds items only inside of a region: its
/// view, [`RingView`], shows the newest.
impl<T, const N: usize> fmt::Debug for Ring<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring").finish_non_exhaustive()
    }
}

/// The shared form of [`Ring`].
///
/// Items are numbered from 1.
///
/// | offset | bytes | |
/// | --- | --- | --- |
/// | 0 | 8 | the number of the newest item, `n`; 0 if none was ever pushed |
/// | 8 | 4 | the writers' lock, as a [`Mutex`](crate::Mutex)'s |
/// | 12 | 4 | an [`Event`], notified after each push |
/// | `align` | `N` × `stride` | the slots; item `n` is in slot `n % N` |
///
/// `align` and `stride` are those of a [`LatestView`](super::LatestView).
#[repr(C)]
pub struct RingView<T: Value, const N: usize, A: Access = ReadWrite> {
    sequence: AtomicU64,
    lock: RawLock,
    pushed: EventView<A>,
    slots: Rooms<Slot<T>, N>,
    access: PhantomData<A>,
}

// SAFETY: both sides are a u64, a lock, an `Event` and N slots, in `repr(C)`; slots are accessed as words,
// by whatever schema.
unsafe impl<T: Value, const N: usize> SharedLayout for Ring<T, N> {
    type View<A: Access> = RingView<T, N, A>;
    const LAYOUT: &'static Layout = &Layout::new(
        "Ring",
        size_of::<Self>(),
        align_of::<Self>(),
        Kind::Live { role: Role::Ring, fields: Self::FIELDS },
    );
}

impl<T: Value, const N: usize> Ring<T, N> {
    const FIELDS: &'static [FieldLayout] = &[
        FieldLayout::new("sequence", offset_of!(Self, sequence), <u64 as SharedLayout>::LAYOUT),
        FieldLayout::new("lock", offset_of!(Self, lock), <u32 as SharedLayout>::LAYOUT),
        FieldLayout::new("pushed", offset_of!(Self, pushed), Event::LAYOUT),
        FieldLayout::new("slots", offset_of!(Self, slots), SlotsLayout::<T, N>::SLOTS),
    ];
}

impl<T: Value + ValidZeroed, const N: usize> ValidZeroed for Ring<T, N> {}

impl<T: Value, const N: usize> Placeable for Ring<T, N> {}

impl<T: Value, const N: usize, A: Access> RingView<T, N, A> {
    /// Pushes an item, and wakes readers that wait for one; the item's number. Waits while another
    /// writer pushes, and for no reader.
    ///
    /// # Errors
    /// If this thread is the writer already, or this process cannot take part in the region's locks.
    #[inline]
    pub fn push(&self, item: &T) -> Result<u64, LockError>
    where
        A: CanWrite,
    {
        let _writer = self.lock.lock_to_replace(None)?;
        Ok(self.write(item))
    }

    /// As [`RingView::push`], unless a living process is the writer.
    ///
    /// # Errors
    /// [`LockError::Busy`] if another thread or process is the writer; as [`RingView::push`] otherwise. A
    /// writer that died is replaced.
    pub fn try_push(&self, item: &T) -> Result<u64, LockError>
    where
        A: CanWrite,
    {
        self.push_timeout(item, Duration::ZERO)
    }

    /// As [`RingView::push`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`RingView::try_push`], if another is the writer all the time.
    pub fn push_timeout(&self, item: &T, timeout: Duration) -> Result<u64, LockError>
    where
        A: CanWrite,
    {
        let _writer = self.lock.lock_to_replace(deadline(timeout))?;
        Ok(self.write(item))
    }

    /// Becomes the writer for as long as the publisher lives: others who want to push wait. Pushing is
    /// then the copy, and the notification.
    ///
    /// # Errors
    /// As [`RingView::push`].
    ///
    /// ```
    /// use shm_core::{Region, Ring};
    ///
    /// let ticks = Region::<Ring<u64, 8>>::options().private()?;
    /// let mut publisher = ticks.publisher()?;
    /// for tick in 10..13 {
    ///     publisher.push(&tick);
    /// }
    /// let seen: Result<Vec<u64>, _> = ticks.follow_from_oldest().collect();
    /// assert_eq!(seen?, [10, 11, 12]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn publisher(&self) -> Result<Publisher<'_, Self>, LockError>
    where
        A: CanWrite,
    {
        self.publisher_until(None)
    }

    /// As [`RingView::publisher`], unless a living process is the writer.
    ///
    /// # Errors
    /// As [`RingView::try_push`].
    pub fn try_publisher(&self) -> Result<Publisher<'_, Self>, LockError>
    where
        A: CanWrite,
    {
        self.publisher_timeout(Duration::ZERO)
    }

    /// As [`RingView::publisher`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`RingView::push_timeout`].
    pub fn publisher_timeout(&self, timeout: Duration) -> Result<Publisher<'_, Self>, LockError>
    where
        A: CanWrite,
    {
        self.publisher_until(deadline(timeout))
    }

    /// Follows the stream from here on: the reader gets the items that are pushed from now on.
    #[inline]
    pub fn follow(&self) -> Follower<&Self> {
        Follower::new(self, self.pushed())
    }

    /// Follows the stream from the oldest item that is left.
    ///
    /// ```
    /// use shm_core::{Region, Ring};
    ///
    /// let ring = Region::<Ring<u32, 4>>::options().private()?;
    /// for item in 1..=9 {
    ///     ring.push(&item)?;
    /// }
    /// let left: Result<Vec<u32>, _> = ring.follow_from_oldest().collect();
    /// assert_eq!(left?, [7, 8, 9]); // of four slots, one may be being written
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn follow_from_oldest(&self) -> Follower<&Self> {
        Follower::new(self, ring::before_oldest(self.pushed(), N as u64))
    }

    /// The number of items that were ever pushed, which is the newest item's number.
    #[inline]
    #[must_use]
    pub fn pushed(&self) -> u64 {
        self.versions().newest()
    }

    /// Copies the newest item out, with its number; `None` if none was ever pushed.
    ///
    /// # Errors
    /// [`LoadError::Contended`] if the item was overwritten during each of 1,000 attempts to copy it;
    /// [`LoadError::Invalid`] if the copy is not a valid value of `T`.
    pub fn newest(&self) -> Result<Option<(u64, T)>, LoadError> {
        if self.pushed() == 0 {
            return Ok(None);
        }
        self.versions().load_versioned().map(Some)
    }

    /// Pushes as the writer that has the token.
    ///
    /// # Panics
    /// In a child that was forked after the token was given.
    #[inline]
    pub(crate) fn publish(&self, writer: Token, item: &T) -> u64
    where
        A: CanWrite,
    {
        assert!(writer.is_ours(), "this publisher belongs to the process that forked this one");
        self.write(item)
    }

    /// The item after `position`, which then is that item's number.
    #[inline]
    pub(super) fn item_after(&self, position: &mut u64) -> Option<Result<T, FollowError>> {
        self.versions().next(position)
    }

    /// Notified after each push.
    #[inline]
    pub(super) fn pushes(&self) -> &EventView<A> {
        &self.pushed
    }

    fn publisher_until(&self, deadline: Option<Instant>) -> Result<Publisher<'_, Self>, LockError> {
        let writer = self.lock.lock_to_replace(deadline)?;
        Ok(Publisher::new(self, writer))
    }

    /// Writes an item, and then tells those who wait. The caller is the writer.
    #[inline]
    fn write(&self, item: &T) -> u64
    where
        A: CanWrite,
    {
        let number = self.versions().write(item);
        fault::point("ring: pushed, not counted");
        self.pushed.notify_all();
        number
    }

    #[inline]
    fn versions(&self) -> Versions<'_, T, N> {
        Versions { sequence: &self.sequence, slots: &self.slots }
    }
}

impl<T: Value, const N: usize, A: Access> Lockable for RingView<T, N, A> {
    type Token = Token;

    #[inline]
    fn release(&self, token: Token) -> bool {
        self.lock.unlock(token)
    }
}

/// The number of items that were pushed, and the newest.
impl<T: Value, const N: usize, A: Access> fmt::Debug for RingView<T, N, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pushed = self.pushed();
        let mut shown = f.debug_struct("Ring");
        shown.field("pushed", &pushed);
        if pushed == 0 {
            return shown.finish();
        }
        let outcome = self.versions().read(|image| Ok(shown.field("newest", image).finish()));
        outcome.map_or_else(|error| write!(f, "<{error}>"), |(_, shown)| shown)
    }
}
