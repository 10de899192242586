//! The robust lock: one `u32` that names its owner.
//!
//! ```text
//! 31        30        29 .. 20   19 .. 0
//! sleepers  poisoned  slot + 1   generation of the slot     bits 29..0 zero: free
//! ```
//!
//! | step | word before | word after |
//! | --- | --- | --- |
//! | lock, uncontended | 0 | owner |
//! | lock | free, perhaps poisoned | owner, poisoned as before, sleepers if this locker slept |
//! | before sleeping | held | held, sleepers |
//! | take over from the dead | held by the dead | owner, poisoned, sleepers as before or if this locker slept |
//! | give up after sleeping | held | held, sleepers: a wake meant for others may have gone to this locker |
//! | unlock | owner, any flags | free, poisoned as before (or now) |
//!
//! A dead owner leaves the word with its name in it. A waiter asks now and then whether that owner is
//! alive ([`Owners`]), and takes the lock over if not. A waker that dies between unlocking and waking
//! leaves sleepers asleep, which look again when their nap is over.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::time::Duration;

use super::sleep::{Awake, Sleep, Who};
use super::{Machine, Word};
use crate::fault;

/// Somebody sleeps on the word.
pub const SLEEPERS: u32 = 1 << 31;
/// The last owner died or panicked, and nobody has said since that the contents are whole.
pub const POISONED: u32 = 1 << 30;
/// The bits that name the owner.
pub const OWNER: u32 = POISONED - 1;
/// How many bits of an owner are its generation.
pub const GENERATION_BITS: u32 = 20;
/// The bits of a generation.
pub const GENERATION: u32 = (1 << GENERATION_BITS) - 1;
/// How many slots an owner can be told apart by.
pub const MAX_SLOTS: u32 = OWNER >> GENERATION_BITS;
const _: () = assert!(MAX_SLOTS == crate::limits::MAX_PARTICIPANTS);

/// The first nap; each is twice as long as the one before.
const FIRST_NAP: Duration = Duration::from_millis(1);
/// The longest nap: how long a sleeper may take to notice a death.
const LONGEST_NAP: Duration = Duration::from_millis(50);

/// The owner bits of a slot.
#[must_use]
pub const fn owner(slot: u32, generation: u32) -> u32 {
    ((slot + 1) << GENERATION_BITS) | (generation & GENERATION)
}

/// The slot and the generation that owner bits name; `None` if they name nobody.
#[must_use]
pub const fn slot_of(owner: u32) -> Option<(u32, u32)> {
    match (owner & OWNER) >> GENERATION_BITS {
        0 => None,
        slot => Some((slot - 1, owner & GENERATION)),
    }
}

/// What a locker asks about owners.
pub trait Owners {
    /// Whether the process with these owner bits is gone for sure.
    fn is_dead(&self, owner: u32) -> bool;

    /// Whether it is this very thread that holds the lock, which names its process.
    fn is_this_thread(&self) -> bool;
}

/// The lock is held now; this is the state it was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The last owner unlocked it in order.
    Whole,
    /// An owner died or panicked, and nobody has repaired since.
    Poisoned,
}

/// Why the lock is not held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// This thread holds it already, and would wait for itself.
    WouldDeadlock,
    /// Time is up.
    TimedOut,
}

/// Locks if nobody holds it and all is in order: the whole of an uncontended lock.
///
/// Here and wherever a name is written: Acquire pairs with the Release of [`give`], so that the last
/// owner's writes are seen; Release pairs with the Acquire load in [`lock`]'s slow path, so that who
/// reads a name finds the process behind it among the participants, and not its predecessor.
#[inline]
pub fn take<M: Machine>(word: &M::U32, me: u32) -> bool {
    word.compare_exchange(0, me, AcqRel, Relaxed).is_ok()
}

/// Locks if nobody holds it.
#[inline]
pub fn try_lock<M: Machine>(word: &M::U32, me: u32) -> Option<Found> {
    if take::<M>(word, me) {
        return Some(Found::Whole);
    }
    let seen = word.load(Relaxed);
    (seen & OWNER == 0).then(|| take_free::<M>(word, seen, me)).flatten()
}

/// Locks, waiting for the owner until time is up.
///
/// # Errors
/// If this thread is the owner, or time is up.
#[inline]
pub fn lock<M: Machine>(
    word: &M::U32,
    me: u32,
    owners: &impl Owners,
    kernel: &impl Sleep<M>,
) -> Result<Found, Refused> {
    if take::<M>(word, me) {
        return Ok(Found::Whole);
    }
    lock_contended::<M>(word, me, owners, kernel)
}

/// As [`lock`], after [`take`] has failed.
///
/// # Errors
/// As [`lock`].
#[cold]
pub fn lock_contended<M: Machine>(
    word: &M::U32,
    me: u32,
    owners: &impl Owners,
    kernel: &impl Sleep<M>,
) -> Result<Found, Refused> {
    if word.load(Relaxed) & OWNER == me && owners.is_this_thread() {
        return Err(Refused::WouldDeadlock);
    }
    for _ in 0..M::SPINS {
        let seen = word.load(Relaxed);
        if seen & OWNER != 0 {
            M::spin();
        } else if let Some(found) = take_free::<M>(word, seen, me) {
            return Ok(found);
        }
    }
    lock_patiently::<M>(word, me, owners, kernel)
}

/// Locks by sleeping in between, and by checking whether the owner is alive.
fn lock_patiently<M: Machine>(
    word: &M::U32,
    me: u32,
    owners: &impl Owners,
    kernel: &impl Sleep<M>,
) -> Result<Found, Refused> {
    let (mut nap, mut slept, mut suspicious) = (FIRST_NAP, 0, true);
    loop {
        // Acquire: see `take`.
        let seen = word.load(Acquire);
        if seen & OWNER == 0 {
            // Others may sleep, too: whoever slept keeps the flag up, so that they are woken.
            if let Some(found) = take_free::<M>(word, seen, me | slept) {
                return Ok(found);
            }
            continue;
        }
        let left = kernel.left();
        // A check costs some system calls: not each time that another locker was faster.
        if (suspicious || left.is_zero()) && owners.is_dead(seen & OWNER) {
            if take_over::<M>(word, seen, me | slept) {
                return Ok(Found::Poisoned);
            }
            continue;
        }
        suspicious = false;
        if left.is_zero() && slept == 0 {
            return Err(Refused::TimedOut);
        }
        if !announce_sleep::<M>(word, seen) {
            continue;
        }
        if left.is_zero() {
            // The wake that this locker got may have been meant for another: now that one gets one.
            return Err(Refused::TimedOut);
        }
        fault::point("lock: about to sleep");
        suspicious = kernel.sleep(word, seen | SLEEPERS, nap.min(left)) == Awake::NapOver;
        fault::point("lock: awake again");
        (slept, nap) = (SLEEPERS, (nap * 2).min(LONGEST_NAP));
    }
}

/// Takes a free lock as `me`, with whatever flags are up.
fn take_free<M: Machine>(word: &M::U32, seen: u32, me: u32) -> Option<Found> {
    let found = if seen & POISONED == 0 { Found::Whole } else { Found::Poisoned };
    word.compare_exchange(seen, me | seen, AcqRel, Relaxed).ok().map(|_| found)
}

/// Takes the lock of a dead owner. That it is still the same word makes it the same death.
fn take_over<M: Machine>(word: &M::U32, seen: u32, me: u32) -> bool {
    let flags = (seen & SLEEPERS) | POISONED;
    word.compare_exchange(seen, me | flags, AcqRel, Relaxed).is_ok()
}

/// Raises the sleepers' flag on a held lock, so that its owner wakes somebody.
fn announce_sleep<M: Machine>(word: &M::U32, seen: u32) -> bool {
    seen & SLEEPERS != 0 || word.compare_exchange(seen, seen | SLEEPERS, Relaxed, Relaxed).is_ok()
}

/// Unlocks if nobody sleeps and all is in order: the whole of an uncontended unlock.
#[inline]
pub fn give<M: Machine>(word: &M::U32, me: u32) -> bool {
    // Release: pairs with the Acquire of whoever locks next.
    word.compare_exchange(me, 0, Release, Relaxed).is_ok()
}

/// How unlocking went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlocked {
    /// The lock is free.
    Free,
    /// The lock is free, and a sleeper was woken for it.
    WokeOne,
    /// The lock was no longer this owner's: another process took it over, or a peer wrote nonsense. It
    /// was left alone.
    Lost,
}

/// Unlocks; `poison` says that the contents may be broken.
#[inline]
pub fn unlock<M: Machine>(
    word: &M::U32,
    me: u32,
    poison: bool,
    kernel: &impl Sleep<M>,
) -> Unlocked {
    if !poison && give::<M>(word, me) {
        return Unlocked::Free;
    }
    unlock_contended::<M>(word, me, poison, kernel)
}

/// As [`unlock`], after [`give`] has failed, or where the contents may be broken.
#[cold]
pub fn unlock_contended<M: Machine>(
    word: &M::U32,
    me: u32,
    poison: bool,
    kernel: &impl Sleep<M>,
) -> Unlocked {
    let poison = if poison { POISONED } else { 0 };
    let mut seen = word.load(Relaxed);
    loop {
        if seen & OWNER != me {
            return Unlocked::Lost;
        }
        match word.compare_exchange(seen, (seen & POISONED) | poison, Release, Relaxed) {
            Ok(_) => break,
            Err(found) => seen = found,
        }
    }
    if seen & SLEEPERS == 0 {
        return Unlocked::Free;
    }
    fault::point("lock: unlocked, nobody woken");
    if kernel.wake(word, Who::One) { Unlocked::WokeOne } else { Unlocked::Free }
}

/// Says that the contents are whole again. `false` if the lock is not this owner's any more.
pub fn clear_poison<M: Machine>(word: &M::U32, me: u32) -> bool {
    let mut seen = word.load(Relaxed);
    loop {
        if seen & OWNER != me {
            return false;
        }
        match word.compare_exchange(seen, seen & !POISONED, Relaxed, Relaxed) {
            Ok(_) => return true,
            Err(found) => seen = found,
        }
    }
}

#[cfg(test)]
mod tests;
