//! [`Barrier`]: members that wait until all of them have arrived.

use std::fmt;
use std::marker::PhantomData;
use std::mem::offset_of;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use super::guard::{Guard, Lockable};
use super::raw_barrier::{MemberToken, RawBarrier};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::LockError;
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::placeable::Placeable;
use crate::shared_layout::{SharedLayout, ValidZeroed};
use crate::sys::clock::deadline;

/// In a struct: a meeting point of so many members, which go on when all of them have arrived. Its view
/// is [`BarrierView`].
///
/// A process [joins](BarrierView::join) to become a member, and [waits](Member::wait) as often as it likes;
/// each time is a phase. A member that dies before it arrives breaks the phase: all others are told
/// [`LockError::Broken`], as by Python's `threading.Barrier`, until one of them [resets](BarrierView::reset)
/// the barrier.
///
/// ```
/// use shm_core::{Barrier, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Simulation { step: Barrier<2> }
///
/// let simulation = Region::<Simulation>::options().private()?;
/// std::thread::scope(|scope| {
///     for _ in 0..2 {
///         scope.spawn(|| {
///             let mut member = simulation.step.join().unwrap();
///             for _ in 0..3 {
///                 // .. a step of the simulation ..
///                 member.wait().unwrap();
///             }
///         });
///     }
/// });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[repr(C)]
#[derive(Debug)]
pub struct Barrier<const MEMBERS: usize> {
    state: u32,
    phase: u32,
    seats: [u32; MEMBERS],
    arrived: [u32; MEMBERS],
}

/// The shared form of [`Barrier`].
///
/// A member that waits checks at least every 20 ms whether those that have not arrived are alive.
#[repr(C)]
pub struct BarrierView<const MEMBERS: usize, A: Access = ReadWrite> {
    state: AtomicU32,
    phase: AtomicU32,
    seats: [AtomicU32; MEMBERS],
    arrived: [AtomicU32; MEMBERS],
    access: PhantomData<A>,
}

// SAFETY: both sides are u32s, in `repr(C)`; each is one atomic and accessed as such.
unsafe impl<const MEMBERS: usize> SharedLayout for Barrier<MEMBERS> {
    type View<A: Access> = BarrierView<MEMBERS, A>;
    const LAYOUT: &'static Layout = {
        assert!(MEMBERS > 0, "a `Barrier` has at least one member");
        &Layout::new(
            "Barrier",
            size_of::<Self>(),
            align_of::<Self>(),
            Kind::Live { role: Role::Barrier, fields: Self::FIELDS },
        )
    };
}

impl<const MEMBERS: usize> Barrier<MEMBERS> {
    const FIELDS: &'static [FieldLayout] = &[
        FieldLayout::new("state", offset_of!(Self, state), <u32 as SharedLayout>::LAYOUT),
        FieldLayout::new("phase", offset_of!(Self, phase), <u32 as SharedLayout>::LAYOUT),
        FieldLayout::new(
            "seats",
            offset_of!(Self, seats),
            <[u32; MEMBERS] as SharedLayout>::LAYOUT,
        ),
        FieldLayout::new(
            "arrived",
            offset_of!(Self, arrived),
            <[u32; MEMBERS] as SharedLayout>::LAYOUT,
        ),
    ];
}

impl<const MEMBERS: usize> ValidZeroed for Barrier<MEMBERS> {}

impl<const MEMBERS: usize> Placeable for Barrier<MEMBERS> {}

impl<const MEMBERS: usize, A: Access> BarrierView<MEMBERS, A> {
    /// Becomes a member: takes a free seat, or that of a member that died. If that member had not
    /// arrived, the current phase is broken.
    ///
    /// # Errors
    /// [`LockError::Busy`] if there are as many living members as there are seats; if this process cannot
    /// take part in the region's locks.
    ///
    /// ```
    /// use shm_core::{Barrier, LockError, Region};
    ///
    /// let barrier = Region::<Barrier<1>>::options().private()?;
    /// let mut member = barrier.join()?;
    /// assert!(matches!(barrier.join(), Err(LockError::Busy)));
    /// assert!(member.wait()?, "it is the last one to arrive");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn join(&self) -> Result<Member<'_, MEMBERS, A>, LockError>
    where
        A: CanWrite,
    {
        Ok(Member { of: self, token: self.raw().join()? })
    }

    /// Breaks the current phase: all that wait in it, or arrive before the next
    /// [reset](Self::reset), are told [`LockError::Broken`].
    pub fn abort(&self)
    where
        A: CanWrite,
    {
        self.raw().abort();
    }

    /// Begins a new phase, after one was broken. Members that wait in the current phase are told that it is
    /// broken; the seats of dead members are free, for others to join.
    ///
    /// # Errors
    /// If this process cannot take part in the region's locks.
    pub fn reset(&self) -> Result<(), LockError>
    where
        A: CanWrite,
    {
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

    /// The number of members that have arrived in the current phase, at this moment.
    #[must_use]
    pub fn arrived(&self) -> usize {
        self.raw().arrived()
    }

    pub(crate) fn raw(&self) -> RawBarrier<'_> {
        RawBarrier::new([&self.state, &self.phase], [&self.seats, &self.arrived])
    }
}

impl<const MEMBERS: usize, A: Access> fmt::Debug for BarrierView<MEMBERS, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier")
            .field("members", &self.members())
            .field("arrived", &self.arrived())
            .field("is_broken", &self.is_broken())
            .finish()
    }
}

/// A membership of a [`Barrier`], which ends when this is dropped. It can go to another thread.
///
/// A phase needs all members: while a seat is free, the others wait until a process joins. A member
/// that dies, or whose process ends without dropping this, breaks the phase instead. A child that is
/// forked while this lives is no member.
#[must_use = "the membership ends at once if this is not kept"]
pub struct Member<'a, const MEMBERS: usize, A: Access = ReadWrite> {
    of: &'a BarrierView<MEMBERS, A>,
    token: MemberToken,
}

impl<const MEMBERS: usize, A: Access> Member<'_, MEMBERS, A> {
    /// Arrives, and waits until all members have. Returns `true` to the member that completed the phase, and
    /// to no other; if that member is killed before this returns, to none.
    ///
    /// What members wrote before they waited is visible to all of them afterwards.
    ///
    /// # Errors
    /// [`LockError::Broken`] if a member died before it arrived, gave up or aborted, and the barrier was not
    /// [reset](BarrierView::reset) since; [`LockError::Lost`] if another process has this seat, as it judged
    /// this process dead.
    pub fn wait(&mut self) -> Result<bool, LockError> {
        self.of.raw().wait(self.token, None)
    }

    /// As [`Member::wait`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// [`LockError::Busy`] if some members have not arrived by then, which breaks the phase for all, as in
    /// Python; as [`Member::wait`] otherwise.
    pub fn wait_timeout(&mut self, timeout: Duration) -> Result<bool, LockError> {
        self.of.raw().wait(self.token, deadline(timeout))
    }
}

impl<const MEMBERS: usize, A: Access> Lockable for BarrierView<MEMBERS, A> {
    type Token = MemberToken;

    fn release(&self, token: MemberToken) -> bool {
        self.raw().leave(token)
    }
}

impl<'a, const MEMBERS: usize, A: Access> Guard<'a> for Member<'a, MEMBERS, A> {
    type View = BarrierView<MEMBERS, A>;

    fn view(&self) -> &'a Self::View {
        self.of
    }

    fn into_token(self) -> MemberToken {
        std::mem::ManuallyDrop::new(self).token
    }
}

impl<const MEMBERS: usize, A: Access> Drop for Member<'_, MEMBERS, A> {
    fn drop(&mut self) {
        self.of.release(self.token);
    }
}

impl<const MEMBERS: usize, A: Access> fmt::Debug for Member<'_, MEMBERS, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member").field("seat", &self.token.index()).finish_non_exhaustive()
    }
}
