//! Awaiting a [`Watched`](crate::Watched).

use std::io;

use super::{EventFd, Versions, look_until};
use crate::Latest;
use crate::access::Access;
use crate::error::InvalidValue;
use crate::shared_layout::{Plain, SharedLayout};
use crate::sync::value::Value;
use crate::sync::watched::WatchedView;

/// With the feature `async`.
impl<T: SharedLayout, A: Access> WatchedView<T, A> {
    /// Waits until the value has been set since this was called. Call it before you read the value, and
    /// await it afterwards; then nothing is missed in between:
    ///
    /// ```
    /// # use shm_core::{Region, Watched};
    /// # let level = Region::<Watched<u32>>::options().anonymous()?;
    /// # let setter = level.clone();
    /// # std::thread::spawn(move || setter.set(3));
    /// # futures_lite::future::block_on(async {
    /// loop {
    ///     let changed = level.changed();
    ///     if level.get()? > 2 {
    ///         break;
    ///     }
    ///     changed.await;
    /// }
    /// # Ok::<(), shm_core::errors::InvalidValue>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    /// When it is polled, if no helper thread can be started.
    pub fn changed(&self) -> impl Future<Output = ()> {
        self.changes().changed(self.ticket())
    }

    /// Returns a descriptor that becomes readable with each change from now on; see
    /// [`EventView::as_eventfd`](crate::sync::EventView::as_eventfd).
    ///
    /// # Errors
    /// As [`EventView::as_eventfd`](crate::sync::EventView::as_eventfd).
    pub fn as_eventfd(&self) -> io::Result<EventFd> {
        self.changes().as_eventfd()
    }
}

/// With the feature `async`.
impl<T: Plain + Copy, A: Access> WatchedView<T, A> {
    /// Waits until `accept` returns true for the value, and returns that value. It is checked at once,
    /// after each change, and once a second, so that a setter that was killed before it could notify is
    /// noticed as well.
    ///
    /// # Errors
    /// If the bytes are not a valid `T`.
    ///
    /// # Panics
    /// As [`WatchedView::changed`].
    ///
    /// ```
    /// # use shm_core::{Region, Watched};
    /// let level = Region::<Watched<u32>>::options().anonymous()?;
    /// let setter = level.clone();
    /// std::thread::spawn(move || (1..=3).for_each(|step| setter.set(step)));
    /// let high = level.wait_until_async(|level| level > 2);
    /// assert_eq!(futures_lite::future::block_on(high)?, 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn wait_until_async(
        &self,
        mut accept: impl FnMut(T) -> bool,
    ) -> impl Future<Output = Result<T, InvalidValue>> {
        look_until(self.changes(), move || self.look(&mut accept))
    }
}

/// With the feature `async`.
impl<T: Value, const N: usize, A: Access> WatchedView<Latest<T, N>, A> {
    /// Returns the stream of the value's versions: the present one, and then each newest one; see
    /// [`Versions`].
    pub fn versions(&self) -> Versions<&Self> {
        Versions::new(self)
    }
}
