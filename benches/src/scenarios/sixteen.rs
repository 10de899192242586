//! Sixteen regions that one process uses in turn: each access finds another one.

use super::Entry;
use super::field::Number;
use super::lock::Lock;
use crate::job::Job;
use crate::measure::{consume, nanoseconds_each};
use crate::outcome::{Failure, Outcome};

pub(crate) const GET: &str = "sixteen-get";
pub(crate) const LOCK: &str = "sixteen-lock";

const REGIONS: usize = 16;

pub(crate) const fn get<P: Number>() -> Entry {
    Entry::solo(GET, lead_get::<P>)
}

pub(crate) const fn lock<P: Lock>() -> Entry {
    Entry::solo(LOCK, lead_lock::<P>)
}

fn create_all<T>(
    job: &Job,
    create: impl Fn(&Job) -> Result<T, Failure>,
) -> Result<[T; REGIONS], Failure> {
    let all = (0..REGIONS).map(|number| create(&job.numbered(number)?));
    let all = all.collect::<Result<Vec<T>, Failure>>()?;
    all.try_into().map_err(|_| "there are as many as were created".into())
}

fn lead_get<P: Number>(job: &Job) -> Result<Outcome, Failure> {
    let mut regions = create_all(job, P::create)?;
    for (region, value) in regions.iter_mut().zip(1..) {
        region.set(value);
    }
    let mut next = 0;
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            consume(regions[next % REGIONS].get());
            next += 1;
        }
    });
    let found: Vec<_> = regions.iter_mut().map(P::get).collect();
    if !found.iter().copied().eq(1..=REGIONS as u64) {
        return Err(format!("wrote 1 to {REGIONS}, read {found:?}").into());
    }
    Ok(Outcome::timed(ns))
}

fn lead_lock<P: Lock>(job: &Job) -> Result<Outcome, Failure> {
    let mut locks = create_all(job, P::create)?;
    let (mut next, mut done) = (0, 0);
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            locks[next % REGIONS].increment();
            next += 1;
        }
        done += times;
    });
    let kept: u64 = locks.iter_mut().map(P::value).sum();
    Ok(Outcome::timed(ns).and_count("updates", done).and_count("lost", done - kept))
}
