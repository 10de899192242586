//! [`Mutex`]: a lock between processes that survives the death of its holder.

mod guard;

use std::fmt;
use std::mem::offset_of;
use std::time::Duration;

use super::guard::Lockable;
use super::raw_lock::{Held, RawLock};
use super::token::Token;
use crate::access::{Access, CanWrite, ReadOnly, ReadWrite};
use crate::error::LockError;
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::placeable::Placeable;
use crate::protocol::lock::Found;
use crate::shared_layout::{Shared, SharedLayout, ValidZeroed, read_only};
use crate::sys::clock::deadline;

pub use guard::MutexGuard;

/// In a struct: a value of `T` behind a lock that processes share. Its view is [`MutexView`].
///
/// ```
/// use shm_core::{Mutex, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Account {
///     balance: i64,
///     bookings: u64,
/// }
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Bank {
///     account: Mutex<Account>,
/// }
///
/// let bank = Region::<Bank>::options().private()?;
/// let account = bank.account.lock()?;
/// account.balance.set(account.balance.get() + 100);
/// account.bookings.set(account.bookings.get() + 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A `Mutex<()>` guards the fields beside it, by agreement. In this way, one lock can guard several
/// values, or a part of the struct that others read without it:
///
/// ```
/// use shm_core::{Mutex, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Range {
///     lock: Mutex<()>, // held to change `low` and `high` together
///     #[shm(guarded_by = "lock")] // tells programs that use names: they take it by themselves
///     low: f64,
///     #[shm(guarded_by = "lock")]
///     high: f64,
/// }
///
/// let range = Region::<Range>::options().private()?;
/// let _guard = range.lock.lock()?;
/// range.low.set(1.0);
/// range.high.set(2.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[repr(C)]
#[derive(Debug)]
pub struct Mutex<T> {
    lock: u32,
    value: T,
}

/// The shared form of [`Mutex`], which processes lock.
///
/// Uncontended locking takes one atomic instruction, and so does unlocking. A process that dies with the
/// lock held, in whatever way, does not leave the others waiting: waiters and later lockers get
/// [`LockError::OwnerDied`], until one of them repairs the value. [`docs/locks.md`](https://docs.rs/crate/shm-core/latest/source/docs/locks.md) says how that works, and
/// which cases are not noticed.
#[repr(C)]
pub struct MutexView<T: SharedLayout, A: Access = ReadWrite> {
    lock: RawLock,
    value: Shared<T, A>,
}

// SAFETY: both sides are a u32 and a `T`, in `repr(C)`; the word is one atomic and accessed as such.
unsafe impl<T: SharedLayout> SharedLayout for Mutex<T> {
    type View<A: Access> = MutexView<T, A>;
    const LAYOUT: &'static Layout = &Layout::new(
        "Mutex",
        size_of::<Self>(),
        align_of::<Self>(),
        Kind::Live {
            role: Role::Mutex,
            fields: &[
                FieldLayout::new("lock", offset_of!(Self, lock), <u32 as SharedLayout>::LAYOUT),
                FieldLayout::new("value", offset_of!(Self, value), T::LAYOUT),
            ],
        },
    );
}

impl<T: ValidZeroed> ValidZeroed for Mutex<T> {}

impl<T: SharedLayout> Placeable for Mutex<T> {}

impl<T: SharedLayout, A: Access> MutexView<T, A> {
    /// Locks, waiting for as long as a living process holds the lock.
    ///
    /// A waiter that sleeps checks at least every 20 ms whether the holder is alive.
    ///
    /// # Errors
    /// [`LockError::OwnerDied`] if the last holder died or panicked: the lock is then free again, and stays
    /// marked until [`MutexView::lock_or_repair`]. [`LockError::WouldDeadlock`] if this thread already
    /// holds the lock; another error if this process cannot take part in the region's locks.
    ///
    /// ```
    /// use shm_core::{Mutex, Region};
    ///
    /// let balance = Region::<Mutex<i64>>::options().private()?;
    /// let guard = balance.lock()?;
    /// guard.set(guard.get() + 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn lock(&self) -> Result<MutexGuard<'_, T, A>, LockError>
    where
        A: CanWrite,
    {
        match self.lock.lock_at_once() {
            Some(token) => Ok(MutexGuard { mutex: self, token }),
            None => self.lock_slowly(),
        }
    }

    /// Locks if no living process holds the lock. A dead holder is not noticed here: that takes a look
    /// at the process table, as `lock` and `lock_timeout` do.
    ///
    /// # Errors
    /// [`LockError::Busy`]; as [`MutexView::lock`] otherwise.
    #[inline]
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T, A>, LockError>
    where
        A: CanWrite,
    {
        self.whole(self.lock.try_lock())
    }

    /// Locks, waiting for at most `timeout`.
    ///
    /// # Errors
    /// [`LockError::Busy`] if a living process holds the lock all the time; as [`MutexView::lock`]
    /// otherwise. A dead holder is noticed whatever the timeout is.
    pub fn lock_timeout(&self, timeout: Duration) -> Result<MutexGuard<'_, T, A>, LockError>
    where
        A: CanWrite,
    {
        self.whole(self.lock.lock(deadline(timeout)))
    }

    /// Locks and, if the last holder died or panicked, first calls `repair` to repair the value.
    ///
    /// When `repair` returns, the value counts as whole again. A process that dies inside it, or a
    /// thread that panics there, leaves the lock marked, and the next locker repairs the value. If a
    /// repair can fail, or to look without repairing, use [`MutexView::lock_as_found`].
    ///
    /// # Errors
    /// As [`MutexView::lock`], except for [`LockError::OwnerDied`].
    ///
    /// ```
    /// use shm_core::{Mutex, Region, SharedLayout};
    ///
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Range { low: f64, high: f64 }
    ///
    /// let range = Region::<Mutex<Range>>::options().private()?;
    /// let range = range.lock_or_repair(|range| {
    ///     // The dead holder may have written only one of them.
    ///     range.high.set(range.high.get().max(range.low.get()));
    /// })?;
    /// assert!(range.low.get() <= range.high.get());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lock_or_repair(
        &self,
        repair: impl FnOnce(&Shared<T, A>),
    ) -> Result<MutexGuard<'_, T, A>, LockError>
    where
        A: CanWrite,
    {
        Ok(self.lock_as_found()?.repaired(repair))
    }

    /// As [`MutexView::lock_or_repair`], waiting for at most `timeout`.
    ///
    /// # Errors
    /// As [`MutexView::lock_timeout`], except for [`LockError::OwnerDied`].
    pub fn lock_timeout_or_repair(
        &self,
        timeout: Duration,
        repair: impl FnOnce(&Shared<T, A>),
    ) -> Result<MutexGuard<'_, T, A>, LockError>
    where
        A: CanWrite,
    {
        let (held, _) = self.lock.lock(deadline(timeout))?;
        Ok(self.guard(held).repaired(repair))
    }

    /// Locks, in whatever state the last holder left the value: [`MutexGuard::owner_died`] tells whether it
    /// died or panicked. The lock stays marked until [`MutexGuard::mark_consistent`].
    ///
    /// # Errors
    /// As [`MutexView::lock`], except for [`LockError::OwnerDied`].
    ///
    /// ```
    /// use shm_core::{Mutex, Region};
    ///
    /// let total = Region::<Mutex<u64>>::options().private()?;
    /// let total = total.lock_as_found()?;
    /// if total.owner_died() {
    ///     println!("its last holder left {}", total.get());
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lock_as_found(&self) -> Result<MutexGuard<'_, T, A>, LockError>
    where
        A: CanWrite,
    {
        let (held, _) = self.lock.lock(None)?;
        Ok(self.guard(held))
    }

    /// As [`MutexView::lock`], also if this thread holds the lock already: the guards are counted, and the
    /// last one that is dropped unlocks, in whatever order. Other programs see one lock.
    ///
    /// A guard that is dropped by a panic marks the lock, though this thread still holds it.
    ///
    /// # Errors
    /// As [`MutexView::lock`], but for [`LockError::WouldDeadlock`].
    ///
    /// ```
    /// use shm_core::sync::MutexView;
    /// use shm_core::{LockError, Mutex, Region};
    ///
    /// /// Called with the lock held, and without it.
    /// fn deposit(balance: &MutexView<i64>, amount: i64) -> Result<(), LockError> {
    ///     let balance = balance.lock_again()?;
    ///     balance.set(balance.get() + amount);
    ///     Ok(())
    /// }
    ///
    /// let balance = Region::<Mutex<i64>>::options().private()?;
    /// let guard = balance.lock()?;
    /// deposit(&balance, 100)?;
    /// assert_eq!(guard.get(), 100);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn lock_again(&self) -> Result<MutexGuard<'_, T, A>, LockError>
    where
        A: CanWrite,
    {
        let Some(token) = self.lock.lock_again() else { return self.lock() };
        let guard = MutexGuard { mutex: self, token: token? };
        if guard.owner_died() { Err(LockError::OwnerDied) } else { Ok(guard) }
    }

    /// Returns the value without the lock, for reading only: each field is read whole, but two fields
    /// may belong to different states, and a holder may not have finished its changes.
    pub fn unlocked(&self) -> &Shared<T, ReadOnly> {
        read_only::<T, A>(&self.value)
    }

    /// Returns whether a process holds the lock at this moment, dead or alive.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.lock.is_locked()
    }

    /// The lock, for a caller that holds it without a guard.
    pub(crate) fn raw_lock(&self) -> &RawLock {
        &self.lock
    }

    /// Returns the value, for a caller that holds the lock.
    #[inline]
    pub(crate) fn guarded(&self) -> &Shared<T, A> {
        &self.value
    }

    #[cold]
    fn lock_slowly(&self) -> Result<MutexGuard<'_, T, A>, LockError> {
        self.whole(self.lock.lock_slowly(None))
    }

    /// Returns a guard if the value is whole; otherwise releases the lock, marked as before.
    #[inline]
    fn whole<'a>(
        &'a self,
        outcome: Result<(Held<'a>, Found), LockError>,
    ) -> Result<MutexGuard<'a, T, A>, LockError> {
        match outcome? {
            (held, Found::Whole) => Ok(self.guard(held)),
            (_given_back, Found::Poisoned) => Err(LockError::OwnerDied),
        }
    }

    #[inline]
    fn guard<'a>(&'a self, held: Held<'a>) -> MutexGuard<'a, T, A> {
        MutexGuard { mutex: self, token: held.into_token() }
    }
}

impl<T: SharedLayout, A: Access> Lockable for MutexView<T, A> {
    type Token = Token;

    #[inline]
    fn release(&self, token: Token) -> bool {
        self.lock.unlock(token)
    }
}

impl<T: SharedLayout, A: Access> fmt::Debug for MutexView<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mutex")
            .field("locked", &self.is_locked())
            .field("unlocked_value", &self.value)
            .finish()
    }
}
