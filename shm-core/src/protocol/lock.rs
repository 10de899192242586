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
//! | give up after sleeping | held | held, sleepers: this locker may have received a wake meant for another |
//! | unlock | owner, any flags | free, poisoned as before (or now) |
//! | offer a turn after waking a sleeper | 0 | free, sleepers: the next owner's unlock takes the flag down |
//!
//! A dead owner leaves the word with its name in it. A waiter checks periodically whether the owner is
//! alive ([`Owners`]), and takes the lock over if not. A waker that dies between unlocking and waking
//! leaves sleepers asleep; they look again when their nap is over.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use super::sleep::{Awake, Naps, Sleep, Who};
use super::{Machine, Word};
use crate::fault;

/// A waiter sleeps on the word.
pub const SLEEPERS: u32 = 1 << 31;
/// The last owner died or panicked, and the contents have not been marked whole since.
pub const POISONED: u32 = 1 << 30;
/// The bits that name the owner.
pub const OWNER: u32 = POISONED - 1;
/// The number of bits of an owner's generation.
pub const GENERATION_BITS: u32 = 20;
/// The bits of a generation.
pub const GENERATION: u32 = (1 << GENERATION_BITS) - 1;
/// The number of slots that owner bits can name.
pub const MAX_SLOTS: u32 = OWNER >> GENERATION_BITS;
const _: () = assert!(MAX_SLOTS == crate::limits::MAX_PARTICIPANTS);

/// Returns the owner bits of a slot.
#[must_use]
pub const fn owner(slot: u32, generation: u32) -> u32 {
    ((slot + 1) << GENERATION_BITS) | (generation & GENERATION)
}

/// Returns the slot and the generation that owner bits name; `None` if they name no slot.
#[must_use]
pub const fn slot_of(owner: u32) -> Option<(u32, u32)> {
    match (owner & OWNER) >> GENERATION_BITS {
        0 => None,
        slot => Some((slot - 1, owner & GENERATION)),
    }
}

/// The longest time between two looks of a locker that spins, in hints to the processor. Each look takes the
/// word's cache line away from the owner, who then unlocks later.
const LONGEST_SPIN: u32 = 16;

/// A locker's questions about owners.
pub trait Owners {
    /// Returns whether the process with these owner bits is certainly dead.
    fn is_dead(&self, owner: u32) -> bool;

    /// Returns whether this very thread holds the lock, whose word names its process.
    fn is_this_thread(&self) -> bool;
}

/// The state in which the lock, now held, was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The last owner unlocked it in order.
    Whole,
    /// An owner died or panicked, and the contents have not been repaired since.
    Poisoned,
}

/// The reason for not locking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// This thread already holds it, and would wait for itself.
    WouldDeadlock,
    /// Time is up.
    TimedOut,
}

/// Locks if the lock is free and not poisoned: the complete uncontended lock.
///
/// Here and wherever a name is written: Acquire pairs with the Release of [`release`], so that the last
/// owner's writes are seen; Release pairs with the Acquire load in [`lock`]'s slow path, so that the
/// reader of a name finds its process among the participants, and not the previous one in the slot.
#[inline]
pub fn acquire<M: Machine>(word: &M::U32, me: u32) -> bool {
    word.compare_exchange(0, me, AcqRel, Relaxed).is_ok()
}

/// Locks if the lock is free.
#[inline]
pub fn try_lock<M: Machine>(word: &M::U32, me: u32) -> Option<Found> {
    if acquire::<M>(word, me) {
        return Some(Found::Whole);
    }
    let seen = word.load(Relaxed);
    (seen & OWNER == 0).then(|| take_free::<M>(word, seen, me)).flatten()
}

/// Locks if the lock is free, or its owner is dead. Never waits.
#[cold]
pub fn lock_unless_alive<M: Machine>(
    word: &M::U32,
    me: u32,
    owners: &impl Owners,
) -> Option<Found> {
    loop {
        // Acquire: see `take`.
        let seen = word.load(Acquire);
        if seen & OWNER == 0 {
            if let Some(found) = take_free::<M>(word, seen, me) {
                return Some(found);
            }
        } else if !owners.is_dead(seen & OWNER) {
            return None;
        } else if take_over::<M>(word, seen, me) {
            return Some(Found::Poisoned);
        }
    }
}

/// Locks, waiting for the owner until the time is up.
///
/// # Errors
/// If this thread is the owner, or the time is up.
#[inline]
pub fn lock<M: Machine>(
    word: &M::U32,
    me: u32,
    owners: &impl Owners,
    kernel: &impl Sleep<M>,
) -> Result<Found, Refused> {
    if acquire::<M>(word, me) {
        return Ok(Found::Whole);
    }
    lock_contended::<M>(word, me, owners, kernel)
}

/// Like [`lock`], after [`acquire`] has failed.
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
    let (mut spun, mut spins) = (0, 1);
    while spun < M::SPINS {
        let seen = word.load(Relaxed);
        if seen & OWNER == 0 {
            if let Some(found) = take_free::<M>(word, seen, me) {
                return Ok(found);
            }
        }
        (0..spins).for_each(|_| M::spin());
        spun += spins;
        spins = (spins * 2).min(LONGEST_SPIN);
    }
    lock_patiently::<M>(word, me, owners, kernel)
}

/// Looks for a while whether one of these locks is free: to check their owners takes longer than most of them have
/// theirs.
pub(super) fn spin_while_held<M: Machine>(words: &[M::U32]) {
    for _ in 0..M::SPINS {
        if words.iter().any(|word| word.load(Relaxed) & OWNER == 0) {
            return;
        }
        M::spin();
    }
}

/// Locks, with sleeps between attempts, and checks whether the owner is alive.
fn lock_patiently<M: Machine>(
    word: &M::U32,
    me: u32,
    owners: &impl Owners,
    kernel: &impl Sleep<M>,
) -> Result<Found, Refused> {
    let (mut naps, mut slept, mut suspicious) = (Naps::between_checks_of(1), 0, true);
    loop {
        // Acquire: see `acquire`.
        let seen = word.load(Acquire);
        if seen & OWNER == 0 {
            // Others may be asleep as well: a locker that slept keeps the flag up, so that they are woken.
            if let Some(found) = take_free::<M>(word, seen, me | slept) {
                return Ok(found);
            }
            continue;
        }
        let left = kernel.left();
        // A check costs several system calls, so not each time that another locker was faster.
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
            // This locker may have received a wake meant for another: pass it on.
            return Err(Refused::TimedOut);
        }
        fault::point("lock: about to sleep");
        suspicious = kernel.sleep(word, seen | SLEEPERS, naps.nap().min(left)) == Awake::NapOver;
        fault::point("lock: awake again");
        slept = SLEEPERS;
    }
}

/// Takes a free lock as `me`, and keeps the flags that are up.
fn take_free<M: Machine>(word: &M::U32, seen: u32, me: u32) -> Option<Found> {
    let found = if seen & POISONED == 0 { Found::Whole } else { Found::Poisoned };
    word.compare_exchange(seen, me | seen, AcqRel, Relaxed).ok().map(|_| found)
}

/// Takes the lock of a dead owner. If the word is still the same, it is the same death.
fn take_over<M: Machine>(word: &M::U32, seen: u32, me: u32) -> bool {
    let flags = (seen & SLEEPERS) | POISONED;
    word.compare_exchange(seen, me | flags, AcqRel, Relaxed).is_ok()
}

/// Raises the sleepers' flag on a held lock, so that its owner wakes a sleeper.
pub(super) fn announce_sleep<M: Machine>(word: &M::U32, seen: u32) -> bool {
    seen & SLEEPERS != 0 || word.compare_exchange(seen, seen | SLEEPERS, Relaxed, Relaxed).is_ok()
}

/// Unlocks if there are no sleepers and it is not poisoned: the complete uncontended unlock.
#[inline]
pub fn release<M: Machine>(word: &M::U32, me: u32) -> bool {
    // Release: pairs with the Acquire of the next locker.
    word.compare_exchange(me, 0, Release, Relaxed).is_ok()
}

/// The outcome of unlocking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlocked {
    /// The lock is free.
    Free,
    /// The lock is free, and a sleeper was woken for it.
    WokeOne,
    /// The lock was no longer this owner's: another process took it over, or a peer wrote nonsense. It
    /// was left unchanged.
    Lost,
}

/// Unlocks; `poison` marks the contents as possibly broken.
#[inline]
pub fn unlock<M: Machine>(
    word: &M::U32,
    me: u32,
    poison: bool,
    kernel: &impl Sleep<M>,
) -> Unlocked {
    if !poison && release::<M>(word, me) {
        return Unlocked::Free;
    }
    unlock_contended::<M>(word, me, poison, kernel)
}

/// Like [`unlock`], after [`release`] has failed, or if the contents may be broken.
#[cold]
pub fn unlock_contended<M: Machine>(
    word: &M::U32,
    me: u32,
    poison: bool,
    kernel: &impl Sleep<M>,
) -> Unlocked {
    match free::<M>(word, me, poison) {
        None => return Unlocked::Lost,
        Some(seen) if seen & SLEEPERS == 0 => return Unlocked::Free,
        Some(_) => {}
    }
    fault::point("lock: unlocked, no sleeper woken");
    if kernel.wake(word, Who::One) { Unlocked::WokeOne } else { Unlocked::Free }
}

/// Frees a lock without waking a sleeper. Returns the word as it was; `None` if the lock was no longer this
/// owner's.
pub fn free<M: Machine>(word: &M::U32, me: u32, poison: bool) -> Option<u32> {
    let poison = if poison { POISONED } else { 0 };
    let mut seen = word.load(Relaxed);
    while seen & OWNER == me {
        match word.compare_exchange(seen, (seen & POISONED) | poison, Release, Relaxed) {
            Ok(_) => return Some(seen),
            Err(found) => seen = found,
        }
    }
    None
}

/// Raises the sleepers' flag on a free lock, for a locker that was woken: once another process has locked and
/// unlocked, the flag is down. Returns `false` if the lock has been taken already, or is poisoned.
///
/// Relaxed: an exchange, so that the next locker still synchronises with the last unlock.
#[cold]
pub fn offer_turn<M: Machine>(word: &M::U32) -> bool {
    word.compare_exchange(0, SLEEPERS, Relaxed, Relaxed).is_ok()
}

/// Whether no process has taken the lock since a turn was [offered](offer_turn).
pub fn is_turn_open<M: Machine>(word: &M::U32) -> bool {
    word.load(Relaxed) == SLEEPERS
}

/// Marks the contents as possibly broken, and keeps the lock. Returns `false` if it is no longer this
/// owner's.
#[cold]
pub fn poison<M: Machine>(word: &M::U32, me: u32) -> bool {
    change_flags::<M>(word, me, |seen| seen | POISONED)
}

/// Marks the contents as whole again. Returns `false` if the lock is no longer this owner's.
pub fn clear_poison<M: Machine>(word: &M::U32, me: u32) -> bool {
    change_flags::<M>(word, me, |seen| seen & !POISONED)
}

/// Changes the flags of a lock that this owner holds.
fn change_flags<M: Machine>(word: &M::U32, me: u32, change: impl Fn(u32) -> u32) -> bool {
    let mut seen = word.load(Relaxed);
    loop {
        if seen & OWNER != me {
            return false;
        }
        match word.compare_exchange(seen, change(seen), Relaxed, Relaxed) {
            Ok(_) => return true,
            Err(found) => seen = found,
        }
    }
}

#[cfg(test)]
mod tests;
