//! [`Once`]: work that one process does for all.

use std::fmt;
use std::marker::PhantomData;
use std::mem::offset_of;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use super::raw_lock::RawLock;
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::LockError;
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::placeable::Placeable;
use crate::protocol::{Hardware, once};
use crate::shared_layout::{SharedLayout, ValidZeroed};
use crate::sys::clock::deadline;

/// In a struct: work that is done once, by one of the processes. Its view is [`OnceView`].
///
/// ```
/// use shm_core::{Once, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Table {
///     filled: Once,
///     squares: [u64; 16],
/// }
///
/// let table = Region::<Table>::options().anonymous()?;
/// table.filled.call_once(|| {
///     for (n, square) in table.squares.iter().enumerate() {
///         square.set((n * n) as u64);
///     }
/// })?;
/// assert_eq!(table.squares[9].get(), 81);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[repr(C)]
#[derive(Debug)]
pub struct Once {
    lock: u32,
    done: u32,
}

/// The shared form of [`Once`].
///
/// If the process that does the work is killed half-way, or panics, the next one does it again, from
/// the start: write the work so that it can be repeated. If the process is killed at the very end,
/// after the last step of the work and before recording it, the work is whole and yet is done again.
#[repr(C)]
pub struct OnceView<A: Access = ReadWrite> {
    lock: RawLock,
    done: AtomicU32,
    access: PhantomData<A>,
}

// SAFETY: both sides are two u32s; each is one atomic and accessed as such.
unsafe impl SharedLayout for Once {
    type View<A: Access> = OnceView<A>;
    const LAYOUT: &'static Layout = &Layout::new(
        "Once",
        size_of::<Self>(),
        align_of::<Self>(),
        Kind::Live {
            role: Role::Once,
            fields: &[
                FieldLayout::new("lock", offset_of!(Self, lock), <u32 as SharedLayout>::LAYOUT),
                FieldLayout::new("done", offset_of!(Self, done), <u32 as SharedLayout>::LAYOUT),
            ],
        },
    );
}

impl ValidZeroed for Once {}

impl Placeable for Once {}

impl<A: Access> OnceView<A> {
    /// Returns whether it is done. If so, the writes of the process that did it are visible.
    ///
    /// ```
    /// # use shm_core::{Once, Region};
    /// let once = Region::<Once>::options().anonymous()?;
    /// assert!(!once.is_done());
    /// once.call_once(|| ())?;
    /// assert!(once.is_done());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn is_done(&self) -> bool {
        once::is_done::<Hardware>(&self.done)
    }

    /// Does the work, unless it is done: waits while another process does it, and does it again if that
    /// process dies. When this returns without an error, the work is done.
    ///
    /// A child that `work` forks must not return from it.
    ///
    /// # Errors
    /// [`LockError::WouldDeadlock`] if `work` calls this again; another error if this process cannot
    /// take part in the region's locks.
    #[inline]
    pub fn call_once(&self, work: impl FnOnce()) -> Result<(), LockError>
    where
        A: CanWrite,
    {
        if self.is_done() { Ok(()) } else { self.call_locked(None, work) }
    }

    /// As [`OnceView::call_once`], unless a living process is doing the work.
    ///
    /// # Errors
    /// [`LockError::Busy`] if another thread or process is doing the work; as [`OnceView::call_once`]
    /// otherwise. If a process died while doing it, the work is done again.
    pub fn try_call_once(&self, work: impl FnOnce()) -> Result<(), LockError>
    where
        A: CanWrite,
    {
        self.call_once_timeout(Duration::ZERO, work)
    }

    /// As [`OnceView::call_once`], waiting for at most `timeout` while another process does the work.
    /// The time that `work` takes does not count.
    ///
    /// # Errors
    /// As [`OnceView::try_call_once`], if another process is doing the work all the time.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use shm_core::{Once, Region};
    /// let once = Region::<Once>::options().anonymous()?;
    /// once.call_once_timeout(Duration::from_millis(20), || println!("done here"))?;
    /// assert!(once.is_done());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn call_once_timeout(&self, timeout: Duration, work: impl FnOnce()) -> Result<(), LockError>
    where
        A: CanWrite,
    {
        if self.is_done() { Ok(()) } else { self.call_locked(deadline(timeout), work) }
    }

    /// As [`OnceView::call_once_timeout`], with work that can fail: it is then not done, and the next call does it.
    ///
    /// # Errors
    /// Those of the work, and those of [`OnceView::call_once_timeout`].
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use shm_core::{Once, Region};
    /// use std::error::Error;
    ///
    /// let once = Region::<Once>::options().anonymous()?;
    /// let failed = once.call_once_with(Duration::MAX, || Err::<(), Box<dyn Error>>("not today".into()));
    /// assert!(failed.is_err() && !once.is_done());
    /// once.call_once_with(Duration::MAX, || Ok::<_, Box<dyn Error>>(()))?;
    /// assert!(once.is_done());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn call_once_with<E: From<LockError>>(
        &self,
        timeout: Duration,
        work: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E>
    where
        A: CanWrite,
    {
        if self.is_done() {
            return Ok(());
        }
        let (held, _) = self.lock.lock(deadline(timeout))?;
        once::try_run::<Hardware, E>(&self.done, work)?;
        held.clear_poison();
        Ok(())
    }

    #[cold]
    fn call_locked(&self, deadline: Option<Instant>, work: impl FnOnce()) -> Result<(), LockError>
    where
        A: CanWrite,
    {
        // A process that died or panicked while trying makes no difference: the work is not done.
        let (held, _) = self.lock.lock(deadline)?;
        once::run::<Hardware>(&self.done, work);
        held.clear_poison();
        Ok(())
    }
}

impl<A: Access> fmt::Debug for OnceView<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once").field("done", &self.is_done()).finish()
    }
}
