//! Taking locks by their names.

use std::time::Duration;

use super::guard::{DynGuard, within};
use super::locking::{Acquired, AnyLock};
use super::region::DynRegion;
use crate::access::{Access, CanWrite};
use crate::error::DynError;

impl<A: Access> DynRegion<A> {
    /// Takes the lock that guards the value at a path: that of the `Mutex` itself, of the outermost one that the
    /// path leads through, or the one beside the field. Waits for as long as a living process holds it.
    ///
    /// ```
    /// use shm_core::{DynRegion, Mutex, Region, SharedLayout};
    ///
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Range {
    ///     lock: Mutex<()>,
    ///     #[shm(guarded_by = "lock")]
    ///     low: f64,
    ///     #[shm(guarded_by = "lock")]
    ///     high: f64,
    /// }
    ///
    /// let name = format!("shm-doc-guarded-by-{}", std::process::id());
    /// # let typed = Region::<Range>::create(&name)?;
    /// let range = DynRegion::open(&name)?;
    /// range.set("high", 2.0)?; // under the lock, for this alone
    ///
    /// let both = range.lock("low")?; // one lock: paths start at the struct that has it
    /// both.set("low", 3.0)?;
    /// both.set("high", 4.0)?;
    /// drop(both);
    /// assert_eq!(typed.high.get(), 4.0);
    /// # typed.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`DynError::Lock`], as [`MutexView::lock`](crate::sync::MutexView::lock); if no lock guards the value.
    pub fn lock(&self, path: impl AsRef<str>) -> Result<DynGuard<'_, A>, DynError>
    where
        A: CanWrite,
    {
        self.take(path, |lock| lock.lock(None))?.whole()
    }

    /// As [`DynRegion::lock`], without waiting.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) in a [`DynError::Lock`] if the lock is held, even if its
    /// holder has died, as in [`MutexView::try_lock`](crate::sync::MutexView::try_lock); as
    /// [`DynRegion::lock`] otherwise.
    pub fn try_lock(&self, path: impl AsRef<str>) -> Result<DynGuard<'_, A>, DynError>
    where
        A: CanWrite,
    {
        self.take(path, AnyLock::try_lock)?.whole()
    }

    /// As [`DynRegion::lock`], waiting for at most `timeout`.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) in a [`DynError::Lock`] if a living process holds the lock
    /// all the time; as [`DynRegion::lock`] otherwise. A dead holder is noticed whatever the timeout is.
    pub fn lock_timeout(
        &self,
        path: impl AsRef<str>,
        timeout: Duration,
    ) -> Result<DynGuard<'_, A>, DynError>
    where
        A: CanWrite,
    {
        self.take(path, within(timeout))?.whole()
    }

    /// As [`DynRegion::lock`]; if the last holder died or panicked, `repair` first repairs the value; see
    /// [`MutexView::lock_or_repair`](crate::sync::MutexView::lock_or_repair). If `repair` fails, the lock is
    /// released, marked as before.
    ///
    /// # Errors
    /// As [`DynRegion::lock`], except [`LockError::OwnerDied`](crate::LockError::OwnerDied); and the error of
    /// `repair`.
    ///
    /// ```
    /// use shm_core::{DynRegion, Mutex, Region};
    ///
    /// let name = format!("shm-doc-lock-or-repair-{}", std::process::id());
    /// # let typed = Region::<Mutex<u64>>::create(&name)?;
    /// let total = DynRegion::open(&name)?;
    /// let total = total.lock_or_repair("", |total| total.set("", 0))?;
    /// total.fetch_add("", 1)?;
    /// # typed.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lock_or_repair(
        &self,
        path: impl AsRef<str>,
        repair: impl FnOnce(&DynGuard<'_, A>) -> Result<(), DynError>,
    ) -> Result<DynGuard<'_, A>, DynError>
    where
        A: CanWrite,
    {
        self.take(path, |lock| lock.lock(None))?.repaired(repair)
    }

    /// As [`DynRegion::lock_or_repair`], waiting for at most `timeout`.
    ///
    /// # Errors
    /// As [`DynRegion::lock_or_repair`] and [`DynRegion::lock_timeout`].
    pub fn lock_timeout_or_repair(
        &self,
        path: impl AsRef<str>,
        timeout: Duration,
        repair: impl FnOnce(&DynGuard<'_, A>) -> Result<(), DynError>,
    ) -> Result<DynGuard<'_, A>, DynError>
    where
        A: CanWrite,
    {
        self.take(path, within(timeout))?.repaired(repair)
    }

    /// As [`DynRegion::lock`], in whatever state the last holder left the value: [`DynGuard::owner_died`]
    /// tells whether that holder died or panicked.
    ///
    /// # Errors
    /// As [`DynRegion::lock`], except [`LockError::OwnerDied`](crate::LockError::OwnerDied).
    pub fn lock_as_found(&self, path: impl AsRef<str>) -> Result<DynGuard<'_, A>, DynError>
    where
        A: CanWrite,
    {
        self.take(path, |lock| lock.lock(None))
    }

    /// As [`DynRegion::lock_as_found`], waiting for at most `timeout`.
    ///
    /// # Errors
    /// As [`DynRegion::lock_as_found`] and [`DynRegion::lock_timeout`].
    pub fn lock_timeout_as_found(
        &self,
        path: impl AsRef<str>,
        timeout: Duration,
    ) -> Result<DynGuard<'_, A>, DynError>
    where
        A: CanWrite,
    {
        self.take(path, within(timeout))
    }

    fn take<'a>(
        &'a self,
        path: impl AsRef<str>,
        acquire: impl FnOnce(AnyLock<'a>) -> Acquired<'a>,
    ) -> Result<DynGuard<'a, A>, DynError>
    where
        A: CanWrite,
    {
        let path = path.as_ref();
        DynGuard::take(self, &crate::path::Path::new(), path, self.place(path)?, acquire)
    }
}
