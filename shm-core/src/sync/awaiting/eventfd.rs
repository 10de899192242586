//! [`EventFd`]: a descriptor that becomes readable when an event is notified.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::task::{Wake, Waker};

use crate::awaiting::{Entry, Source};
use crate::registry::{self, Mapped};
use crate::sync::event::Ticket;
use crate::sys;

/// A descriptor that becomes readable whenever an event is notified, a [`Watched`](crate::Watched) changed or
/// a [`Ring`](crate::Ring) pushed to (feature `async`): for `epoll(7)`, for tokio's `AsyncFd`, and for
/// programs that inherit it. Made by [`EventView::as_eventfd`](crate::sync::EventView::as_eventfd).
///
/// It is an `eventfd(2)`, close-on-exec and non-blocking: reading its 8 bytes, or [`EventFd::clear`], makes it
/// unreadable until the next change. Clear it first, and look at the data afterwards. Several changes in
/// quick succession may count as one. Like an event itself, it says nothing of a process that died between
/// its change and its notification.
///
/// It keeps its region mapped. Dropping it ends the notifications, also for a program that inherited the
/// descriptor. In a forked child, the copy belongs to the parent.
///
/// ```
/// use std::os::fd::AsFd;
/// use rustix::event::{PollFd, PollFlags, poll};
/// use shm_core::{Region, Watched};
///
/// let level = Region::<Watched<u32>>::options().anonymous()?;
/// let descriptor = level.as_eventfd()?;
/// std::thread::spawn(move || level.set(3));
/// // No handle to the region is needed here.
/// poll(&mut [PollFd::new(&descriptor, PollFlags::IN)], None)?;
/// assert_eq!(descriptor.clear(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the notifications end when it is dropped"]
pub struct EventFd {
    /// Given up before the region.
    _entry: Entry,
    bell: Arc<Bell>,
    _region: Arc<dyn Mapped>,
}

/// Makes the descriptor readable when it is woken.
struct Bell(OwnedFd);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        sys::eventfd::add_one(self.0.as_fd());
    }
}

impl EventFd {
    pub(super) fn new(source: Source<'_>, ticket: Ticket) -> io::Result<Self> {
        let region = registry::mapping(source.word).ok_or(io::ErrorKind::InvalidInput)?;
        let bell = Arc::new(Bell(sys::eventfd::new()?));
        let mut entry = Entry::new();
        entry.stay(source, ticket.0, Waker::from(Arc::clone(&bell)))?;
        Ok(Self { _entry: entry, bell, _region: region })
    }

    /// Makes the descriptor unreadable until the next change, and returns how often it was made readable since
    /// the last time: 0 if it was not. Never waits.
    pub fn clear(&self) -> u64 {
        sys::eventfd::take(self.bell.0.as_fd())
    }
}

impl AsFd for EventFd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.bell.0.as_fd()
    }
}

impl AsRawFd for EventFd {
    fn as_raw_fd(&self) -> RawFd {
        self.bell.0.as_raw_fd()
    }
}

impl fmt::Debug for EventFd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventFd").field(&self.as_raw_fd()).finish()
    }
}
