//! A number under a readers-writer lock: read and written by one party, read by two, and written by one
//! while two others read without a pause between two reads.

use std::time::{Duration, Instant};

use super::Entry;
use super::death::Told;
use crate::job::Job;
use crate::measure::{consume, nanoseconds_each};
use crate::outcome::{Failure, Outcome};
use crate::party::{Cue, Partner, Party};
use crate::statistics::{median, percentile};

pub(crate) const READ: &str = "lock-rw-read";
pub(crate) const WRITE: &str = "lock-rw-write";
pub(crate) const READERS: &str = "lock-rw-readers";
pub(crate) const WRITER: &str = "lock-rw-writer";

/// Reads between two checks of the clock, or of the other party's cue.
const CHUNK: u64 = 64;
/// The time for which a reader beside the writer has the lock.
const READING: Duration = Duration::from_micros(20);
/// The writer's pause between two writes.
const PAUSE: Duration = Duration::from_micros(100);
/// The samples' durations for which readers keep the writer waiting: enough waits for a percentile.
const LONGER: u32 = 3;

/// A readers-writer lock and the number in it.
pub(crate) trait Shared: Sized {
    const PARTY: Party = Party::Process;
    fn create(job: &Job) -> Result<Self, Failure>;
    fn open(job: &Job) -> Result<Self, Failure>;
    /// Locks for reading, passes the number on, and unlocks.
    fn read(&mut self, work: impl FnOnce(u64)) -> Told;
    /// Locks for writing, works, adds one by a plain read and a plain write, and unlocks.
    fn write(&mut self, work: impl FnOnce()) -> Told;

    fn value(&mut self) -> u64 {
        let mut value = 0;
        self.read(|number| value = number);
        value
    }
}

pub(crate) const fn entries<P: Shared>() -> [Entry; 4] {
    [
        Entry::solo(READ, lead_read::<P>),
        Entry::solo(WRITE, lead_write::<P>),
        Entry::duo(READERS, lead_readers::<P>, reader::<P>),
        Entry::duo(WRITER, lead_writer::<P>, two_readers::<P>),
    ]
}

fn read_many<P: Shared>(lock: &mut P, times: u64) {
    for _ in 0..times {
        lock.read(consume);
    }
}

fn lead_read<P: Shared>(job: &Job) -> Result<Outcome, Failure> {
    let mut lock = P::create(job)?;
    Ok(Outcome::timed(nanoseconds_each(job, |times| read_many(&mut lock, times))))
}

fn lead_write<P: Shared>(job: &Job) -> Result<Outcome, Failure> {
    let mut lock = P::create(job)?;
    let mut done = 0;
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            lock.write(|| ());
        }
        done += times;
    });
    Ok(Outcome::timed(ns).and_count("updates", done).and_count("lost", done - lock.value()))
}

fn lead_readers<P: Shared>(job: &Job) -> Result<Outcome, Failure> {
    let mut lock = P::create(job)?;
    let mut partner = Partner::start(job, P::PARTY, reader::<P>)?;
    partner.go();
    let (start, mut reads) = (Instant::now(), 0);
    while start.elapsed() < job.duration() {
        read_many(&mut lock, CHUNK);
        reads += CHUNK;
    }
    let took = start.elapsed();
    reads += partner.stop()?;
    Ok(Outcome::timed(took.as_secs_f64() * 1e9 / reads as f64))
}

fn reader<P: Shared>(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let mut lock = P::open(job)?;
    cue.ready()?;
    let mut reads = 0;
    while !cue.is_stopped() {
        read_many(&mut lock, CHUNK);
        reads += CHUNK;
    }
    cue.count(reads);
    Ok(())
}

/// Writes for as long as two readers read. A writer that they keep out for all of that time writes once,
/// when they are done.
fn lead_writer<P: Shared>(job: &Job) -> Result<Outcome, Failure> {
    let mut lock = P::create(job)?;
    let mut partner = Partner::start(job, P::PARTY, two_readers::<P>)?;
    partner.go();
    let (start, mut waits) = (Instant::now(), Vec::new());
    while start.elapsed() < job.duration() * LONGER {
        std::thread::sleep(PAUSE);
        let asked = Instant::now();
        lock.write(|| waits.push(asked.elapsed().as_secs_f64() * 1e9));
    }
    let reads = partner.stop()?;
    let writes = waits.len() as u64;
    Ok(Outcome::timed(median(&waits))
        .with_p99(percentile(&waits, 0.99))
        .and_count("written", writes)
        .and_count("reads", reads)
        .and_count("lost", writes - lock.value()))
}

/// Two threads on one processor: one of them is almost always reading, running or not.
fn two_readers<P: Shared>(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let mut lock = P::open(job)?;
    cue.ready()?;
    std::thread::scope(|scope| {
        let second = scope.spawn(|| {
            let lock = P::open(job).map_err(|failure| failure.to_string());
            lock.map(|mut lock| read_without_pause(&mut lock, job, cue))
        });
        let reads = read_without_pause(&mut lock, job, cue);
        cue.count(reads + second.join().map_err(|_| "the second reader panicked")??);
        Ok(())
    })
}

/// Ends by itself: the writer may be unable to say when.
fn read_without_pause<P: Shared>(lock: &mut P, job: &Job, cue: &Cue) -> u64 {
    let (start, mut reads) = (Instant::now(), 0);
    while !cue.is_stopped() && start.elapsed() < job.duration() * LONGER {
        lock.read(|number| {
            consume(number);
            let begun = Instant::now();
            while begun.elapsed() < READING {
                std::hint::spin_loop();
            }
        });
        reads += 1;
    }
    reads
}
