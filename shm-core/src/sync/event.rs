//! [`Event`]: an occurrence that processes wait for.

use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use super::kernel::{Kernel, Wait};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::placeable::Placeable;
use crate::protocol::Hardware;
use crate::protocol::notify;
use crate::protocol::sleep::{Sleep as _, Who};
use crate::registry;
use crate::shared_layout::{SharedLayout, ValidZeroed};
use crate::sys::clock::deadline;

/// In a struct: an occurrence that processes wait for without spinning. Its view is [`EventView`].
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
/// let mailbox = Region::<Mailbox>::options().anonymous()?;
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         // First the data, then the notification.
///         mailbox.letters.fetch_add(1);
///         mailbox.arrived.notify_all();
///     });
///     mailbox.arrived.wait_until(|| mailbox.letters.get() > 0);
/// });
/// # Ok::<(), shm_core::Error>(())
/// ```
#[repr(C)]
#[derive(Debug)]
pub struct Event {
    count: u32,
}

/// The shared form of [`Event`]: it counts notifications, and wakes waiters.
///
/// Writes made before a notification are visible to every process that notices it. A notification without sleepers
/// makes no system call.
///
/// A process can also wait on a read-only view. If it may not write to the region's file, notifiers do not
/// see it, so it notices up to 16 ms late. A waiter notices up to a second late if the notifier was killed between counting and waking,
/// or if another waiter was woken for it and was killed (or stopped) just then.
#[repr(transparent)]
pub struct EventView<A: Access = ReadWrite> {
    count: AtomicU32,
    access: PhantomData<A>,
}

/// The count of an [`EventView`] at some time, whose change can be waited for. It means nothing to
/// another event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(pub(super) u32);

/// What to sleep on until an event is notified: see [`EventView::arm`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Armed {
    /// The address of the word in this process, an aligned `u32` that is shared with other processes (so `futex(2)`
    /// without the private flag). It stays valid for as long as the region is mapped.
    pub address: usize,
    /// The value that the word holds as long as there is no notification.
    pub value: u32,
    /// The longest time to sleep before looking again: a process that died before it could notify wakes no sleeper, nor
    /// does any process where this one may not write.
    pub longest: Duration,
}

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

impl Placeable for Event {}

impl<A: Access> EventView<A> {
    /// Waits until `condition` holds. It is checked at once, after each notification, and once a
    /// second, so that a peer that was killed before it could notify is noticed as well.
    ///
    /// [`Event`] has an example.
    pub fn wait_until(&self, mut condition: impl FnMut() -> bool) {
        while self.look_until(None, || condition().then_some(())).is_none() {}
    }

    /// As [`EventView::wait_until`], for at most `timeout`. Returns whether the condition held in the
    /// end.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use shm_core::{Event, Region};
    /// let arrived = Region::<Event>::options().private()?;
    /// assert!(!arrived.wait_until_timeout(Duration::from_millis(1), || false));
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn wait_until_timeout(
        &self,
        timeout: Duration,
        mut condition: impl FnMut() -> bool,
    ) -> bool {
        self.look_until(deadline(timeout), || condition().then_some(())).is_some()
    }

    /// Returns the state whose change can be waited for. Take it before looking at the data that the
    /// event announces; then nothing is missed between the look and the wait.
    ///
    /// ```
    /// # use shm_core::{Event, Region};
    /// let arrived = Region::<Event>::options().private()?;
    /// let ticket = arrived.ticket();
    /// // A look here finds nothing. Then, before the wait:
    /// arrived.notify_all();
    /// arrived.wait(ticket); // does not sleep
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        Ticket(notify::ticket::<Hardware>(&self.count))
    }

    /// Waits until there has been a notification since `ticket` was taken.
    pub fn wait(&self, ticket: Ticket) {
        while !self.wait_for_count(ticket, &Wait::until(None)) {}
    }

    /// Waits until there has been a notification since `ticket` was taken, for at most `timeout`.
    /// Returns `false` if there was none.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use shm_core::{Event, Region};
    /// let arrived = Region::<Event>::options().private()?;
    /// let ticket = arrived.ticket();
    /// assert!(!arrived.wait_timeout(ticket, Duration::from_millis(1)));
    /// arrived.notify_one();
    /// assert!(arrived.wait_timeout(ticket, Duration::from_millis(1)));
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn wait_timeout(&self, ticket: Ticket, timeout: Duration) -> bool {
        self.wait_for_count(ticket, &Wait::until(deadline(timeout)))
    }

    /// Prepares a sleep that is not a call of this library, such as one on several events at once (`FUTEX_WAITV`, or an
    /// io_uring's futex wait), or in the loop of another language's runtime: raises the sleepers' flag, so that a
    /// notification wakes the sleeper, and returns what to sleep on. `None` if there has been a notification since
    /// `ticket` was taken: then there is no reason to sleep.
    ///
    /// Sleep while the word holds the value, for at most [`Armed::longest`]; then take a new ticket, look, and arm
    /// again. Whoever is woken by [`notify_one`](Self::notify_one) and gives up without a look leaves another sleeper
    /// asleep for up to a second. Where notifiers only count if they see a sleeper (the events `pushed` and `popped` of a
    /// [`Queue`](crate::Queue)), look once more between this call and the sleep.
    ///
    /// ```
    /// # use shm_core::{Event, Region};
    /// let bell = Region::<Event>::options().private()?;
    /// let ticket = bell.ticket();
    /// // Here comes a look at the data. Nothing was there, so:
    /// let armed = bell.arm(ticket).expect("no notification since");
    /// // futex(armed.address, FUTEX_WAIT, armed.value, timeout)
    /// assert_eq!(armed.address, std::ptr::from_ref(&*bell).addr());
    /// bell.notify_all();
    /// assert_eq!(bell.arm(ticket), None);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub fn arm(&self, ticket: Ticket) -> Option<Armed> {
        let armed = if A::WRITABLE {
            let raise = |seen| Some(notify::raise_flag::<Hardware>(&self.count, seen));
            notify::arm::<Hardware>(&self.count, ticket.0, raise)
        } else {
            let raise = |seen| registry::raise_flag(&self.count, seen);
            notify::arm::<Hardware>(&self.count, ticket.0, raise)
        };
        let (value, longest) = armed?;
        Some(Armed { address: std::ptr::from_ref(&self.count).addr(), value, longest })
    }

    /// As [`EventView::arm`], for a count of notifications that was taken earlier.
    pub(crate) fn arm_since(&self, count: u32) -> Option<Armed> {
        self.arm(Ticket(count.wrapping_mul(notify::STEP)))
    }

    /// Counts a notification, and wakes one of the sleepers, usually the one that has slept longest.
    /// The others see the count when they look, but sleep on until they are woken themselves, or for a
    /// second.
    #[inline]
    pub fn notify_one(&self)
    where
        A: CanWrite,
    {
        notify::notify::<Hardware>(&self.count, Who::One, &Kernel(None));
    }

    /// Counts a notification, and wakes all waiters.
    #[inline]
    pub fn notify_all(&self)
    where
        A: CanWrite,
    {
        notify::notify::<Hardware>(&self.count, Who::All, &Kernel(None));
    }

    /// Counts a notification, and wakes all waiters: also those that could not announce themselves, since they may only
    /// read the region.
    pub(crate) fn notify_all_readers(&self)
    where
        A: CanWrite,
    {
        self.notify_all();
        Kernel(None).wake(&self.count, Who::All);
    }

    /// Looks, and looks again after every notification, until something is found; for the last time at
    /// `deadline`.
    pub(crate) fn look_until<R>(
        &self,
        deadline: Option<Instant>,
        mut look: impl FnMut() -> Option<R>,
    ) -> Option<R> {
        loop {
            let ticket = self.ticket();
            let found = look();
            let now = Instant::now();
            if found.is_some() || deadline.is_some_and(|end| end <= now) {
                return found;
            }
            // No longer: a process that died after its change and before its count has notified no waiter.
            let nap = now + notify::LONGEST_NAP;
            let wait = Wait::until(Some(deadline.map_or(nap, |end| end.min(nap))));
            self.wait_for_count(ticket, &wait);
            if wait.was_interrupted() {
                return look();
            }
        }
    }

    /// Counts a notification and wakes one of those who sleep, if a waiter has announced itself, as
    /// [`EventView::wait_announced`] does; otherwise costs one load.
    #[inline]
    pub(crate) fn notify_announced(&self)
    where
        A: CanWrite,
    {
        notify::notify_announced::<Hardware>(&self.count, Who::One, &Kernel(None));
    }

    /// Looks, and looks again after every notification, until something is found; at `deadline` for the
    /// last time, and not once it is interrupted: to look can be to take, and then what was taken would be lost to a
    /// caller who gives up. The notifiers may use [`EventView::notify_announced`].
    pub(crate) fn wait_announced<R>(
        &self,
        deadline: Option<Instant>,
        mut look: impl FnMut() -> Option<R>,
    ) -> Option<R>
    where
        A: CanWrite,
    {
        let wait = Wait::until(deadline);
        let look = || if wait.was_interrupted() { None } else { look() };
        let found = notify::wait_for::<Hardware, R>(&self.count, look, &wait);
        if wait.was_interrupted() {
            // It may have been woken for what another waiter can have.
            self.notify_announced();
        }
        found
    }

    /// Raises the sleepers' flag before a look, and returns the state whose change can be waited for.
    #[cfg(feature = "async")]
    pub(super) fn announce(&self) -> Ticket
    where
        A: CanWrite,
    {
        Ticket(notify::announce::<Hardware>(&self.count) & !notify::SLEEPERS)
    }

    /// The word that counts.
    #[cfg(feature = "async")]
    pub(super) fn word(&self) -> &AtomicU32 {
        &self.count
    }

    fn wait_for_count(&self, ticket: Ticket, wait: &Wait) -> bool {
        if A::WRITABLE {
            notify::wait::<Hardware>(&self.count, ticket.0, wait)
        } else {
            let raise = |seen| registry::raise_flag(&self.count, seen);
            notify::wait_raising::<Hardware>(&self.count, ticket.0, raise, wait)
        }
    }
}

impl<A: Access> fmt::Debug for EventView<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("notifications", &(self.ticket().0 / notify::STEP)).finish()
    }
}
