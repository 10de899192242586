//! The cost of a lock as a process has more regions, which it locks in turn: a lock is found by its
//! address.

use shm_core::{Mutex, Region};

use super::{Better, Measured, Plan, Work};
use crate::job::Job;
use crate::measure::nanoseconds_each;
use crate::outcome::Failure;

pub(crate) const PLAN: Plan = Plan {
    key: "regions",
    title: "Locking, by the number of regions that are locked in turn",
    x: "regions",
    y: "ns",
    better: Better::Lower,
    base: None,
    note: "Up to the limit of `ulimit -n`. Beyond some hundred regions, the extra time is the memory's: each lock is in a page of its own.",
    work: Work::Process { lead, partner: None },
};

const COUNTS: [usize; 7] = [1, 2, 10, 100, 1_000, 4_000, 16_000];

fn lead(job: &Job) -> Result<Vec<Measured>, Failure> {
    let mut regions: Vec<Region<Mutex<u64>>> = Vec::new();
    let mut points = Vec::new();
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    // Each keeps one descriptor; some are left for the rest of the program.
    let possible = limit.map_or(usize::MAX, |limit| limit.saturating_sub(64) as usize);
    for count in COUNTS.into_iter().filter(|count| *count <= possible) {
        while regions.len() < count {
            let name = job.file(&format!("region-{}", regions.len()));
            let region = Region::<Mutex<u64>>::create(name)?;
            drop(region.lock().map_err(|error| error.to_string())?);
            regions.push(region);
        }
        let mut next = 0;
        let ns = nanoseconds_each(job, |times| {
            for _ in 0..times {
                let guard = regions[next].lock().expect("no owner dies");
                guard.set_relaxed(guard.get_relaxed() + 1);
                next = if next + 1 == count { 0 } else { next + 1 };
            }
        });
        points.push(Measured::new("lock and unlock", count as f64, ns));
    }
    Ok(points)
}
