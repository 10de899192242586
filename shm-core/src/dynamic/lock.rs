//! [`DynLock`]: a lock, found by its name once.

use std::fmt;
use std::time::{Duration, Instant};

use super::guard::one_lock;
use super::locking::{Acquired, AnyLock, LockWords};
use super::memory::Memory;
use super::region::DynRegion;
use crate::access::{CanWrite, ReadWrite};
use crate::error::{DynError, LockError};
use crate::path::Path;
use crate::protocol::lock::Found;
use crate::sys::clock::deadline;

/// A lock of a region, a `Mutex` or an `RwLock` for writing, that was found by its name once and is taken and released
/// by calls, not by a guard: for bindings to languages without scopes. Made by [`DynRegion::lock_of`]. For Rust,
/// [`DynRegion::lock`] is safer to use, as its guard cannot be forgotten.
///
/// A lock is held by a thread. While this thread holds it, the guarded value can be written by every way in: by
/// [`DynRegion::set`], by a [`Spot`](super::Spot). A process that ends with the lock held leaves it to the next one as
/// one of which the owner died; so does a thread that panics inside a [`DynGuard`](super::DynGuard), but not one that
/// panics between the calls of this type.
///
/// ```
/// use shm_core::dynamic::Taken;
/// use shm_core::{DynRegion, LockError, Mutex, Region};
///
/// let name = format!("shm-doc-lock-of-{}", std::process::id());
/// let typed = Region::<Mutex<i64>>::create(&name)?;
///
/// let region = DynRegion::open(&name)?;
/// let lock = region.lock_of("")?;
/// if lock.acquire()? == Taken::OwnerDied {
///     region.set("", 0)?; // repaired
///     lock.mark_consistent()?;
/// }
/// region.set("", 100)?;
/// assert!(lock.is_held_here());
/// lock.release()?;
/// assert!(matches!(lock.release(), Err(LockError::NotHeld)));
/// assert_eq!(typed.lock()?.get(), 100);
/// # typed.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It keeps the region mapped, and may go to other threads, each of which takes the lock for itself.
#[derive(Clone)]
pub struct DynLock<A: CanWrite = ReadWrite> {
    region: DynRegion<A>,
    words: LockWords,
    path: Path,
}

/// In which state a lock was taken.
#[must_use = "the value may be half changed"]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The last holder released it.
    Whole,
    /// An earlier holder died or panicked, and the value has not been repaired since: see
    /// [`DynLock::mark_consistent`].
    OwnerDied,
}

impl<A: CanWrite> DynRegion<A> {
    /// Finds the lock that guards the value at a path, as [`DynRegion::lock`] does.
    ///
    /// # Errors
    /// As [`DynRegion::resolve`]; if no lock guards the value.
    pub fn lock_of(&self, path: impl AsRef<str>) -> Result<DynLock<A>, DynError> {
        let (path, place) = (path.as_ref(), self.place(path.as_ref())?);
        let lock = one_lock(place, || path.to_owned())?;
        Ok(DynLock { region: self.clone(), words: lock.words, path: lock.path })
    }
}

impl<A: CanWrite> DynLock<A> {
    /// The path of the lock.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes the lock, in whatever state the last holder left the value. Waits for as long as a living process holds
    /// it.
    ///
    /// # Errors
    /// [`LockError::WouldDeadlock`] if this thread holds it, [`LockError::Interrupted`] as for
    /// [`interruptible`](crate::sync::interruptible); if this process cannot take part in the region's locks.
    #[inline]
    pub fn acquire(&self) -> Result<Taken, LockError> {
        self.take(None)
    }

    /// As [`DynLock::acquire`], without waiting.
    ///
    /// # Errors
    /// [`LockError::Busy`] if the lock is held, even if its holder has died, as in
    /// [`MutexView::try_lock`](crate::sync::MutexView::try_lock); as [`DynLock::acquire`] otherwise.
    #[inline]
    pub fn try_acquire(&self) -> Result<Taken, LockError> {
        kept(self.raw().try_lock())
    }

    /// As [`DynLock::acquire`], waiting for at most `timeout`.
    ///
    /// # Errors
    /// [`LockError::Busy`] if a living process holds the lock all the time; as [`DynLock::acquire`] otherwise. A dead
    /// holder is noticed whatever the timeout is.
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<Taken, LockError> {
        self.take(deadline(timeout))
    }

    /// Releases the lock.
    ///
    /// # Errors
    /// [`LockError::NotHeld`] if this thread does not hold it; [`LockError::Lost`] as for
    /// [`MutexGuard::unlock`](crate::sync::MutexGuard::unlock).
    #[inline]
    pub fn release(&self) -> Result<(), LockError> {
        match self.raw().release_here() {
            Some(true) => Ok(()),
            Some(false) => Err(LockError::Lost),
            None => Err(LockError::NotHeld),
        }
    }

    /// Whether this thread holds the lock, however it took it. `false` in a child that was forked while it did.
    #[inline]
    #[must_use]
    pub fn is_held_here(&self) -> bool {
        self.raw().is_held_here()
    }

    /// Whether a holder died or panicked, and the value has not been repaired since.
    #[must_use]
    pub fn owner_died(&self) -> bool {
        self.raw().owner_died()
    }

    /// Marks the value as whole again: the next holder finds it so.
    ///
    /// # Errors
    /// [`LockError::NotHeld`] if this thread does not hold the lock.
    pub fn mark_consistent(&self) -> Result<(), LockError> {
        if self.raw().mark_consistent_here() { Ok(()) } else { Err(LockError::NotHeld) }
    }

    fn take(&self, deadline: Option<Instant>) -> Result<Taken, LockError> {
        kept(self.raw().lock(deadline))
    }

    #[inline]
    fn raw(&self) -> AnyLock<'_> {
        self.words.of(Memory::<A>::of(self.region.mapping()))
    }
}

/// Leaves a lock that was taken to this thread.
#[inline]
fn kept(acquired: Acquired<'_>) -> Result<Taken, LockError> {
    let (held, found) = acquired?;
    held.keep();
    Ok(if found == Found::Whole { Taken::Whole } else { Taken::OwnerDied })
}

impl<A: CanWrite> fmt::Debug for DynLock<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynLock({:?}: {})", self.path, self.words.role().name())
    }
}
