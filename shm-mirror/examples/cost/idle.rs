//! What mirrors cost while nothing changes.

use std::time::{Duration, Instant};

use shm_core::Region;

use crate::hosts::{Hosts, Running};
use crate::side::{Setting, Sides, region};
use crate::table::Report;

/// How long each is watched.
const LENGTH: Duration = Duration::from_secs(10);

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What one number of regions costs, per second.
pub(crate) struct Idle {
    pub(crate) regions: usize,
    pub(crate) ready: Duration,
    /// Shares of a core.
    pub(crate) origin: f64,
    pub(crate) follower: f64,
    /// Bytes on the cable, with the heads of packets; none over loopback.
    pub(crate) bytes: Option<f64>,
}

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    for regions in [1, 10, 100, 1_000, 10_000] {
        report.regions.push(of_regions(regions)?);
    }
    Ok(())
}

/// Regions of 50 numbers each, 10 looks a second, a beat a second.
fn of_regions(regions: usize) -> Result<Idle> {
    let hosts = Hosts::new_or_alone(1);
    let origins: std::result::Result<Vec<_>, _> = (0..regions)
        .map(|n| Region::<[u64; 50]>::create(hosts.file(&region(n))).map(drop))
        .collect();
    origins?;
    let beat = Duration::from_secs(1);
    let sides = Sides::start(hosts, &Setting { regions, followers: 1, rate: 10, beat });
    std::thread::sleep(Duration::from_secs(1));
    let counts = || (cpu(&sides.server), cpu(&sides.followers[0]), sides.hosts.crossed(1));
    let (before, began) = (counts(), Instant::now());
    std::thread::sleep(LENGTH);
    let (after, seconds) = (counts(), began.elapsed().as_secs_f64());
    let share = |before: Duration, after: Duration| (after - before).as_secs_f64() / seconds;
    Ok(Idle {
        regions,
        ready: sides.ready,
        origin: share(before.0, after.0),
        follower: share(before.1, after.1),
        bytes: before.2.zip(after.2).map(|(before, after)| (after - before) as f64 / seconds),
    })
}

/// The time that all threads of a process have run.
pub(crate) fn cpu(process: &Running) -> Duration {
    let threads = std::fs::read_dir(format!("/proc/{}/task", process.0.id()));
    let ran = |thread: std::fs::DirEntry| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    };
    let all = threads.into_iter().flatten().flatten().filter_map(ran);
    Duration::from_nanos(all.sum())
}
