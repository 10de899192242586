//! Awaiting the items of a [`Ring`](crate::Ring).

use std::io;
use std::ops::Deref;

use super::{EventFd, look_until};
use crate::access::Access;
use crate::error::FollowError;
use crate::sync::follower::Follower;
use crate::sync::ring::RingView;
use crate::sync::value::Value;

/// With the feature `async`.
impl<R, T: Value, const N: usize, A: Access> Follower<R>
where
    R: Deref<Target = RingView<T, N, A>>,
{
    /// Waits for the next item, as [`Follower::next_wait`] does. If the future is dropped before it is
    /// ready, no item is passed over.
    ///
    /// # Errors
    /// As [`Follower::next_wait`].
    ///
    /// # Panics
    /// When it is polled, if no helper thread can be started.
    ///
    /// ```
    /// # use shm_core::{Region, Ring};
    /// let ring = Region::<Ring<u32, 8>>::options().anonymous()?;
    /// let mut seen = ring.follow();
    /// let writer = ring.clone();
    /// std::thread::spawn(move || writer.push(&3));
    /// assert_eq!(futures_lite::future::block_on(seen.next_async())?, 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_async(&mut self) -> impl Future<Output = Result<T, FollowError>> {
        let (ring, cursor) = self.parts();
        look_until(ring.pushes(), move || ring.item_after(cursor))
    }
}

/// With the feature `async`.
impl<T: Value, const N: usize, A: Access> RingView<T, N, A> {
    /// Returns a descriptor that becomes readable with each item that is pushed from now on; see
    /// [`EventView::as_eventfd`](crate::sync::EventView::as_eventfd).
    ///
    /// # Errors
    /// As [`EventView::as_eventfd`](crate::sync::EventView::as_eventfd).
    pub fn as_eventfd(&self) -> io::Result<EventFd> {
        self.pushes().as_eventfd()
    }
}
