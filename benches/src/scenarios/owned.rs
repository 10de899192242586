//! A value of 64 B in a heap: reading it whole, and replacing it, while no other party does.

use super::Entry;
use crate::job::Job;
use crate::measure::{consume_at, nanoseconds_each};
use crate::outcome::{Failure, Outcome};

pub(crate) const LOAD: &str = "heap-owned-load";
pub(crate) const SET: &str = "heap-owned-set";

pub(crate) type Line = [u64; 8];

/// A place in shared memory that owns a value in a heap.
pub(crate) trait Owned: Sized {
    /// The place as a reader opens it, which never writes.
    type Reader;

    fn create(job: &Job) -> Result<Self, Failure>;
    fn set(&mut self, value: &Line);
    fn reader(&self, job: &Job) -> Result<Self::Reader, Failure>;
    fn load(reader: &mut Self::Reader) -> Line;
}

pub(crate) const fn entries<P: Owned>() -> [Entry; 2] {
    [Entry::solo(LOAD, lead_load::<P>), Entry::solo(SET, lead_set::<P>)]
}

fn lead_load<P: Owned>(job: &Job) -> Result<Outcome, Failure> {
    let value = [1, 2, 3, 4, 5, 6, 7, 8];
    let mut owned = P::create(job)?;
    owned.set(&value);
    let mut reader = owned.reader(job)?;
    let mut wrong = 0;
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            let loaded = P::load(&mut reader);
            consume_at(&loaded);
            wrong += u64::from(loaded[0] != 1);
        }
    });
    wrong += u64::from(P::load(&mut reader) != value);
    Ok(Outcome::timed(ns).and_count("torn", wrong))
}

fn lead_set<P: Owned>(job: &Job) -> Result<Outcome, Failure> {
    let mut owned = P::create(job)?;
    let mut number = 0;
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            number += 1;
            owned.set(std::hint::black_box(&[number; 8]));
        }
    });
    let mut reader = owned.reader(job)?;
    let lost = u64::from(P::load(&mut reader) != [number; 8]);
    Ok(Outcome::timed(ns).and_count("lost", lost))
}
