//! One process creates a struct of two fields; another program, built from a source in which the two
//! fields have changed places, opens it. Is it let in?

use super::Entry;
use crate::job::Job;
use crate::outcome::{Failure, Outcome};

pub(crate) const LAYOUT: &str = "layout";

/// The first program's integer; its double is 1.5.
pub(crate) const NUMBER: u64 = 3;

/// The result of the second program.
pub(crate) enum Opened {
    /// It was let in, and reads this as its integer.
    Reads(u64),
    /// It was told that the layouts differ.
    Refused(String),
}

/// A struct that two programs share.
pub(crate) trait Mismatch {
    type Made;
    /// Creates `{ number: u64, ratio: f64 }` with [`NUMBER`] and 1.5.
    fn create(job: &Job) -> Result<Self::Made, Failure>;
    /// Opens it as `{ ratio: f64, number: u64 }`.
    fn open_swapped(job: &Job) -> Result<Opened, Failure>;
}

pub(crate) const fn entry<P: Mismatch>() -> Entry {
    Entry::solo(LAYOUT, lead::<P>)
}

fn lead<P: Mismatch>(job: &Job) -> Result<Outcome, Failure> {
    let _made = P::create(job)?;
    Ok(match P::open_swapped(job)? {
        Opened::Refused(reason) => Outcome::judged("refused").and_said(&anywhere(job, &reason)),
        Opened::Reads(NUMBER) => Outcome::judged("accepted, and translated"),
        Opened::Reads(_) => Outcome::judged("accepted"),
    })
}

/// A peer's message, without the folder, which differs in each round.
fn anywhere(job: &Job, reason: &str) -> String {
    let folder = job.folder.join("");
    reason.replace(&*folder.to_string_lossy(), "")
}
