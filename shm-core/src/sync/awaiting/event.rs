//! Awaiting an [`Event`](crate::Event).

use std::future::poll_fn;
use std::io;
use std::task::Poll;

use super::{EventFd, Waiting, look_until, source};
use crate::access::Access;
use crate::sync::event::{EventView, Ticket};

/// With the feature `async`.
///
/// A future that is dropped waits no longer, and has changed nothing. No executor is needed: a helper
/// thread of this process waits for all of its futures.
impl<A: Access> EventView<A> {
    /// Waits until there has been a notification since `ticket` was taken.
    ///
    /// # Panics
    /// When it is polled, if no helper thread can be started.
    ///
    /// ```
    /// # use shm_core::{Event, Region, SharedLayout};
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Mailbox { letters: u32, arrived: Event }
    ///
    /// async fn next_letter(mailbox: &Region<Mailbox>, seen: u32) -> u32 {
    ///     loop {
    ///         // First the ticket, then the look: nothing is missed in between.
    ///         let ticket = mailbox.arrived.ticket();
    ///         let letters = mailbox.letters.get();
    ///         if letters != seen {
    ///             return letters;
    ///         }
    ///         mailbox.arrived.changed(ticket).await;
    ///     }
    /// }
    ///
    /// let mailbox = Region::<Mailbox>::options().anonymous()?;
    /// let postman = mailbox.clone();
    /// std::thread::spawn(move || {
    ///     postman.letters.fetch_add(1);
    ///     postman.arrived.notify_all();
    /// });
    /// assert_eq!(futures_lite::future::block_on(next_letter(&mailbox, 0)), 1);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn changed(&self, ticket: Ticket) -> impl Future<Output = ()> {
        let mut waiting = Waiting::new(self);
        poll_fn(move |context| {
            if self.ticket() != ticket {
                waiting.is_over();
                return Poll::Ready(());
            }
            waiting.wait(ticket, None, context);
            Poll::Pending
        })
    }

    /// Waits until `condition` holds. It is checked at once, after each notification, and once a second, so
    /// that a peer that was killed before it could notify is noticed as well.
    ///
    /// # Panics
    /// As [`EventView::changed`].
    pub fn wait_until_async(
        &self,
        mut condition: impl FnMut() -> bool,
    ) -> impl Future<Output = ()> {
        look_until(self, move || condition().then_some(()))
    }

    /// Returns a descriptor that becomes readable with each notification from now on, for event loops
    /// (`epoll(7)`, `poll(2)`) in any language.
    ///
    /// # Errors
    /// If this process has too many descriptors, or no helper thread can be started.
    ///
    /// ```
    /// # use shm_core::{Event, Region};
    /// let arrived = Region::<Event>::options().anonymous()?;
    /// let descriptor = arrived.as_eventfd()?;
    /// assert_eq!(descriptor.clear(), 0);
    /// arrived.notify_all();
    /// // Readable now, or any moment:
    /// while descriptor.clear() == 0 {
    ///     std::thread::yield_now();
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn as_eventfd(&self) -> io::Result<EventFd> {
        EventFd::new(source(self), self.ticket())
    }
}
