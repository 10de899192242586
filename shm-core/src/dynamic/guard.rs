//! [`DynGuard`]: a lock, held by its name.

use std::fmt;
use std::time::{Duration, Instant};

use super::error::DynError;
use super::field_path;
use super::memory::Memory;
use super::outline::Outline;
use super::region::DynRegion;
use super::resolve::{self, Place, Start};
use super::value::DynValue;
use crate::access::{CanWrite, ReadWrite};
use crate::attach::AttachError;
use crate::path::{Path, Segment};
use crate::protocol::lock::Found;
use crate::sync::{Held, NotHeld};
use crate::sys::clock::deadline;

/// A held lock; what the `Mutex` guards is read and written through it, by paths that start there:
/// `balance`, not `account.balance`; `""` is all of it. Unlocks when it is dropped; if that happens in
/// a panic, the next to lock gets [`DynLockError::OwnerDied`].
///
/// ```
/// use shm_core::{DynRegion, Mutex, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Account { balance: i64, bookings: u64 }
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Bank { account: Mutex<Account> }
///
/// let name = format!("shm-doc-dynamic-lock-{}", std::process::id());
/// # let typed = Region::<Bank>::create(&name)?;
/// let bank = DynRegion::open(&name)?;
/// let account = bank.lock("account").expect("nobody died");
/// account.set("balance", 100)?;
/// account.fetch_add("bookings", 1)?;
/// drop(account);
///
/// // Without the lock one can look, and no more.
/// assert_eq!(bank.get("account.balance")?.to_string(), "100");
/// assert!(bank.set("account.balance", 0).is_err());
/// # typed.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A lock is held by the thread that took it, so that a guard cannot go to another one:
///
/// ```compile_fail,E0277
/// # let bank = shm_core::DynRegion::open("bank").unwrap();
/// let guard = bank.lock("account").unwrap();
/// std::thread::scope(|scope| {
///     scope.spawn(move || guard.set("balance", 1));
/// });
/// ```
#[must_use = "the lock is released at once if the guard is not kept"]
pub struct DynGuard<'a, A: CanWrite = ReadWrite> {
    region: &'a DynRegion<A>,
    held: Held<'a>,
    /// The path of the lock, from the start of the region.
    path: Path,
    start: Start,
}

impl<'a, A: CanWrite> DynGuard<'a, A> {
    /// Takes the lock that guards a place; `outside` is the path of the lock around it.
    pub(super) fn take(
        region: &'a DynRegion<A>,
        outside: &Path,
        path: &str,
        place: Place,
        deadline: Option<Instant>,
    ) -> Result<Self, DynLockError<'a, A>> {
        let shown = || field_path::inside(outside, path);
        let Some(lock) = place.lock else {
            let fault = "no `Mutex` guards it: there is nothing to lock".to_owned();
            return Err(DynError::NotWritable { field: shown(), fault }.into());
        };
        if place.apart.is_some() {
            let fault = "each element has a `Mutex` of its own: name one element".to_owned();
            return Err(DynError::NotWritable { field: shown(), fault }.into());
        }
        let path = outside.join(&lock.path);
        let word = Memory::<A>::of(region.mapping()).lock(lock.word);
        match word.lock(deadline) {
            Ok((held, found)) => {
                let guard = Self { region, held, path, start: lock.start };
                match found {
                    Found::Whole => Ok(guard),
                    Found::Poisoned => Err(DynLockError::OwnerDied(guard)),
                }
            }
            Err(NotHeld::Busy) => Err(DynLockError::Busy),
            Err(NotHeld::WouldDeadlock) => Err(DynLockError::WouldDeadlock),
            Err(NotHeld::Attach(error)) => Err(DynLockError::Attach(error)),
        }
    }

    /// Reads what a path names; see [`FieldPath::get`](super::FieldPath::get).
    ///
    /// # Errors
    /// As [`DynRegion::get`].
    pub fn get(&self, path: impl AsRef<str>) -> Result<DynValue, DynError> {
        let path = path.as_ref();
        field_path::read(self.region, &self.resolve(path)?, &field_path::inside(&self.path, path))
    }

    /// Writes what a path names; see [`FieldPath::set`](super::FieldPath::set).
    ///
    /// # Errors
    /// As [`DynRegion::set`]; a second lock that guards it must be taken, too.
    pub fn set(&self, path: impl AsRef<str>, value: impl Into<DynValue>) -> Result<(), DynError> {
        let (place, path) = self.reach(path.as_ref())?;
        field_path::set(self.region, &place, &path, &value.into(), None)
    }

    /// As [`DynGuard::set`], waiting at most for `timeout` to become the writer of a `Latest`.
    ///
    /// # Errors
    /// As [`FieldPath::set_timeout`](super::FieldPath::set_timeout).
    pub fn set_timeout(
        &self,
        path: impl AsRef<str>,
        value: impl Into<DynValue>,
        timeout: Duration,
    ) -> Result<(), DynError> {
        let ((place, path), deadline) = (self.reach(path.as_ref())?, deadline(timeout));
        field_path::set(self.region, &place, &path, &value.into(), deadline)
    }

    /// Adds to the integer that a path names; see
    /// [`FieldPath::fetch_add`](super::FieldPath::fetch_add).
    ///
    /// # Errors
    /// As [`DynRegion::fetch_add`]; a second lock that guards it must be taken, too.
    pub fn fetch_add(
        &self,
        path: impl AsRef<str>,
        value: impl Into<DynValue>,
    ) -> Result<DynValue, DynError> {
        let (place, path) = self.reach(path.as_ref())?;
        field_path::fetch_add(self.region, &place, &path, &value.into())
    }

    /// Takes a lock inside of what this one guards.
    ///
    /// # Errors
    /// As [`DynRegion::lock`].
    pub fn lock(&self, path: impl AsRef<str>) -> Result<DynGuard<'_, A>, DynLockError<'_, A>> {
        let path = path.as_ref();
        DynGuard::take(self.region, &self.path, path, self.resolve(path)?, None)
    }

    /// As [`DynGuard::lock`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`DynRegion::lock_timeout`].
    pub fn lock_timeout(
        &self,
        path: impl AsRef<str>,
        timeout: Duration,
    ) -> Result<DynGuard<'_, A>, DynLockError<'_, A>> {
        let path = path.as_ref();
        let deadline = deadline(timeout);
        DynGuard::take(self.region, &self.path, path, self.resolve(path)?, deadline)
    }

    /// The path of the lock.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What a path from the start of the region is for this guard: `balance` for `account.balance`.
    /// `None` if it leads elsewhere than through this lock.
    #[must_use]
    pub fn inside(&self, path: &Path) -> Option<Path> {
        let rest = path.strip_prefix(&self.path)?;
        // After the name of a `Mutex`, that is the way through it.
        let value = Path::new().with(Segment::Name("value"));
        Some(rest.strip_prefix(&value).unwrap_or(rest))
    }

    /// Says that what the lock guards is whole again, after [`DynLockError::OwnerDied`]: the next to
    /// lock gets no error any more.
    pub fn mark_consistent(&self) {
        self.held.clear_poison();
    }

    fn resolve(&self, path: &str) -> Result<Place, DynError> {
        let (schema, tail_len) = (self.region.schema(), self.region.tail_len());
        Ok(resolve::resolve(schema, tail_len, &self.start, path)?)
    }

    /// A place that no other lock guards, and its path from the start of the region.
    fn reach(&self, path: &str) -> Result<(Place, String), DynError> {
        let (place, path) = (self.resolve(path)?, field_path::inside(&self.path, path));
        match &place.lock {
            Some(lock) if place.apart.is_none() => {
                let mutex = self.path.join(&lock.path).into();
                Err(DynError::NotLocked { field: path, mutex })
            }
            _ => Ok((place, path)),
        }
    }
}

impl<A: CanWrite> fmt::Debug for DynGuard<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "DynGuard({:?}: {})",
            self.path,
            Outline::at(self.region, &self.start, &self.path)
        )
    }
}

/// Why a lock could not be taken as usual.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DynLockError<'a, A: CanWrite = ReadWrite> {
    /// The lock is taken, but the process that held it before died, or panicked, in the middle of
    /// whatever it did. Look at the value, repair it, and say so with
    /// [`DynGuard::mark_consistent`]; if you cannot, drop the guard.
    #[error(
        "whoever held this lock died or panicked while holding it; the lock is taken: check the \
         value and call `mark_consistent`"
    )]
    OwnerDied(DynGuard<'a, A>),
    /// Somebody else holds it, and is alive for all that is known.
    #[error("somebody else holds this lock")]
    Busy,
    /// This thread holds it already, and would wait for itself for ever.
    #[error("this thread holds this lock already")]
    WouldDeadlock,
    /// This process cannot take part in the region's locks.
    #[error(transparent)]
    Attach(#[from] AttachError),
    /// There is no lock of that name.
    #[error(transparent)]
    Dynamic(#[from] DynError),
}
