//! A change that wakes the other party, which sleeps: from just before the change until the sleeper has
//! it.

use std::time::Duration;

use super::Entry;
use crate::job::Job;
use crate::measure::now;
use crate::outcome::{Failure, Outcome};
use crate::party::{Cue, Partner, Party};
use crate::statistics::median;

pub(crate) const SLEEP: &str = "hand-off-sleep";
/// The same by a condition variable, also for peers that have something faster.
pub(crate) const CONDITION: &str = "lock-condition";

/// Changes per sample.
const CHANGES: usize = 200;
/// Before each change: long enough for the other party to fall asleep.
const PAUSE: Duration = Duration::from_micros(300);

/// A number that wakes its waiters when it changes.
pub(crate) trait Wake: Sized {
    const PARTY: Party = Party::Process;
    /// Creates it; this side waits.
    fn create(job: &Job) -> Result<Self, Failure>;
    /// Opens it; this side changes it.
    fn open(job: &Job) -> Result<Self, Failure>;
    /// Changes it, and wakes one waiter at least.
    fn change(&mut self, value: u64);
    /// Changes it, and wakes all waiters.
    fn change_for_all(&mut self, value: u64) {
        self.change(value);
    }
    /// Sleeps until the number is not `seen`, and returns it.
    fn wait(&mut self, seen: u64) -> u64;
}

pub(crate) const fn entry<P: Wake>(scenario: &'static str) -> Entry {
    Entry::duo(scenario, lead::<P>, partner::<P>)
}

fn lead<P: Wake>(job: &Job) -> Result<Outcome, Failure> {
    let mut end = P::create(job)?;
    let mut partner = Partner::start(job, P::PARTY, partner::<P>)?;
    partner.go();
    let mut latencies = Vec::with_capacity(CHANGES);
    let mut seen = 0;
    while latencies.len() < CHANGES {
        seen = end.wait(seen);
        latencies.push(now().saturating_sub(seen) as f64);
    }
    partner.stop()?;
    Ok(Outcome::timed(median(&latencies)).and_count("changes", CHANGES as u64))
}

/// Changes the number to the time at which it does so.
fn partner<P: Wake>(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let mut end = P::open(job)?;
    cue.ready()?;
    while !cue.is_stopped() {
        std::thread::sleep(PAUSE);
        end.change(now());
    }
    Ok(())
}
