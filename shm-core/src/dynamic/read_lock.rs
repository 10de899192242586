//! [`DynReadLock`]: an `RwLock` for reading, found by its name once.

use std::fmt;
use std::time::{Duration, Instant};

use super::guard::one_lock;
use super::lock::Taken;
use super::locking::{self, LockWords};
use super::memory::Memory;
use super::region::DynRegion;
use crate::access::{CanWrite, ReadWrite};
use crate::error::{DynError, LockError};
use crate::path::Path;
use crate::protocol::lock::Found;
use crate::schema::Seats;
use crate::sync::RawRwLock;
use crate::sys::clock::deadline;

/// An `RwLock` of a region, for reading, that was found by its name once and is taken and released by calls, not by a
/// guard: for bindings to languages without scopes. Made by [`DynRegion::read_lock_of`]; for writing, there is
/// [`DynRegion::lock_of`].
///
/// Several readers hold the lock at a time, each in a seat of its own, which it gives back when it is done.
///
/// ```
/// use shm_core::dynamic::Taken;
/// use shm_core::{DynRegion, LockError, Region, RwLock};
///
/// let name = format!("shm-doc-read-lock-of-{}", std::process::id());
/// let typed = Region::<RwLock<u64>>::create(&name)?;
///
/// let region = DynRegion::open(&name)?;
/// let limit = region.read_lock_of("")?;
/// let (seat, taken) = limit.acquire()?;
/// assert_eq!(taken, Taken::Whole);
/// assert_eq!(region.get("")?.to_string(), "0");
/// assert!(matches!(limit.acquire(), Err(LockError::WouldDeadlock)));
/// limit.release(seat)?;
/// assert!(typed.try_write().is_ok());
/// # typed.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It keeps the region mapped, and may go to other threads, each of which takes a seat for itself.
#[derive(Clone)]
pub struct DynReadLock<A: CanWrite = ReadWrite> {
    region: DynRegion<A>,
    seats: Seats,
    path: Path,
}

/// The seat of a reader, which it gives back to [`DynReadLock::release`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat(u32);

impl<A: CanWrite> DynRegion<A> {
    /// Finds the `RwLock` that guards the value at a path, to read it.
    ///
    /// # Errors
    /// As [`DynRegion::lock_of`]; [`DynError::NotA`] if a `Mutex` guards the value.
    pub fn read_lock_of(&self, path: impl AsRef<str>) -> Result<DynReadLock<A>, DynError> {
        let (path, place) = (path.as_ref(), self.place(path.as_ref())?);
        let lock = one_lock(place, || path.to_owned())?;
        let LockWords::RwLock(seats) = lock.words else {
            let (field, found) = (lock.path.to_string(), lock.words.role().name().to_owned());
            return Err(DynError::NotA { field, found, expected: "an `RwLock`" });
        };
        Ok(DynReadLock { region: self.clone(), seats, path: lock.path })
    }
}

impl<A: CanWrite> DynReadLock<A> {
    /// The path of the lock.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes a seat, in whatever state the last writer left the value. Waits for as long as a living process writes or
    /// waits to write, or all seats are taken by the living.
    ///
    /// # Errors
    /// [`LockError::WouldDeadlock`] if this thread reads or writes already, [`LockError::Interrupted`] as for
    /// [`interruptible`](crate::sync::interruptible); if this process cannot take part in the region's locks.
    pub fn acquire(&self) -> Result<(Seat, Taken), LockError> {
        self.take(None)
    }

    /// As [`DynReadLock::acquire`], without waiting. A dead process is not noticed here.
    ///
    /// # Errors
    /// [`LockError::Busy`]; as [`DynReadLock::acquire`] otherwise.
    pub fn try_acquire(&self) -> Result<(Seat, Taken), LockError> {
        let (token, found) = self.raw().try_read()?;
        Ok((Seat(token.seat()), taken(found)))
    }

    /// As [`DynReadLock::acquire`], waiting for at most `timeout`.
    ///
    /// # Errors
    /// [`LockError::Busy`] once the time is up; as [`DynReadLock::acquire`] otherwise. A dead process is noticed whatever
    /// the timeout is.
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<(Seat, Taken), LockError> {
        self.take(deadline(timeout))
    }

    /// Gives a seat back, which this thread took.
    ///
    /// # Errors
    /// [`LockError::NotHeld`] if this thread does not hold the lock; [`LockError::Lost`] as for
    /// [`RwLockReadGuard::unlock`](crate::sync::RwLockReadGuard::unlock).
    pub fn release(&self, seat: Seat) -> Result<(), LockError> {
        match self.raw().stand_up_here(seat.0) {
            Some(true) => Ok(()),
            Some(false) => Err(LockError::Lost),
            None => Err(LockError::NotHeld),
        }
    }

    /// Whether this thread reads, however it took its seat. `false` in a child that was forked while it did.
    #[must_use]
    pub fn is_held_here(&self) -> bool {
        self.raw().is_read_here()
    }

    /// Whether a writer died or panicked, and the value has not been repaired since. Means something only to one that
    /// reads.
    #[must_use]
    pub fn owner_died(&self) -> bool {
        !self.raw().is_whole()
    }

    fn take(&self, deadline: Option<Instant>) -> Result<(Seat, Taken), LockError> {
        let (token, found) = self.raw().read(deadline)?;
        Ok((Seat(token.seat()), taken(found)))
    }

    fn raw(&self) -> RawRwLock<'_> {
        locking::raw_rwlock(Memory::<A>::of(self.region.mapping()), self.seats)
    }
}

fn taken(found: Found) -> Taken {
    if found == Found::Whole { Taken::Whole } else { Taken::OwnerDied }
}

impl<A: CanWrite> fmt::Debug for DynReadLock<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynReadLock({:?})", self.path)
    }
}
