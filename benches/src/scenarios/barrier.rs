//! Two parties that wait for each other, again and again: a phase, from one meeting to the next.

use super::Entry;
use crate::job::{BATCHES, Job};
use crate::measure::time;
use crate::outcome::{Failure, Outcome};
use crate::party::{Cue, Partner, Party};
use crate::statistics::median;

pub(crate) const BARRIER: &str = "lock-barrier";

/// The phases of one batch. Their number is fixed, so that both parties end with the same one.
const PHASES: u64 = 200;

/// A barrier for two.
pub(crate) trait Meeting: Sized {
    const PARTY: Party = Party::Process;
    fn create(job: &Job) -> Result<Self, Failure>;
    fn open(job: &Job) -> Result<Self, Failure>;
    /// Waits until the other party waits as well.
    fn meet(&mut self);
}

pub(crate) const fn entry<P: Meeting>() -> Entry {
    Entry::duo(BARRIER, lead::<P>, partner::<P>)
}

fn lead<P: Meeting>(job: &Job) -> Result<Outcome, Failure> {
    let mut end = P::create(job)?;
    let mut partner = Partner::start(job, P::PARTY, partner::<P>)?;
    partner.go();
    let (mut phase, mut early) = (0, 0);
    let mut phases = |count| {
        for _ in 0..count {
            phase += 1;
            end.meet();
            early += u64::from(partner.counted() < phase);
        }
    };
    let batches = (0..BATCHES).map(|_| time(PHASES, &mut phases).as_secs_f64() * 1e9);
    let ns = median(&batches.map(|total| total / PHASES as f64).collect::<Vec<_>>());
    partner.stop()?;
    Ok(Outcome::timed(ns)
        .and_count("phases", PHASES * u64::from(BATCHES))
        .and_count("early", early))
}

/// Counts each phase before it waits, so that the lead sees if it is let go too early.
fn partner<P: Meeting>(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let mut end = P::open(job)?;
    cue.ready()?;
    for phase in 1..=PHASES * u64::from(BATCHES) {
        cue.count(phase);
        end.meet();
    }
    Ok(())
}
