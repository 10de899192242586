//! A lock that the thread has already: what it costs to lock it once more, and to unlock that.

use super::Entry;
use crate::job::Job;
use crate::measure::nanoseconds_each;
use crate::outcome::{Failure, Outcome};

pub(crate) const AGAIN: &str = "lock-again";

/// A recursive lock.
pub(crate) trait Recursive: Sized {
    fn create(job: &Job) -> Result<Self, Failure>;
    /// Locks, works, and unlocks.
    fn locked(&self, work: impl FnOnce());
    /// Locks and unlocks, with the lock held.
    fn again(&self);
}

pub(crate) const fn entry<P: Recursive>() -> Entry {
    Entry::solo(AGAIN, lead::<P>)
}

fn lead<P: Recursive>(job: &Job) -> Result<Outcome, Failure> {
    let lock = P::create(job)?;
    let mut ns = 0.0;
    lock.locked(|| {
        ns = nanoseconds_each(job, |times| {
            for _ in 0..times {
                lock.again();
            }
        });
    });
    Ok(Outcome::timed(ns))
}
