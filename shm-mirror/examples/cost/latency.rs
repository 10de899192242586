//! How long a change takes from the origin to a copy: as this is one machine, by one clock.

use std::time::{Duration, Instant};

use shm_core::dynamic::DynLayout;
use shm_core::{DynRegion, Latest, ReadOnly, Region, SharedLayout, Watched};

use crate::hosts::Hosts;
use crate::side::{Setting, Sides, copy, region};
use crate::table::{Report, Spread};

/// Changes that are measured for one row.
const CHANGES: u64 = 600;

const BEAT: Duration = Duration::from_millis(500);

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Pose {
    words: [f64; 8],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    number: u64,
    mode: Watched<u64>,
    pose: Latest<Pose>,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    let (sides, origin) = station(1, 1000)?;
    report.change("`Watched`, futex wait", &watched(&sides, &origin)?);
    let seen = mirror(&sides)?;
    let number = |n| origin.number.set(n);
    report.change("a number, 1,000 looks a second", &polled(number, || seen.number.get()));
    let pose = |n| drop(origin.pose.store(&Pose { words: [n as f64; 8] }));
    let shown = || seen.pose.load().map_or(0, |pose| pose.words[7] as u64);
    report.change("`Latest` of 64 bytes, 1,000 looks a second", &polled(pose, shown));
    drop(sides);
    for followers in [1, 2, 4, 8, 16] {
        let (sides, origin) = station(followers, 100)?;
        let spread = watched(&sides, &origin)?;
        report.followers.push((followers, spread, sides.ready));
    }
    for fields in [10, 100, 1_000, 10_000] {
        let changes = of_fields(fields)?;
        report.fields.push((fields, changes));
    }
    Ok(())
}

fn station(followers: usize, rate: u64) -> Result<(Sides, Region<Station>)> {
    let hosts = Hosts::new_or_alone(followers);
    let origin = Region::<Station>::create(hosts.file(&region(0)))?;
    Ok((Sides::start(hosts, &Setting { regions: 1, followers, rate, beat: BEAT }), origin))
}

fn mirror(sides: &Sides) -> Result<Region<Station, ReadOnly>> {
    Ok(Region::<Station>::open_read_only(sides.hosts.file(&copy(1, 0)))?)
}

/// The times until a waiter of the copy has the value.
fn watched(sides: &Sides, origin: &Region<Station>) -> Result<Spread> {
    let seen = mirror(sides)?;
    let mut times = Vec::new();
    for n in 1..=CHANGES {
        let taken = std::thread::scope(|scope| {
            let waiter = scope.spawn(|| {
                let found = seen.mode.wait_until_timeout(Duration::from_secs(30), |mode| mode == n);
                (found, Instant::now())
            });
            // The waiter is to sleep by then.
            std::thread::sleep(Duration::from_millis(2));
            let began = Instant::now();
            origin.mode.set(n);
            let (found, at) = waiter.join().map_err(|_| "the waiter panicked")?;
            found?.ok_or("a change did not arrive")?;
            Ok::<_, Box<dyn std::error::Error>>(at - began)
        });
        times.push(taken?);
    }
    Ok(Spread::of(times))
}

/// The times until a reader that looks all the time sees the value.
fn polled(write: impl Fn(u64), read: impl Fn() -> u64) -> Spread {
    let times = (1..=CHANGES).map(|n| {
        // At another moment of the origin's period each time.
        std::thread::sleep(Duration::from_micros(2000 + n * 37 % 1000));
        let began = Instant::now();
        write(n);
        while read() != n && began.elapsed() < Duration::from_secs(30) {
            std::thread::yield_now();
        }
        began.elapsed()
    });
    Spread::of(times.collect())
}

/// A region of so many fields, of which one changes.
fn of_fields(fields: usize) -> Result<Fields> {
    let hosts = Hosts::new_or_alone(1);
    let names = (0..fields).map(|n| format!("field_{n}"));
    let layout = names.fold(DynLayout::builder("Many"), |layout, name| layout.field(&name, "u64"));
    let origin = DynRegion::create(hosts.file(&region(0)), &layout.build()?)?;
    let sides = Sides::start(hosts, &Setting { regions: 1, followers: 1, rate: 1000, beat: BEAT });
    let seen = DynRegion::open_read_only(sides.hosts.file(&copy(1, 0)))?;
    let path = format!("field_{}", fields / 2);
    // Resolved once: a name takes longer to find the more there are.
    let (to, from) = (origin.resolve(&path)?, seen.resolve(&path)?);
    let shown = || from.get().ok().and_then(|value| u64::try_from(value).ok()).unwrap_or(0);
    let spread = polled(|n| drop(to.set(n)), shown);
    let (before, began) = (crate::idle::cpu(&sides.server), Instant::now());
    std::thread::sleep(Duration::from_secs(3));
    let idle =
        (crate::idle::cpu(&sides.server) - before).as_secs_f64() / began.elapsed().as_secs_f64();
    Ok(Fields { spread, ready: sides.ready, idle })
}

/// What a region of many fields costs.
pub(crate) struct Fields {
    pub(crate) spread: Spread,
    pub(crate) ready: Duration,
    /// The share of a core that the origin needs for 1,000 looks a second.
    pub(crate) idle: f64,
}
