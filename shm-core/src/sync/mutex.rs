//! [`Mutex`]: a lock between processes that survives the death of its holder.

use std::fmt;
use std::mem::offset_of;
use std::ops::Deref;
use std::time::Duration;

use super::raw_lock::{Held, NotHeld, RawLock, Token};
use crate::access::{Access, CanWrite, ReadOnly, ReadWrite};
use crate::attach::AttachError;
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::placeable::Placeable;
use crate::protocol::lock::Found;
use crate::shared_layout::{Shared, SharedLayout, ValidZeroed, read_only};
use crate::sys::clock::deadline;

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
/// let account = bank.account.lock().expect("nobody died");
/// account.balance.set(account.balance.get() + 100);
/// account.bookings.set(account.bookings.get() + 1);
/// # Ok::<(), shm_core::Error>(())
/// ```
///
/// A `Mutex<()>` guards whatever stands beside it, by agreement; one lock can so guard several
/// values, or a part of the struct that others read without it:
///
/// ```
/// use shm_core::{Mutex, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Range {
///     lock: Mutex<()>, // held to change `low` and `high` together
///     low: f64,
///     high: f64,
/// }
///
/// let range = Region::<Range>::options().private()?;
/// let _guard = range.lock.lock().expect("nobody died");
/// range.low.set(1.0);
/// range.high.set(2.0);
/// # Ok::<(), shm_core::Error>(())
/// ```
#[repr(C)]
#[derive(Debug)]
pub struct Mutex<T> {
    lock: u32,
    value: T,
}

/// The shared form of [`Mutex`]: what a process locks.
///
/// Uncontended, locking is one instruction that others see, and so is unlocking. A process that dies
/// with the lock held, however it dies, does not leave the others waiting: whoever waits, or comes
/// later, gets [`LockError::OwnerDied`]. `docs/locks.md` says how, and what is not noticed.
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
    /// Locks, waiting for as long as a living process holds it.
    ///
    /// A waiter that sleeps looks after the holder every 1 to 50 ms.
    ///
    /// # Errors
    /// [`LockError::OwnerDied`], which has the guard, if the last holder died or panicked;
    /// [`LockError::WouldDeadlock`] if this thread holds it already; [`LockError::Attach`].
    ///
    /// ```
    /// use shm_core::{LockError, Mutex, Region};
    ///
    /// let balance = Region::<Mutex<i64>>::options().private()?;
    /// let guard = match balance.lock() {
    ///     Ok(guard) => guard,
    ///     Err(LockError::OwnerDied(guard)) => {
    ///         guard.set(0); // repair what the dead may have left half done
    ///         guard.mark_consistent();
    ///         guard
    ///     }
    ///     Err(error) => panic!("{error}"),
    /// };
    /// guard.set(guard.get() + 1);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[inline]
    pub fn lock(&self) -> Result<MutexGuard<'_, T, A>, LockError<'_, T, A>>
    where
        A: CanWrite,
    {
        match self.lock.lock_at_once() {
            Some(token) => Ok(MutexGuard { mutex: self, token }),
            None => self.lock_slowly(),
        }
    }

    /// Locks if nobody holds it. A holder that died is not noticed here: it takes a look at the
    /// process table, which `lock` and `lock_timeout` do.
    ///
    /// # Errors
    /// [`LockError::Busy`]; as [`MutexView::lock`] otherwise.
    #[inline]
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T, A>, LockError<'_, T, A>>
    where
        A: CanWrite,
    {
        self.guard(self.lock.try_lock())
    }

    /// Locks, waiting at most for `timeout`.
    ///
    /// # Errors
    /// [`LockError::Busy`] if a living process holds it all the time; as [`MutexView::lock`]
    /// otherwise. A dead holder is noticed whatever the timeout is.
    pub fn lock_timeout(
        &self,
        timeout: Duration,
    ) -> Result<MutexGuard<'_, T, A>, LockError<'_, T, A>>
    where
        A: CanWrite,
    {
        self.guard(self.lock.lock(deadline(timeout)))
    }

    /// The value without the lock, for looking at it only: each field is read whole, but two fields
    /// may belong to different states, and the state may be one that a holder has not finished.
    pub fn unlocked(&self) -> &Shared<T, ReadOnly> {
        read_only::<T, A>(&self.value)
    }

    /// Whether somebody holds the lock at this moment, dead or alive.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.lock.is_locked()
    }

    #[cold]
    fn lock_slowly(&self) -> Result<MutexGuard<'_, T, A>, LockError<'_, T, A>> {
        self.guard(self.lock.lock_slowly(None))
    }

    #[inline]
    fn guard<'a>(
        &'a self,
        outcome: Result<(Held<'a>, Found), NotHeld>,
    ) -> Result<MutexGuard<'a, T, A>, LockError<'a, T, A>> {
        match outcome {
            Ok((held, found)) => {
                let guard = MutexGuard { mutex: self, token: held.into_token() };
                match found {
                    Found::Whole => Ok(guard),
                    Found::Poisoned => Err(LockError::OwnerDied(guard)),
                }
            }
            Err(NotHeld::Busy) => Err(LockError::Busy),
            Err(NotHeld::WouldDeadlock) => Err(LockError::WouldDeadlock),
            Err(NotHeld::Attach(error)) => Err(LockError::Attach(error)),
        }
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

/// A held lock; derefs to the view of the value. Unlocks when it is dropped; if that happens in a
/// panic, the next to lock gets [`LockError::OwnerDied`].
///
/// A child that is forked while the guard lives does not hold the lock: its copy of the guard does
/// nothing when it is dropped.
///
/// A lock is held by the thread that took it, so that a guard cannot go to another one:
///
/// ```compile_fail,E0277
/// use shm_core::{Mutex, Region};
///
/// let lock = Region::<Mutex<u64>>::options().private().unwrap();
/// std::thread::scope(|scope| {
///     let guard = lock.lock().unwrap();
///     scope.spawn(move || guard.set(1));
/// });
/// ```
#[must_use = "the lock is released at once if the guard is not kept"]
pub struct MutexGuard<'a, T: SharedLayout, A: Access = ReadWrite> {
    mutex: &'a MutexView<T, A>,
    token: Token,
}

// SAFETY: a guard gives out only `&Shared<T, A>`, which any thread may use.
unsafe impl<T: SharedLayout, A: Access> Sync for MutexGuard<'_, T, A> {}

impl<T: SharedLayout, A: Access> MutexGuard<'_, T, A> {
    /// Says that the value is whole again, after [`LockError::OwnerDied`]: the next to lock gets no
    /// error any more.
    pub fn mark_consistent(&self) {
        self.mutex.lock.clear_poison(self.token);
    }

    /// Unlocks, and says whether the lock was still this process's.
    ///
    /// # Errors
    /// [`LockLost`] if another process took the lock over meanwhile, judging this one dead, or wrote
    /// nonsense into it: what was done under the lock may have met with somebody else's work.
    pub fn unlock(self) -> Result<(), LockLost> {
        let this = std::mem::ManuallyDrop::new(self);
        if this.mutex.lock.unlock(this.token) { Ok(()) } else { Err(LockLost) }
    }
}

impl<T: SharedLayout, A: Access> Deref for MutexGuard<'_, T, A> {
    type Target = Shared<T, A>;

    #[inline]
    fn deref(&self) -> &Shared<T, A> {
        &self.mutex.value
    }
}

impl<T: SharedLayout, A: Access> fmt::Display for MutexGuard<'_, T, A>
where
    Shared<T, A>: fmt::Display,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl<T: SharedLayout, A: Access> Drop for MutexGuard<'_, T, A> {
    #[inline]
    fn drop(&mut self) {
        self.mutex.lock.unlock(self.token);
    }
}

impl<T: SharedLayout, A: Access> fmt::Debug for MutexGuard<'_, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// The lock was not this process's any more when it was to be unlocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lock was taken over by another process while this one held it")]
pub struct LockLost;

/// Why a lock could not be taken as usual.
#[non_exhaustive]
pub enum LockError<'a, T: SharedLayout, A: Access = ReadWrite> {
    /// The lock is taken, but the process that held it before died, or panicked, in the middle of
    /// whatever it did. Look at the value, repair it, and say so with
    /// [`MutexGuard::mark_consistent`]; if you cannot, drop the guard, and the next one gets this
    /// error as well.
    OwnerDied(MutexGuard<'a, T, A>),
    /// Somebody else holds it, and is alive for all that is known.
    Busy,
    /// This thread holds it already, and would wait for itself for ever.
    WouldDeadlock,
    /// This process cannot take part in the region's locks.
    Attach(AttachError),
}

impl<T: SharedLayout, A: Access> fmt::Display for LockError<'_, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OwnerDied(_) => f.write_str(
                "whoever held this lock died or panicked while holding it; the lock is taken: check \
                 the value and call `mark_consistent`",
            ),
            Self::Busy => f.write_str("somebody else holds this lock"),
            Self::WouldDeadlock => f.write_str("this thread holds this lock already"),
            Self::Attach(error) => error.fmt(f),
        }
    }
}

impl<T: SharedLayout, A: Access> fmt::Debug for LockError<'_, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LockError({self})")
    }
}

impl<T: SharedLayout, A: Access> std::error::Error for LockError<'_, T, A> {
    /// The operating system's reason, if it has one.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Attach(error) => error.source(),
            _ => None,
        }
    }
}
