//! The guards of an [`RwLock`](crate::RwLock).

use std::fmt;
use std::ops::Deref;

use super::RwLockView;
use crate::access::{Access, ReadOnly, ReadWrite};
use crate::error::LockError;
use crate::shared_layout::{Shared, SharedLayout};
use crate::sync::guard::Guard;
use crate::sync::token::{SeatToken, Token};

/// A lock held for reading; derefs to a read-only view of the value. Unlocks when it is dropped.
///
/// It belongs to its thread, as a [`MutexGuard`](crate::sync::MutexGuard) does, and a forked child's copy
/// of it does nothing.
#[must_use = "the lock is released at once if the guard is not kept"]
pub struct RwLockReadGuard<'a, T: SharedLayout, const SEATS: usize = 8> {
    pub(super) lock: &'a RwLockView<T, SEATS, ReadOnly>,
    pub(super) token: SeatToken<Token>,
}

// SAFETY: a guard gives out only `&Shared<T, ReadOnly>`, which any thread may use.
unsafe impl<T: SharedLayout, const SEATS: usize> Sync for RwLockReadGuard<'_, T, SEATS> {}

impl<T: SharedLayout, const SEATS: usize> RwLockReadGuard<'_, T, SEATS> {
    /// Whether a writer died or panicked, and the value has not been repaired since. Only a guard from
    /// [`RwLockView::read_as_found`] ever says so.
    #[must_use]
    pub fn owner_died(&self) -> bool {
        !self.lock.raw().is_whole()
    }

    /// Unlocks, and says whether the lock was still this process's.
    ///
    /// # Errors
    /// [`LockError::Lost`] if another process took the seat over meanwhile, judging this one dead, or wrote
    /// nonsense into it: what was read may have been changed at the same time.
    pub fn unlock(self) -> Result<(), LockError> {
        let this = std::mem::ManuallyDrop::new(self);
        if this.lock.raw().stand_up(this.token) { Ok(()) } else { Err(LockError::Lost) }
    }
}

/// A lock held for writing; derefs to the view of the value. Unlocks when it is dropped; if that happens
/// in a panic, the next to lock gets [`LockError::OwnerDied`].
///
/// It belongs to its thread, as a [`MutexGuard`](crate::sync::MutexGuard) does, and a forked child's copy
/// of it does nothing.
#[must_use = "the lock is released at once if the guard is not kept"]
pub struct RwLockWriteGuard<'a, T: SharedLayout, const SEATS: usize = 8, A: Access = ReadWrite> {
    pub(super) lock: &'a RwLockView<T, SEATS, A>,
    pub(super) token: Token,
}

// SAFETY: a guard gives out only `&Shared<T, A>`, which any thread may use.
unsafe impl<T: SharedLayout, const N: usize, A: Access> Sync for RwLockWriteGuard<'_, T, N, A> {}

impl<T: SharedLayout, const SEATS: usize, A: Access> RwLockWriteGuard<'_, T, SEATS, A> {
    /// Whether an earlier writer died or panicked, and the value has not been repaired since. Only a guard
    /// from [`RwLockView::write_as_found`] ever says so.
    #[must_use]
    pub fn owner_died(&self) -> bool {
        self.lock.raw().is_marked()
    }

    /// Says that the value is whole again: the next [`RwLockView::read`] and [`RwLockView::write`] succeed.
    pub fn mark_consistent(&self) {
        self.lock.raw().mark_whole(self.token);
    }

    pub(super) fn repaired(self, repair: impl FnOnce(&Shared<T, A>)) -> Self {
        if self.owner_died() {
            repair(&self);
            self.mark_consistent();
        }
        self
    }

    /// Unlocks, and says whether the lock was still this process's.
    ///
    /// # Errors
    /// [`LockError::Lost`] if another process took a part of the lock over meanwhile, judging this one dead,
    /// or wrote nonsense into it: changes made under the lock may have been mixed with another process's.
    pub fn unlock(self) -> Result<(), LockError> {
        let this = std::mem::ManuallyDrop::new(self);
        if this.lock.raw().stop_writing(this.token) { Ok(()) } else { Err(LockError::Lost) }
    }
}

impl<'a, T: SharedLayout, const SEATS: usize> Guard<'a> for RwLockReadGuard<'a, T, SEATS> {
    type View = RwLockView<T, SEATS, ReadOnly>;

    fn view(&self) -> &'a Self::View {
        self.lock
    }

    fn into_token(self) -> SeatToken<Token> {
        std::mem::ManuallyDrop::new(self).token
    }
}

impl<'a, T: SharedLayout, const SEATS: usize> Guard<'a> for RwLockWriteGuard<'a, T, SEATS> {
    type View = RwLockView<T, SEATS, ReadWrite>;

    fn view(&self) -> &'a Self::View {
        self.lock
    }

    fn into_token(self) -> Token {
        std::mem::ManuallyDrop::new(self).token
    }
}

impl<T: SharedLayout, const SEATS: usize> Deref for RwLockReadGuard<'_, T, SEATS> {
    type Target = Shared<T, ReadOnly>;

    #[inline]
    fn deref(&self) -> &Shared<T, ReadOnly> {
        &self.lock.value
    }
}

impl<T: SharedLayout, const SEATS: usize, A: Access> Deref for RwLockWriteGuard<'_, T, SEATS, A> {
    type Target = Shared<T, A>;

    #[inline]
    fn deref(&self) -> &Shared<T, A> {
        &self.lock.value
    }
}

impl<T: SharedLayout, const SEATS: usize> Drop for RwLockReadGuard<'_, T, SEATS> {
    #[inline]
    fn drop(&mut self) {
        self.lock.raw().stand_up(self.token);
    }
}

impl<T: SharedLayout, const SEATS: usize, A: Access> Drop for RwLockWriteGuard<'_, T, SEATS, A> {
    #[inline]
    fn drop(&mut self) {
        self.lock.raw().stop_writing(self.token);
    }
}

impl<T: SharedLayout, const SEATS: usize> fmt::Debug for RwLockReadGuard<'_, T, SEATS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: SharedLayout, const N: usize, A: Access> fmt::Debug for RwLockWriteGuard<'_, T, N, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
