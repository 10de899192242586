//! Opening something that another process created, reading one number in it, and closing it.

use super::Entry;
use crate::job::Job;
use crate::measure::{consume, nanoseconds_each};
use crate::outcome::{Failure, Outcome};
use crate::party::{Cue, Partner, Party};

pub(crate) const ATTACH: &str = "attach";

/// The number that the other process wrote.
pub(crate) const MARK: u64 = 0x5eed;

/// Something with a number in it that another process can open.
pub(crate) trait Attach {
    /// The part that the creator keeps alive.
    type Made;
    /// The part that the opener creates once, such as its own registration.
    type Prepared;

    /// Creates it, with [`MARK`] in it.
    fn create(job: &Job) -> Result<Self::Made, Failure>;
    fn prepare(job: &Job) -> Result<Self::Prepared, Failure>;
    /// Opens it, reads the number, and closes it.
    fn visit(prepared: &mut Self::Prepared) -> Result<u64, Failure>;
}

pub(crate) const fn entry<P: Attach>() -> Entry {
    Entry::duo(ATTACH, lead::<P>, partner::<P>)
}

fn lead<P: Attach>(job: &Job) -> Result<Outcome, Failure> {
    let mut partner = Partner::start(job, Party::Process, partner::<P>)?;
    partner.go();
    let mut prepared = P::prepare(job)?;
    let found = P::visit(&mut prepared)?;
    if found != MARK {
        return Err(format!("wrote {MARK:#x}, read {found:#x}").into());
    }
    let mut failures = 0;
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            match P::visit(&mut prepared) {
                Ok(value) => consume(value),
                Err(_) => failures += 1,
            }
        }
    });
    drop(prepared);
    partner.stop()?;
    if failures > 0 {
        return Err(format!("opening it failed {failures} times").into());
    }
    Ok(Outcome::timed(ns))
}

fn partner<P: Attach>(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let _made = P::create(job)?;
    cue.ready()?;
    cue.wait_for_stop()
}
