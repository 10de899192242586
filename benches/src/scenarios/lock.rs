//! An increment of a number under its lock: by one party, and by two that both want the lock all the
//! time.

use std::time::Instant;

use super::Entry;
use crate::job::Job;
use crate::measure::nanoseconds_each;
use crate::outcome::{Failure, Outcome};
use crate::party::{Cue, Partner, Party};

pub(crate) const ALONE: &str = "lock-alone";
pub(crate) const CONTENDED: &str = "lock-contended";

/// Increments between two checks of the clock, or of the other party's cue.
const CHUNK: u64 = 64;

/// A lock and the number in it.
pub(crate) trait Lock: Sized {
    const PARTY: Party = Party::Process;
    fn create(job: &Job) -> Result<Self, Failure>;
    fn open(job: &Job) -> Result<Self, Failure>;
    /// Locks, adds one by a plain read and a plain write, and unlocks.
    fn increment(&mut self);
    fn value(&mut self) -> u64;
}

pub(crate) const fn entries<P: Lock>() -> [Entry; 2] {
    [Entry::solo(ALONE, alone::<P>), Entry::duo(CONTENDED, contended::<P>, partner::<P>)]
}

fn increment_many<P: Lock>(lock: &mut P, times: u64) {
    for _ in 0..times {
        lock.increment();
    }
}

fn alone<P: Lock>(job: &Job) -> Result<Outcome, Failure> {
    let mut lock = P::create(job)?;
    let mut done = 0;
    let ns = nanoseconds_each(job, |times| {
        increment_many(&mut lock, times);
        done += times;
    });
    Ok(Outcome::timed(ns).and_count("updates", done).and_count("lost", done - lock.value()))
}

fn contended<P: Lock>(job: &Job) -> Result<Outcome, Failure> {
    let mut lock = P::create(job)?;
    let mut partner = Partner::start(job, P::PARTY, partner::<P>)?;
    partner.go();
    let start = Instant::now();
    let mut ours = 0;
    while start.elapsed() < job.duration() {
        increment_many(&mut lock, CHUNK);
        ours += CHUNK;
    }
    let took = start.elapsed();
    let done = ours + partner.stop()?;
    let ns = took.as_secs_f64() * 1e9 / done as f64;
    Ok(Outcome::timed(ns).and_count("updates", done).and_count("lost", done - lock.value()))
}

fn partner<P: Lock>(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let mut lock = P::open(job)?;
    cue.ready()?;
    let mut done = 0;
    while !cue.is_stopped() {
        increment_many(&mut lock, CHUNK);
        done += CHUNK;
    }
    cue.count(done);
    Ok(())
}
