//! `Queue` between processes: each value goes to one consumer, whichever process is killed.
//!
//! `SHM_KILLS=10000 cargo test --test queue -- --nocapture` kills more.

#[path = "support/forked.rs"]
mod forked;
mod support;

use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::sync::OnceLock;
use std::time::Duration;

use forked::{holds_in_a_forked_child, panics};
use rustix::process::{Signal, getpid, kill_process};
use shm_core::errors::PushError;
use shm_core::fault::{QUEUE_POINTS, at_each_point};
use shm_core::{Queue, Region, SharedLayout};
use support::{Folder, argument, finish, role, run, wait_until};

/// A value that shows whether it is whole: each word follows from the first two.
type Item = [u64; 6];

fn item(producer: u64, number: u64) -> Item {
    let mix = (producer << 32 | number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    [producer, number, mix, !mix, mix.rotate_left(17), mix ^ number]
}

fn expect_whole(value: &Item) {
    assert_eq!(*value, item(value[0], value[1]), "torn");
}

/// Few slots, so that producers wait for room and consumers for values, and laps are short.
type Items = Queue<Item, 5>;

/// The number of values that each producer pushes.
const VALUES: u64 = 20_000;
const PRODUCERS: u64 = 2;
const CONSUMERS: u64 = 2;

#[derive(SharedLayout)]
#[repr(C)]
struct Traffic {
    items: Items,
    /// the number of times that each value was taken
    taken: [[u8; VALUES as usize]; PRODUCERS as usize],
    /// values that came before an earlier one of the same producer
    out_of_order: u64,
    /// the number of values taken
    count: u64,
}

#[test]
fn values_of_two_processes_are_each_taken_once_by_two_others_and_in_order() {
    let folder = Folder::new("queue-traffic");
    let traffic = Region::<Traffic>::create(folder.file("traffic")).unwrap();
    let start = |role: &str, number: u64| {
        let mut command = support::second_process(role);
        command.env("SHM_TRAFFIC", folder.file("traffic")).env("SHM_NUMBER", number.to_string());
        command.spawn().unwrap()
    };
    let mut all: Vec<Child> = (0..CONSUMERS).map(|number| start("consumer", number)).collect();
    all.extend((0..PRODUCERS).map(|number| start("producer", number)));
    for mut process in all {
        assert!(finish(&mut process).success());
    }
    assert_eq!(traffic.count.get(), PRODUCERS * VALUES);
    for times in &traffic.taken {
        assert!(times.iter().all(|times| times.get() == 1), "each once");
    }
    assert_eq!((traffic.out_of_order.get(), traffic.items.len()), (0, 0));
}

fn produce() {
    let traffic = Region::<Traffic>::open(argument("SHM_TRAFFIC")).unwrap();
    let producer: u64 = argument("SHM_NUMBER").parse().unwrap();
    for number in 0..VALUES {
        // In each of the ways that wait.
        match number % 3 {
            0 => traffic.items.push_wait(item(producer, number)).unwrap(),
            1 => traffic.items.producer().unwrap().push_wait(item(producer, number)),
            _ => {
                let mut value = item(producer, number);
                while let Err(error) = traffic.items.push(value) {
                    let PushError::Full(back) = error else { panic!("{error:?}") };
                    value = back;
                }
            }
        }
    }
}

fn consume() {
    let traffic = Region::<Traffic>::open(argument("SHM_TRAFFIC")).unwrap();
    let mut newest = [None; PRODUCERS as usize];
    while traffic.count.get() < PRODUCERS * VALUES {
        let Some(value) = traffic.items.pop_timeout(Duration::from_millis(20)).unwrap() else {
            continue;
        };
        expect_whole(&value);
        let (producer, number) = (value[0] as usize, value[1]);
        traffic.taken[producer][number as usize].fetch_add(1);
        let before = newest[producer].replace(number);
        traffic.out_of_order.fetch_add(u64::from(before.is_some_and(|before| before >= number)));
        traffic.count.fetch_add(1);
    }
}

/// The places at which processes die: the named points, and wherever the signal meets them.
const PLACES: usize = QUEUE_POINTS.len() + 1;
const ANYWHERE: usize = QUEUE_POINTS.len();
/// The first point at which a consumer dies.
const COPIED: usize = 4;

/// The progress of a round's victim. It has pushed `pushed` values, or one more; it has taken `popped`, or
/// one more.
#[derive(SharedLayout)]
#[repr(C)]
struct Progress {
    /// the victim is at work
    begun: u64,
    /// values that were pushed, by their producer's own count
    pushed: u64,
    /// values that were taken, by their consumer's own count
    popped: u64,
}

/// A survivor pushes and pops all the time, and in each round a process that does one of the two is killed.
#[test]
fn a_killed_process_loses_nothing_but_the_value_in_its_hands() {
    let kills: usize = std::env::var("SHM_KILLS").map_or(200, |n| n.parse().expect("a number"));
    let folder = Folder::new("queue-killed");
    let items = Region::<Items>::create(folder.file("items")).unwrap();
    let mut tally = [0_usize; PLACES];
    let mut lost = 0;
    for round in 0..kills {
        let place = round % PLACES;
        let pops =
            if place == ANYWHERE { (round / PLACES).is_multiple_of(2) } else { place >= COPIED };
        lost += kill_one(round, (place, pops), &folder, &items);
        tally[place] += 1;
    }
    println!("killed, of which {lost} took a value with them:");
    for (place, killed) in QUEUE_POINTS.into_iter().chain(["wherever it is"]).zip(tally) {
        println!("  {killed:>5}  {place}");
    }
    assert!(tally.iter().all(|killed| *killed > 0));
    // Nothing is left over: the whole queue can be filled.
    for number in 0..5 {
        items.push(item(9, number)).unwrap();
    }
    assert!(matches!(items.push(item(9, 5)), Err(PushError::Full(_))));
}

/// Kills a process that pushes or pops, while this one does the other, and accounts for each value.
/// Returns how many were lost.
fn kill_one(
    round: usize,
    (place, pops): (usize, bool),
    folder: &Folder,
    items: &Region<Items>,
) -> u64 {
    let progress = folder.file(&format!("progress-{round}"));
    let progress = Region::<Progress>::create(progress).unwrap().remove_on_drop();
    let mut victim = support::second_process("victim")
        .env("SHM_ITEMS", folder.file("items"))
        .env("SHM_PROGRESS", folder.file(&format!("progress-{round}")))
        .env("SHM_PLACE", place.to_string())
        .env("SHM_POPS", pops.to_string())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    wait_until("the victim is at work", || progress.begun.get() > 0);
    let lost = if pops {
        feed(&mut victim, &progress, items, (round, place))
    } else {
        drain(&mut victim, &progress, items, (round, place))
    };
    assert_eq!(items.len(), 0);
    assert_eq!(items.pop().unwrap(), None);
    lost
}

/// Whether the victim is dead by now; kills it if this is the time.
fn is_dead(victim: &mut Child, round: usize, place: usize, steps: u64) -> bool {
    if place == ANYWHERE && steps == 20 + round as u64 * 7 % 200 {
        victim.kill().unwrap();
    }
    let Some(status) = victim.try_wait().unwrap() else { return false };
    assert_eq!(status.signal(), Some(9), "killed, and not failed: {status}");
    true
}

/// Pops what a producer pushes until it is dead: every value, whole, in order.
fn drain(
    victim: &mut Child,
    progress: &shm_core::View<Progress>,
    items: &Region<Items>,
    (round, place): (usize, usize),
) -> u64 {
    let (mut next, mut steps) = (0, 0);
    loop {
        let was_dead = is_dead(victim, round, place, steps);
        steps += 1;
        while let Some(value) = items.pop_timeout(Duration::from_micros(100)).unwrap() {
            expect_whole(&value);
            assert_eq!(value[1], next, "none is missing, none comes twice");
            next += 1;
            if is_dead(victim, round, place, steps) {
                break;
            }
            steps += 1;
        }
        if was_dead {
            break;
        }
    }
    while let Some(value) = items.pop().unwrap() {
        expect_whole(&value);
        assert_eq!(value[1], next);
        next += 1;
    }
    let counted = progress.pushed.get();
    assert!(next == counted || next == counted + 1, "{next} arrived of {counted} that were pushed");
    // The next producer continues, whatever state the dead one left.
    items.push(item(7, 7)).unwrap();
    assert_eq!(items.pop().unwrap(), Some(item(7, 7)));
    0
}

/// Pushes for a consumer until it is dead; then takes what is left.
fn feed(
    victim: &mut Child,
    progress: &shm_core::View<Progress>,
    items: &Region<Items>,
    (round, place): (usize, usize),
) -> u64 {
    let (mut pushed, mut steps) = (0, 0);
    while !is_dead(victim, round, place, steps) {
        steps += 1;
        if items.push_timeout(item(0, pushed), Duration::from_micros(100)).is_ok() {
            pushed += 1;
        }
    }
    let left: Vec<u64> = std::iter::from_fn(|| items.pop().unwrap())
        .map(|value| {
            expect_whole(&value);
            value[1]
        })
        .collect();
    // The victim took the values before these, and counted them, except perhaps the last one.
    let (counted, first) = (progress.popped.get(), pushed - left.len() as u64);
    assert_eq!(left, (first..pushed).collect::<Vec<_>>(), "none is missing, none comes twice");
    assert!(first == counted || first == counted + 1, "{counted} of {first} were counted");
    first - counted
}

/// The victim: pushes or pops all the time, and kills itself at its place at some time.
fn be_killed() {
    let items = Region::<Items>::open(argument("SHM_ITEMS")).unwrap();
    let progress = Region::<Progress>::open(argument("SHM_PROGRESS")).unwrap();
    let place: usize = argument("SHM_PLACE").parse().unwrap();
    if place != ANYWHERE {
        static POINT: OnceLock<&str> = OnceLock::new();
        POINT.set(QUEUE_POINTS[place]).unwrap();
        at_each_point(|point| {
            use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
            static PASSED: AtomicU32 = AtomicU32::new(0);
            // In the second lap.
            if Some(&point) == POINT.get() && PASSED.fetch_add(1, Relaxed) == 7 {
                let _ = kill_process(getpid(), Signal::KILL);
            }
        });
    }
    progress.begun.set(1);
    if argument("SHM_POPS") == "true" {
        let mut next = 0;
        loop {
            let value = items.pop_wait().unwrap();
            expect_whole(&value);
            assert_eq!(value[1], next, "none is missing, none comes twice");
            next += 1;
            progress.popped.set(next);
        }
    }
    for number in 0.. {
        items.push_wait(item(0, number)).unwrap();
        progress.pushed.set(number + 1);
    }
}

/// Two producers would tear what consumers accept.
#[test]
fn a_forked_child_cannot_push_through_its_copy_of_a_producer() {
    run(&mut support::second_process("forks a producer"));
}

fn fork_a_producer() {
    let jobs = Region::<Queue<u64, 4>>::options().anonymous().unwrap();
    let mut producer = jobs.producer().unwrap();
    producer.push(1).unwrap();
    holds_in_a_forked_child(|| panics(|| producer.push(2)) && jobs.len() == 1);
    producer.push(3).unwrap();
    assert_eq!((jobs.pop().unwrap(), jobs.pop().unwrap()), (Some(1), Some(3)));
}

/// A producer that is stopped in the middle of a push keeps other producers waiting, as any holder of a
/// lock does; consumers continue.
#[test]
fn a_producer_that_is_stopped_in_the_middle_does_not_stop_consumers() {
    let folder = Folder::new("queue-stopped");
    let items = Region::<Items>::create(folder.file("items")).unwrap();
    for number in 0..3 {
        items.push(item(1, number)).unwrap();
    }
    let mut stopped =
        support::second_process("stops").env("SHM_ITEMS", folder.file("items")).spawn().unwrap();
    let pid = rustix::process::Pid::from_child(&stopped);
    wait_until("it has stopped", || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap();
        stat.rsplit(')').next().unwrap().trim_start().starts_with('T')
    });
    let refused = items.push_timeout(item(2, 0), Duration::from_millis(5));
    assert!(matches!(refused, Err(PushError::Lock { .. })), "{refused:?}");
    for number in 0..3 {
        assert_eq!(items.pop().unwrap(), Some(item(1, number)));
    }
    assert_eq!(items.pop().unwrap(), None);
    kill_process(pid, Signal::CONT).unwrap();
    assert!(finish(&mut stopped).success());
    assert_eq!(items.pop().unwrap(), Some(item(5, 5)));
    items.push(item(2, 0)).unwrap();
}

fn stop_in_the_middle() {
    let items = Region::<Items>::open(argument("SHM_ITEMS")).unwrap();
    at_each_point(|point| {
        if point == "queue: in the middle of the copy" {
            // To this very thread, so that it stops at once.
            // SAFETY: sends a signal to the calling thread.
            assert_eq!(unsafe { libc::raise(libc::SIGSTOP) }, 0);
        }
    });
    items.push(item(5, 5)).unwrap();
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    match role().as_deref() {
        None => {}
        Some("producer") => produce(),
        Some("consumer") => consume(),
        Some("victim") => be_killed(),
        Some("forks a producer") => fork_a_producer(),
        Some("stops") => stop_in_the_middle(),
        Some(other) => panic!("{other} is not a role"),
    }
}
