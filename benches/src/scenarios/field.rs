//! One number in shared memory: the cost of reading and of writing it.

use super::Entry;
use crate::job::Job;
use crate::measure::{consume, nanoseconds_each};
use crate::outcome::{Failure, Outcome};

pub(crate) const GET: &str = "field-get";
pub(crate) const SET: &str = "field-set";

/// One 64-bit number.
pub(crate) trait Number: Sized {
    fn create(job: &Job) -> Result<Self, Failure>;
    fn get(&mut self) -> u64;
    fn set(&mut self, value: u64);

    /// Reads many times. Peers in other languages have their own loop, so that the measurement contains
    /// no call.
    #[inline]
    fn get_many(&mut self, times: u64) {
        for _ in 0..times {
            consume(self.get());
        }
    }

    /// Writes many times.
    #[inline]
    fn set_many(&mut self, times: u64) {
        for value in 0..times {
            self.set(value);
            consume(value);
        }
    }
}

pub(crate) const fn entries<P: Number>() -> [Entry; 2] {
    [Entry::solo(GET, get::<P>), Entry::solo(SET, set::<P>)]
}

fn get<P: Number>(job: &Job) -> Result<Outcome, Failure> {
    let mut number = P::create(job)?;
    number.set(7);
    let ns = nanoseconds_each(job, |times| number.get_many(times));
    match number.get() {
        7 => Ok(Outcome::timed(ns)),
        other => Err(format!("wrote 7, read {other}").into()),
    }
}

fn set<P: Number>(job: &Job) -> Result<Outcome, Failure> {
    let mut number = P::create(job)?;
    let ns = nanoseconds_each(job, |times| number.set_many(times));
    number.set(7);
    match number.get() {
        7 => Ok(Outcome::timed(ns)),
        other => Err(format!("wrote 7, read {other}").into()),
    }
}
