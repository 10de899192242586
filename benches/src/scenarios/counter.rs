//! Two parties add to one counter as fast as they can. How many of their updates are lost?

use std::time::Instant;

use super::Entry;
use crate::job::Job;
use crate::outcome::{Failure, Outcome};
use crate::party::{Cue, Partner, Party};

pub(crate) const COUNTER: &str = "counter";

/// Additions between two checks of the clock, or of the other party's cue.
const CHUNK: u64 = 256;

/// A counter that two parties share.
pub(crate) trait Counter: Sized {
    const PARTY: Party = Party::Process;
    fn create(job: &Job) -> Result<Self, Failure>;
    fn open(job: &Job) -> Result<Self, Failure>;
    /// Adds one, `times` times.
    fn add_many(&mut self, times: u64);
    fn value(&mut self) -> u64;
}

pub(crate) const fn entry<P: Counter>() -> Entry {
    Entry::duo(COUNTER, lead::<P>, partner::<P>)
}

fn lead<P: Counter>(job: &Job) -> Result<Outcome, Failure> {
    let mut counter = P::create(job)?;
    let mut partner = Partner::start(job, P::PARTY, partner::<P>)?;
    partner.go();
    let start = Instant::now();
    let mut ours = 0;
    while start.elapsed() < job.duration() {
        counter.add_many(CHUNK);
        ours += CHUNK;
    }
    let took = start.elapsed();
    let theirs = partner.stop()?;
    let done = ours + theirs;
    let lost = done - counter.value();
    // Both together: the cost of one addition for this pair of processes.
    let ns = took.as_secs_f64() * 1e9 / done as f64;
    Ok(Outcome::timed(ns).and_count("updates", done).and_count("lost", lost))
}

fn partner<P: Counter>(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let mut counter = P::open(job)?;
    cue.ready()?;
    let mut done = 0;
    while !cue.is_stopped() {
        counter.add_many(CHUNK);
        done += CHUNK;
    }
    cue.count(done);
    Ok(())
}
