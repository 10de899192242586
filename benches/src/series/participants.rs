//! The cost of a lock as more processes take part in a region's locks: the first lock of one more, which
//! looks for a free slot in their table, and every later one.

use std::time::Instant;

use shm_core::{Mutex, Region};

use super::{Better, Measured, Plan, Work};
use crate::job::Job;
use crate::measure::nanoseconds_each;
use crate::outcome::Failure;
use crate::party::{Cue, Partner, Party};

pub(crate) const PLAN: Plan = Plan {
    key: "participants",
    title: "Locking, by the number of processes that take part",
    x: "processes",
    y: "ns",
    better: Better::Lower,
    base: None,
    note: "A picture, not a claim: the others are asleep.",
    work: Work::Process { lead, partner: Some(take_part) },
};

const COUNTS: [usize; 6] = [2, 4, 8, 16, 32, 64];

fn lead(job: &Job) -> Result<Vec<Measured>, Failure> {
    let region = Region::<Mutex<u64>>::create(job.file("lock"))?;
    let mut others = Vec::new();
    let mut points = Vec::new();
    for count in COUNTS {
        // The lead is one of them.
        while others.len() < count - 1 {
            others.push(Partner::start(job, Party::Process, take_part)?);
        }
        let newest = others.last().map_or(0, Partner::noted);
        points.push(Measured::new("first lock of the newest", count as f64, newest as f64));
        let ns = nanoseconds_each(job, |times| {
            for _ in 0..times {
                let guard = region.lock().expect("no owner dies");
                guard.set_relaxed(guard.get_relaxed() + 1);
            }
        });
        points.push(Measured::new("lock and unlock", count as f64, ns));
    }
    others.iter().for_each(Partner::go);
    for mut other in others {
        other.stop()?;
    }
    Ok(points)
}

fn take_part(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let region = Region::<Mutex<u64>>::open(job.file("lock"))?;
    let start = Instant::now();
    drop(region.lock().map_err(|error| error.to_string())?);
    cue.note(u64::try_from(start.elapsed().as_nanos())?);
    cue.ready()?;
    cue.wait_for_stop()
}
