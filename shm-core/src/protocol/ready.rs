//! Whether a region is ready: its creator publishes this last, and a reader that finds it published sees
//! everything that the creator wrote.
//!
//! | step | ordering | partner |
//! | --- | --- | --- |
//! | [`publish`] | Release, the last store of a creation | the fence of [`is_published`] |
//! | [`is_published`] | an Acquire fence after a Relaxed load, before the first look at the data | [`publish`] |

use std::sync::atomic::Ordering::{Acquire, Release};

use super::{Machine, Word};

/// Publishes that everything is written.
pub fn publish<M: Machine>(word: &M::U64, ready: u64) {
    // Pairs with the fence in `is_published`.
    word.store(ready, Release);
}

/// Returns whether it was published, of what a relaxed load of the word has seen. If so, everything that the creator
/// wrote is visible from here on.
pub fn is_published<M: Machine>(seen: u64, ready: u64) -> bool {
    // Pairs with the Release in `publish`.
    M::fence(Acquire);
    seen == ready
}
