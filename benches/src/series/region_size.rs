//! What opening costs as the region grows: nothing more, since only its header is looked at.

use shm_core::{Region, RegionOptions};

use super::{Better, Measured, Plan, Work};
use crate::job::Job;
use crate::measure::{consume, nanoseconds_each};
use crate::outcome::Failure;

pub(crate) const PLAN: Plan = Plan {
    key: "region-size",
    title: "Opening a region, by its size",
    x: "bytes of data",
    y: "ns",
    better: Better::Lower,
    base: None,
    note: "Sparse regions; each opening reads one element and closes again.",
    work: Work::Process { lead, partner: None },
};

const SIZES: [usize; 6] = [4 << 10, 64 << 10, 1 << 20, 64 << 20, 1 << 30, 10 << 30];

fn lead(job: &Job) -> Result<Vec<Measured>, Failure> {
    let path = job.file("region");
    let mut points = Vec::new();
    for bytes in SIZES {
        let sparse = RegionOptions::new().sparse(true).len(bytes / 8);
        // Dropped: a handle would be shared with those that are opened here.
        drop(sparse.create::<[u64]>(&path)?);
        let ns = nanoseconds_each(job, |times| {
            for _ in 0..times {
                let region = Region::<[u64]>::open(&path).expect("it is there");
                consume(region[0].get());
            }
        });
        points.push(Measured::new("open", bytes as f64, ns));
        let ns = nanoseconds_each(job, |times| {
            for _ in 0..times {
                let region = Region::<[u64]>::open_read_only(&path).expect("it is there");
                consume(region[0].get());
            }
        });
        points.push(Measured::new("open_read_only", bytes as f64, ns));
        shm_core::unlink(&path)?;
    }
    Ok(points)
}
