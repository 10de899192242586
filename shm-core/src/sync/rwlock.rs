//! [`RwLock`]: a lock that several readers hold at a time, or one writer.

mod guards;

use std::fmt;
use std::mem::offset_of;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use super::guard::Lockable;
use super::raw_rwlock::{RawRwLock, Writing};
use super::token::{SeatToken, Token};
use crate::access::{Access, CanWrite, ReadOnly, ReadWrite};
use crate::error::LockError;
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::placeable::Placeable;
use crate::protocol::lock::Found;
use crate::shared_layout::{Shared, SharedLayout, ValidZeroed, read_only};
use crate::sys::clock::deadline;

pub use guards::{RwLockReadGuard, RwLockWriteGuard};

/// In a struct: a value of `T` behind a lock that several readers hold at a time, or one writer. Its view is
/// [`RwLockView`].
///
/// There are as many seats as readers that can hold it at the same time, whatever their processes and
/// threads: more readers wait for a seat. A writer takes all of them, so that writing costs more with
/// more seats. Where readers only need a copy of a value that is written as a whole, a
/// [`Latest`](crate::Latest) is cheaper for both, and its readers never wait.
///
/// ```
/// use shm_core::{Region, RwLock, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Route { hops: [u32; 16], len: u32 }
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Router { route: RwLock<Route> }
///
/// let router = Region::<Router>::options().private()?;
/// let route = router.route.write()?;
/// route.hops[0].set(7);
/// route.len.set(1);
/// drop(route);
///
/// let route = router.route.read()?; // and so may seven others at the same time
/// assert_eq!((route.len.get(), route.hops[0].get()), (1, 7));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[repr(C)]
#[derive(Debug)]
pub struct RwLock<T, const SEATS: usize = 8> {
    turnstile: u32,
    dirty: u32,
    seats: [u32; SEATS],
    value: T,
}

/// The shared form of [`RwLock`]: what a process locks.
///
/// A process that dies reading leaves nothing behind. One that dies writing, however it dies, leaves a
/// value that may be half changed: each reader and writer gets [`LockError::OwnerDied`], until a writer
/// repairs it. [`docs/locks.md`](https://docs.rs/crate/shm-core/latest/source/docs/locks.md) says how, and what is not noticed.
///
/// A writer that waits keeps new readers out, so that readers who come without pause do not keep it
/// waiting for ever. So a thread that reads must not read again before it has dropped its guard: it is
/// told [`LockError::WouldDeadlock`].
#[repr(C)]
pub struct RwLockView<T: SharedLayout, const SEATS: usize = 8, A: Access = ReadWrite> {
    turnstile: AtomicU32,
    dirty: AtomicU32,
    seats: [AtomicU32; SEATS],
    value: Shared<T, A>,
}

// SAFETY: both sides are u32s and a `T`, in `repr(C)`; each word is one atomic and accessed as such.
unsafe impl<T: SharedLayout, const SEATS: usize> SharedLayout for RwLock<T, SEATS> {
    type View<A: Access> = RwLockView<T, SEATS, A>;
    const LAYOUT: &'static Layout = {
        assert!(SEATS > 0, "an `RwLock` has at least one seat");
        &Layout::new(
            "RwLock",
            size_of::<Self>(),
            align_of::<Self>(),
            Kind::Live { role: Role::RwLock, fields: Self::FIELDS },
        )
    };
}

impl<T: SharedLayout, const SEATS: usize> RwLock<T, SEATS> {
    const FIELDS: &'static [FieldLayout] = &[
        FieldLayout::new("turnstile", offset_of!(Self, turnstile), <u32 as SharedLayout>::LAYOUT),
        FieldLayout::new("dirty", offset_of!(Self, dirty), <u32 as SharedLayout>::LAYOUT),
        FieldLayout::new("seats", offset_of!(Self, seats), <[u32; SEATS] as SharedLayout>::LAYOUT),
        FieldLayout::new("value", offset_of!(Self, value), T::LAYOUT),
    ];
}

impl<T: ValidZeroed, const SEATS: usize> ValidZeroed for RwLock<T, SEATS> {}

impl<T: SharedLayout, const SEATS: usize> Placeable for RwLock<T, SEATS> {}

/// Reading.
impl<T: SharedLayout, const SEATS: usize, A: Access> RwLockView<T, SEATS, A> {
    /// Locks for reading, waiting for as long as a living process writes or waits to write, or all seats are
    /// taken by the living.
    ///
    /// A waiter that sleeps checks at least every 20 ms whether those it waits for are alive.
    ///
    /// # Errors
    /// [`LockError::OwnerDied`] if a writer died or panicked: the value may be half changed, and stays
    /// marked until [`RwLockView::write_or_repair`]. [`LockError::WouldDeadlock`] if this thread reads or
    /// writes already; another one if this process cannot take part in the region's locks.
    ///
    /// ```
    /// use shm_core::{LockError, Region, RwLock};
    ///
    /// let limit = Region::<RwLock<u64>>::options().private()?;
    /// let guard = limit.read()?;
    /// assert_eq!(guard.get(), 0);
    /// assert!(matches!(limit.read(), Err(LockError::WouldDeadlock)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// What is read cannot be written:
    ///
    /// ```compile_fail
    /// # let limit = shm_core::Region::<shm_core::RwLock<u64>>::options().private().unwrap();
    /// limit.read().unwrap().set(1);
    /// ```
    #[inline]
    pub fn read(&self) -> Result<RwLockReadGuard<'_, T, SEATS>, LockError>
    where
        A: CanWrite,
    {
        match self.raw().read_at_once() {
            Some((token, Found::Whole)) => Ok(self.reader(token)),
            Some((token, Found::Poisoned)) => self.refuse(token),
            None => self.read_slowly(None),
        }
    }

    /// Locks for reading if no process writes or is about to, and a seat is free. That a process has died is
    /// not noticed here: it takes a look at the process table, which `read` and `read_timeout` do.
    ///
    /// # Errors
    /// [`LockError::Busy`]; as [`RwLockView::read`] otherwise.
    pub fn try_read(&self) -> Result<RwLockReadGuard<'_, T, SEATS>, LockError>
    where
        A: CanWrite,
    {
        self.whole_reader(self.raw().try_read())
    }

    /// Locks for reading, waiting at most for `timeout`.
    ///
    /// # Errors
    /// [`LockError::Busy`] if the time is over; as [`RwLockView::read`] otherwise. A dead process is noticed
    /// whatever the timeout is.
    pub fn read_timeout(
        &self,
        timeout: Duration,
    ) -> Result<RwLockReadGuard<'_, T, SEATS>, LockError>
    where
        A: CanWrite,
    {
        self.read_slowly(deadline(timeout))
    }

    /// Locks for reading, in whatever state the last writer left the value:
    /// [`RwLockReadGuard::owner_died`] tells whether it died or panicked.
    ///
    /// # Errors
    /// As [`RwLockView::read`], but for [`LockError::OwnerDied`].
    pub fn read_as_found(&self) -> Result<RwLockReadGuard<'_, T, SEATS>, LockError>
    where
        A: CanWrite,
    {
        let (token, _) = self.raw().read(None)?;
        Ok(self.reader(token))
    }

    #[cold]
    fn read_slowly(
        &self,
        deadline: Option<Instant>,
    ) -> Result<RwLockReadGuard<'_, T, SEATS>, LockError> {
        self.whole_reader(self.raw().read(deadline))
    }

    /// A guard if the value is whole; else the seat is given back.
    fn whole_reader(
        &self,
        outcome: Result<(SeatToken<Token>, Found), LockError>,
    ) -> Result<RwLockReadGuard<'_, T, SEATS>, LockError> {
        match outcome? {
            (token, Found::Whole) => Ok(self.reader(token)),
            (token, Found::Poisoned) => self.refuse(token),
        }
    }

    #[cold]
    fn refuse(&self, token: SeatToken<Token>) -> Result<RwLockReadGuard<'_, T, SEATS>, LockError> {
        self.raw().stand_up(token);
        Err(LockError::OwnerDied)
    }

    #[inline]
    fn reader(&self, token: SeatToken<Token>) -> RwLockReadGuard<'_, T, SEATS> {
        RwLockReadGuard { lock: read_only::<RwLock<T, SEATS>, A>(self), token }
    }
}

/// Writing.
impl<T: SharedLayout, const SEATS: usize, A: Access> RwLockView<T, SEATS, A> {
    /// Locks for writing, waiting for as long as a living process reads or writes.
    ///
    /// A waiter that sleeps checks at least every 20 ms whether those it waits for are alive.
    ///
    /// # Errors
    /// As [`RwLockView::read`].
    pub fn write(&self) -> Result<RwLockWriteGuard<'_, T, SEATS, A>, LockError>
    where
        A: CanWrite,
    {
        self.whole_writer(self.raw().write(None))
    }

    /// Locks for writing if no process reads or writes. That a process has died is not noticed here.
    ///
    /// # Errors
    /// [`LockError::Busy`]; as [`RwLockView::read`] otherwise.
    pub fn try_write(&self) -> Result<RwLockWriteGuard<'_, T, SEATS, A>, LockError>
    where
        A: CanWrite,
    {
        self.whole_writer(self.raw().try_write())
    }

    /// Locks for writing, waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`RwLockView::read_timeout`].
    pub fn write_timeout(
        &self,
        timeout: Duration,
    ) -> Result<RwLockWriteGuard<'_, T, SEATS, A>, LockError>
    where
        A: CanWrite,
    {
        self.whole_writer(self.raw().write(deadline(timeout)))
    }

    /// Locks for writing and, if a writer died or panicked, first has `repair` set the value right.
    ///
    /// When `repair` returns, the value counts as whole again. A process that dies inside it, or a
    /// thread that panics there, leaves the value marked, and the next one repairs.
    ///
    /// # Errors
    /// As [`RwLockView::write`], but for [`LockError::OwnerDied`].
    ///
    /// ```
    /// use shm_core::{Region, RwLock, SharedLayout};
    ///
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Range { low: f64, high: f64 }
    ///
    /// let range = Region::<RwLock<Range>>::options().private()?;
    /// let range = range.write_or_repair(|range| {
    ///     // Either may be the one that the dead writer still wrote.
    ///     range.high.set(range.high.get().max(range.low.get()));
    /// })?;
    /// assert!(range.low.get() <= range.high.get());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_or_repair(
        &self,
        repair: impl FnOnce(&Shared<T, A>),
    ) -> Result<RwLockWriteGuard<'_, T, SEATS, A>, LockError>
    where
        A: CanWrite,
    {
        Ok(self.write_as_found()?.repaired(repair))
    }

    /// As [`RwLockView::write_or_repair`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`RwLockView::write_timeout`], but for [`LockError::OwnerDied`].
    pub fn write_timeout_or_repair(
        &self,
        timeout: Duration,
        repair: impl FnOnce(&Shared<T, A>),
    ) -> Result<RwLockWriteGuard<'_, T, SEATS, A>, LockError>
    where
        A: CanWrite,
    {
        let (writing, _) = self.raw().write(deadline(timeout))?;
        Ok(self.writer(writing).repaired(repair))
    }

    /// Locks for writing, in whatever state the last writer left the value:
    /// [`RwLockWriteGuard::owner_died`] tells whether it died or panicked. The value stays marked until
    /// [`RwLockWriteGuard::mark_consistent`].
    ///
    /// # Errors
    /// As [`RwLockView::write`], but for [`LockError::OwnerDied`].
    pub fn write_as_found(&self) -> Result<RwLockWriteGuard<'_, T, SEATS, A>, LockError>
    where
        A: CanWrite,
    {
        let (writing, _) = self.raw().write(None)?;
        Ok(self.writer(writing))
    }

    /// The value without the lock, for looking at it only: each field is read whole, but two fields
    /// may belong to different states, and the state may be one that a writer has not finished.
    pub fn unlocked(&self) -> &Shared<T, ReadOnly> {
        read_only::<T, A>(&self.value)
    }

    /// A guard if the value is whole; else the lock is given back, marked as before.
    fn whole_writer<'a>(
        &'a self,
        outcome: Result<(Writing<'a>, Found), LockError>,
    ) -> Result<RwLockWriteGuard<'a, T, SEATS, A>, LockError> {
        match outcome? {
            (writing, Found::Whole) => Ok(self.writer(writing)),
            (_given_back, Found::Poisoned) => Err(LockError::OwnerDied),
        }
    }

    fn writer<'a>(&'a self, writing: Writing<'a>) -> RwLockWriteGuard<'a, T, SEATS, A> {
        RwLockWriteGuard { lock: self, token: writing.into_token() }
    }

    /// The value, for a caller that holds the lock.
    #[inline]
    pub(crate) fn guarded(&self) -> &Shared<T, A> {
        &self.value
    }

    #[inline]
    pub(crate) fn raw(&self) -> RawRwLock<'_> {
        RawRwLock::new(&self.turnstile, &self.dirty, &self.seats)
    }
}

impl<T: SharedLayout, const SEATS: usize> Lockable for RwLockView<T, SEATS, ReadOnly> {
    type Token = SeatToken<Token>;

    #[inline]
    fn release(&self, token: SeatToken<Token>) -> bool {
        self.raw().stand_up(token)
    }
}

impl<T: SharedLayout, const SEATS: usize> Lockable for RwLockView<T, SEATS, ReadWrite> {
    type Token = Token;

    #[inline]
    fn release(&self, token: Token) -> bool {
        self.raw().stop_writing(token)
    }
}

impl<T: SharedLayout, const SEATS: usize, A: Access> fmt::Debug for RwLockView<T, SEATS, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RwLock").field("unlocked_value", &self.value).finish_non_exhaustive()
    }
}
