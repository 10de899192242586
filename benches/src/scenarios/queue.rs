//! A value of 8 bytes is pushed and popped, by a party that does both: what handing it on costs when
//! no other party wants the same.

use super::Entry;
use crate::job::Job;
use crate::measure::nanoseconds_each;
use crate::outcome::{Failure, Outcome};

pub(crate) const QUEUE: &str = "queue";
pub(crate) const PRODUCER: &str = "queue-producer";

/// How many values a queue has room for.
pub(crate) const ROOM: usize = 256;

/// A queue of numbers.
pub(crate) trait Queue: Sized {
    fn create(job: &Job) -> Result<Self, Failure>;
    /// Pushes a number, which there is room for.
    fn push(&mut self, value: u64);
    /// Pops the oldest number, which there is.
    fn pop(&mut self) -> u64;
}

pub(crate) const fn entry<P: Queue>(scenario: &'static str) -> Entry {
    Entry::solo(scenario, lead::<P>)
}

fn lead<P: Queue>(job: &Job) -> Result<Outcome, Failure> {
    let mut queue = P::create(job)?;
    let (mut pushed, mut wrong) = (0, 0);
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            queue.push(std::hint::black_box(pushed));
            wrong += u64::from(queue.pop() != pushed);
            pushed += 1;
        }
    });
    Ok(Outcome::timed(ns).and_count("values", pushed).and_count("lost", wrong))
}
