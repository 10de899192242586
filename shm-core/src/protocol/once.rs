//! Doing something once: a [robust lock](super::lock) and one `u32` that says whether it is done.
//!
//! | step | `done` | ordering | partner |
//! | --- | --- | --- | --- |
//! | [`is_done`] | read | Relaxed, then an Acquire fence | the store of [`run`] |
//! | [`run`], under the lock: look | read | as before; the lock orders it anyway | |
//! | [`run`], under the lock: work, then say so | [`DONE`] | Release | [`is_done`] |
//!
//! The store is the commit. Who dies before it leaves a lock that names a dead owner and nothing done:
//! the next one takes the lock over and starts again. Who dies after it leaves the same lock, which
//! nobody asks for any more.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::{Machine, Word};
use crate::fault;

/// What the word holds when it is done. Not 1: a stray write should not look like it.
pub const DONE: u32 = u32::from_le_bytes(*b"DONE");

/// Whether it is done. What was written by whoever did it is then seen.
#[inline]
pub fn is_done<M: Machine>(done: &M::U32) -> bool {
    // Relaxed and a fence, so that it works on read-only memory.
    let seen = done.load(Relaxed) == DONE;
    // Pairs with the Release in `run`.
    M::fence(Acquire);
    seen
}

/// Does it, unless it is done. The caller holds the lock.
#[inline]
pub fn run<M: Machine>(done: &M::U32, work: impl FnOnce()) {
    if is_done::<M>(done) {
        return;
    }
    fault::point("once: at work");
    work();
    fault::point("once: worked, not done");
    // Pairs with the Acquire in `is_done`.
    done.store(DONE, Release);
    fault::point("once: done, not unlocked");
}
