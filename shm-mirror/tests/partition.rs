//! Two hosts: an origin and a follower in network namespaces of their own, and the cable between them pulled.
//!
//! Needs the right to make network namespaces, and `ip(8)`; it says so and tests nothing where it has not.

mod hosts;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hosts::{Hosts, row, wait_until};
use shm_core::region::mirror::State;
use shm_core::{Latest, ReadOnly, Region, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    hits: u64,
    pose: Latest<[f64; 4]>,
    /// When this was written, in nanoseconds since 1970.
    written_at: u64,
}

/// What a mirror's age leaves out: the time of the quickest message, a period of the origin's looks, and, as both hosts are
/// this machine, however long it kept a process waiting.
const SLACK: Duration = Duration::from_secs(2);

fn now() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos()).unwrap()
}

/// Writes the time over and over, until told to end.
fn write_the_time(station: &Region<Station>, end: &AtomicBool) {
    while !end.load(Ordering::Relaxed) {
        station.written_at.set(now());
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Compares the age that a copy tells with the age that its value has.
fn expect_age(copy: &Region<Station, ReadOnly>) {
    let age = copy.mirror().unwrap().age().unwrap();
    let at = now();
    let true_age = Duration::from_nanos(at.saturating_sub(copy.written_at.get()));
    assert!(true_age <= age + SLACK, "it says {age:?}, and is {true_age:?} old");
}

#[test]
#[allow(clippy::print_stdout, reason = "says what was skipped, and the figures")]
fn a_copy_is_as_old_as_it_says_while_the_cable_is_out_and_afterwards() {
    let Some(hosts) = Hosts::new(1) else {
        println!("skipped: no network namespaces can be made here");
        return;
    };
    let station = Region::<Station>::create(hosts.file("station")).unwrap();
    let _server = hosts.serve("station", &[]);
    let _follower = hosts.follow(1, "station", "copy");
    let copy = Region::<Station>::open_read_only(hosts.file("copy")).unwrap();
    let end = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _end = EndWith(&end);
        scope.spawn(|| write_the_time(&station, &end));
        for (n, seconds) in (1..).zip([1, 8, 20]) {
            out_for(&hosts, &station, &copy, n, Duration::from_secs(seconds));
        }
    });
}

/// Ends the writer, also when a test fails.
struct EndWith<'a>(&'a AtomicBool);

impl Drop for EndWith<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn out_for(
    hosts: &Hosts,
    station: &Region<Station>,
    copy: &Region<Station, ReadOnly>,
    n: u64,
    length: Duration,
) {
    station.hits.set(n);
    wait_until("the change is there", || copy.hits.get() == n);
    hosts.cable(1, false);
    let cut_at = now();
    station.hits.set(1000 + n);
    station.pose.store(&[n as f64; 4]).unwrap();
    let last = wait_until("the time is over", || {
        expect_age(copy);
        now() - cut_at >= length.as_nanos() as u64
    });
    let cut = copy.mirror().unwrap();
    assert!(copy.hits.get() == n, "the value is the old one");
    assert!(cut.age().unwrap() + SLACK >= last, "{cut:?} after {last:?}");
    if length > SLACK {
        assert_ne!(cut.state(), State::Following, "silent after two beats");
    }
    hosts.cable(1, true);
    let took = wait_until("it has caught up", || {
        expect_age(copy);
        copy.hits.get() == 1000 + n
    });
    wait_until("the version is there", || copy.pose.load().unwrap() == [n as f64; 4]);
    wait_until("it is followed", || {
        expect_age(copy);
        copy.mirror().unwrap().state() == State::Following
    });
    row(&format!("cable out for {length:?}"), &[took], cut.age());
}
