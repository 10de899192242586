//! [`DynBarrier`]: a barrier, found by its name.

use std::fmt;
use std::time::Duration;

use super::memory::Memory;
use super::of_role::OfRole;
use super::region::DynRegion;
use crate::access::{CanWrite, ReadWrite};
use crate::error::{DynError, LockError};
use crate::layout::Role;
use crate::path::Path;
use crate::sync::{MemberToken, RawBarrier};
use crate::sys::clock::deadline;

/// A [`Barrier`](crate::Barrier) of a region, found by its name. Made by [`DynRegion::barrier_of`].
///
/// ```
/// use std::time::Duration;
/// use shm_core::{Barrier, DynRegion, Region};
///
/// let name = format!("shm-doc-barrier-of-{}", std::process::id());
/// let typed = Region::<Barrier<2>>::create(&name)?;
///
/// let step = DynRegion::open(&name)?.barrier_of("")?;
/// let (mut mine, mut other) = (step.join()?, typed.join()?);
/// std::thread::scope(|scope| {
///     scope.spawn(|| other.wait().unwrap());
///     mine.wait_timeout(Duration::MAX).unwrap();
/// });
/// assert!(!step.is_broken());
/// # typed.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It keeps the region mapped, and may go to other threads.
#[derive(Clone)]
pub struct DynBarrier<A: CanWrite = ReadWrite> {
    region: DynRegion<A>,
    found: OfRole,
    path: Path,
}

impl<A: CanWrite> DynRegion<A> {
    /// Finds the [`Barrier`](crate::Barrier) that a path names.
    ///
    /// # Errors
    /// As [`DynRegion::resolve`]; [`DynError::NotA`] if something else is there.
    pub fn barrier_of(&self, path: impl AsRef<str>) -> Result<DynBarrier<A>, DynError> {
        let path = path.as_ref();
        let found = self.of_role(path, Role::Barrier, "a `Barrier`")?;
        Ok(DynBarrier { region: self.clone(), found, path: path.parse()? })
    }
}

impl<A: CanWrite> DynBarrier<A> {
    /// The path of the barrier.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Becomes a member; see [`BarrierView::join`](crate::sync::BarrierView::join).
    ///
    /// # Errors
    /// [`LockError::Busy`] if there are as many living members as there are seats; if this process cannot take part in
    /// the region's locks.
    pub fn join(&self) -> Result<DynMember<A>, LockError> {
        let token = self.raw().join()?;
        Ok(DynMember { of: self.clone(), token })
    }

    /// Breaks the current phase for all members.
    pub fn abort(&self) {
        self.raw().abort();
    }

    /// Begins a new phase, after one was broken; see [`BarrierView::reset`](crate::sync::BarrierView::reset).
    ///
    /// # Errors
    /// If this process cannot take part in the region's locks.
    pub fn reset(&self) -> Result<(), LockError> {
        self.raw().reset()
    }

    /// Whether the current phase is broken. A member that died is noticed by one that waits.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.raw().is_broken()
    }

    /// The number of members, at this moment, including those that died and whose seats are not free yet.
    #[must_use]
    pub fn members(&self) -> usize {
        self.raw().members()
    }

    /// The number of members that a phase needs.
    #[must_use]
    pub fn seats(&self) -> usize {
        self.raw().seats()
    }

    /// The number of members that have arrived in the current phase, at this moment.
    #[must_use]
    pub fn arrived(&self) -> usize {
        self.raw().arrived()
    }

    fn raw(&self) -> RawBarrier<'_> {
        let (memory, live) =
            (Memory::<A>::of(self.region.mapping()), self.found.live(&self.region));
        let (_, count) = live.seats().expect("a barrier has seats");
        let words = |part: &str, count: u64| {
            memory.atomics(self.found.offset + live.part(part).offset() as usize, count as usize)
        };
        let word = |part: &str| &words(part, 1)[0];
        RawBarrier::new(
            [word("state"), word("phase")],
            [words("seats", count), words("arrived", count)],
        )
    }
}

impl<A: CanWrite> fmt::Debug for DynBarrier<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynBarrier({:?}: {} of {})", self.path, self.members(), self.seats())
    }
}

/// A membership of a [`DynBarrier`], which ends when this is dropped. It keeps the region mapped, and can go to another
/// thread. A child that is forked while it lives is no member.
#[must_use = "the membership ends at once if this is not kept"]
pub struct DynMember<A: CanWrite = ReadWrite> {
    of: DynBarrier<A>,
    token: MemberToken,
}

impl<A: CanWrite> DynMember<A> {
    /// Arrives, and waits until all members have; see [`Member::wait`](crate::sync::Member::wait).
    ///
    /// # Errors
    /// As there; [`LockError::Interrupted`] as for [`interruptible`](crate::sync::interruptible), which breaks the phase.
    pub fn wait(&mut self) -> Result<bool, LockError> {
        self.of.raw().wait(self.token, None)
    }

    /// As [`DynMember::wait`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// [`LockError::Busy`] if some members have not arrived by then, which breaks the phase for all; as
    /// [`DynMember::wait`] otherwise.
    pub fn wait_timeout(&mut self, timeout: Duration) -> Result<bool, LockError> {
        self.of.raw().wait(self.token, deadline(timeout))
    }
}

impl<A: CanWrite> Drop for DynMember<A> {
    fn drop(&mut self) {
        self.of.raw().leave(self.token);
    }
}

impl<A: CanWrite> fmt::Debug for DynMember<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seat = self.token.index();
        f.debug_struct("DynMember").field("seat", &seat).finish_non_exhaustive()
    }
}
