//! Waiting with a lock: a [`MutexGuard`] and an [`Event`](crate::Event) make a condition variable.

use std::time::Duration;

use super::event::EventView;
use super::guard::Guard as _;
use super::mutex::MutexGuard;
use crate::access::{Access, CanWrite};
use crate::error::LockError;
use crate::fault;
use crate::protocol::notify::LONGEST_NAP;
use crate::shared_layout::{Shared, SharedLayout};

/// Waiting: the lock is released meanwhile, and held again when the wait is over.
///
/// A notification that comes after the lock is released is not missed. Whoever changes what is waited for
/// holds the lock, and notifies the event after that:
///
/// ```
/// use shm_core::{Event, Mutex, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Jobs {
///     waiting: Mutex<u32>,
///     added: Event,
/// }
///
/// let jobs = Region::<Jobs>::options().anonymous()?;
/// std::thread::scope(|scope| -> Result<(), shm_core::LockError> {
///     scope.spawn(|| {
///         jobs.waiting.lock().unwrap().fetch_add(1);
///         jobs.added.notify_one();
///     });
///     let waiting = jobs.waiting.lock()?.wait_while(&jobs.added, |waiting| waiting.get() == 0)?;
///     waiting.fetch_sub(1);
///     Ok(())
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl<'a, T: SharedLayout, A: CanWrite> MutexGuard<'a, T, A> {
    /// Waits until the event is notified, and locks again. Also returns once a second: a process that was
    /// killed between its change and the notification has notified no waiter. So look whether what was
    /// waited for is there, or use [`MutexGuard::wait_while`].
    ///
    /// # Errors
    /// As [`MutexView::lock`](crate::sync::MutexView::lock), then without the lock:
    /// [`LockError::OwnerDied`] if a holder died meanwhile. [`LockError::WouldDeadlock`] if this thread
    /// has another guard of the lock ([`MutexView::lock_again`](crate::sync::MutexView::lock_again)), and
    /// so would wait with the lock held. [`LockError::Lost`] as for [`MutexGuard::unlock`].
    pub fn wait<B: Access>(self, event: &EventView<B>) -> Result<Self, LockError> {
        let (guard, _) = self.wait_timeout(event, LONGEST_NAP)?;
        Ok(guard)
    }

    /// Waits for as long as `condition` holds. It is looked at now, after each notification and once a
    /// second, with the lock held.
    ///
    /// # Errors
    /// As [`MutexGuard::wait`].
    pub fn wait_while<B: Access>(
        mut self,
        event: &EventView<B>,
        mut condition: impl FnMut(&Shared<T, A>) -> bool,
    ) -> Result<Self, LockError> {
        while condition(&self) {
            self = self.wait(event)?;
        }
        Ok(self)
    }

    /// As [`MutexGuard::wait`], at most for `timeout`; whether the event was notified. To lock again is not
    /// a part of that time.
    ///
    /// # Errors
    /// As [`MutexGuard::wait`].
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use shm_core::{Event, Mutex, Region, SharedLayout};
    /// # #[derive(SharedLayout)] #[repr(C)] struct Jobs { waiting: Mutex<u32>, added: Event }
    /// # let jobs = Region::<Jobs>::options().private()?;
    /// let guard = jobs.waiting.lock()?;
    /// let (guard, was_notified) = guard.wait_timeout(&jobs.added, Duration::from_millis(1))?;
    /// assert!(!was_notified && guard.get() == 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn wait_timeout<B: Access>(
        self,
        event: &EventView<B>,
        timeout: Duration,
    ) -> Result<(Self, bool), LockError> {
        let mutex = self.view();
        if mutex.raw_lock().is_held_again() {
            return Err(LockError::WouldDeadlock);
        }
        // With the lock: a notification of a change that this thread has not seen comes later.
        let ticket = event.ticket();
        fault::point("condition: has a ticket");
        self.unlock()?;
        fault::point("condition: unlocked");
        let was_notified = event.wait_timeout(ticket, timeout);
        fault::point("condition: awake, without the lock");
        Ok((mutex.lock()?, was_notified))
    }
}
