//! Eight processes race to open or create one region, and creators die on the way.
//!
//! Every round must see exactly one creation, no half-made region, and no file left.
//! `SHM_RACE_ROUNDS=5000 cargo test --test creation_race -- --nocapture` runs it longer.

mod support;

use std::process::Child;
use std::time::Duration;

use shm_core::fault::{CREATION_POINTS, at_each_point};
use shm_core::{Bulk, Region, SharedLayout, View};
use support::{Folder, argument, finish, role, wait_until};

const RACERS: usize = 8;
const MIDDLE: &str = "in the middle of initialising";
const POINTS: usize = CREATION_POINTS.len() + 1;

/// The contested region: large enough that a half-made one would show.
#[derive(SharedLayout)]
#[repr(C)]
struct Prize {
    head: u64,
    words: [u64; 1022],
    tail: u64,
}

/// The tally of the racers of all rounds.
#[derive(SharedLayout)]
#[repr(C)]
struct Tally {
    waiting: u32,
    started: u32,
    /// the number of times that a region got its name
    linked: u32,
    created: u32,
    opened: u32,
    half_made: u32,
    killed: [u32; POINTS],
}

#[test]
fn there_is_one_creation_a_round_though_creators_die() {
    let left_behind = race("race", false);
    assert_eq!(left_behind, Vec::<String>::new());
}

#[test]
fn a_file_system_without_unnamed_files_also_has_one_creation_a_round() {
    race("race-named", true);
}

/// Runs the rounds; returns the names that are left.
fn race(purpose: &str, named: bool) -> Vec<String> {
    let rounds = std::env::var("SHM_RACE_ROUNDS").map_or(100, |n| n.parse().expect("a number"));
    let folder = Folder::new(purpose);
    let outside = Folder::new(purpose);
    let tally = Region::<Tally>::create(outside.file("tally")).unwrap();
    for round in 0..rounds {
        let before = tally.linked.get();
        run_round(round, named, &folder, &outside, &tally);
        assert_eq!(tally.linked.get() - before, 1, "creations in round {round}");
        std::fs::remove_file(folder.file("prize")).expect("the round's region exists");
    }
    let kills = tally.killed.load_vec().unwrap();
    let (created, opened) = (tally.created.get(), tally.opened.get());
    println!("{rounds} rounds: {created} created and lived, {opened} opened; killed:");
    for (point, count) in points().zip(&kills) {
        println!("  {count:>5}  {point}");
        assert!(*count > 0, "no process died {point}");
    }
    assert_eq!(tally.half_made.get(), 0);
    folder.names()
}

fn points() -> impl Iterator<Item = &'static str> {
    CREATION_POINTS.into_iter().chain([MIDDLE])
}

/// Runs one round: racers 0 and 1 each die at a point. In odd rounds, racer 0 gets a head start, so that
/// it is sure to be the creator.
fn run_round(round: u32, named: bool, folder: &Folder, outside: &Folder, tally: &View<Tally>) {
    tally.waiting.set(0);
    tally.started.set(0);
    let kills_before: u32 = tally.killed.load_vec().unwrap().iter().sum();
    let mut racers: Vec<Child> =
        (0..RACERS).map(|number| start_racer(number, round, named, folder, outside)).collect();
    wait_until("all racers wait", || tally.waiting.get() == RACERS as u32);
    if round % 2 == 1 {
        tally.started.set(1);
        wait_until("racer 0 died", || {
            tally.killed.load_vec().unwrap().iter().sum::<u32>() > kills_before
        });
    }
    tally.started.set(RACERS as u32);
    for (number, racer) in racers.iter_mut().enumerate() {
        let status = finish(racer);
        assert!(status.success() || number < 2, "racer {number} in round {round}: {status}");
    }
}

fn start_racer(number: usize, round: u32, named: bool, folder: &Folder, outside: &Folder) -> Child {
    // Racer 0 walks through the points round by round; racer 1 follows a few points later.
    let point = (round as usize / 2 + 3 * number) % POINTS;
    let dies_at = if number < 2 { points().nth(point).unwrap() } else { "" };
    support::second_process("racer")
        .env("SHM_RACER", number.to_string())
        .env("SHM_DIES_AT", dies_at)
        .env("SHM_NAMED", if named { "yes" } else { "no" })
        .env("SHM_PRIZE", folder.file("prize"))
        .env("SHM_TALLY", outside.file("tally"))
        .spawn()
        .expect("starting a racer")
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    if role().is_none() {
        return;
    }
    let number: u32 = argument("SHM_RACER").parse().unwrap();
    let tally = tally();
    at_each_point(|point| {
        if point == "after linking" {
            self::tally().linked.fetch_add(1);
        }
        die_if_due(point);
    });
    tally.waiting.fetch_add(1);
    wait_until("the race starts", || tally.started.get() > number);
    let prize = Region::<Prize>::options()
        .named_temporary(argument("SHM_NAMED") == "yes")
        .open_or_create_with(argument("SHM_PRIZE"), fill_in)
        .unwrap();
    if prize.created() { &tally.created } else { &tally.opened }.fetch_add(1);
    let whole = prize.head.get() == 1
        && prize.tail.get() == 1
        && prize.words.load_vec().unwrap().iter().all(|word| *word == 1);
    if !whole {
        tally.half_made.fetch_add(1);
    }
}

fn fill_in(prize: &View<Prize>) {
    prize.head.set(1);
    prize.words[..500].fill(1);
    die_if_due(MIDDLE);
    std::thread::sleep(Duration::from_micros(50));
    prize.words[500..].fill(1);
    prize.tail.set(1);
}

fn tally() -> Region<Tally> {
    Region::open(argument("SHM_TALLY")).unwrap()
}

/// Dies of a real SIGKILL if this is the point at which this racer dies.
fn die_if_due(point: &str) {
    if argument("SHM_DIES_AT") != point {
        return;
    }
    let index = points().position(|known| known == point).unwrap();
    tally().killed[index].fetch_add(1);
    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL)
        .unwrap();
}
