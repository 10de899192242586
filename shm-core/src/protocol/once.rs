//! Doing something once: a [robust lock](super::lock) and one `u32` that says whether it is done.
//!
//! | step | `done` | ordering | partner |
//! | --- | --- | --- | --- |
//! | [`is_done`] | read | Relaxed, then an Acquire fence | the store of [`run`] |
//! | [`run`], under the lock: look | read | as before; the lock orders it anyway | |
//! | [`run`], under the lock: work, then commit | [`DONE`] | Release | [`is_done`] |
//!
//! The store is the commit. A process that dies before it leaves a lock that names a dead owner, and
//! nothing done: the next process takes the lock over and starts again. A process that dies after it
//! leaves the same lock, which is no longer needed.

use std::convert::Infallible;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::{Machine, Word};
use crate::fault;

/// The word's value once it is done. Not 1, so that a stray write is unlikely to match it.
pub const DONE: u32 = u32::from_le_bytes(*b"DONE");

/// Returns whether it is done. If so, the writes of the process that did it are visible.
#[inline]
pub fn is_done<M: Machine>(done: &M::U32) -> bool {
    // Relaxed and a fence, so that it works on read-only memory.
    let seen = done.load(Relaxed) == DONE;
    // Pairs with the Release in `run`.
    M::fence(Acquire);
    seen
}

/// Runs the work, unless it is done. The caller holds the lock.
#[inline]
pub fn run<M: Machine>(done: &M::U32, work: impl FnOnce()) {
    let Ok(()) = try_run::<M, Infallible>(done, || {
        work();
        Ok(())
    });
}

/// As [`run`]. Work that fails is not done.
///
/// # Errors
/// Those of the work.
#[inline]
pub fn try_run<M: Machine, E>(
    done: &M::U32,
    work: impl FnOnce() -> Result<(), E>,
) -> Result<(), E> {
    if is_done::<M>(done) {
        return Ok(());
    }
    fault::point("once: at work");
    work()?;
    fault::point("once: worked, not done");
    // Pairs with the Acquire in `is_done`.
    done.store(DONE, Release);
    fault::point("once: done, not unlocked");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;
    use crate::protocol::Hardware;

    #[test]
    fn only_the_value_done_means_done() {
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
