//! Waiting for something to happen: one `u32` that counts.
//!
//! ```text
//! 31 .. 1   0
//! count     a waiter sleeps
//! ```
//!
//! | step | word before | word after |
//! | --- | --- | --- |
//! | notify, no sleepers | count, 0 | count + 1, 0 |
//! | before sleeping | count, any | count, 1 |
//! | notify all, sleepers | count, 1 | count + 1, 1, then count + 1, 0, then wake all |
//! | notify one, sleepers | count, 1 | count + 1, 1, then wake one |
//! | notify one, no waiter was asleep after all | count + 1, 1 | count + 1, 0, then wake all |
//!
//! | step | ordering | partner |
//! | --- | --- | --- |
//! | [`notify`]: count | Release | the loads of [`ticket`] and [`wait`] |
//! | [`ticket`], [`wait`]: load, fence | Relaxed, Acquire | the count of [`notify`] |
//! | the flag, up and down | Relaxed | none: it is part of the word, and publishes nothing else |
//!
//! No wake-up is lost, because everything happens to one word. A sleeper raises the flag and has the
//! kernel compare the word, flag and count, before it sleeps; so a notification either comes before that
//! comparison, which then fails, or it finds the flag up. A notifier that takes the flag down wakes all
//! sleepers afterwards: those that relied on the flag until then, and those whose notifiers found it
//! down.
//!
//! A sleeper that dies leaves the flag up, which costs a later notification a system call. A notifier
//! that dies between counting and waking leaves sleepers asleep; they look again when their nap is over.
//! [`wait_for`] and [`notify_announced`] go together, where each notification counts in nanoseconds: a
//! notifier that finds the flag down does not even count. So a waiter raises the flag *before* it looks
//! for the last time. Both write one word and then read the other; the waiter has a fence in between, the
//! notifier has none, as that would cost as much as counting. A processor can so read the flag while its
//! change still waits in its store buffer, and the waiter misses the change, which takes effect some
//! hundred nanoseconds later. That is what short first naps are for: when one is over, the waiter looks
//! again, and the flag has been up for a millisecond.
//!
//! The count wraps around after 2^31 notifications: a waiter that looks again after exactly that many,
//! or a multiple, does not notice them.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::compiler_fence;
use std::time::Duration;

use super::sleep::{Awake, Sleep, Who};
use super::{Machine, Word};
use crate::fault;

/// A waiter sleeps on the word.
pub const SLEEPERS: u32 = 1;
/// One notification.
pub const STEP: u32 = 2;
/// The longest sleep without looking at the word again.
pub const LONGEST_NAP: Duration = Duration::from_secs(1);
/// The first nap of [`wait_for`]; each is twice as long as the one before.
pub const FIRST_NAP: Duration = Duration::from_millis(1);
/// The first nap of a waiter that cannot raise the flag, because it may not write to the region's file.
pub const FIRST_BLIND_NAP: Duration = Duration::from_millis(1);
/// Its longest nap: the longest delay before it notices a notification.
pub const LONGEST_BLIND_NAP: Duration = Duration::from_millis(16);

/// Returns the current count, whose change can be waited for.
#[inline]
pub fn ticket<M: Machine>(word: &M::U32) -> u32 {
    look::<M>(word) & !SLEEPERS
}

/// Reads the word, in a way that also works on read-only memory.
#[inline]
fn look<M: Machine>(word: &M::U32) -> u32 {
    let seen = word.load(Relaxed);
    // Pairs with the Release of `notify`: writes before the count are visible from here on.
    M::fence(Acquire);
    seen
}

/// Counts, and wakes sleepers if there are any.
#[inline]
pub fn notify<M: Machine>(word: &M::U32, who: Who, kernel: &impl Sleep<M>) {
    // Release: pairs with the Acquire of a waiter that sees the count.
    if word.fetch_add(STEP, Release) & SLEEPERS != 0 {
        wake::<M>(word, who, kernel);
    }
}

#[cold]
fn wake<M: Machine>(word: &M::U32, who: Who, kernel: &impl Sleep<M>) {
    fault::point("notify: counted, no sleeper woken");
    // The flag stays up while others may sleep: the next notification has to wake one of them.
    if who == Who::One && kernel.wake(word, Who::One) {
        return;
    }
    lower_flag::<M>(word);
    fault::point("notify: flag down, no sleeper woken");
    // All, even to notify one: a waiter that fell asleep before the flag went down must raise it again,
    // and a notification that found it down has woken no waiter.
    kernel.wake(word, Who::All);
}

fn lower_flag<M: Machine>(word: &M::U32) {
    let mut seen = word.load(Relaxed);
    while let Err(found) = word.compare_exchange(seen, seen & !SLEEPERS, Relaxed, Relaxed) {
        seen = found;
    }
}

/// Waits until the count differs from `ticket`. Returns `false` if the time was up before that.
pub fn wait<M: Machine>(word: &M::U32, ticket: u32, kernel: &impl Sleep<M>) -> bool {
    wait_raising::<M>(word, ticket, |seen| Some(raise_flag::<M>(word, seen)), kernel)
}

/// Like [`wait`], for a `word` that perhaps can only be read. `raise` raises the flag in the word that it
/// is given, and returns whether it did, as [`raise_flag`] does; or `None` if it can never do so. Then
/// notifiers do not know of this sleeper, so its naps are short.
pub fn wait_raising<M: Machine>(
    word: &M::U32,
    ticket: u32,
    mut raise: impl FnMut(u32) -> Option<bool>,
    kernel: &impl Sleep<M>,
) -> bool {
    let mut blind_nap = None;
    loop {
        let seen = look::<M>(word);
        if seen & !SLEEPERS != ticket {
            return true;
        }
        let left = kernel.left();
        if left.is_zero() {
            return false;
        }
        let flagged = seen | SLEEPERS;
        let is_raised = match (seen == flagged, blind_nap) {
            (true, _) => Some(true),
            (false, None) => raise(seen),
            (false, Some(_)) => None,
        };
        fault::point("wait: about to sleep");
        match is_raised {
            Some(true) => {
                kernel.sleep(word, flagged, left.min(LONGEST_NAP));
            }
            Some(false) => {}
            None => {
                let nap = blind_nap.unwrap_or(FIRST_BLIND_NAP);
                kernel.sleep(word, seen, left.min(nap));
                blind_nap = Some((nap * 2).min(LONGEST_BLIND_NAP));
            }
        }
    }
}

/// Raises the sleepers' flag, unless the word has changed.
pub fn raise_flag<M: Machine>(word: &M::U32, seen: u32) -> bool {
    word.compare_exchange(seen, seen | SLEEPERS, Relaxed, Relaxed).is_ok()
}

/// Prepares a sleep of the caller's own on the word: raises the flag, by `raise` as in [`wait_raising`], and returns the
/// value to compare the word with and the longest sleep. `None` if the count differs from `ticket`.
pub fn arm<M: Machine>(
    word: &M::U32,
    ticket: u32,
    mut raise: impl FnMut(u32) -> Option<bool>,
) -> Option<(u32, Duration)> {
    loop {
        let seen = look::<M>(word);
        if seen & !SLEEPERS != ticket {
            return None;
        }
        let flagged = seen | SLEEPERS;
        let is_raised = if seen == flagged { Some(true) } else { raise(seen) };
        match is_raised {
            Some(true) => {
                // The flag is up before the next look: see `announce`.
                M::fence(SeqCst);
                return Some((flagged, LONGEST_NAP));
            }
            Some(false) => {}
            None => return Some((seen, LONGEST_BLIND_NAP)),
        }
    }
}

/// Counts and wakes if a waiter has announced itself, as [`wait_for`] does; otherwise costs one load.
#[inline]
pub fn notify_announced<M: Machine>(word: &M::U32, who: Who, kernel: &impl Sleep<M>) {
    // The compiler at least may not move the load before the change. (What the processor does: above.)
    compiler_fence(SeqCst);
    if word.load(Relaxed) & SLEEPERS != 0 {
        notify::<M>(word, who, kernel);
    }
}

/// Raises the flag before a look, and returns the word: the notifiers may use [`notify_announced`].
#[inline]
pub fn announce<M: Machine>(word: &M::U32) -> u32 {
    let flagged = word.fetch_or(SLEEPERS, Relaxed) | SLEEPERS;
    // The flag is up before the look.
    M::fence(SeqCst);
    flagged
}

/// Looks until something is found, and sleeps in between; `None` if the time was up before that. The
/// notifiers may use [`notify_announced`].
#[cold]
pub fn wait_for<M: Machine, R>(
    word: &M::U32,
    mut look: impl FnMut() -> Option<R>,
    kernel: &impl Sleep<M>,
) -> Option<R> {
    let mut nap = FIRST_NAP;
    loop {
        let flagged = announce::<M>(word);
        if let found @ Some(_) = look() {
            return found;
        }
        let left = kernel.left();
        if left.is_zero() {
            return None;
        }
        fault::point("wait: about to sleep");
        nap = match kernel.sleep(word, flagged, nap.min(left)) {
            // The flag may have been down in the meantime.
            Awake::Roused => FIRST_NAP,
            Awake::NapOver => (nap * 2).min(LONGEST_NAP),
        };
    }
}

#[cfg(test)]
mod tests;
