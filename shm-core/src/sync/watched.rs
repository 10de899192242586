//! [`Watched`]: a value whose changes wake the processes that wait for one.

use std::fmt;
use std::mem::offset_of;
use std::time::Duration;

use super::event::{Event, EventView, Ticket};
use crate::access::{Access, CanWrite, ReadOnly, ReadWrite};
use crate::error::InvalidValue;
use crate::fault;
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::placeable::Placeable;
use crate::shared_layout::{Plain, Shared, SharedLayout, ValidZeroed, read_only};
use crate::sys::clock::deadline;

/// In a struct: a value whose changes wake the processes that wait for one. Its view is
/// [`WatchedView`].
///
/// Meant for small values, such as an enum or a counter: a value of several fields is read and written
/// field by field, so a waiter may see some old and some new ones. For a whole value that never tears,
/// use `Watched<Latest<T>>`, with [`change`](WatchedView::change) and [`wait`](WatchedView::wait).
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
/// let job = Region::<Job>::options().anonymous()?;
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
/// Every `set` counts as a change, even if the value stays the same. A waiter sees the latest value,
/// not every value in between. A waiter that may not write to the region's file, or one whose setter was killed half-way,
/// notices as late as those of an [`Event`].
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

// Its value is read and written field by field.
impl<T: Placeable> Placeable for Watched<T> {}

impl<T: Plain, A: Access> WatchedView<T, A> {
    /// Reads the value.
    ///
    /// # Errors
    /// If the bytes are not a valid `T`; never for plain numbers.
    #[inline]
    pub fn get(&self) -> Result<T, InvalidValue> {
        T::load_from::<A>(&self.value)
    }

    /// Writes the value, and wakes all waiters. Without waiters, this takes two atomic instructions.
    #[inline]
    #[allow(clippy::needless_pass_by_value, reason = "as `Field::set` takes it")]
    pub fn set(&self, value: T)
    where
        A: CanWrite,
    {
        T::store_to::<A>(&self.value, &value);
        self.count();
    }

    /// Waits until `accept` returns true for the value, and returns that value. It is checked at once,
    /// after each change, and once a second, so that a setter that was killed before it could notify is
    /// noticed as well.
    ///
    /// # Errors
    /// If the bytes are not a valid `T`.
    pub fn wait_until(&self, mut accept: impl FnMut(T) -> bool) -> Result<T, InvalidValue>
    where
        T: Copy,
    {
        loop {
            if let Some(found) = self.changed.look_until(None, || self.look(&mut accept)) {
                return found;
            }
        }
    }

    /// As [`WatchedView::wait_until`], for at most `timeout`; `None` if that ran out first.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use shm_core::{Region, Watched};
    /// let level = Region::<Watched<u32>>::options().private()?;
    /// level.set(3);
    /// let soon = Duration::from_millis(1);
    /// assert_eq!(level.wait_until_timeout(soon, |level| level > 2)?, Some(3));
    /// assert_eq!(level.wait_until_timeout(soon, |level| level > 3)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
        self.changed.look_until(deadline(timeout), || self.look(&mut accept)).transpose()
    }

    /// Returns the value if it is accepted. An invalid one ends a wait as well.
    pub(super) fn look(&self, accept: &mut impl FnMut(T) -> bool) -> Option<Result<T, InvalidValue>>
    where
        T: Copy,
    {
        match self.get() {
            Ok(value) => accept(value).then_some(Ok(value)),
            Err(error) => Some(Err(error)),
        }
    }
}

impl<T: SharedLayout, A: Access> WatchedView<T, A> {
    /// Returns the state whose change can be waited for. Take it before reading the value.
    ///
    /// ```
    /// # use shm_core::{Region, Watched};
    /// let level = Region::<Watched<u32>>::options().private()?;
    /// let ticket = level.ticket();
    /// let before = level.get()?;
    /// level.set(before + 1);
    /// level.wait(ticket); // does not sleep: it was set since
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        self.changed.ticket()
    }

    /// Waits until the value has been set since `ticket` was taken.
    pub fn wait(&self, ticket: Ticket) {
        self.changed.wait(ticket);
    }

    /// Waits until the value has been set since `ticket` was taken, for at most `timeout`. Returns
    /// `false` if it was not.
    pub fn wait_timeout(&self, ticket: Ticket, timeout: Duration) -> bool {
        self.changed.wait_timeout(ticket, timeout)
    }

    /// Changes the value in place, and wakes all waiters, even if `change` panics, since it may have
    /// changed something.
    ///
    /// ```
    /// # use shm_core::{Region, Watched};
    /// let hits = Region::<Watched<u64>>::options().private()?;
    /// let before = hits.change(|hits| hits.fetch_add(1));
    /// assert_eq!((before, hits.get()?), (0, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// A whole value that never tears, and whose changes can be waited for:
    ///
    /// ```
    /// # use shm_core::{Latest, Region, Text, Watched};
    /// let name = Region::<Watched<Latest<Text<32>>>>::options().anonymous()?;
    /// let ticket = name.ticket();
    /// let text = Text::new("Ada")?;
    /// name.change(|name| name.store(&text))?;
    /// name.wait(ticket);
    /// assert_eq!(name.view().load()?.as_str(), "Ada");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn change<R>(&self, change: impl FnOnce(&Shared<T, A>) -> R) -> R
    where
        A: CanWrite,
    {
        let _at_the_end = CountOnDrop(self);
        change(&self.value)
    }

    #[inline]
    fn count(&self)
    where
        A: CanWrite,
    {
        fault::point("watched: changed, not counted");
        self.changed.notify_all();
    }

    /// Notified after each change.
    #[cfg(feature = "async")]
    pub(super) fn changes(&self) -> &EventView<A> {
        &self.changed
    }

    /// Returns the value, for reading.
    pub fn view(&self) -> &Shared<T, ReadOnly> {
        read_only::<T, A>(&self.value)
    }
}

/// Counts a change when it is dropped.
struct CountOnDrop<'a, T: SharedLayout, A: CanWrite>(&'a WatchedView<T, A>);

impl<T: SharedLayout, A: CanWrite> Drop for CountOnDrop<'_, T, A> {
    #[inline]
    fn drop(&mut self) {
        self.0.count();
    }
}

impl<T: SharedLayout, A: Access> fmt::Debug for WatchedView<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value, f)
    }
}
