//! An array of 1,000 doubles, copied out whole.

use super::Entry;
use crate::job::Job;
use crate::measure::{consume_at, nanoseconds_each};
use crate::outcome::{Failure, Outcome};

pub(crate) const ARRAY: &str = "array";

pub(crate) const LEN: usize = 1000;

/// An array of doubles in shared memory.
pub(crate) trait Doubles: Sized {
    fn create(job: &Job, values: &[f64; LEN]) -> Result<Self, Failure>;
    fn read(&mut self, out: &mut [f64; LEN]);
}

pub(crate) const fn entry<P: Doubles>() -> Entry {
    Entry::solo(ARRAY, lead::<P>)
}

fn lead<P: Doubles>(job: &Job) -> Result<Outcome, Failure> {
    let values: [f64; LEN] = std::array::from_fn(|index| index as f64 * 0.5);
    let mut array = P::create(job, &values)?;
    let mut out = [0.0; LEN];
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            array.read(&mut out);
            consume_at(&out);
        }
    });
    if out != values {
        return Err("the values read differ from the values written".into());
    }
    Ok(Outcome::timed(ns))
}
