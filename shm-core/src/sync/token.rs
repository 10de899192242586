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

thread_local! {
    /// Its address tells threads apart.
    static PLACE: Cell<u8> = const { Cell::new(0) };
}

/// The seat that a thread tries first: processes differ in their slot, and threads in their place.
#[inline]
pub(super) fn first_seat(owner: u32) -> u32 {
    let place = PLACE.with(|place| std::ptr::from_ref(place).addr() >> 12) as u32;
    (place.wrapping_mul(0x9E37_79B9) >> 16).wrapping_add(owner >> lock::GENERATION_BITS)
}
