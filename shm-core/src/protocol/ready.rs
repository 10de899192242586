//! Whether a region is ready: its creator publishes this last, and a reader that finds it published sees
//! everything that the creator wrote.
//!
//! | step | ordering | partner |
//! | --- | --- | --- |
//! | [`publish`] | Release, the last store of a creation | the fence of [`is_published`] |
//! | [`is_published`] | Relaxed, then an Acquire fence, before the first look at the data | [`publish`] |

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::{Machine, Word};

/// Publishes that everything is written.
pub fn publish<M: Machine>(word: &M::U64, ready: u64) {
    // Pairs with the fence in `is_published`.
    word.store(ready, Release);
}

/// Returns whether it was published. If so, everything that the creator wrote is visible from here on.
pub fn is_published<M: Machine>(word: &M::U64, ready: u64) -> bool {
    // Relaxed and a fence, so that it works on read-only memory.
    let seen = word.load(Relaxed);
    // Pairs with the Release in `publish`.
    M::fence(Acquire);
    seen == ready
}
