//! [`RawLock`]: the robust lock without a value, which the types of this module are made with.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use super::surroundings::Locker;
use crate::attach::{self, AttachError, held};
use crate::fault;
use crate::protocol::Hardware;
use crate::protocol::lock::{self, Found, Refused};

/// The lock's word; see [`lock`] for what it says.
#[repr(transparent)]
#[derive(Debug)]
pub(super) struct RawLock(AtomicU32);

/// Why a [`RawLock`] is not held.
pub(super) enum NotHeld {
    Busy,
    WouldDeadlock,
    Attach(AttachError),
}

/// What a thread has that holds a [`RawLock`]. Unlocks when it is dropped.
#[must_use = "the lock is released at once if this is not kept"]
pub(super) struct Held<'a> {
    lock: &'a RawLock,
    owner: u32,
    /// Whether it was taken while a panic unwound, by a destructor: that panic does not poison.
    unwinding: bool,
    /// Locks are held by threads: they must be released where they were taken.
    here: PhantomData<*const ()>,
}

impl RawLock {
    /// Locks, waiting until `deadline` for as long as a living process holds it.
    #[inline]
    pub(super) fn lock(&self, deadline: Option<Instant>) -> Result<(Held<'_>, Found), NotHeld> {
        let owner = self.owner()?;
        fault::point("lock: before the word");
        match lock::lock::<Hardware>(&self.0, owner, &Locker::new(&self.0, deadline)) {
            Ok(found) => Ok((self.held(owner), found)),
            Err(Refused::WouldDeadlock) => Err(NotHeld::WouldDeadlock),
            Err(Refused::TimedOut) => Err(NotHeld::Busy),
        }
    }

    /// Locks if nobody holds it.
    #[inline]
    pub(super) fn try_lock(&self) -> Result<(Held<'_>, Found), NotHeld> {
        let owner = self.owner()?;
        match lock::try_lock::<Hardware>(&self.0, owner) {
            Some(found) => Ok((self.held(owner), found)),
            None if held::has((self.address(), owner)) => Err(NotHeld::WouldDeadlock),
            None => Err(NotHeld::Busy),
        }
    }

    /// Whether somebody holds it at this moment, dead or alive.
    pub(super) fn is_locked(&self) -> bool {
        self.0.load(Ordering::Relaxed) & lock::OWNER != 0
    }

    #[inline]
    fn owner(&self) -> Result<u32, NotHeld> {
        attach::owner_at(self.address()).map_err(NotHeld::Attach)
    }

    #[inline]
    fn held(&self, owner: u32) -> Held<'_> {
        held::note((self.address(), owner));
        Held { lock: self, owner, unwinding: std::thread::panicking(), here: PhantomData }
    }

    #[inline]
    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }
}

impl Held<'_> {
    /// Says that what the lock guards is whole again.
    pub(super) fn clear_poison(&self) {
        lock::clear_poison::<Hardware>(&self.lock.0, self.owner);
    }

    /// Unlocks; `false` if the lock was not this process's any more.
    pub(super) fn release(self) -> bool {
        std::mem::ManuallyDrop::new(self).unlock()
    }

    #[inline]
    fn unlock(&self) -> bool {
        let address = self.lock.address();
        held::forget((address, self.owner));
        // In a forked child the lock is the parent's, not this copy's.
        if !attach::is_owner_at(address, self.owner) {
            return false;
        }
        let word = &self.lock.0;
        let poison = !self.unwinding && std::thread::panicking();
        lock::unlock::<Hardware>(word, self.owner, poison, &Locker::new(word, None))
    }
}

impl Drop for Held<'_> {
    #[inline]
    fn drop(&mut self) {
        self.unlock();
    }
}
