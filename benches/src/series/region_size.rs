//! The cost of opening as the region grows: no more than mapping the file, since only its header is
//! read.

use std::fs::OpenOptions;
use std::path::Path;

use memmap2::MmapOptions;
use shm_core::Region;

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
    base: Some(MMAP),
    note: "Sparse regions; each opening reads one element and closes again. The growth is the kernel's \
           share: a large mapping has page tables of its own.",
    work: Work::Process { lead, partner: None },
};

const MMAP: &str = "open and mmap alone";

const SIZES: [usize; 6] = [4 << 10, 64 << 10, 1 << 20, 64 << 20, 1 << 30, 10 << 30];

fn lead(job: &Job) -> Result<Vec<Measured>, Failure> {
    let path = job.file("region");
    let mut points = Vec::new();
    for bytes in SIZES {
        let sparse = Region::<[u64]>::options().sparse(true).len(bytes / 8);
        // Dropped: otherwise the calls below would share its mapping.
        drop(sparse.create(&path)?);
        let mut measure = |line: &str, work: fn(&Path) -> Result<u64, Failure>| {
            work(&path)?;
            let ns = nanoseconds_each(job, |times| {
                for _ in 0..times {
                    consume(work(&path).expect("it succeeded before"));
                }
            });
            points.push(Measured::new(line, bytes as f64, ns));
            Ok::<(), Failure>(())
        };
        measure(MMAP, mmap)?;
        measure("open", |path| Ok(Region::<[u64]>::open(path)?[0].get()))?;
        measure("open_read_only", |path| Ok(Region::<[u64]>::open_read_only(path)?[0].get()))?;
        shm_core::region::unlink(&path)?;
    }
    Ok(points)
}

/// Opens and maps the file, reads its first word, and closes it.
fn mmap(path: &Path) -> Result<u64, Failure> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    let mapping = MmapOptions::new().map_raw(&file)?;
    let first = mapping.as_ptr().cast::<u64>();
    // SAFETY: a region's file has a header, and a mapping begins at a page.
    Ok(unsafe { first.read_volatile() })
}
