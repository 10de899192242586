//! [`Semaphore`]: so many permits, each of which one process has at a time.

use std::fmt;
use std::marker::PhantomData;
use std::mem::offset_of;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use super::guard::{Guard, Lockable};
use super::raw_semaphore::{PermitToken, RawSemaphore};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::LockError;
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::placeable::Placeable;
use crate::shared_layout::{SharedLayout, ValidZeroed};
use crate::sys::clock::deadline;

/// In a struct: a fixed number of permits, which processes acquire and release. Its view is [`SemaphoreView`].
///
/// A permit belongs to the process that took it and dies with it: the next process that waits takes it
/// over. So there is no `release` without `acquire`, and no permit is ever lost; to signal something is what
/// an [`Event`](crate::Event) is for.
///
/// ```
/// use shm_core::{Region, Semaphore, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Gpu { users: Semaphore<2> }
///
/// let gpu = Region::<Gpu>::options().private()?;
/// let permit = gpu.users.acquire()?;
/// // .. at most two processes are here ..
/// drop(permit);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[repr(C)]
#[derive(Debug)]
pub struct Semaphore<const PERMITS: usize> {
    freed: u32,
    seats: [u32; PERMITS],
}

/// The shared form of [`Semaphore`].
///
/// Uncontended, taking a permit is one instruction that others see, and so is giving it back. A waiter
/// checks at least every 20 ms whether the processes that have the permits are alive.
#[repr(C)]
pub struct SemaphoreView<const PERMITS: usize, A: Access = ReadWrite> {
    freed: AtomicU32,
    seats: [AtomicU32; PERMITS],
    access: PhantomData<A>,
}

// SAFETY: both sides are u32s, in `repr(C)`; each is one atomic and accessed as such.
unsafe impl<const PERMITS: usize> SharedLayout for Semaphore<PERMITS> {
    type View<A: Access> = SemaphoreView<PERMITS, A>;
    const LAYOUT: &'static Layout = {
        assert!(PERMITS > 0, "a `Semaphore` has at least one permit");
        &Layout::new(
            "Semaphore",
            size_of::<Self>(),
            align_of::<Self>(),
            Kind::Live { role: Role::Semaphore, fields: Self::FIELDS },
        )
    };
}

impl<const PERMITS: usize> Semaphore<PERMITS> {
    const FIELDS: &'static [FieldLayout] = &[
        FieldLayout::new("freed", offset_of!(Self, freed), <u32 as SharedLayout>::LAYOUT),
        FieldLayout::new(
            "seats",
            offset_of!(Self, seats),
            <[u32; PERMITS] as SharedLayout>::LAYOUT,
        ),
    ];
}

impl<const PERMITS: usize> ValidZeroed for Semaphore<PERMITS> {}

impl<const PERMITS: usize> Placeable for Semaphore<PERMITS> {}

impl<const PERMITS: usize, A: Access> SemaphoreView<PERMITS, A> {
    /// Takes a permit, waiting for as long as living processes have all of them.
    ///
    /// A thread may take several. If living processes never give any back, it waits for ever.
    ///
    /// # Errors
    /// If this process cannot take part in the region's locks.
    ///
    /// ```
    /// use shm_core::{Region, Semaphore};
    ///
    /// let slots = Region::<Semaphore<3>>::options().private()?;
    /// let permit = slots.acquire()?;
    /// assert_eq!(slots.available(), 2);
    /// drop(permit);
    /// assert_eq!(slots.available(), 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn acquire(&self) -> Result<Permit<'_, PERMITS, A>, LockError>
    where
        A: CanWrite,
    {
        match self.raw().acquire_at_once() {
            Some(token) => Ok(self.permit(token)),
            None => self.raw().acquire_slowly(None).map(|token| self.permit(token)),
        }
    }

    /// Takes a permit if one is free. One that a dead process has does not count as free here: that takes a
    /// look at the process table, which `acquire` and `acquire_timeout` do.
    ///
    /// # Errors
    /// [`LockError::Busy`]; as [`SemaphoreView::acquire`] otherwise.
    pub fn try_acquire(&self) -> Result<Permit<'_, PERMITS, A>, LockError>
    where
        A: CanWrite,
    {
        self.raw().try_acquire().map(|token| self.permit(token))
    }

    /// Takes a permit, waiting at most for `timeout`.
    ///
    /// # Errors
    /// [`LockError::Busy`] if living processes have all permits all the time; as
    /// [`SemaphoreView::acquire`] otherwise. A dead process is noticed whatever the timeout is.
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<Permit<'_, PERMITS, A>, LockError>
    where
        A: CanWrite,
    {
        match self.raw().acquire_at_once() {
            Some(token) => Ok(self.permit(token)),
            None => self.raw().acquire_slowly(deadline(timeout)).map(|token| self.permit(token)),
        }
    }

    /// The number of permits that no process has, at this moment. Those of dead processes are missing
    /// until a waiter takes them over.
    #[must_use]
    pub fn available(&self) -> usize {
        self.raw().available()
    }

    #[inline]
    fn permit(&self, token: PermitToken) -> Permit<'_, PERMITS, A> {
        Permit { of: self, token }
    }

    #[inline]
    fn raw(&self) -> RawSemaphore<'_> {
        RawSemaphore::new(&self.freed, &self.seats)
    }
}

impl<const PERMITS: usize, A: Access> fmt::Debug for SemaphoreView<PERMITS, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semaphore").field("available", &self.available()).finish()
    }
}

/// A permit, which is given back when this is dropped. It can go to another thread.
///
/// A child that is forked while it lives does not have the permit: its copy does nothing when it is
/// dropped.
#[must_use = "the permit is given back at once if this is not kept"]
pub struct Permit<'a, const PERMITS: usize, A: Access = ReadWrite> {
    of: &'a SemaphoreView<PERMITS, A>,
    token: PermitToken,
}

impl<const PERMITS: usize, A: Access> Permit<'_, PERMITS, A> {
    /// Whether the last process that had the permit died with it. Whatever the permit stands for may be in
    /// the state in which that process left it.
    #[must_use]
    pub fn inherited(&self) -> bool {
        self.token.inherited
    }

    /// Gives the permit back, and says whether it was still this process's.
    ///
    /// # Errors
    /// [`LockError::Lost`] if another process took it over meanwhile, judging this one dead, or wrote
    /// nonsense into the semaphore.
    pub fn release(self) -> Result<(), LockError> {
        let this = std::mem::ManuallyDrop::new(self);
        if this.of.raw().release(this.token) { Ok(()) } else { Err(LockError::Lost) }
    }
}

impl<const PERMITS: usize, A: Access> Lockable for SemaphoreView<PERMITS, A> {
    type Token = PermitToken;

    #[inline]
    fn release(&self, token: PermitToken) -> bool {
        self.raw().release(token)
    }
}

impl<'a, const PERMITS: usize, A: Access> Guard<'a> for Permit<'a, PERMITS, A> {
    type View = SemaphoreView<PERMITS, A>;

    fn view(&self) -> &'a Self::View {
        self.of
    }

    fn into_token(self) -> PermitToken {
        std::mem::ManuallyDrop::new(self).token
    }
}

impl<const PERMITS: usize, A: Access> Drop for Permit<'_, PERMITS, A> {
    #[inline]
    fn drop(&mut self) {
        self.of.raw().release(self.token);
    }
}

impl<const PERMITS: usize, A: Access> fmt::Debug for Permit<'_, PERMITS, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("inherited", &self.inherited()).finish_non_exhaustive()
    }
}
