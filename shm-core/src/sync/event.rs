//! [`Event`]: something that processes wait for.

use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use crate::access::{Access, CanWrite, ReadWrite};
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::protocol::Hardware;
use crate::protocol::notify::{self, Surroundings, Who};
use crate::shared_layout::{SharedLayout, ValidZeroed};
use crate::{fault, sys};

/// In a struct: something that processes wait for without spinning. Its view is [`EventView`].
///
/// ```
/// use shm_core::{Event, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Mailbox {
///     letters: u32,
///     arrived: Event,
/// }
///
/// let mailbox = Region::<Mailbox>::anonymous()?;
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         mailbox.letters.fetch_add(1);
///         mailbox.arrived.notify_all();
///     });
///     // The ticket first, then a look, then the wait: nothing is missed in between.
///     loop {
///         let ticket = mailbox.arrived.ticket();
///         if mailbox.letters.get() > 0 {
///             break;
///         }
///         mailbox.arrived.wait(ticket);
///     }
/// });
/// # Ok::<(), shm_core::Error>(())
/// ```
#[repr(C)]
#[derive(Debug)]
pub struct Event {
    count: u32,
}

/// The shared form of [`Event`]: it counts notifications, and wakes those who wait for one.
///
/// A notification that finds nobody asleep makes no system call. On a read-only view one can wait,
/// too, but not be seen waiting: notice comes up to 16 ms late. A notifier that is killed between
/// counting and waking makes notice come up to a second late.
#[repr(transparent)]
pub struct EventView<A: Access = ReadWrite> {
    count: AtomicU32,
    access: PhantomData<A>,
}

/// The count of an [`EventView`] at some time: what to wait for a change of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(u32);

// SAFETY: both sides are a u32; it is one atomic and accessed as such.
unsafe impl SharedLayout for Event {
    type View<A: Access> = EventView<A>;
    const LAYOUT: &'static Layout = &Layout::new(
        "Event",
        size_of::<Self>(),
        align_of::<Self>(),
        Kind::Live {
            role: Role::Event,
            fields: &[FieldLayout::new("count", 0, <u32 as SharedLayout>::LAYOUT)],
        },
    );
}

impl ValidZeroed for Event {}

impl<A: Access> EventView<A> {
    /// What to wait for a change of. Take it before looking at whatever the event is about.
    #[inline]
    pub fn ticket(&self) -> Ticket {
        Ticket(notify::ticket::<Hardware>(&self.count))
    }

    /// Waits until there has been a notification since `ticket` was taken.
    pub fn wait(&self, ticket: Ticket) {
        while !self.wait_until(ticket, None) {}
    }

    /// Waits until there has been a notification since `ticket` was taken, at most for `timeout`.
    /// `false` if there was none.
    pub fn wait_timeout(&self, ticket: Ticket, timeout: Duration) -> bool {
        self.wait_until(ticket, Instant::now().checked_add(timeout))
    }

    /// Counts a notification, and wakes one of those who sleep. The others see the count when they
    /// look, but go on sleeping until they are woken themselves.
    #[inline]
    pub fn notify_one(&self)
    where
        A: CanWrite,
    {
        notify::notify::<Hardware>(&self.count, Who::One, &Kernel(None));
    }

    /// Counts a notification, and wakes all who wait.
    #[inline]
    pub fn notify_all(&self)
    where
        A: CanWrite,
    {
        notify::notify::<Hardware>(&self.count, Who::All, &Kernel(None));
    }

    fn wait_until(&self, ticket: Ticket, deadline: Option<Instant>) -> bool {
        if A::WRITABLE {
            notify::wait::<Hardware>(&self.count, ticket.0, &Kernel(deadline))
        } else {
            notify::wait_blind::<Hardware>(&self.count, ticket.0, &Kernel(deadline))
        }
    }
}

impl<A: Access> fmt::Debug for EventView<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("notifications", &(self.ticket().0 / notify::STEP)).finish()
    }
}

/// Sleeping and waking, until a point in time.
struct Kernel(Option<Instant>);

impl Surroundings<Hardware> for Kernel {
    fn sleep(&self, word: &AtomicU32, value: u32, nap: Duration) {
        sys::futex::wait(word, value, nap);
    }

    #[cold]
    fn wake(&self, word: &AtomicU32, who: Who) -> bool {
        fault::point("notify: counted, nobody woken");
        sys::futex::wake(word, if who == Who::One { 1 } else { i32::MAX as u32 }) > 0
    }

    fn left(&self) -> Duration {
        self.0.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()))
    }
}
