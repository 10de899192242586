//! A struct of twenty numbers in shared memory, each read by its name.

use super::Entry;
use crate::job::Job;
use crate::measure::{consume, nanoseconds_each};
use crate::outcome::{Failure, Outcome};

pub(crate) const TWENTY: &str = "field-twenty";

/// Calls a macro with the names of the fields.
macro_rules! for_twenty {
    ($then:ident) => {
        $then! { f01 f02 f03 f04 f05 f06 f07 f08 f09 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20 }
    };
}
pub(crate) use for_twenty;

/// A struct of twenty numbers.
pub(crate) trait Twenty: Sized {
    /// Creates it; the first number is 1, the last one 20.
    fn create(job: &Job) -> Result<Self, Failure>;
    /// Reads each number by its name, in order.
    fn each(&mut self, take: impl FnMut(u64));

    /// Reads all of them many times. Peers in other languages have their own loop, so that the
    /// measurement contains no call.
    #[inline]
    fn read_many(&mut self, times: u64) {
        for _ in 0..times {
            self.each(consume);
        }
    }
}

pub(crate) const fn entry<P: Twenty>() -> Entry {
    Entry::solo(TWENTY, lead::<P>)
}

fn lead<P: Twenty>(job: &Job) -> Result<Outcome, Failure> {
    let mut fields = P::create(job)?;
    let ns = nanoseconds_each(job, |times| fields.read_many(times));
    let mut found = Vec::new();
    fields.each(|number| found.push(number));
    if !found.iter().copied().eq(1..=20) {
        return Err(format!("wrote 1 to 20, read {found:?}").into());
    }
    Ok(Outcome::timed(ns))
}
