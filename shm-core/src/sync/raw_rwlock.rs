//! [`RawRwLock`]: the lock with seats, without a value.

use std::sync::atomic::AtomicU32;
use std::time::Instant;

use super::kernel::{Kernel, Wait};
use super::owners::KnownOwners;
use super::token::{SeatToken, Token, first_seat, move_away};
use super::turn;
use crate::error::LockError;
use crate::fault;
use crate::protocol::Hardware;
use crate::protocol::lock::{Found, Refused, Unlocked};
use crate::protocol::rwlock::{Seat, Words};
use crate::protocol::sleep::Sleep as _;
use crate::registry::{self, Known};

/// The words of a lock in a view; see [`rwlock`](crate::protocol::rwlock) for what they say. A thread's
/// list of locks has it by its turnstile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawRwLock<'a>(Words<'a, Hardware>);

/// The token of a thread that writes. Unlocks when it is dropped.
#[must_use = "the lock is released at once if this is not kept"]
pub(crate) struct Writing<'a> {
    lock: RawRwLock<'a>,
    token: Token,
}

impl<'a> RawRwLock<'a> {
    #[inline]
    pub(crate) fn new(
        turnstile: &'a AtomicU32,
        dirty: &'a AtomicU32,
        seats: &'a [AtomicU32],
    ) -> Self {
        Self(Words { turnstile, dirty, seats })
    }

    /// Takes a seat if that takes no more than one look: this thread knows its slot here and holds no lock,
    /// no writer is about, and the seat that it tries first is free.
    #[inline]
    pub(super) fn read_at_once(self) -> Option<(SeatToken<Token>, Found)> {
        let me = registry::known_owner(self.0.turnstile)?;
        if registry::holds_any() {
            return None;
        }
        fault::point("rwlock: before the seat");
        let seat = self.0.read_at_once(first_seat(me.owner), me.owner)?;
        Some(self.seated(me, seat))
    }

    /// Takes a seat, waiting until `deadline`.
    #[cold]
    pub(crate) fn read(
        self,
        deadline: Option<Instant>,
    ) -> Result<(SeatToken<Token>, Found), LockError> {
        let (me, first) = self.new_reader()?;
        if let Some(seat) = self.0.read_anywhere(first, me.owner) {
            move_away(me.owner, seat.index, self.0.seats.len());
            return Ok(self.seated(me, seat));
        }
        let kernel = Wait::until(deadline);
        let owners = KnownOwners::new(self.0.turnstile, &kernel);
        let seat =
            self.0.read(first, me.owner, &owners, &kernel).map_err(|why| refused(why, &kernel))?;
        Ok(self.seated(me, seat))
    }

    /// Takes a seat if one is free.
    #[cold]
    pub(crate) fn try_read(self) -> Result<(SeatToken<Token>, Found), LockError> {
        let (me, first) = self.new_reader()?;
        let seat = self.0.read_anywhere(first, me.owner).or_else(|| {
            // A turnstile or a seat of the dead was taken over, but not yet cleared.
            self.0.try_pass(me.owner).then(|| {
                let seat = self.0.try_sit(first, me.owner);
                self.0.leave(me.owner, &Kernel(None));
                seat
            })?
        });
        seat.map(|seat| self.seated(me, seat)).ok_or(LockError::Busy)
    }

    /// This process, and the seat that this thread tries first, if it has none.
    fn new_reader(self) -> Result<(Known, u32), LockError> {
        let me = registry::owner(self.0.turnstile)?;
        if registry::is_held_here(self.0.turnstile) {
            return Err(LockError::WouldDeadlock);
        }
        Ok((me, first_seat(me.owner)))
    }

    #[inline]
    fn seated(self, me: Known, seat: Seat) -> (SeatToken<Token>, Found) {
        registry::note_held(self.0.turnstile, me);
        (SeatToken { claim: Token::unmarking(me), seat: seat.index }, seat.found)
    }

    /// Leaves a seat; `false` if it was not this process's any more.
    #[inline]
    pub(crate) fn stand_up(self, token: SeatToken<Token>) -> bool {
        registry::forget_held(self.0.turnstile);
        token.claim.is_ours()
            && self.0.stand_up(token.seat, token.claim.owner(), &Kernel(None)) != Unlocked::Lost
    }

    /// Leaves a seat of this thread, whose token was given up; `None` if this thread does not hold the lock, `false` if
    /// the seat was no longer this process's.
    pub(crate) fn stand_up_here(self, seat: u32) -> Option<bool> {
        let turnstile = self.0.turnstile;
        let is_held = (seat as usize) < self.0.seats.len() && registry::is_held_here(turnstile);
        let me = is_held.then(|| registry::owner(turnstile))?.ok()?;
        Some(self.stand_up(SeatToken { claim: Token::unmarking(me), seat }))
    }

    /// Whether this thread reads.
    pub(crate) fn is_read_here(self) -> bool {
        registry::is_held_here(self.0.turnstile) && !self.is_written_here()
    }

    /// Whether the value is whole, as a reader sees it.
    pub(crate) fn is_whole(self) -> bool {
        self.0.is_whole()
    }

    /// Takes all seats, waiting until `deadline`.
    #[inline]
    pub(crate) fn write(
        self,
        deadline: Option<Instant>,
    ) -> Result<(Writing<'a>, Found), LockError> {
        let known = registry::known_owner(self.0.turnstile);
        let me = self.new_writer(known)?;
        let kernel = Wait::until(deadline);
        let owners = KnownOwners::new(self.0.turnstile, &kernel);
        if known.is_none() {
            turn::give_way(self.0.turnstile, kernel.left());
        }
        fault::point("rwlock: before the turnstile");
        let found =
            self.0.write(me.owner, &owners, &kernel).map_err(|why| refused(why, &kernel))?;
        Ok((self.writing(me), found))
    }

    /// Takes all seats if they are free.
    pub(crate) fn try_write(self) -> Result<(Writing<'a>, Found), LockError> {
        let me = self.new_writer(registry::known_owner(self.0.turnstile))?;
        let found = self.0.try_write(me.owner, &Kernel(None)).ok_or(LockError::Busy)?;
        Ok((self.writing(me), found))
    }

    /// This process, if this thread may wait for the lock; `known` is what this thread knows of it.
    fn new_writer(self, known: Option<Known>) -> Result<Known, LockError> {
        let me = known.map_or_else(|| registry::owner(self.0.turnstile), Ok)?;
        if registry::holds_any() && registry::is_held_here(self.0.turnstile) {
            return Err(LockError::WouldDeadlock);
        }
        Ok(me)
    }

    fn writing(self, me: Known) -> Writing<'a> {
        registry::note_held(self.0.turnstile, me);
        Writing { lock: self, token: Token::of(me) }
    }

    /// Gives all seats back; `false` if one was not this process's any more.
    #[inline]
    pub(crate) fn stop_writing(self, token: Token) -> bool {
        registry::forget_held(self.0.turnstile);
        if !token.is_ours() {
            return false;
        }
        let marked = token.is_interrupted() || self.0.is_marked();
        match self.0.stop_writing(token.owner(), marked, &Kernel(None)) {
            Unlocked::Free => true,
            Unlocked::WokeOne => {
                turn::owe(self.0.turnstile);
                true
            }
            Unlocked::Lost => false,
        }
    }

    /// Ends the writing of this thread, whose token was given up; `None` if it does not write, `false` if a seat was no
    /// longer this process's.
    pub(crate) fn stop_writing_here(self) -> Option<bool> {
        self.token_here().map(|token| self.stop_writing(token))
    }

    /// Says that the value is whole again; `false` if this thread does not write.
    pub(crate) fn mark_whole_here(self) -> bool {
        self.token_here().map(|token| self.mark_whole(token)).is_some()
    }

    fn token_here(self) -> Option<Token> {
        let me = self.is_written_here().then(|| registry::owner(self.0.turnstile))?.ok()?;
        Some(Token::of(me))
    }

    /// Whether this thread writes.
    pub(crate) fn is_written_here(self) -> bool {
        let turnstile = self.0.turnstile;
        // A reader is in the thread's list as well, but has no turnstile.
        let is_ours = || registry::owner(turnstile).is_ok_and(|me| self.0.is_writer(me.owner));
        (registry::is_held_through_this(turnstile) || registry::is_held_here(turnstile))
            && is_ours()
    }

    /// Whether the value was left half changed by an earlier writer, as a writer sees it.
    pub(crate) fn is_marked(self) -> bool {
        self.0.is_marked()
    }

    /// Says that the value is whole again; a forked child has no say in it.
    pub(crate) fn mark_whole(self, token: Token) {
        if token.is_ours() {
            self.0.mark_whole(token.owner());
        }
    }
}

impl Writing<'_> {
    /// Whether a writer before this one died or panicked, and the value was not repaired since.
    pub(crate) fn owner_died(&self) -> bool {
        self.lock.is_marked()
    }

    /// Says that the value is whole again.
    pub(crate) fn mark_whole(&self) {
        self.lock.mark_whole(self.token);
    }

    /// Leaves the unlocking to whoever has the token.
    pub(crate) fn into_token(self) -> Token {
        std::mem::ManuallyDrop::new(self).token
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.lock.stop_writing(self.token);
    }
}

fn refused(refused: Refused, wait: &Wait) -> LockError {
    match refused {
        Refused::WouldDeadlock => LockError::WouldDeadlock,
        Refused::TimedOut => wait.is_over(),
    }
}
