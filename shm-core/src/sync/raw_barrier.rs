//! [`RawBarrier`]: a barrier, whatever the number of its members.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::kernel::{Kernel, Wait};
use super::owners::KnownOwners;
use super::token::{Claim, SeatToken};
use crate::error::LockError;
use crate::protocol::Hardware;
use crate::protocol::barrier::{BROKEN, Ended, Words};
use crate::protocol::lock::OWNER;
use crate::registry;
use crate::sys::clock::deadline;

/// The words of a barrier in a view; see [`barrier`](crate::protocol::barrier) for their meaning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawBarrier<'a>(Words<'a, Hardware>);

/// A process's knowledge of the seat that it has.
#[derive(Clone, Copy, Debug)]
pub struct MemberToken {
    seat: SeatToken<Claim>,
}

impl MemberToken {
    /// The index of the seat.
    pub(crate) fn index(self) -> u32 {
        self.seat.seat()
    }
}

impl<'a> RawBarrier<'a> {
    pub(crate) fn new(
        [state, phase]: [&'a AtomicU32; 2],
        [seats, arrived]: [&'a [AtomicU32]; 2],
    ) -> Self {
        Self(Words { state, phase, seats, arrived })
    }

    /// Takes a free seat, or that of a dead member.
    pub(crate) fn join(self) -> Result<MemberToken, LockError> {
        let me = registry::owner(self.0.state)?;
        // The dead are checked closely: no time is left after this look.
        let kernel = Wait::until(deadline(Duration::ZERO));
        let owners = KnownOwners::new(self.0.state, &kernel);
        let seat = self.0.join(me.owner, &owners, &kernel).ok_or(LockError::Busy)?;
        Ok(MemberToken { seat: SeatToken { claim: Claim::of(me), seat } })
    }

    /// Breaks the current phase.
    pub(crate) fn abort(self) {
        self.0.abort(&Kernel(None));
    }

    /// Begins a new phase.
    pub(crate) fn reset(self) -> Result<(), LockError> {
        let me = registry::owner(self.0.state)?;
        let kernel = Wait::until(deadline(Duration::ZERO));
        let owners = KnownOwners::new(self.0.state, &kernel);
        self.0.reset(me.owner, &owners, &kernel);
        Ok(())
    }

    pub(crate) fn is_broken(self) -> bool {
        self.0.state.load(Ordering::Relaxed) & BROKEN != 0
    }

    /// The number of members at this moment, the dead ones included whose seats are not free yet.
    pub(crate) fn members(self) -> usize {
        self.0.seats.iter().filter(|seat| seat.load(Ordering::Relaxed) & OWNER != 0).count()
    }

    /// The number of members that there can be.
    pub(crate) fn seats(self) -> usize {
        self.0.seats.len()
    }

    /// The number of members that have arrived in the current phase, at this moment.
    pub(crate) fn arrived(self) -> usize {
        let phase = self.0.state.load(Ordering::Relaxed) & !BROKEN;
        (0..self.seats()).filter(|seat| self.0.has_arrived(*seat, phase)).count()
    }

    /// Arrives, and waits until all members have; whether this member completed the phase.
    // So that the number of seats is known where the type is.
    #[inline(always)]
    pub(crate) fn wait(
        self,
        token: MemberToken,
        deadline: Option<Instant>,
    ) -> Result<bool, LockError> {
        let SeatToken { claim, seat } = token.seat;
        if !claim.is_ours() {
            return Err(LockError::Lost);
        }
        let kernel = Wait::until(deadline);
        let owners = KnownOwners::new(self.0.state, &kernel);
        match self.0.wait(seat, claim.owner(), &owners, &kernel) {
            Ended::Complete { here } => Ok(here),
            Ended::Broken => Err(LockError::Broken),
            Ended::TimeUp => Err(kernel.is_over()),
            Ended::Lost => Err(LockError::Lost),
        }
    }

    /// Gives the seat up; `false` if it was another process's.
    pub(crate) fn leave(self, token: MemberToken) -> bool {
        let SeatToken { claim, seat } = token.seat;
        claim.is_ours() && self.0.leave(seat, claim.owner())
    }
}
