//! [`RawSemaphore`]: permits, whatever their number.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use super::kernel::{Kernel, Wait};
use super::owners::KnownOwners;
use super::token::{Claim, SeatToken, first_seat, move_away};
use crate::error::LockError;
use crate::fault;
use crate::protocol::Hardware;
use crate::protocol::lock::OWNER;
use crate::protocol::semaphore::{Acquired, Words};
use crate::registry::{self, Known};

/// The words of a semaphore in a view; see [`semaphore`](crate::protocol::semaphore) for their meaning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawSemaphore<'a>(Words<'a, Hardware>);

/// A process's knowledge of a permit that it has.
#[derive(Clone, Copy, Debug)]
pub struct PermitToken {
    seat: SeatToken<Claim>,
    pub(crate) inherited: bool,
}

impl<'a> RawSemaphore<'a> {
    #[inline]
    pub(crate) fn new(freed: &'a AtomicU32, seats: &'a [AtomicU32]) -> Self {
        Self(Words { freed, seats })
    }

    /// Takes the permit that this thread tries first, if it is free.
    #[inline]
    pub(crate) fn acquire_at_once(self) -> Option<PermitToken> {
        let me = registry::known_owner(self.0.freed)?;
        fault::point("semaphore: before the seat");
        let taken = self.0.acquire_at_once(first_seat(me.owner), me.owner)?;
        Some(permit(me, taken))
    }

    /// Takes a permit, waiting until `deadline`.
    #[cold]
    pub(crate) fn acquire_slowly(
        self,
        deadline: Option<Instant>,
    ) -> Result<PermitToken, LockError> {
        let me = registry::owner(self.0.freed)?;
        let kernel = Wait::until(deadline);
        let owners = KnownOwners::new(self.0.freed, &kernel);
        let taken = self.0.acquire(first_seat(me.owner), me.owner, &owners, &kernel);
        let taken = taken.ok_or_else(|| kernel.is_over())?;
        move_away(me.owner, taken.index, self.0.seats.len());
        Ok(permit(me, taken))
    }

    /// Takes a free permit.
    pub(crate) fn try_acquire(self) -> Result<PermitToken, LockError> {
        let me = registry::owner(self.0.freed)?;
        let taken = self.0.try_acquire(first_seat(me.owner), me.owner);
        taken.map(|taken| permit(me, taken)).ok_or(LockError::Busy)
    }

    /// Gives a permit back; `false` if it was not this process's any more.
    #[inline]
    pub(crate) fn release(self, token: PermitToken) -> bool {
        let SeatToken { claim, seat } = token.seat;
        claim.is_ours() && self.0.release(seat, claim.owner(), &Kernel(None))
    }

    /// The number of permits that no process has, at this moment.
    pub(crate) fn available(self) -> usize {
        self.0.seats.iter().filter(|seat| seat.load(Ordering::Relaxed) & OWNER == 0).count()
    }

    /// The number of permits.
    pub(crate) fn permits(self) -> usize {
        self.0.seats.len()
    }
}

#[inline]
fn permit(me: Known, taken: Acquired) -> PermitToken {
    let seat = SeatToken { claim: Claim::of(me), seat: taken.index };
    PermitToken { seat, inherited: taken.inherited }
}
