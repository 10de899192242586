//! [`Watched`]: a value whose changes wake those who wait for one.

use std::fmt;
use std::mem::offset_of;
use std::time::{Duration, Instant};

use super::event::{Event, EventView, Ticket};
use crate::access::{Access, CanWrite, ReadOnly, ReadWrite};
use crate::error::InvalidValue;
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::shared_layout::{Plain, Shared, SharedLayout, ValidZeroed};

/// In a struct: a value whose changes wake those who wait for one. Its view is [`WatchedView`].
///
/// Meant for small values, such as an enum or a counter: a value of several fields is read and
/// written field by field.
///
/// ```
/// use std::time::Duration;
/// use shm_core::{Region, SharedLayout, Watched};
///
/// #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
/// #[repr(u8)]
/// enum Mode { Idle, Busy, Done }
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Job {
///     mode: Watched<Mode>,
/// }
///
/// let job = Region::<Job>::anonymous()?;
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         job.mode.set(Mode::Busy);
///         job.mode.set(Mode::Done);
///     });
///     job.mode.wait_until(|mode| mode == Mode::Done)
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[repr(C)]
#[derive(Debug)]
pub struct Watched<T> {
    changed: Event,
    value: T,
}

/// The shared form of [`Watched`].
///
/// Every `set` counts as a change, whether the value is another one or not. A waiter sees the latest
/// value, not every value there was.
#[repr(C)]
pub struct WatchedView<T: SharedLayout, A: Access = ReadWrite> {
    changed: EventView<A>,
    value: Shared<T, A>,
}

// SAFETY: both sides are an `Event` and a `T`, in `repr(C)`.
unsafe impl<T: SharedLayout> SharedLayout for Watched<T> {
    type View<A: Access> = WatchedView<T, A>;
    const LAYOUT: &'static Layout = &Layout::new(
        "Watched",
        size_of::<Self>(),
        align_of::<Self>(),
        Kind::Live {
            role: Role::Watched,
            fields: &[
                FieldLayout::new("changed", offset_of!(Self, changed), Event::LAYOUT),
                FieldLayout::new("value", offset_of!(Self, value), T::LAYOUT),
            ],
        },
    );
}

impl<T: ValidZeroed> ValidZeroed for Watched<T> {}

impl<T: Plain, A: Access> WatchedView<T, A> {
    /// Reads the value.
    ///
    /// # Errors
    /// If the bytes are no value of `T`; never for plain numbers.
    #[inline]
    pub fn get(&self) -> Result<T, InvalidValue> {
        T::load_from::<A>(&self.value)
    }

    /// Writes the value, and wakes all who wait. Without a waiter, two instructions that others see.
    #[inline]
    #[allow(clippy::needless_pass_by_value, reason = "as `Field::set` takes it")]
    pub fn set(&self, value: T)
    where
        A: CanWrite,
    {
        T::store_to::<A>(&self.value, &value);
        self.changed.notify_all();
    }

    /// Waits until `accept` says yes to the value; returns that value.
    ///
    /// # Errors
    /// If the bytes are no value of `T`.
    pub fn wait_until(&self, mut accept: impl FnMut(T) -> bool) -> Result<T, InvalidValue>
    where
        T: Copy,
    {
        loop {
            let ticket = self.ticket();
            let value = self.get()?;
            if accept(value) {
                return Ok(value);
            }
            self.changed.wait(ticket);
        }
    }

    /// As [`WatchedView::wait_until`], at most for `timeout`; `None` if time was up before.
    ///
    /// # Errors
    /// As [`WatchedView::wait_until`].
    pub fn wait_until_timeout(
        &self,
        timeout: Duration,
        mut accept: impl FnMut(T) -> bool,
    ) -> Result<Option<T>, InvalidValue>
    where
        T: Copy,
    {
        let start = Instant::now();
        loop {
            let ticket = self.ticket();
            let value = self.get()?;
            if accept(value) {
                return Ok(Some(value));
            }
            let left = timeout.saturating_sub(start.elapsed());
            if !self.changed.wait_timeout(ticket, left) {
                return Ok(None);
            }
        }
    }
}

impl<T: SharedLayout, A: Access> WatchedView<T, A> {
    /// What to wait for a change of. Take it before reading the value.
    #[inline]
    pub fn ticket(&self) -> Ticket {
        self.changed.ticket()
    }

    /// Waits until the value was set since `ticket` was taken.
    pub fn wait(&self, ticket: Ticket) {
        self.changed.wait(ticket);
    }

    /// Waits until the value was set since `ticket` was taken, at most for `timeout`; `false` if it
    /// was not.
    pub fn wait_timeout(&self, ticket: Ticket, timeout: Duration) -> bool {
        self.changed.wait_timeout(ticket, timeout)
    }

    /// Changes the value in place, and wakes all who wait.
    ///
    /// ```
    /// # use shm_core::{Region, Watched};
    /// let hits = Region::<Watched<u64>>::private()?;
    /// let before = hits.change(|hits| hits.fetch_add(1));
    /// assert_eq!((before, hits.get()?), (0, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn change<R>(&self, change: impl FnOnce(&Shared<T, A>) -> R) -> R
    where
        A: CanWrite,
    {
        let result = change(&self.value);
        self.changed.notify_all();
        result
    }

    /// The value, for looking at it.
    pub fn view(&self) -> &Shared<T, ReadOnly> {
        crate::__private::read_only::<T, A>(&self.value)
    }
}

impl<T: SharedLayout, A: Access> fmt::Debug for WatchedView<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value, f)
    }
}
