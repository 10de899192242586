//! [`DynSemaphore`]: a semaphore, found by its name.

use std::fmt;
use std::time::Duration;

use super::memory::Memory;
use super::of_role::OfRole;
use super::region::DynRegion;
use crate::access::{CanWrite, ReadWrite};
use crate::error::{DynError, LockError};
use crate::layout::Role;
use crate::path::Path;
use crate::sync::{PermitToken, RawSemaphore};
use crate::sys::clock::deadline;

/// A [`Semaphore`](crate::Semaphore) of a region, found by its name. Made by [`DynRegion::semaphore_of`].
///
/// ```
/// use shm_core::{DynRegion, LockError, Region, Semaphore};
///
/// let name = format!("shm-doc-semaphore-of-{}", std::process::id());
/// let typed = Region::<Semaphore<2>>::create(&name)?;
///
/// let gpu = DynRegion::open(&name)?.semaphore_of("")?;
/// let (first, second) = (gpu.acquire()?, gpu.acquire()?);
/// assert!(matches!(typed.try_acquire(), Err(LockError::Busy)));
/// drop(first);
/// assert_eq!((gpu.available(), gpu.permits()), (1, 2));
/// # typed.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It keeps the region mapped, and may go to other threads.
#[derive(Clone)]
pub struct DynSemaphore<A: CanWrite = ReadWrite> {
    region: DynRegion<A>,
    found: OfRole,
    path: Path,
}

impl<A: CanWrite> DynRegion<A> {
    /// Finds the [`Semaphore`](crate::Semaphore) that a path names.
    ///
    /// # Errors
    /// As [`DynRegion::resolve`]; [`DynError::NotA`] if something else is there.
    pub fn semaphore_of(&self, path: impl AsRef<str>) -> Result<DynSemaphore<A>, DynError> {
        let path = path.as_ref();
        let found = self.of_role(path, Role::Semaphore, "a `Semaphore`")?;
        Ok(DynSemaphore { region: self.clone(), found, path: path.parse()? })
    }
}

impl<A: CanWrite> DynSemaphore<A> {
    /// The path of the semaphore.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes a permit, waiting for as long as living processes have all of them; see
    /// [`SemaphoreView::acquire`](crate::sync::SemaphoreView::acquire).
    ///
    /// # Errors
    /// [`LockError::Interrupted`] as for [`interruptible`](crate::sync::interruptible); if this process cannot take part
    /// in the region's locks.
    pub fn acquire(&self) -> Result<DynPermit<A>, LockError> {
        self.acquire_timeout(Duration::MAX)
    }

    /// As [`DynSemaphore::acquire`], without waiting. The permit of a dead process does not count as free here.
    ///
    /// # Errors
    /// [`LockError::Busy`]; as [`DynSemaphore::acquire`] otherwise.
    pub fn try_acquire(&self) -> Result<DynPermit<A>, LockError> {
        self.raw().try_acquire().map(|token| self.permit(token))
    }

    /// As [`DynSemaphore::acquire`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// [`LockError::Busy`] if living processes have all permits all the time; as [`DynSemaphore::acquire`] otherwise. A
    /// dead process is noticed whatever the timeout is.
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<DynPermit<A>, LockError> {
        match self.raw().acquire_at_once() {
            Some(token) => Ok(self.permit(token)),
            None => self.raw().acquire_slowly(deadline(timeout)).map(|token| self.permit(token)),
        }
    }

    /// The number of permits that no process has, at this moment. Those of dead processes are missing until a waiter
    /// takes them over.
    #[must_use]
    pub fn available(&self) -> usize {
        self.raw().available()
    }

    /// The number of permits.
    #[must_use]
    pub fn permits(&self) -> usize {
        self.raw().permits()
    }

    fn permit(&self, token: PermitToken) -> DynPermit<A> {
        DynPermit { of: self.clone(), token }
    }

    fn raw(&self) -> RawSemaphore<'_> {
        let (memory, live) =
            (Memory::<A>::of(self.region.mapping()), self.found.live(&self.region));
        let (seats, count) = live.seats().expect("a semaphore has seats");
        let at = |part: u64| self.found.offset + part as usize;
        let freed = &memory.atomics(at(live.part("freed").offset()), 1)[0];
        RawSemaphore::new(freed, memory.atomics(at(seats), count as usize))
    }
}

impl<A: CanWrite> fmt::Debug for DynSemaphore<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynSemaphore({:?}: {} of {})", self.path, self.available(), self.permits())
    }
}

/// A permit of a [`DynSemaphore`], which is given back when this is dropped. It keeps the region mapped, and can go to
/// another thread. A child that is forked while it lives does not have the permit.
#[must_use = "the permit is given back at once if this is not kept"]
pub struct DynPermit<A: CanWrite = ReadWrite> {
    of: DynSemaphore<A>,
    token: PermitToken,
}

impl<A: CanWrite> DynPermit<A> {
    /// Whether the last process that had the permit died with it. Whatever the permit stands for may be in
    /// the state in which that process left it.
    #[must_use]
    pub fn inherited(&self) -> bool {
        self.token.inherited
    }
}

impl<A: CanWrite> Drop for DynPermit<A> {
    fn drop(&mut self) {
        self.of.raw().release(self.token);
    }
}

impl<A: CanWrite> fmt::Debug for DynPermit<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynPermit").field("of", &self.of).finish_non_exhaustive()
    }
}
