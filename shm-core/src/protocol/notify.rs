//! Waiting for something to happen: one `u32` that counts.
//!
//! ```text
//! 31 .. 1   0
//! count     somebody sleeps
//! ```
//!
//! | step | word before | word after |
//! | --- | --- | --- |
//! | notify, nobody sleeps | count, 0 | count + 1, 0 |
//! | before sleeping | count, any | count, 1 |
//! | notify all, somebody sleeps | count, 1 | count + 1, 1, then count + 1, 0, then wake all |
//! | notify one, somebody sleeps | count, 1 | count + 1, 1, then wake one |
//! | notify one, nobody was asleep after all | count + 1, 1 | count + 1, 0, then wake all |
//!
//! | step | ordering | partner |
//! | --- | --- | --- |
//! | [`notify`]: count | Release | [`ticket`], and the load of [`wait`] and [`wait_blind`] |
//! | [`ticket`], [`wait_blind`]: load, fence | Relaxed, Acquire | the count of [`notify`] |
//! | [`wait`]: load | Acquire | the count of [`notify`] |
//! | the flag, up and down | Relaxed | none: it is part of the word, and says nothing about others |
//!
//! No wake-up is lost, because everything happens to one word. A sleeper raises the flag and has the
//! kernel compare the word, flag and count, before it sleeps; so a notification comes before that
//! comparison, which then fails, or it finds the flag up. Whoever takes the flag down wakes everybody
//! afterwards: whoever relied on the flag until then, and those whose notifiers found it down.
//!
//! A sleeper that dies leaves the flag up, which costs a later notification a system call. A notifier
//! that dies between counting and waking leaves sleepers asleep; they look again when their nap is over.
//! The count wraps around after 2^31 notifications: a waiter that looks after exactly as many, or a
//! multiple, does not notice them.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::Duration;

use super::sleep::{Sleep, Who};
use super::{Machine, Word};
use crate::fault;

/// Somebody sleeps on the word.
pub const SLEEPERS: u32 = 1;
/// One notification.
pub const STEP: u32 = 2;
/// How long a sleeper trusts in being woken.
pub const LONGEST_NAP: Duration = Duration::from_secs(1);
/// The first nap of a waiter that may not write, and cannot say that it sleeps.
pub const FIRST_BLIND_NAP: Duration = Duration::from_millis(1);
/// Its longest nap: how late it may notice.
pub const LONGEST_BLIND_NAP: Duration = Duration::from_millis(16);

/// The count as it is now: what to wait for a change of.
#[inline]
pub fn ticket<M: Machine>(word: &M::U32) -> u32 {
    look::<M>(word) & !SLEEPERS
}

/// Reads the word, in a way that works on read-only memory, too.
#[inline]
fn look<M: Machine>(word: &M::U32) -> u32 {
    let seen = word.load(Relaxed);
    // Pairs with the Release of `notify`: what led to the count is seen from here on.
    M::fence(Acquire);
    seen
}

/// Counts, and wakes sleepers if there are any.
#[inline]
pub fn notify<M: Machine>(word: &M::U32, who: Who, kernel: &impl Sleep<M>) {
    // Release: pairs with the Acquire of whoever sees the count.
    if word.fetch_add(STEP, Release) & SLEEPERS != 0 {
        wake::<M>(word, who, kernel);
    }
}

#[cold]
fn wake<M: Machine>(word: &M::U32, who: Who, kernel: &impl Sleep<M>) {
    fault::point("notify: counted, nobody woken");
    // The flag stays up while others may sleep: the next notification has to wake one of them.
    if who == Who::One && kernel.wake(word, Who::One) {
        return;
    }
    lower_flag::<M>(word);
    fault::point("notify: flag down, nobody woken");
    // All, also to notify one: who fell asleep before the flag went down must raise it again, and a
    // notification that found it down has woken nobody.
    kernel.wake(word, Who::All);
}

fn lower_flag<M: Machine>(word: &M::U32) {
    let mut seen = word.load(Relaxed);
    while let Err(found) = word.compare_exchange(seen, seen & !SLEEPERS, Relaxed, Relaxed) {
        seen = found;
    }
}

/// Waits until the count is not `ticket` any more. `false` if time was up before that.
pub fn wait<M: Machine>(word: &M::U32, ticket: u32, kernel: &impl Sleep<M>) -> bool {
    loop {
        // Acquire: pairs with the Release of `notify`.
        let seen = word.load(Acquire);
        if seen & !SLEEPERS != ticket {
            return true;
        }
        let left = kernel.left();
        if left.is_zero() {
            return false;
        }
        let flagged = seen | SLEEPERS;
        if seen == flagged || word.compare_exchange(seen, flagged, Relaxed, Relaxed).is_ok() {
            fault::point("wait: about to sleep");
            kernel.sleep(word, flagged, left.min(LONGEST_NAP));
        }
    }
}

/// As [`wait`], for memory that can only be read: nobody knows of this sleeper, so its naps are
/// short.
pub fn wait_blind<M: Machine>(word: &M::U32, ticket: u32, kernel: &impl Sleep<M>) -> bool {
    let mut nap = FIRST_BLIND_NAP;
    loop {
        let seen = look::<M>(word);
        if seen & !SLEEPERS != ticket {
            return true;
        }
        let left = kernel.left();
        if left.is_zero() {
            return false;
        }
        fault::point("wait: about to sleep");
        kernel.sleep(word, seen, left.min(nap));
        nap = (nap * 2).min(LONGEST_BLIND_NAP);
    }
}

#[cfg(test)]
mod tests;
