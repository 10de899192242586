//! The guard of a [`Mutex`](crate::Mutex).

use std::fmt;
use std::ops::Deref;

use super::MutexView;
use crate::access::{Access, ReadWrite};
use crate::error::LockError;
use crate::shared_layout::{Shared, SharedLayout};
use crate::sync::guard::Guard;
use crate::sync::token::Token;

/// A held lock; derefs to the view of the value. Unlocks when it is dropped; if that happens during a
/// panic, the next caller to lock gets [`LockError::OwnerDied`].
///
/// A child that is forked while the guard lives does not hold the lock: its copy of the guard does
/// nothing when it is dropped.
///
/// A lock is held by the thread that took it, so a guard cannot be sent to another thread:
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
    pub(super) mutex: &'a MutexView<T, A>,
    pub(super) token: Token,
}

// SAFETY: a guard gives out only `&Shared<T, A>`, which any thread may use.
unsafe impl<T: SharedLayout, A: Access> Sync for MutexGuard<'_, T, A> {}

impl<T: SharedLayout, A: Access> MutexGuard<'_, T, A> {
    /// Returns whether an earlier holder died or panicked and the value has not been repaired since. Only
    /// true of guards from [`MutexView::lock_as_found`].
    #[must_use]
    pub fn owner_died(&self) -> bool {
        self.mutex.lock.is_poisoned()
    }

    /// Marks the value as whole again: the next [`MutexView::lock`] succeeds.
    pub fn mark_consistent(&self) {
        self.mutex.lock.clear_poison(self.token);
    }

    pub(super) fn repaired(self, repair: impl FnOnce(&Shared<T, A>)) -> Self {
        if self.owner_died() {
            repair(&self);
            self.mark_consistent();
        }
        self
    }

    /// Unlocks, and reports whether the lock still belonged to this process.
    ///
    /// # Errors
    /// [`LockError::Lost`] if another process judged this one dead and took the lock over, or wrote
    /// nonsense into it: changes made under the lock may have been mixed with another process's.
    pub fn unlock(self) -> Result<(), LockError> {
        let this = std::mem::ManuallyDrop::new(self);
        if this.mutex.lock.unlock(this.token) { Ok(()) } else { Err(LockError::Lost) }
    }
}

impl<'a, T: SharedLayout, A: Access> Guard<'a> for MutexGuard<'a, T, A> {
    type View = MutexView<T, A>;

    fn view(&self) -> &'a MutexView<T, A> {
        self.mutex
    }

    fn into_token(self) -> Token {
        std::mem::ManuallyDrop::new(self).token
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
