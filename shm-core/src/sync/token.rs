//! [`Token`]: a thread's knowledge of a lock that it holds.

use std::cell::Cell;
use std::marker::PhantomData;

use crate::attach;
use crate::protocol::lock;
use crate::registry::Known;

/// A process's knowledge of a word that names it, in one word, so that a guard is small and stays in
/// registers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    /// The owner bits; [`UNWINDING`]; above, the lower half of the mark of the process that holds the
    /// lock, which is not that of a child it forks.
    bits: u64,
}

/// The lock was taken while a panic unwound, by a destructor: that panic does not poison.
const UNWINDING: u64 = 1 << 31;

impl Claim {
    #[inline]
    pub(super) fn of(me: Known) -> Self {
        Self { bits: (attach::process_mark() << 32) | u64::from(me.owner) }
    }

    #[inline]
    pub(super) fn owner(self) -> u32 {
        // The lower half.
        self.bits as u32 & lock::OWNER
    }

    /// Whether this is the process that took the lock, and not a child it forked.
    #[inline]
    pub(super) fn is_ours(self) -> bool {
        attach::process_mark() << 32 == self.bits & !u64::from(u32::MAX)
    }
}

/// A claim of the thread that took a lock.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    claim: Claim,
    /// Locks are held by threads: they must be released where they were taken.
    here: PhantomData<*const ()>,
}

impl Token {
    #[inline]
    pub(super) fn of(me: Known) -> Self {
        let unwinding = if std::thread::panicking() { UNWINDING } else { 0 };
        let bits = Claim::of(me).bits | unwinding;
        Self { claim: Claim { bits }, here: PhantomData }
    }

    /// For a lock that a panic does not mark.
    #[inline]
    pub(super) fn unmarking(me: Known) -> Self {
        Self { claim: Claim::of(me), here: PhantomData }
    }

    #[inline]
    pub(super) fn owner(self) -> u32 {
        self.claim.owner()
    }

    #[inline]
    pub(super) fn is_ours(self) -> bool {
        self.claim.is_ours()
    }

    /// Whether releasing the lock now means that a panic has interrupted the work.
    #[inline]
    pub(super) fn is_interrupted(self) -> bool {
        self.claim.bits & UNWINDING == 0 && std::thread::panicking()
    }
}

/// A claim to one of several seats: a [`Token`], or a [`Claim`] that any thread of the process may give up.
#[derive(Clone, Copy, Debug)]
pub struct SeatToken<C> {
    pub(super) claim: C,
    pub(super) seat: u32,
}

impl<C> SeatToken<C> {
    /// The index of the seat.
    pub(crate) fn seat(&self) -> u32 {
        self.seat
    }
}

thread_local! {
    /// The distance from the seat of this thread's process to the one that this thread tries first.
    static DISTANCE: Cell<u32> = const { Cell::new(0) };
}

/// The seat that a thread tries first, counted modulo the number of seats. Processes begin with that of their slot,
/// and threads move away from each other ([`move_away`]).
#[inline]
pub(super) fn first_seat(owner: u32) -> u32 {
    (owner >> lock::GENERATION_BITS).wrapping_add(DISTANCE.get())
}

/// Has this thread, which found its first seat taken and got the one with this index, begin as many seats further
/// on from now on.
pub(super) fn move_away(owner: u32, index: u32, seats: usize) {
    let seats = seats as u32;
    let moved = (index + seats - first_seat(owner) % seats) % seats;
    DISTANCE.set(DISTANCE.get().wrapping_add(moved));
}

#[cfg(test)]
mod tests {
    use super::{first_seat, lock, move_away};

    #[test]
    fn processes_in_neighbouring_slots_begin_with_different_seats() {
        let first = [0, 1, 2, 3, 4, 5, 6, 7].map(|slot| first_seat(lock::owner(slot, 1)) % 8);
        let mut seats = first.to_vec();
        seats.sort_unstable();
        assert_eq!(seats, (0..8).collect::<Vec<_>>());
    }

    #[test]
    fn a_thread_begins_with_the_seat_that_it_got_when_its_first_one_was_taken() {
        let me = lock::owner(6, 1);
        assert_eq!(first_seat(me) % 8, 7);
        move_away(me, 7, 8);
        assert_eq!(first_seat(me) % 8, 7, "it got its first seat");
        move_away(me, 2, 8);
        assert_eq!(first_seat(me) % 8, 2);
        move_away(me, 1, 8);
        assert_eq!(first_seat(me) % 8, 1);
    }

    #[test]
    fn a_lock_with_a_single_seat_moves_no_thread() {
        let me = lock::owner(3, 1);
        let before = first_seat(me);
        move_away(me, 0, 1);
        assert_eq!(first_seat(me), before);
    }
}
