//! Followers that do not keep up, and those beside them.

mod hosts;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hosts::{Hosts, row, wait_until};
use shm_core::region::mirror::State;
use shm_core::{Latest, ReadOnly, Region, SharedLayout, Watched};

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    hits: u64,
    pose: Latest<[f64; 32]>,
    mode: Watched<u64>,
}

fn open(hosts: &Hosts, copy: &str) -> Region<Station, ReadOnly> {
    Region::<Station>::open_read_only(hosts.file(copy)).unwrap()
}

/// Writes until told to end: what a stopped follower does not take fills every queue on the way to it.
fn write(station: &Region<Station>, end: &AtomicBool) {
    for n in 1.. {
        if end.load(Ordering::Relaxed) {
            return;
        }
        station.pose.store(&[n as f64; 32]).unwrap();
        station.mode.set(n);
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// The longest time between two changes that a copy shows.
fn longest_pause(copy: &Region<Station, ReadOnly>, length: Duration) -> Duration {
    let (began, mut last, mut longest) = (Instant::now(), Instant::now(), Duration::ZERO);
    let mut seen = 0;
    while began.elapsed() < length {
        let found = copy.mode.get().unwrap();
        if found != seen {
            longest = longest.max(last.elapsed());
            (seen, last) = (found, Instant::now());
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    longest.max(last.elapsed())
}

#[test]
#[allow(clippy::print_stdout, reason = "says the figures")]
fn a_stopped_follower_holds_up_nobody_and_catches_up() {
    let hosts = Hosts::new_or_alone(2);
    let station = Region::<Station>::create(hosts.file("station")).unwrap();
    let _server = hosts.serve("station", &["--rate", "1000"]);
    let stopped = hosts.follow(1, "station", "stopped");
    let _healthy = hosts.follow(2, "station", "healthy");
    let (one, other) = (open(&hosts, "stopped"), open(&hosts, "healthy"));
    let end = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _end = EndWith(&end);
        scope.spawn(|| write(&station, &end));
        let usual = longest_pause(&other, Duration::from_secs(2));
        println!("longest pause of the healthy one, beside another healthy one: {usual:?}");
        for seconds in [3, 14] {
            let length = Duration::from_secs(seconds);
            stopped.stop(true);
            let before = one.mode.get().unwrap();
            let pause = longest_pause(&other, length);
            // All the same for the whole time, if it waited for the other one.
            assert!(pause < length / 2, "the healthy one waited for {pause:?}");
            assert_eq!(one.mode.get().unwrap(), before, "it is stopped");
            let age = one.mirror().unwrap().age().unwrap();
            assert!(age + Duration::from_millis(500) >= length, "{age:?}");
            let (now, since) = (station.mode.get().unwrap(), Instant::now());
            stopped.stop(false);
            wait_until("it has caught up", || one.mode.get().unwrap() >= now);
            println!("longest pause of the healthy one, beside a stopped one: {pause:?}");
            row(&format!("follower stopped for {seconds} s"), &[since.elapsed()], Some(age));
            wait_until("it follows", || one.mirror().unwrap().state() == State::Following);
        }
    });
}

#[test]
#[allow(clippy::print_stdout, reason = "says what was skipped, and the figures")]
fn a_follower_that_loses_packets_is_behind_and_whole() {
    let Some(hosts) = Hosts::new(1) else {
        println!("skipped: no network namespaces can be made here");
        return;
    };
    let station = Region::<Station>::create(hosts.file("station")).unwrap();
    let _server = hosts.serve("station", &[]);
    let _follower = hosts.follow(1, "station", "copy");
    let copy = open(&hosts, "copy");
    if !hosts.lose(1, 0.05) {
        println!("skipped: no packets can be dropped here, which needs iptables");
        return;
    }
    let mut took = Vec::new();
    for n in 1..=200 {
        station.pose.store(&[n as f64; 32]).unwrap();
        station.hits.set(n);
        took.push(wait_until("the change is there", || {
            let pose = copy.pose.load().unwrap();
            assert!(pose.iter().all(|word| *word == pose[0]), "torn: {pose:?}");
            copy.hits.get() == n
        }));
    }
    took.sort();
    let [half, most, nearly] = [50, 90, 99].map(|percent| took[took.len() * percent / 100 - 1]);
    println!("behind by p50 {half:?}, p90 {most:?}, p99 {nearly:?}");
    row("5 % of all packets lost, each of 200 changes", &took, None);
}

#[test]
fn servers_and_followers_that_are_killed_are_replaced() {
    let hosts = Hosts::new_or_alone(1);
    let station = Region::<Station>::create(hosts.file("station")).unwrap();
    let mut server = hosts.serve("station", &[]);
    let mut follower = hosts.follow(1, "station", "copy");
    let copy = open(&hosts, "copy");
    let (mut told, mut took, mut ages) =
        (Vec::new(), [Vec::new(), Vec::new()], [Duration::ZERO; 2]);
    let follows = || copy.mirror().unwrap().state() == State::Following;
    for n in 1..=10 {
        wait_until("it follows", follows);
        follower.kill();
        station.hits.set(2 * n);
        std::thread::sleep(Duration::from_millis(300));
        ages[0] = ages[0].max(copy.mirror().unwrap().age().unwrap());
        let began = Instant::now();
        follower = hosts.follow(1, "station", "copy");
        wait_until("the change is there", || copy.hits.get() == 2 * n);
        took[0].push(began.elapsed());

        wait_until("it follows", follows);
        server.kill();
        let lost = || matches!(copy.mirror().unwrap().state(), State::Lost | State::Silent);
        told.push(wait_until("the follower knows", lost));
        station.hits.set(2 * n + 1);
        ages[1] = ages[1].max(copy.mirror().unwrap().age().unwrap());
        let began = Instant::now();
        server = hosts.serve("station", &[]);
        wait_until("the change is there", || copy.hits.get() == 2 * n + 1);
        took[1].push(began.elapsed());
    }
    row("follower killed, and started again 0.3 s later, 10 times", &took[0], Some(ages[0]));
    row("server killed, until the follower knew, 10 times", &told, None);
    row("server started again, 10 times", &took[1], Some(ages[1]));
}

/// Ends the writer, also when a test fails.
struct EndWith<'a>(&'a AtomicBool);

impl Drop for EndWith<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
