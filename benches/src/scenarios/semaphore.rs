//! A semaphore: a permit of three is acquired and released by one party; one of one by two that both want
//! it all the time, each to increment a number.

use std::time::Instant;

use super::Entry;
use crate::job::Job;
use crate::measure::nanoseconds_each;
use crate::outcome::{Failure, Outcome};
use crate::party::{Cue, Partner};

pub(crate) const ALONE: &str = "lock-semaphore";
pub(crate) const CONTENDED: &str = "lock-semaphore-contended";

/// The permits of the semaphore that one party uses, and of the one that is killed for.
pub(crate) const PERMITS: u32 = 3;

/// Increments between two checks of the clock, or of the other party's cue.
const CHUNK: u64 = 64;

/// A semaphore of [`PERMITS`], and one of a single permit with a number.
pub(crate) trait Permits: Sized {
    fn create(job: &Job) -> Result<Self, Failure>;
    fn open(job: &Job) -> Result<Self, Failure>;
    /// Acquires one of [`PERMITS`] and releases it.
    fn pass(&mut self);
    /// Acquires the single permit, adds one by a plain read and a plain write, and releases it.
    fn increment(&mut self);
    fn value(&mut self) -> u64;
}

pub(crate) const fn entries<P: Permits>() -> [Entry; 2] {
    [Entry::solo(ALONE, alone::<P>), Entry::duo(CONTENDED, contended::<P>, partner::<P>)]
}

fn alone<P: Permits>(job: &Job) -> Result<Outcome, Failure> {
    let mut permits = P::create(job)?;
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            permits.pass();
        }
    });
    Ok(Outcome::timed(ns))
}

fn contended<P: Permits>(job: &Job) -> Result<Outcome, Failure> {
    let mut permits = P::create(job)?;
    let mut partner = Partner::start(job, crate::party::Party::Process, partner::<P>)?;
    partner.go();
    let (start, mut ours) = (Instant::now(), 0);
    while start.elapsed() < job.duration() {
        (0..CHUNK).for_each(|_| permits.increment());
        ours += CHUNK;
    }
    let took = start.elapsed();
    let done = ours + partner.stop()?;
    let ns = took.as_secs_f64() * 1e9 / done as f64;
    Ok(Outcome::timed(ns).and_count("updates", done).and_count("lost", done - permits.value()))
}

fn partner<P: Permits>(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let mut permits = P::open(job)?;
    cue.ready()?;
    let mut done = 0;
    while !cue.is_stopped() {
        (0..CHUNK).for_each(|_| permits.increment());
        done += CHUNK;
    }
    cue.count(done);
    Ok(())
}
