//! Many readers of one `Latest`. Readers write nothing, so that they should not slow each other down; two
//! processors show little of that.

use std::time::{Duration, Instant};

use shm_core::{Latest, ReadOnly, Region};

use super::{Better, Measured, Plan, Work};
use crate::job::{Job, Pace};
use crate::measure::consume_at;
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

type Line = Latest<[u64; 8]>;

const CHUNK: u64 = 256;

/// The lead writes; its partners read.
fn lead(job: &Job) -> Result<Vec<Measured>, Failure> {
    let region = Region::<Line>::create(job.file("line"))?;
    // Readers go wherever there is room.
    let job = Job { cpus: None, ..job.clone() };
    let mut points = Vec::new();
    for pace in [Pace::Idle, Pace::Steady] {
        for count in [1, 2, 4, 8] {
            let readers = (0..count).map(|_| Partner::start(&job, Party::Process, read));
            let readers = readers.collect::<Result<Vec<_>, _>>()?;
            readers.iter().for_each(Partner::go);
            write(&region, pace, job.duration())?;
            readers.iter().for_each(Partner::order_to_stop);
            let rates = readers.into_iter().map(rate).sum::<Result<f64, _>>()?;
            points.push(Measured::new(pace.words(), f64::from(count), rates));
        }
    }
    Ok(points)
}

/// Million reads a second of one reader, by its own clock.
fn rate(mut reader: Partner) -> Result<f64, Failure> {
    let reads = reader.stop()?;
    Ok(reads as f64 / reader.noted() as f64 * 1e3)
}

/// Writes every 100 µs, asleep in between: a processor is left to the readers.
fn write(region: &Region<Line>, pace: Pace, duration: Duration) -> Result<(), Failure> {
    let start = Instant::now();
    let mut publisher = region.publisher()?;
    while start.elapsed() < duration {
        std::thread::sleep(Duration::from_micros(100));
        if pace != Pace::Idle {
            publisher.store(&[7; 8]);
        }
    }
    Ok(())
}

fn read(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let region: Region<Line, ReadOnly> = Region::open_read_only(job.file("line"))?;
    cue.ready()?;
    let mut out = [0; 8];
    let mut reads = 0;
    let start = Instant::now();
    while !cue.is_stopped() {
        for _ in 0..CHUNK {
            region.load_into(&mut out)?;
            consume_at(&out);
        }
        reads += CHUNK;
    }
    cue.note(u64::try_from(start.elapsed().as_nanos())?);
    cue.count(reads);
    Ok(())
}
