//! [`RawLock`]: the robust lock without a value, on which the types of this module are built.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use super::kernel::{Kernel, Wait};
use super::owners::KnownOwners;
use super::token::Token;
use super::turn;
use crate::error::LockError;
use crate::fault;
use crate::protocol::Hardware;
use crate::protocol::lock::{self, Found, Refused, Unlocked};
use crate::protocol::sleep::Sleep as _;
use crate::registry::{self, Forgotten, Known};

/// The lock's word; [`lock`] describes it.
#[repr(transparent)]
#[derive(Debug)]
pub(crate) struct RawLock(AtomicU32);

/// The token of a thread that holds a [`RawLock`]. Unlocks when it is dropped.
#[must_use = "the lock is released at once if this is not kept"]
pub(crate) struct Held<'a> {
    lock: &'a RawLock,
    token: Token,
}

impl RawLock {
    /// Locks if a single look is enough: this thread knows its slot here, no process holds the lock,
    /// and it is not poisoned. Otherwise, [`RawLock::lock_slowly`] does the rest.
    #[inline]
    pub(super) fn lock_at_once(&self) -> Option<Token> {
        let me = registry::known_owner(&self.0)?;
        fault::point("lock: before the word");
        lock::acquire::<Hardware>(&self.0, me.owner).then(|| self.taken(me))
    }

    /// Locks, waiting until `deadline` for as long as a living process holds it.
    #[inline]
    pub(crate) fn lock(&self, deadline: Option<Instant>) -> Result<(Held<'_>, Found), LockError> {
        match self.lock_at_once() {
            Some(token) => Ok((Held { lock: self, token }, Found::Whole)),
            None => self.lock_slowly(deadline),
        }
    }

    /// As [`RawLock::lock`], for a writer of versions. A half-written slot that a dead writer left needs no
    /// repair: readers never look at it.
    #[inline]
    pub(crate) fn lock_to_replace(&self, deadline: Option<Instant>) -> Result<Held<'_>, LockError> {
        let (held, found) = self.lock(deadline)?;
        if found == Found::Poisoned {
            held.clear_poison();
        }
        Ok(held)
    }

    /// As [`RawLock::lock`], after [`RawLock::lock_at_once`] has failed: attaches, waits, takes over.
    #[cold]
    pub(super) fn lock_slowly(
        &self,
        deadline: Option<Instant>,
    ) -> Result<(Held<'_>, Found), LockError> {
        let kernel = Wait::until(deadline);
        let owners = KnownOwners::new(&self.0, &kernel);
        let (me, locked) = match registry::known_owner(&self.0) {
            // The lock was found taken.
            Some(me) => (me, lock::lock_contended::<Hardware>(&self.0, me.owner, &owners, &kernel)),
            None => {
                let me = self.me()?;
                turn::give_way(&self.0, kernel.left());
                fault::point("lock: before the word");
                (me, lock::lock::<Hardware>(&self.0, me.owner, &owners, &kernel))
            }
        };
        match locked {
            Ok(found) => Ok((self.held(me), found)),
            Err(Refused::WouldDeadlock) => Err(LockError::WouldDeadlock),
            Err(Refused::TimedOut) => Err(kernel.is_over()),
        }
    }

    /// Locks if the lock is free.
    #[inline]
    pub(crate) fn try_lock(&self) -> Result<(Held<'_>, Found), LockError> {
        let me = self.me()?;
        match lock::try_lock::<Hardware>(&self.0, me.owner) {
            Some(found) => Ok((self.held(me), found)),
            None if registry::is_held_here(&self.0) => Err(LockError::WouldDeadlock),
            None => Err(LockError::Busy),
        }
    }

    /// Returns whether a process holds it at this moment, dead or alive.
    #[inline]
    pub(super) fn is_locked(&self) -> bool {
        self.0.load(Ordering::Relaxed) & lock::OWNER != 0
    }

    /// Returns whether this thread holds it.
    #[inline]
    pub(crate) fn is_held_here(&self) -> bool {
        self.is_locked() && (self.last_taken().is_some() || self.is_held_here_slowly())
    }

    #[cold]
    fn is_held_here_slowly(&self) -> bool {
        registry::is_held_through_this(&self.0) || registry::is_held_here(&self.0)
    }

    /// This process, if this is the last lock that this thread took, and it remembers that.
    #[inline]
    fn last_taken(&self) -> Option<Known> {
        registry::known_owner(&self.0).filter(|me| registry::is_last_held(&self.0, *me))
    }

    /// Returns whether a holder died or panicked and the value has not been repaired since.
    pub(crate) fn is_poisoned(&self) -> bool {
        self.0.load(Ordering::Relaxed) & lock::POISONED != 0
    }

    #[inline]
    fn me(&self) -> Result<Known, LockError> {
        registry::owner(&self.0)
    }

    #[inline]
    fn held(&self, me: Known) -> Held<'_> {
        Held { lock: self, token: self.taken(me) }
    }

    /// Notes that this thread has the lock.
    #[inline]
    fn taken(&self, me: Known) -> Token {
        registry::note_held(&self.0, me);
        Token::of(me)
    }

    /// Unlocks, unless this thread holds it by another guard as well. Returns `false` if the lock no longer
    /// belonged to this process.
    #[inline]
    pub(crate) fn unlock(&self, token: Token) -> bool {
        if registry::forget_last_held(&self.0) {
            self.unlock_forgotten(token)
        } else {
            self.unlock_out_of_turn(token)
        }
    }

    /// Unlocks a lock that is not the last one that this thread took, or that it took more than once.
    #[cold]
    fn unlock_out_of_turn(&self, token: Token) -> bool {
        let is_kept = registry::forget_last_held_again(&self.0)
            || (registry::forget_held(&self.0) == Forgotten::OneOfSeveral
                && registry::is_held_here(&self.0));
        if is_kept {
            return self.keep(token);
        }
        self.unlock_forgotten(token)
    }

    #[inline]
    fn unlock_forgotten(&self, token: Token) -> bool {
        if !token.is_ours() {
            return false;
        }
        let poison = token.is_interrupted();
        (!poison && lock::release::<Hardware>(&self.0, token.owner()))
            || self.unlock_slowly(token.owner(), poison)
    }

    /// Drops one of several guards of the same thread: the lock stays, marked if a panic does it.
    #[cold]
    fn keep(&self, token: Token) -> bool {
        if !token.is_ours() {
            return false;
        }
        if token.is_interrupted() {
            lock::poison::<Hardware>(&self.0, token.owner());
        }
        self.0.load(Ordering::Relaxed) & lock::OWNER == token.owner()
    }

    /// Notes that this thread, which has the lock, has it once more; `None` if it does not have it.
    #[inline]
    pub(super) fn lock_again(&self) -> Option<Result<Token, LockError>> {
        match registry::known_owner(&self.0) {
            Some(me) if registry::note_last_held_again(&self.0, me) => Some(Ok(Token::of(me))),
            _ => self.lock_again_slowly(),
        }
    }

    /// As [`RawLock::lock_again`], for a lock that is not the last one that this thread took.
    #[cold]
    fn lock_again_slowly(&self) -> Option<Result<Token, LockError>> {
        if !registry::is_held_here(&self.0) {
            return None;
        }
        let me = match self.me() {
            Ok(me) => me,
            Err(error) => return Some(Err(error)),
        };
        registry::note_held_again(&self.0, me);
        Some(Ok(Token::of(me)))
    }

    /// Whether this thread has the lock by more than one guard.
    pub(super) fn is_held_again(&self) -> bool {
        registry::is_held_again(&self.0)
    }

    /// Unlocks a lock that has a waiter, or that is poisoned or lost.
    #[cold]
    fn unlock_slowly(&self, owner: u32, poison: bool) -> bool {
        match lock::unlock_contended::<Hardware>(&self.0, owner, poison, &Kernel(None)) {
            Unlocked::Free => true,
            Unlocked::WokeOne => {
                turn::owe(&self.0);
                true
            }
            Unlocked::Lost => false,
        }
    }

    /// Unlocks what this thread holds by a token that was given up; `None` if it does not hold the lock, `false` if
    /// that was no longer this process's.
    #[inline]
    pub(crate) fn unlock_here(&self) -> Option<bool> {
        self.token_here().map(|token| self.unlock(token))
    }

    /// Marks the guarded value as whole again; `false` if this thread does not hold the lock.
    pub(crate) fn clear_poison_here(&self) -> bool {
        self.token_here().map(|token| self.clear_poison(token)).is_some()
    }

    #[inline]
    fn token_here(&self) -> Option<Token> {
        match self.last_taken() {
            Some(me) if self.is_locked() => Some(Token::of(me)),
            _ => self.token_here_slowly(),
        }
    }

    #[cold]
    fn token_here_slowly(&self) -> Option<Token> {
        let me = self.is_held_here().then(|| self.me())?.ok()?;
        Some(Token::of(me))
    }

    /// Marks the guarded value as whole again; does nothing in a forked child.
    pub(crate) fn clear_poison(&self, token: Token) {
        if token.is_ours() {
            lock::clear_poison::<Hardware>(&self.0, token.owner());
        }
    }
}

impl Held<'_> {
    #[inline]
    pub(super) fn token(&self) -> Token {
        self.token
    }

    /// Returns whether an earlier holder died or panicked and the value has not been repaired since.
    pub(crate) fn owner_died(&self) -> bool {
        self.lock.is_poisoned()
    }

    /// Marks the guarded value as whole again.
    pub(crate) fn clear_poison(&self) {
        self.lock.clear_poison(self.token);
    }

    /// Leaves the unlocking to the owner of the token.
    #[inline]
    pub(crate) fn into_token(self) -> Token {
        std::mem::ManuallyDrop::new(self).token
    }
}

impl Drop for Held<'_> {
    #[inline]
    fn drop(&mut self) {
        self.lock.unlock(self.token);
    }
}
