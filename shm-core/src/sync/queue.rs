//! [`Queue`]: values that processes hand to each other, each to one of them.

use std::fmt;
use std::marker::PhantomData;
use std::mem::offset_of;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use super::event::EventView;
use super::guard::Lockable;
use super::producer::Producer;
use super::raw_lock::{Held, RawLock};
use super::slot::{Item, Rooms};
use super::token::Token;
use super::value::Value;
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::{LoadError, LockError, PushError};
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::placeable::Placeable;
use crate::protocol::Hardware;
use crate::protocol::lock::Found;
use crate::protocol::queue::Ends;
use crate::shared_layout::{SharedLayout, ValidZeroed};
use crate::sys::clock::deadline;

/// In a struct: a queue with room for `N` values of `T`. Its view is [`QueueView`].
///
/// Any process may push and any process may pop; each value goes to one consumer, in the order in which
/// values were pushed. Producers exclude each other by a robust lock; consumers take no lock, and a
/// stopped process keeps none of them waiting. A process that is killed while it pushes has pushed its
/// value or has not; one that is killed while it pops has taken one value with it, or none. There is
/// nothing to repair.
///
/// `T` can be any plain data, as in a [`Latest`](crate::Latest).
///
/// ```
/// use shm_core::{Queue, Region, SharedLayout};
///
/// #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
/// #[repr(C)]
/// struct Job { id: u64, priority: u32 }
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Board { jobs: Queue<Job, 256> }
///
/// let board = Region::<Board>::options().private()?;
/// board.jobs.push(Job { id: 7, priority: 1 })?;
/// assert_eq!(board.jobs.pop()?, Some(Job { id: 7, priority: 1 }));
/// assert_eq!(board.jobs.pop()?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[repr(C)]
pub struct Queue<T, const N: usize> {
    lock: u32,
    tail: End<u64, super::Event>,
    head: End<u64, super::Event>,
    slots: [Item<T>; N],
}

/// One end of a queue: how many values have passed it, and the event for those who wait for more, on a
/// cache line of their own.
#[repr(C, align(64))]
struct End<Count, Passed> {
    count: Count,
    passed: Passed,
}

/// So that a struct which has a `Queue` can derive `Debug`. A `Queue` holds values only inside of a region:
/// its view, [`QueueView`], shows how many.
impl<T, const N: usize> fmt::Debug for Queue<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").finish_non_exhaustive()
    }
}

/// The shared form of [`Queue`].
///
/// | offset | bytes | |
/// | --- | --- | --- |
/// | 0 | 4 | the producers' lock, as a [`Mutex`](crate::Mutex)'s |
/// | 64 | 8 | `tail`: how many values were ever pushed |
/// | 72 | 4 | the event of those who wait for a value |
/// | 128 | 8 | `head`: how many values were ever popped |
/// | 136 | 4 | the event of those who wait for room |
/// | 192 | `N` × `stride` | the slots; value `i` is in slot `i % N` |
///
/// `stride` is the size of `T` rounded up to a multiple of 8. If the alignment of `T` is more than 64,
/// the slots start at the next multiple of it. Slots are read and written as 64-bit words; padding is
/// zero.
///
/// A read-only view can see how many values there are, and [`peek`](QueueView::peek) at the oldest.
#[repr(C)]
pub struct QueueView<T: Value, const N: usize, A: Access = ReadWrite> {
    lock: RawLock,
    tail: End<AtomicU64, EventView<A>>,
    head: End<AtomicU64, EventView<A>>,
    access: PhantomData<A>,
    pub(super) slots: Rooms<Item<T>, N>,
}

// SAFETY: both sides are a lock, two ends of a u64 and an event each, and N slots, in `repr(C)`; slots
// are accessed as words, by whatever schema.
unsafe impl<T: Value, const N: usize> SharedLayout for Queue<T, N> {
    type View<A: Access> = QueueView<T, N, A>;
    const LAYOUT: &'static Layout = &Layout::new(
        "Queue",
        size_of::<Self>(),
        align_of::<Self>(),
        Kind::Live { role: Role::Queue, fields: Self::FIELDS },
    );
}

impl<T: Value, const N: usize> Queue<T, N> {
    const FIELDS: &'static [FieldLayout] = &[
        FieldLayout::new("lock", offset_of!(Self, lock), <u32 as SharedLayout>::LAYOUT),
        FieldLayout::new("tail", offset_of!(Self, tail.count), <u64 as SharedLayout>::LAYOUT),
        FieldLayout::new("pushed", offset_of!(Self, tail.passed), super::Event::LAYOUT),
        FieldLayout::new("head", offset_of!(Self, head.count), <u64 as SharedLayout>::LAYOUT),
        FieldLayout::new("popped", offset_of!(Self, head.passed), super::Event::LAYOUT),
        FieldLayout::new("slots", offset_of!(Self, slots), Self::SLOTS),
    ];

    const SLOTS: &'static Layout = &Layout::new(
        "array",
        size_of::<[Item<T>; N]>(),
        align_of::<Item<T>>(),
        Kind::Array { element: Self::SLOT, len: Self::CHECKED_LEN },
    );

    const SLOT: &'static Layout = &Layout::new(
        "Slot",
        size_of::<Item<T>>(),
        align_of::<Item<T>>(),
        Kind::Struct { fields: &[FieldLayout::new("value", 0, T::VALUE_LAYOUT)] },
    );

    const CHECKED_LEN: usize = {
        assert!(N >= 1, "a `Queue` needs a slot or more");
        assert!(size_of::<T>() > 0, "a `Queue` of values without bytes: use a counter");
        N
    };
}

// A slot is read only after a value was pushed to it.
impl<T: Value, const N: usize> ValidZeroed for Queue<T, N> {}

impl<T: Value, const N: usize> Placeable for Queue<T, N> {}

impl<T: Value, const N: usize, A: Access> QueueView<T, N, A> {
    /// How many values it has room for: `N`.
    #[must_use]
    pub fn capacity(&self) -> usize {
        N
    }

    /// How many values are in it at this moment: `N` at most.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends().len(N as u64) as usize
    }

    /// Whether no value is in it at this moment.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it has no room at this moment.
    #[inline]
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.len() == N
    }

    /// Copies the oldest value, which stays in the queue; `None` if the queue is empty.
    ///
    /// # Errors
    /// As [`QueueView::pop`].
    #[inline]
    pub fn peek(&self) -> Result<Option<T>, LoadError> {
        self.copied::<false>()
    }

    /// Takes the oldest value; `None` if the queue is empty. Never waits.
    ///
    /// # Errors
    /// [`LoadError::Contended`] if other consumers were faster in each of 1,000 attempts;
    /// [`LoadError::Invalid`] if the bytes are not a valid value of `T`: they are taken out all the same,
    /// so that the values after them can be popped.
    #[inline]
    pub fn pop(&self) -> Result<Option<T>, LoadError>
    where
        A: CanWrite,
    {
        let taken = self.take();
        if !matches!(taken, Ok(None) | Err(LoadError::Contended)) {
            self.head.passed.notify_announced();
        }
        taken
    }

    /// Takes the oldest value, and waits for one if the queue is empty.
    ///
    /// # Errors
    /// As [`QueueView::pop`].
    ///
    /// ```
    /// use shm_core::{Queue, Region};
    ///
    /// let jobs = Region::<Queue<u64, 16>>::options().anonymous()?;
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| (1..=100).try_for_each(|job| jobs.push_wait(job)));
    ///     for job in 1..=100 {
    ///         assert_eq!(jobs.pop_wait()?, job);
    ///     }
    ///     Ok::<(), shm_core::errors::LoadError>(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn pop_wait(&self) -> Result<T, LoadError>
    where
        A: CanWrite,
    {
        loop {
            if let Some(value) = self.pop_until(None)? {
                return Ok(value);
            }
        }
    }

    /// As [`QueueView::pop_wait`], waiting at most for `timeout`; `None` if no value came.
    ///
    /// # Errors
    /// As [`QueueView::pop`].
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use shm_core::{Queue, Region};
    /// let jobs = Region::<Queue<u64, 16>>::options().private()?;
    /// assert_eq!(jobs.pop_timeout(Duration::from_millis(1))?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pop_timeout(&self, timeout: Duration) -> Result<Option<T>, LoadError>
    where
        A: CanWrite,
    {
        self.pop_until(deadline(timeout))
    }

    #[inline]
    fn pop_until(&self, deadline: Option<Instant>) -> Result<Option<T>, LoadError>
    where
        A: CanWrite,
    {
        match self.pop()? {
            None => {
                let look = || self.pop().transpose();
                self.tail.passed.wait_announced(deadline, look).transpose()
            }
            taken => Ok(taken),
        }
    }

    /// Pushes a value. Waits while another producer pushes, but not for room.
    ///
    /// # Errors
    /// [`PushError::Full`], with the value, if there is no room; [`PushError::Lock`] if this thread is the
    /// producer already, or this process cannot take part in the region's locks.
    #[inline]
    pub fn push(&self, value: T) -> Result<(), PushError<T>>
    where
        A: CanWrite,
    {
        let done = self.with_words(&value, |words| self.push_words(words, None));
        pushed(done, value)
    }

    /// Pushes a value, and waits for room if the queue is full.
    ///
    /// # Errors
    /// [`PushError::Lock`], as [`QueueView::push`].
    #[inline]
    pub fn push_wait(&self, value: T) -> Result<(), PushError<T>>
    where
        A: CanWrite,
    {
        let done = self.with_words(&value, |words| self.push_until(words, None));
        pushed(done, value)
    }

    /// As [`QueueView::push_wait`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// [`PushError::Full`] if there was no room until then; [`PushError::Lock`] with
    /// [`LockError::Busy`] if another was the producer all the time, and as for [`QueueView::push`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use shm_core::errors::PushError;
    /// use shm_core::{Queue, Region};
    ///
    /// let jobs = Region::<Queue<u64, 1>>::options().private()?;
    /// jobs.push(1)?;
    /// let refused = jobs.push_timeout(2, Duration::from_millis(1));
    /// assert!(matches!(refused, Err(PushError::Full(2))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn push_timeout(&self, value: T, timeout: Duration) -> Result<(), PushError<T>>
    where
        A: CanWrite,
    {
        let end = deadline(timeout);
        let done = self.with_words(&value, |words| self.push_until(words, end));
        pushed(done, value)
    }

    /// Becomes the producer for as long as the result lives: others who want to push wait. Pushing is
    /// then the copy alone.
    ///
    /// # Errors
    /// If this thread is the producer already, or this process cannot take part in the region's locks.
    pub fn producer(&self) -> Result<Producer<'_, T, N, A>, LockError>
    where
        A: CanWrite,
    {
        let lock = self.become_producer(None)?;
        Ok(Producer::new(self, lock))
    }

    /// As [`QueueView::producer`], unless a living process is the producer.
    ///
    /// # Errors
    /// [`LockError::Busy`] if another thread or process is the producer; as [`QueueView::producer`]
    /// otherwise. A producer that died is replaced.
    pub fn try_producer(&self) -> Result<Producer<'_, T, N, A>, LockError>
    where
        A: CanWrite,
    {
        self.producer_timeout(Duration::ZERO)
    }

    /// As [`QueueView::producer`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`QueueView::try_producer`], if another is the producer all the time.
    pub fn producer_timeout(&self, timeout: Duration) -> Result<Producer<'_, T, N, A>, LockError>
    where
        A: CanWrite,
    {
        let lock = self.become_producer(deadline(timeout))?;
        Ok(Producer::new(self, lock))
    }

    /// Becomes the producer, waiting until `deadline` while another is. A half-written slot that a dead
    /// producer left is not one that consumers look at.
    #[inline]
    pub(super) fn become_producer(&self, deadline: Option<Instant>) -> Result<Held<'_>, LockError> {
        let (held, found) = self.lock.lock(deadline)?;
        if found == Found::Poisoned {
            held.clear_poison();
        }
        Ok(held)
    }

    #[inline]
    pub(super) fn ends(&self) -> Ends<'_, Hardware> {
        Ends { tail: &self.tail.count, head: &self.head.count }
    }

    /// Tells consumers that there is a value.
    #[inline]
    pub(super) fn tell_pushed(&self)
    where
        A: CanWrite,
    {
        self.tail.passed.notify_announced();
    }

    /// Notified after each push, if a waiter has announced itself.
    #[cfg(feature = "async")]
    pub(super) fn pushes(&self) -> &EventView<A> {
        &self.tail.passed
    }

    /// Notified after each pop, if a waiter has announced itself.
    #[cfg(feature = "async")]
    pub(super) fn pops(&self) -> &EventView<A> {
        &self.head.passed
    }

    /// Looks again whenever a consumer took a value, until something is found or `deadline`.
    pub(super) fn wait_for_room<R>(
        &self,
        deadline: Option<Instant>,
        look: impl FnMut() -> Option<R>,
    ) -> Option<R>
    where
        A: CanWrite,
    {
        self.head.passed.wait_announced(deadline, look)
    }
}

/// The outcome of pushing a value, which is given back if it was not pushed.
#[inline]
pub(super) fn pushed<T>(done: Result<bool, LockError>, value: T) -> Result<(), PushError<T>> {
    match done {
        Ok(true) => Ok(()),
        Ok(false) => Err(PushError::Full(value)),
        Err(error) => Err(PushError::Lock { value, error }),
    }
}

impl<T: Value, const N: usize, A: Access> Lockable for QueueView<T, N, A> {
    type Token = Token;

    #[inline]
    fn release(&self, token: Token) -> bool {
        self.lock.unlock(token)
    }
}

/// How many values are in it.
impl<T: Value, const N: usize, A: Access> fmt::Debug for QueueView<T, N, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("len", &self.len()).field("capacity", &N).finish()
    }
}
