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
    /// The mark of the process that holds the lock: not that of a child it forks.
    process: u64,
    /// Whether it was taken while a panic unwound, by a destructor: that panic does not poison.
    unwinding: bool,
    /// Locks are held by threads: they must be released where they were taken.
    here: PhantomData<*const ()>,
}

impl RawLock {
    /// Locks if that takes no more than one look: this thread knows who it is here, nobody holds the
    /// lock, and all is in order. Where it does not, [`RawLock::lock`] does the rest.
    #[inline]
    pub(super) fn lock_at_once(&self) -> Option<Held<'_>> {
        let owner = attach::known_owner_at(self.address())?;
        fault::point("lock: before the word");
        lock::take::<Hardware>(&self.0, owner).then(|| self.held(owner))
    }

    /// Locks, waiting until `deadline` for as long as a living process holds it.
    #[inline]
    pub(super) fn lock(&self, deadline: Option<Instant>) -> Result<(Held<'_>, Found), NotHeld> {
        match self.lock_at_once() {
            Some(held) => Ok((held, Found::Whole)),
            None => self.lock_slowly(deadline),
        }
    }

    /// As [`RawLock::lock`]: attaches, waits, takes over.
    #[cold]
    fn lock_slowly(&self, deadline: Option<Instant>) -> Result<(Held<'_>, Found), NotHeld> {
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
        let (process, unwinding) = (attach::process_mark(), std::thread::panicking());
        Held { lock: self, owner, process, unwinding, here: PhantomData }
    }

    #[inline]
    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }
}

impl Held<'_> {
    /// Whether this is the process that took the lock, and not a child it forked.
    #[inline]
    pub(super) fn is_ours(&self) -> bool {
        attach::process_mark() == self.process
    }

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
        held::forget((self.lock.address(), self.owner));
        if !self.is_ours() {
            return false;
        }
        let poison = !self.unwinding && std::thread::panicking();
        (!poison && lock::give::<Hardware>(&self.lock.0, self.owner)) || self.unlock_slowly(poison)
    }

    /// Unlocks a lock that somebody waits for, or that is not in order.
    #[cold]
    fn unlock_slowly(&self, poison: bool) -> bool {
        let word = &self.lock.0;
        lock::unlock::<Hardware>(word, self.owner, poison, &Locker::new(word, None))
    }
}

impl Drop for Held<'_> {
    #[inline]
    fn drop(&mut self) {
        self.unlock();
    }
}
