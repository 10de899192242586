//! `Ring` between processes: readers that may not write, readers that are stopped, and writers that are
//! killed.
//!
//! `SHM_KILLS=10000 cargo test --test ring -- --nocapture` kills more of them.

#[path = "support/forked.rs"]
mod forked;
#[path = "support/killed_writers.rs"]
mod killed_writers;
mod support;

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use forked::{holds_in_a_forked_child, panics};
use killed_writers::{Victims, become_a_victim, kills};
use rustix::process::{Pid, Signal, kill_process};
use shm_core::errors::FollowError;
use shm_core::fault::RING_POINTS;
use shm_core::sync::{Follower, RingView};
use shm_core::{Region, Ring, SharedLayout, traits::Access};
use support::{Folder, argument, finish, role, run, second_process as start, wait_until};

const SLOTS: usize = 64;

/// Item `n` is `n` in every word.
type Items = Ring<[u64; 8], SLOTS>;

/// The findings of a reader.
#[derive(SharedLayout)]
#[repr(C)]
struct Findings {
    items: u64,
    missed: u64,
    reports: u64,
    /// the number of the last item that it got or skipped
    cursor: u64,
    /// set by a reader that is about to wait for its first item
    ready: u32,
}

/// A step of a reader, whose result is compared with the item.
fn account<A: Access>(
    findings: &shm_core::View<Findings>,
    seen: &Follower<&RingView<[u64; 8], SLOTS, A>>,
    before: u64,
    next: Result<[u64; 8], FollowError>,
) {
    match next {
        Ok(item) => {
            assert_eq!((seen.cursor(), item), (before + 1, [before + 1; 8]), "once, and in order");
            findings.items.fetch_add(1);
        }
        Err(FollowError::Missed(count)) => {
            assert_eq!(seen.cursor(), before + count);
            findings.missed.fetch_add(count);
            findings.reports.fetch_add(1);
        }
        Err(error) => panic!("{error}"),
    }
    findings.cursor.set(seen.cursor());
}

/// Follows a ring to the item of this number.
fn follow<A: Access>(ring: &RingView<[u64; 8], SLOTS, A>, to: u64, pause: Duration) {
    let findings = Region::<Findings>::open(argument("SHM_FINDINGS")).unwrap();
    let mut seen = ring.follow();
    findings.cursor.set(seen.cursor());
    findings.ready.set(1);
    while seen.cursor() < to {
        let before = seen.cursor();
        let next = seen.next_wait();
        account(&findings, &seen, before, next);
        if !pause.is_zero() && seen.cursor().is_multiple_of(100) {
            std::thread::sleep(pause);
        }
    }
}

fn reader(folder: &Folder, role: &str, findings: &str) -> (std::process::Child, Region<Findings>) {
    let seen = Region::<Findings>::create(folder.file(findings)).unwrap();
    let mut command = start(role);
    command.env("SHM_RING", folder.file("ring")).env("SHM_FINDINGS", folder.file(findings));
    let child = command.spawn().unwrap();
    wait_until("the reader waits", || seen.ready.get() == 1);
    (child, seen)
}

const PUSHES: u64 = 50_000;

#[test]
fn each_reading_process_gets_each_item_once_and_in_order_or_the_exact_number_that_it_missed() {
    let folder = Folder::new("ring-readers");
    let ring = Region::<Items>::create(folder.file("ring")).unwrap();
    let (mut writable, quick) = reader(&folder, "reader", "quick");
    let (mut read_only, slow) = reader(&folder, "slow read-only reader", "slow");
    let mut publisher = ring.publisher().unwrap();
    for item in 1..=PUSHES {
        assert_eq!(publisher.push(&[item; 8]), item);
        if item.is_multiple_of(1_000) {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
    assert!(finish(&mut writable).success() && finish(&mut read_only).success());
    for findings in [&quick, &slow] {
        println!("{:?}", **findings);
        assert_eq!(findings.items.get() + findings.missed.get(), PUSHES);
        assert!(findings.items.get() > 0);
    }
    assert!(slow.missed.get() > 0, "a reader that is too slow learns of it");
}

#[test]
fn a_reader_that_was_stopped_is_told_exactly_how_many_items_were_lost() {
    let folder = Folder::new("ring-stopped");
    let ring = Region::<Items>::create(folder.file("ring")).unwrap();
    for role in ["reader of 205", "read-only reader of 205"] {
        let first = ring.pushed();
        let (mut child, findings) = reader(&folder, role, role);
        for item in 1..=5 {
            ring.push(&[first + item; 8]).unwrap();
        }
        wait_until("the reader has them", || findings.cursor.get() == first + 5);
        let pid = Pid::from_child(&child);
        kill_process(pid, Signal::STOP).unwrap();
        wait_until("the reader is stopped", || is_stopped(pid));
        for item in 6..=205 {
            ring.push(&[first + item; 8]).unwrap();
        }
        assert_eq!(findings.cursor.get(), first + 5, "it is stopped");
        kill_process(pid, Signal::CONT).unwrap();
        assert!(finish(&mut child).success());
        let left = SLOTS as u64 - 1;
        let found = (findings.reports.get(), findings.missed.get(), findings.items.get());
        assert_eq!(found, (1, 200 - left, 5 + left));
    }
}

fn is_stopped(pid: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap();
    stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('T'))
}

/// From this point on the item counts as pushed.
const PUSHED: usize = 3;
/// At this point the item is pushed, and no reader was notified.
const NOT_NOTIFIED: usize = 4;

#[test]
fn a_writer_killed_anywhere_leaves_a_stream_that_is_read_and_that_the_next_writer_continues() {
    let folder = Folder::new("ring-killed");
    let ring = Region::<Items>::create(folder.file("ring")).unwrap();
    let read_only = Region::<Items>::open_read_only(folder.file("ring")).unwrap();
    let victims = Victims::new(&folder, &RING_POINTS);
    let findings = Region::<Findings>::create(folder.file("findings")).unwrap();
    let mut seen = read_only.follow();
    for round in 0..kills(120) {
        kill_one(round, &folder, &ring, &victims);
        let mut before = seen.cursor();
        while let Some(next) = seen.next() {
            account(&findings, &seen, before, next);
            before = seen.cursor();
        }
        assert_eq!(seen.cursor(), ring.pushed());
    }
    println!("{:?}; writers killed:", *findings);
    assert_eq!(findings.items.get() + findings.missed.get(), ring.pushed());
    victims.expect_each_place();
}

/// One round: a writer that becomes the publisher and dies, and this process as its successor.
fn kill_one(round: usize, folder: &Folder, ring: &Region<Items>, victims: &Victims<'_>) {
    let (place, pushes) = (round % victims.places(), 1 + round as u64 % 7);
    let before = ring.pushed();
    let mut writer =
        victims.start(start("writer").env("SHM_RING", folder.file("ring")), place, pushes, 1);
    if victims.is_anywhere(place) {
        victims.kill(&mut writer, Duration::from_micros(37 * round as u64 % 3000));
    }
    assert_eq!(finish(&mut writer).signal(), Some(Signal::KILL.as_raw()));
    let left = ring.pushed();
    if !victims.is_anywhere(place) {
        let unfinished = u64::from(place < PUSHED);
        assert_eq!(left, before + pushes - unfinished, "pushed by one who died at place {place}");
    }
    if let Some((number, item)) = ring.newest().unwrap() {
        assert_eq!((number, item), (left, [left; 8]));
    }
    assert_eq!(ring.push(&[left + 1; 8]).expect("a dead writer is succeeded"), left + 1);
}

#[test]
fn a_reader_asleep_gets_the_item_of_a_writer_that_was_killed_before_it_could_notify() {
    let folder = Folder::new("ring-not-counted");
    let ring = Region::<Items>::create(folder.file("ring")).unwrap();
    let victims = Victims::new(&folder, &RING_POINTS);
    let (mut child, findings) = reader(&folder, "reader of 1", "findings");
    let mut command = start("writer");
    let command = command.env("SHM_RING", folder.file("ring"));
    let mut writer = victims.start(command, NOT_NOTIFIED, 1, 1);
    assert_eq!(finish(&mut writer).signal(), Some(Signal::KILL.as_raw()));
    assert_eq!(ring.pushed(), 1);
    assert!(finish(&mut child).success());
    assert_eq!((findings.items.get(), findings.missed.get()), (1, 0));
}

fn write_until_killed() {
    let ring = Region::<Items>::open(argument("SHM_RING")).unwrap();
    let (mut publisher, _) = become_a_victim(&RING_POINTS, || ring.publisher().unwrap());
    loop {
        let next = ring.pushed() + 1;
        assert_eq!(publisher.push(&[next; 8]), next);
    }
}

/// Two writers would tear what readers accept.
#[test]
fn a_forked_child_cannot_push_through_its_copy_of_a_publisher() {
    run(&mut start("forks a publisher"));
}

fn fork_a_publisher() {
    let ring = Region::<Ring<u64, 4>>::options().anonymous().unwrap();
    let mut publisher = ring.publisher().unwrap();
    publisher.push(&1);
    holds_in_a_forked_child(|| panics(|| publisher.push(&2)) && ring.pushed() == 1);
    assert_eq!(publisher.push(&3), 2);
}

fn writable() -> Region<Items> {
    Region::open(argument("SHM_RING")).unwrap()
}

fn read_only() -> Region<Items, shm_core::ReadOnly> {
    Region::open_read_only(argument("SHM_RING")).unwrap()
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    let at_once = Duration::ZERO;
    match role().as_deref() {
        None => {}
        Some("reader") => follow(&writable(), PUSHES, at_once),
        Some("slow read-only reader") => follow(&read_only(), PUSHES, Duration::from_millis(1)),
        Some("reader of 1") => follow(&writable(), 1, at_once),
        Some("reader of 205") => follow(&writable(), 205, at_once),
        Some("read-only reader of 205") => follow(&read_only(), 410, at_once),
        Some("writer") => write_until_killed(),
        Some("forks a publisher") => fork_a_publisher(),
        Some(other) => panic!("{other} is not a role"),
    }
}
