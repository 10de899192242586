//! A map of 10,000 numbers to values of 32 B: reading a value, replacing it, and inserting and removing
//! one key more, while no other party does.

use super::Entry;
use super::blocks::Numbers;
use crate::job::Job;
use crate::measure::{consume_at, nanoseconds_each};
use crate::outcome::{Failure, Outcome};

pub(crate) const GET: &str = "map-get";
pub(crate) const UPDATE: &str = "map-update";
pub(crate) const INSERT_REMOVE: &str = "map-insert-remove";

/// The keys, from 0.
pub(crate) const KEYS: u64 = 10_000;

pub(crate) type Value = [u64; 4];

/// A map in shared memory.
pub(crate) trait Map: Sized {
    /// The map as a reader opens it, which never writes.
    type Reader;

    fn create(job: &Job) -> Result<Self, Failure>;
    fn insert(&mut self, key: u64, value: &Value);
    /// Removes a key; returns whether it was there.
    fn remove(&mut self, key: u64) -> bool;
    fn reader(&self, job: &Job) -> Result<Self::Reader, Failure>;
    fn get(reader: &mut Self::Reader, key: u64) -> Option<Value>;
}

pub(crate) const fn entries<P: Map>() -> [Entry; 3] {
    [
        Entry::solo(GET, lead_get::<P>),
        Entry::solo(UPDATE, lead_update::<P>),
        Entry::solo(INSERT_REMOVE, lead_insert_remove::<P>),
    ]
}

/// A map in which each key has itself, four times.
fn filled<P: Map>(job: &Job) -> Result<P, Failure> {
    let mut map = P::create(job)?;
    (0..KEYS).for_each(|key| map.insert(key, &[key; 4]));
    Ok(map)
}

fn lead_get<P: Map>(job: &Job) -> Result<Outcome, Failure> {
    let map = filled::<P>(job)?;
    let mut reader = map.reader(job)?;
    let (mut numbers, mut wrong) = (Numbers::new(), 0);
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            let key = numbers.next() % KEYS;
            let value = P::get(&mut reader, key);
            consume_at(&value);
            wrong += u64::from(value.is_none_or(|value| value[3] != key));
        }
    });
    wrong += (0..KEYS).filter(|key| P::get(&mut reader, *key) != Some([*key; 4])).count() as u64;
    Ok(Outcome::timed(ns).and_count("lost", wrong))
}

fn lead_update<P: Map>(job: &Job) -> Result<Outcome, Failure> {
    let mut map = filled::<P>(job)?;
    let mut numbers = Numbers::new();
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            let number = numbers.next();
            map.insert(number % KEYS, std::hint::black_box(&[number; 4]));
        }
    });
    let mut reader = map.reader(job)?;
    let lost = (0..KEYS).filter(|key| P::get(&mut reader, *key).is_none()).count() as u64;
    Ok(Outcome::timed(ns).and_count("lost", lost))
}

fn lead_insert_remove<P: Map>(job: &Job) -> Result<Outcome, Failure> {
    let mut map = filled::<P>(job)?;
    let (mut key, mut lost) = (KEYS, 0);
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            key += 1;
            map.insert(key, std::hint::black_box(&[key; 4]));
            lost += u64::from(!map.remove(key));
        }
    });
    let mut reader = map.reader(job)?;
    lost += (0..KEYS).filter(|key| P::get(&mut reader, *key).is_none()).count() as u64;
    Ok(Outcome::timed(ns).and_count("lost", lost))
}
