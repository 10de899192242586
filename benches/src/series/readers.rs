//! Many readers of one `Latest`. Readers write nothing, so they should not slow each other down; two
//! processors show little of that.

use std::time::Duration;

use shm_core::{Latest, ReadOnly, Region, SharedLayout};

use super::{Better, Measured, Plan, Work};
use crate::cpu;
use crate::job::{Job, Pace};
use crate::measure::{consume_at, now};
use crate::outcome::Failure;
use crate::party::{Cue, Partner, Party};

pub(crate) const PLAN: Plan = Plan {
    key: "readers",
    title: "Reading a `Latest` of 64 B, by the number of reading processes",
    x: "readers",
    y: "million reads a second, all together",
    better: Better::Higher,
    base: None,
    note: "A picture, not a claim: beyond the number of processors, processes take turns.",
    work: Work::Process { lead, partner: Some(read) },
};

/// The value that the readers read, and the interval in which they do, on the clock that all processes
/// share.
#[derive(SharedLayout)]
#[repr(C)]
struct Race {
    line: Latest<[u64; 8]>,
    begin: u64,
    end: u64,
}

/// Reads between two checks of the clock.
const CHUNK: u64 = 256;
/// From the order to begin until every reader has received it.
const HEAD_START: Duration = Duration::from_millis(5);

/// The lead writes; its partners read.
fn lead(job: &Job) -> Result<Vec<Measured>, Failure> {
    cpu::unpin(job)?;
    // Readers are not pinned, and run long enough that each has had several turns.
    let job = Job { cpus: None, ..job.clone() };
    let duration = job.duration() * 4;
    let region = Region::<Race>::create(job.file("race"))?;
    let mut points = Vec::new();
    for pace in [Pace::Idle, Pace::Steady] {
        for count in [1, 2, 4, 8] {
            let readers = (0..count).map(|_| Partner::start(&job, Party::Process, read));
            let readers = readers.collect::<Result<Vec<_>, _>>()?;
            let begin = now() + u64::try_from(HEAD_START.as_nanos())?;
            region.begin.set(begin);
            region.end.set(begin + u64::try_from(duration.as_nanos())?);
            readers.iter().for_each(Partner::go);
            write(&region, pace)?;
            let reads =
                readers.into_iter().map(|mut reader| reader.stop()).sum::<Result<u64, _>>()?;
            let millions = reads as f64 / duration.as_secs_f64() / 1e6;
            points.push(Measured::new(pace.words(), f64::from(count), millions));
        }
    }
    Ok(points)
}

/// Writes every 100 µs, asleep in between: the processors are left to the readers.
fn write(region: &Region<Race>, pace: Pace) -> Result<(), Failure> {
    let mut publisher = region.line.publisher()?;
    while now() < region.end.get() {
        std::thread::sleep(Duration::from_micros(100));
        if pace != Pace::Idle {
            publisher.store(&[7; 8]);
        }
    }
    Ok(())
}

fn read(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let region: Region<Race, ReadOnly> = Region::open_read_only(job.file("race"))?;
    cue.ready()?;
    let (begin, end) = (region.begin.get(), region.end.get());
    std::thread::sleep(Duration::from_nanos(begin.saturating_sub(now())));
    let mut out = [0; 8];
    let mut reads = 0;
    while now() < end {
        for _ in 0..CHUNK {
            region.line.load_into(&mut out)?;
            consume_at(&out);
        }
        reads += CHUNK;
    }
    cue.count(reads);
    Ok(())
}
