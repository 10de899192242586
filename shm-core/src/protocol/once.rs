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

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;
    use crate::protocol::Hardware;

    #[test]
    fn it_is_done_when_the_word_says_so_and_by_nothing_else() {
        for stray in [0, 1, 2, 1 << 31, u32::MAX] {
            let (done, runs) = (AtomicU32::new(stray), AtomicU32::new(0));
            assert!(!is_done::<Hardware>(&done), "{stray}");
            for _ in 0..2 {
                run::<Hardware>(&done, || {
                    runs.fetch_add(1, Relaxed);
                });
            }
            assert!(is_done::<Hardware>(&done));
            assert_eq!((done.into_inner().to_le_bytes(), runs.into_inner()), (*b"DONE", 1));
        }
    }
}
