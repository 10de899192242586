//! [`OwnedGuard`]: a held lock that keeps its region mapped.

use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;
use std::time::Duration;

use super::Projected;
use super::projected::Keeper;
use crate::access::{Access, CanWrite, ReadOnly, ReadWrite};
use crate::error::{LoadError, LockError, PushError};
use crate::shared_layout::{Shared, SharedLayout};
use crate::sync::{
    BarrierView, Guard, LatestView, Lockable, MutexView, QueueView, RingView, RwLockView,
    SemaphoreView, Value,
};
use crate::sys::clock::deadline;

/// A held lock without a lifetime, which keeps the region mapped. Made by
/// [`Region::own`](crate::Region::own) or [`Named::own`](crate::heap::Named::own) of a guard:
///
/// | guard | owned |
/// | --- | --- |
/// | [`Publisher`](crate::sync::Publisher) | `OwnedGuard<LatestView<T>>`, which stores like the publisher |
/// | [`Publisher`](crate::sync::Publisher) of a [`Ring`](crate::Ring) | `OwnedGuard<RingView<T, N>>`, which pushes |
/// | [`Producer`](crate::sync::Producer) | `OwnedGuard<QueueView<T, N>>`, which pushes like the producer |
/// | [`MutexGuard`](crate::sync::MutexGuard) | `OwnedGuard<MutexView<T>>`, which derefs to the view of the value |
/// | [`RwLockWriteGuard`](crate::sync::RwLockWriteGuard) | `OwnedGuard<RwLockView<T>>`, likewise |
/// | [`RwLockReadGuard`](crate::sync::RwLockReadGuard) | `OwnedGuard<RwLockView<T, 8, ReadOnly>>`, likewise, of a read-only view |
/// | [`Permit`](crate::sync::Permit) | `OwnedGuard<SemaphoreView<N>>` |
/// | [`Member`](crate::sync::Member) | `OwnedGuard<BarrierView<N>>`, which waits like the member |
///
/// Each fits into a struct next to the region, or without it:
///
/// ```
/// use shm_core::region::OwnedGuard;
/// use shm_core::sync::LatestView;
/// use shm_core::{Latest, Region, SharedLayout};
///
/// #[derive(SharedLayout, Clone, Copy)]
/// #[repr(C)]
/// struct Pose { x: f64, y: f64 }
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Robot { battery: f32, pose: Latest<Pose> }
///
/// struct Driver {
///     robot: Region<Robot>,
///     poses: OwnedGuard<LatestView<Pose>>,
/// }
///
/// let robot = Region::<Robot>::options().private()?;
/// let poses = robot.own(|robot| robot.pose.publisher())?;
/// let mut driver = Driver { robot, poses };
/// driver.poses.store(&Pose { x: 1.0, y: 2.0 });
/// assert_eq!(driver.robot.pose.load()?.y, 2.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Dropping it unlocks, before the memory can be unmapped; during a panic, the next caller to lock a
/// `Mutex` gets [`LockError::OwnerDied`]. The copy that a forked child has does nothing when it is
/// dropped.
///
/// It stays on the thread that locked, as guards do, since that thread holds the lock. A [`Projected`]
/// or a [`Region`](crate::Region) can go to another thread, and be locked there:
///
/// ```compile_fail,E0277
/// use shm_core::{Mutex, Region};
///
/// let balance = Region::<Mutex<i64>>::options().private().unwrap();
/// let balance = balance.own(|balance| balance.lock()).unwrap();
/// std::thread::spawn(move || balance.set(1));
/// ```
#[must_use = "the lock is released at once if this is not kept"]
pub struct OwnedGuard<V: Lockable> {
    token: V::Token,
    /// Dropped after the lock is released, which `drop` does.
    part: Projected<V>,
}

// SAFETY: it gives out only `&Shared<T, A>`, which any thread may use (I1), and the lock's state, which is
// an atomic.
unsafe impl<T: SharedLayout, A: Access> Sync for OwnedGuard<MutexView<T, A>> {}

// SAFETY: as above.
unsafe impl<T: SharedLayout, const N: usize> Sync for OwnedGuard<RwLockView<T, N, ReadWrite>> {}

// SAFETY: as above.
unsafe impl<T: SharedLayout, const N: usize> Sync for OwnedGuard<RwLockView<T, N, ReadOnly>> {}

impl<V: Lockable> OwnedGuard<V> {
    /// # Panics
    /// If the guard's view lies outside of what is kept.
    pub(super) fn new<'a>(guard: impl Guard<'a, View = V>, keeper: &Keeper) -> Self
    where
        V: 'a,
    {
        let view = guard.view();
        let is_inside = keeper.addresses().contains(&std::ptr::from_ref(view).addr());
        assert!(is_inside, "this guard belongs to another region or object");
        Self {
            part: Projected::new(NonNull::from(view), keeper.clone()),
            token: guard.into_token(),
        }
    }

    /// Unlocks, and says whether the lock was still this process's.
    ///
    /// # Errors
    /// [`LockError::Lost`] as for [`MutexGuard::unlock`](crate::sync::MutexGuard::unlock).
    pub fn unlock(self) -> Result<(), LockError> {
        let this = ManuallyDrop::new(self);
        // SAFETY: `this` is never dropped or used again, so that `part` is moved out of it.
        let part = unsafe { std::ptr::read(&raw const this.part) };
        if part.release(this.token) { Ok(()) } else { Err(LockError::Lost) }
    }
}

impl<V: Lockable> Drop for OwnedGuard<V> {
    #[inline]
    fn drop(&mut self) {
        self.part.release(self.token);
    }
}

impl<V: Lockable + fmt::Debug> fmt::Debug for OwnedGuard<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnedGuard").field(&*self.part).finish()
    }
}

/// As a [`Publisher`](crate::sync::Publisher).
impl<T: Value, const N: usize, A: CanWrite> OwnedGuard<LatestView<T, N, A>> {
    /// Stores a value as the next version, and returns its number. Never waits.
    ///
    /// # Panics
    /// In a child that was forked while this lived: there would be two writers.
    #[inline]
    pub fn store(&mut self, value: &T) -> u64 {
        self.part.publish(self.token, value)
    }

    /// Changes a copy of the newest version, stores it as the next one, and returns its number. If
    /// `change` panics, nothing is stored.
    ///
    /// # Errors
    /// As [`LatestView::load`]; nothing is stored then.
    ///
    /// # Panics
    /// As [`OwnedGuard::store`].
    pub fn update(&mut self, change: impl FnOnce(&mut T)) -> Result<u64, LoadError> {
        self.part.publish_changed(self.token, change)
    }

    /// Returns the `Latest` that this publishes to, for reading.
    #[must_use]
    pub fn latest(&self) -> &LatestView<T, N, A> {
        &self.part
    }
}

/// As a [`Producer`](crate::sync::Producer).
impl<T: Value, const N: usize, A: CanWrite> OwnedGuard<QueueView<T, N, A>> {
    /// Pushes a value. Never waits.
    ///
    /// # Errors
    /// [`PushError::Full`], with the value, if there is no room.
    ///
    /// # Panics
    /// In a child that was forked while this lived: there would be two producers.
    #[inline]
    pub fn push(&mut self, value: T) -> Result<(), PushError<T>> {
        self.part.push_with(self.token, value)
    }

    /// Pushes a value, and waits for room if the queue is full.
    ///
    /// # Panics
    /// As [`OwnedGuard::push`].
    #[allow(clippy::needless_pass_by_value, reason = "as `push` takes it")]
    pub fn push_wait(&mut self, value: T) {
        self.part.push_wait_with(self.token, &value);
    }

    /// As [`OwnedGuard::push_wait`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// [`PushError::Full`], with the value, if there was no room until then.
    ///
    /// # Panics
    /// As [`OwnedGuard::push`].
    pub fn push_timeout(&mut self, value: T, timeout: Duration) -> Result<(), PushError<T>> {
        self.part.push_timeout_with(self.token, value, timeout)
    }

    /// The queue, for popping from it.
    #[must_use]
    pub fn queue(&self) -> &QueueView<T, N, A> {
        &self.part
    }
}

/// As a [`Publisher`](crate::sync::Publisher) of a [`Ring`](crate::Ring).
impl<T: Value, const N: usize, A: CanWrite> OwnedGuard<RingView<T, N, A>> {
    /// Pushes an item, and wakes readers that wait for one; the item's number. Never waits.
    ///
    /// # Panics
    /// In a child that was forked while this lived: there would be two writers.
    #[inline]
    pub fn push(&mut self, item: &T) -> u64 {
        self.part.publish(self.token, item)
    }

    /// The ring that this pushes to, for reading it.
    #[must_use]
    pub fn ring(&self) -> &RingView<T, N, A> {
        &self.part
    }
}

/// As a [`MutexGuard`](crate::sync::MutexGuard).
impl<T: SharedLayout, A: Access> OwnedGuard<MutexView<T, A>> {
    /// Returns whether an earlier holder died or panicked and the value has not been repaired since.
    /// Only true after [`MutexView::lock_as_found`].
    #[must_use]
    pub fn owner_died(&self) -> bool {
        self.part.raw_lock().is_poisoned()
    }

    /// Marks the value as whole again: the next [`MutexView::lock`] succeeds.
    pub fn mark_consistent(&self) {
        self.part.raw_lock().clear_poison(self.token);
    }
}

impl<T: SharedLayout, A: Access> Deref for OwnedGuard<MutexView<T, A>> {
    type Target = Shared<T, A>;

    #[inline]
    fn deref(&self) -> &Shared<T, A> {
        self.part.guarded()
    }
}

/// As an [`RwLockWriteGuard`](crate::sync::RwLockWriteGuard).
impl<T: SharedLayout, const N: usize> OwnedGuard<RwLockView<T, N, ReadWrite>> {
    /// Whether an earlier writer died or panicked, and the value has not been repaired since. Only
    /// `true` after [`RwLockView::write_as_found`].
    #[must_use]
    pub fn owner_died(&self) -> bool {
        self.part.raw().is_marked()
    }

    /// Says that the value is whole again: the next [`RwLockView::read`] and [`RwLockView::write`] succeed.
    pub fn mark_consistent(&self) {
        self.part.raw().mark_whole(self.token);
    }
}

/// As an [`RwLockReadGuard`](crate::sync::RwLockReadGuard).
impl<T: SharedLayout, const N: usize> OwnedGuard<RwLockView<T, N, ReadOnly>> {
    /// Whether a writer died or panicked, and the value has not been repaired since. Only `true` after
    /// [`RwLockView::read_as_found`].
    #[must_use]
    pub fn owner_died(&self) -> bool {
        !self.part.raw().is_whole()
    }
}

impl<T: SharedLayout, const N: usize, A: Access> Deref for OwnedGuard<RwLockView<T, N, A>>
where
    RwLockView<T, N, A>: Lockable,
{
    type Target = Shared<T, A>;

    #[inline]
    fn deref(&self) -> &Shared<T, A> {
        self.part.guarded()
    }
}

/// As a [`Permit`](crate::sync::Permit).
impl<const N: usize> OwnedGuard<SemaphoreView<N, ReadWrite>> {
    /// Whether the last process that had the permit died with it.
    #[must_use]
    pub fn inherited(&self) -> bool {
        self.token.inherited
    }
}

/// As a [`Member`](crate::sync::Member).
impl<const N: usize> OwnedGuard<BarrierView<N, ReadWrite>> {
    /// Arrives, and waits until all members have; see [`Member::wait`](crate::sync::Member::wait).
    ///
    /// # Errors
    /// As [`Member::wait`](crate::sync::Member::wait).
    pub fn wait(&mut self) -> Result<bool, LockError> {
        self.part.raw().wait(self.token, None)
    }

    /// As [`OwnedGuard::wait`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`Member::wait_timeout`](crate::sync::Member::wait_timeout).
    pub fn wait_timeout(&mut self, timeout: Duration) -> Result<bool, LockError> {
        self.part.raw().wait(self.token, deadline(timeout))
    }
}
