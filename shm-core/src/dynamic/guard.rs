//! [`DynGuard`]: a lock, held by its name.

use std::fmt;
use std::time::Duration;

use super::at_place;
use super::locking::{Acquired, AnyLock, DynHeld};
use super::map;
use super::memory::Memory;
use super::outline::Outline;
use super::region::DynRegion;
use super::resolve::{self, Lock, Place, Start};
use super::value::DynValue;
use crate::access::{CanWrite, ReadWrite};
use crate::error::{DynError, LockError};
use crate::path::{Path, Segment};
use crate::sys::clock::deadline;

/// A held lock, through which the value that the `Mutex` or `RwLock` guards is read and written. Paths start at that
/// value: `balance`, not `account.balance`; `""` is all of it. If the lock guards fields beside it
/// (`#[shm(guarded_by = "lock")]`), that value is the struct that they are in. Unlocks when it is dropped; if that
/// happens during a panic, the next caller to lock gets [`LockError::OwnerDied`].
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
/// let account = bank.lock("account").expect("no owner died");
/// account.set("balance", 100)?;
/// account.fetch_add("bookings", 1)?;
/// drop(account);
///
/// // Without the lock, the account can be read but not written.
/// assert_eq!(bank.get("account.balance")?.to_string(), "100");
/// assert!(bank.set("account.balance", 0).is_err());
/// # typed.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A lock is held by the thread that took it, so a guard cannot be sent to another thread:
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
    held: DynHeld<'a>,
    /// The path of the lock, from the start of the region.
    path: Path,
    /// The path of the value that it guards, if that is not the lock's: the struct that it is beside other fields in.
    base: Option<Path>,
    start: Start,
}

impl<'a, A: CanWrite> DynGuard<'a, A> {
    /// Takes the lock that guards a place, by `acquire`; `outside` is the path of the lock around it.
    pub(super) fn take(
        region: &'a DynRegion<A>,
        outside: &Path,
        path: &str,
        place: Place,
        acquire: impl FnOnce(AnyLock<'a>) -> Acquired<'a>,
    ) -> Result<Self, DynError> {
        let lock = one_lock(place, || at_place::inside(outside, path))?;
        let (path, base) = (outside.join(&lock.path), lock.base.map(|base| outside.join(&base)));
        let (held, _) = acquire(lock.words.of(Memory::<A>::of(region.mapping())))?;
        Ok(Self { region, held, path, base, start: lock.start })
    }

    /// Returns this guard if the value is whole; otherwise releases the lock, marked as before.
    pub(super) fn whole(self) -> Result<Self, DynError> {
        if self.owner_died() { Err(LockError::OwnerDied.into()) } else { Ok(self) }
    }

    /// Returns this guard after repairing the value, if that was needed.
    pub(super) fn repaired(
        self,
        repair: impl FnOnce(&Self) -> Result<(), DynError>,
    ) -> Result<Self, DynError> {
        if self.owner_died() {
            repair(&self)?;
            self.mark_consistent();
        }
        Ok(self)
    }

    /// Reads the value at a path; see [`FieldPath::get`](super::FieldPath::get).
    ///
    /// # Errors
    /// As [`DynRegion::get`].
    pub fn get(&self, path: impl AsRef<str>) -> Result<DynValue, DynError> {
        let path = path.as_ref();
        at_place::read(self.region, &self.resolve(path)?, &at_place::inside(self.base(), path))
    }

    /// Writes the value at a path; see [`FieldPath::set`](super::FieldPath::set).
    ///
    /// # Errors
    /// As [`DynRegion::set`]; a second lock that guards the value must also be held.
    pub fn set(&self, path: impl AsRef<str>, value: impl Into<DynValue>) -> Result<(), DynError> {
        let (place, path) = self.reach(path.as_ref())?;
        at_place::set(self.region, &place, &path, &value.into(), None)
    }

    /// As [`DynGuard::set`], waiting for at most `timeout` to become the writer of a `Latest`.
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
        at_place::set(self.region, &place, &path, &value.into(), deadline)
    }

    /// As [`DynGuard::set`], without waiting.
    ///
    /// # Errors
    /// As [`FieldPath::try_set`](super::FieldPath::try_set).
    pub fn try_set(
        &self,
        path: impl AsRef<str>,
        value: impl Into<DynValue>,
    ) -> Result<(), DynError> {
        self.set_timeout(path, value, Duration::ZERO)
    }

    /// Adds to the integer that a path names; see
    /// [`FieldPath::fetch_add`](super::FieldPath::fetch_add).
    ///
    /// # Errors
    /// As [`DynRegion::fetch_add`]; a second lock that guards the value must also be held.
    pub fn fetch_add(
        &self,
        path: impl AsRef<str>,
        value: impl Into<DynValue>,
    ) -> Result<DynValue, DynError> {
        let (place, path) = self.reach(path.as_ref())?;
        at_place::fetch_add(self.region, &place, &path, &value.into())
    }

    /// Removes the entry of a map that a path names; see [`DynRegion::remove`].
    ///
    /// # Errors
    /// As [`DynRegion::remove`]; a second lock that guards the map must also be held.
    pub fn remove(&self, path: impl AsRef<str>) -> Result<bool, DynError> {
        let (place, path) = self.reach(path.as_ref())?;
        map::remove(self.region, &place, &path, None)
    }

    /// As [`DynGuard::remove`], waiting at most for `timeout` for another writer of the map.
    ///
    /// # Errors
    /// As [`DynRegion::remove_timeout`].
    pub fn remove_timeout(
        &self,
        path: impl AsRef<str>,
        timeout: Duration,
    ) -> Result<bool, DynError> {
        let ((place, path), deadline) = (self.reach(path.as_ref())?, deadline(timeout));
        map::remove(self.region, &place, &path, deadline)
    }

    /// Removes all entries of the map that a path names, waiting at most for `timeout` for another writer of
    /// the map; see [`DynMap::clear_timeout`](super::DynMap::clear_timeout).
    ///
    /// # Errors
    /// As there; a second lock that guards the map must also be held.
    pub fn clear_timeout(&self, path: impl AsRef<str>, timeout: Duration) -> Result<(), DynError> {
        let ((place, path), deadline) = (self.reach(path.as_ref())?, deadline(timeout));
        map::clear(self.region, &place, &path, deadline)
    }

    /// Takes a lock inside the value that this one guards. This method and the following ones work as those
    /// of a [`DynRegion`].
    ///
    /// # Errors
    /// As [`DynRegion::lock`].
    pub fn lock(&self, path: impl AsRef<str>) -> Result<DynGuard<'_, A>, DynError> {
        self.take_inside(path, |lock| lock.lock(None))?.whole()
    }

    /// As [`DynGuard::lock`], without waiting.
    ///
    /// # Errors
    /// As [`DynRegion::try_lock`].
    pub fn try_lock(&self, path: impl AsRef<str>) -> Result<DynGuard<'_, A>, DynError> {
        self.take_inside(path, AnyLock::try_lock)?.whole()
    }

    /// As [`DynGuard::lock`], waiting for at most `timeout`.
    ///
    /// # Errors
    /// As [`DynRegion::lock_timeout`].
    pub fn lock_timeout(
        &self,
        path: impl AsRef<str>,
        timeout: Duration,
    ) -> Result<DynGuard<'_, A>, DynError> {
        self.take_inside(path, within(timeout))?.whole()
    }

    /// As [`DynGuard::lock`]; if the last holder died or panicked, `repair` first repairs the value.
    ///
    /// # Errors
    /// As [`DynRegion::lock_or_repair`].
    pub fn lock_or_repair(
        &self,
        path: impl AsRef<str>,
        repair: impl FnOnce(&DynGuard<'_, A>) -> Result<(), DynError>,
    ) -> Result<DynGuard<'_, A>, DynError> {
        self.take_inside(path, |lock| lock.lock(None))?.repaired(repair)
    }

    /// As [`DynGuard::lock_or_repair`], waiting for at most `timeout`.
    ///
    /// # Errors
    /// As [`DynRegion::lock_timeout_or_repair`].
    pub fn lock_timeout_or_repair(
        &self,
        path: impl AsRef<str>,
        timeout: Duration,
        repair: impl FnOnce(&DynGuard<'_, A>) -> Result<(), DynError>,
    ) -> Result<DynGuard<'_, A>, DynError> {
        self.take_inside(path, within(timeout))?.repaired(repair)
    }

    /// As [`DynGuard::lock`], in whatever state the last holder left the value.
    ///
    /// # Errors
    /// As [`DynRegion::lock_as_found`].
    pub fn lock_as_found(&self, path: impl AsRef<str>) -> Result<DynGuard<'_, A>, DynError> {
        self.take_inside(path, |lock| lock.lock(None))
    }

    /// As [`DynGuard::lock_as_found`], waiting for at most `timeout`.
    ///
    /// # Errors
    /// As [`DynRegion::lock_timeout_as_found`].
    pub fn lock_timeout_as_found(
        &self,
        path: impl AsRef<str>,
        timeout: Duration,
    ) -> Result<DynGuard<'_, A>, DynError> {
        self.take_inside(path, within(timeout))
    }

    fn take_inside<'s>(
        &'s self,
        path: impl AsRef<str>,
        acquire: impl FnOnce(AnyLock<'s>) -> Acquired<'s>,
    ) -> Result<DynGuard<'s, A>, DynError> {
        let path = path.as_ref();
        DynGuard::take(self.region, self.base(), path, self.resolve(path)?, acquire)
    }

    /// The path of the lock.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Converts a path from the start of the region to one for this guard: `account.balance` to `balance`.
    /// `None` if the path does not lead through this lock.
    #[must_use]
    pub fn inside(&self, path: &Path) -> Option<Path> {
        let rest = path.strip_prefix(self.base())?;
        if self.base.is_some() {
            return Some(rest);
        }
        // After the name of a `Mutex`, these steps lead through it.
        let value = Path::new().with(Segment::Name("value"));
        Some(rest.strip_prefix(&value).unwrap_or(rest))
    }

    /// Returns whether an earlier holder died or panicked and the value has not been repaired since. Only
    /// true of guards from [`DynRegion::lock_as_found`] and its variants.
    #[must_use]
    pub fn owner_died(&self) -> bool {
        self.held.owner_died()
    }

    /// Marks the value as whole again: the next [`DynRegion::lock`] succeeds.
    pub fn mark_consistent(&self) {
        self.held.mark_consistent();
    }

    /// The path of the value at which paths start.
    fn base(&self) -> &Path {
        self.base.as_ref().unwrap_or(&self.path)
    }

    fn resolve(&self, path: &str) -> Result<Place, DynError> {
        resolve::resolve(self.region.schema(), self.region, self.start.clone(), path)
    }

    /// Finds a place that no other lock guards, and its path from the start of the region.
    fn reach(&self, path: &str) -> Result<(Place, String), DynError> {
        let (place, path) = (self.resolve(path)?, at_place::inside(self.base(), path));
        match &place.lock {
            // That is taken by the access itself.
            Some(lock) if lock.beside.is_some() => Ok((place, path)),
            Some(lock) if place.apart.is_none() => {
                let mutex = self.base().join(&lock.path).into();
                let kind = lock.words.role().name();
                Err(DynError::NotLocked { field: path, kind, mutex })
            }
            _ => Ok((place, path)),
        }
    }
}

/// The lock that guards a place.
///
/// # Errors
/// If there is none, or there are several, of which none is inside of another.
pub(super) fn one_lock(place: Place, path: impl FnOnce() -> String) -> Result<Lock, DynError> {
    let (fault, help) = match place.lock {
        None => ("no `Mutex` or `RwLock` guards it: there is nothing to lock".to_owned(), None),
        Some(lock)
            if place.apart.is_some() || lock.beside.is_some_and(|beside| beside.outer > 0) =>
        {
            let role = lock.words.role().name();
            (format!("each element has a `{role}` of its own"), Some(ONE_ELEMENT))
        }
        Some(lock) => return Ok(*lock),
    };
    Err(DynError::NotWritable { field: path(), fault, help })
}

/// Advice for a place in several elements.
pub(super) const ONE_ELEMENT: &str = "name one element";

/// Takes a lock, waiting for at most `timeout`.
pub(super) fn within<'a>(timeout: Duration) -> impl FnOnce(AnyLock<'a>) -> Acquired<'a> {
    let deadline = deadline(timeout);
    move |lock| lock.lock(deadline)
}

impl<A: CanWrite> fmt::Debug for DynGuard<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "DynGuard({:?}: {})",
            self.path,
            Outline::at(self.region, &self.start, self.base())
        )
    }
}
