//! Processes that race to make one region grow.

use std::path::Path;

use shm_core::fault::at_each_point;
use shm_core::{Region, SharedLayout};

use crate::layouts::{first, narrow, second, wide};
use crate::support::{self, Folder, argument, finish, wait_until};
use crate::{is_layout, layout_of, sequences};

const RACERS: usize = 8;

/// The tally of the racers of a round.
#[derive(SharedLayout)]
#[repr(C)]
struct Tally {
    waiting: u32,
    started: u32,
    /// the number of times that a slot was written
    grown: u32,
    opened: u32,
    refused: u32,
}

/// Runs one round; the racers take the given successors in turn.
fn race(folder: &Folder, round: usize, successors: &[&str]) -> (Region<Tally>, std::path::PathBuf) {
    let path = folder.file(&format!("station-{round}"));
    let tally_path = folder.file(&format!("tally-{round}"));
    drop(Region::<first::Station>::create(&path).unwrap());
    let tally = Region::<Tally>::create(&tally_path).unwrap();
    let start = |number: usize| {
        support::second_process("racer")
            .env("SHM_PATH", &path)
            .env("SHM_TALLY", &tally_path)
            .env("SHM_SUCCESSOR", successors[(number + round) % successors.len()])
            .spawn()
            .unwrap()
    };
    let mut racers: Vec<_> = (0..RACERS).map(start).collect();
    wait_until("all racers wait", || tally.waiting.get() == RACERS as u32);
    tally.started.set(1);
    assert!(racers.iter_mut().all(|racer| finish(racer).success()));
    (tally, path)
}

fn rounds() -> usize {
    std::env::var("SHM_RACE_ROUNDS").map_or(20, |n| n.parse().expect("a number"))
}

#[test]
fn racers_with_one_successor_all_open_the_region_and_it_grows_once() {
    let folder = Folder::new("growth-race");
    for round in 0..rounds() {
        let (tally, path) = race(&folder, round, &["second"]);
        assert_eq!((tally.opened.get(), tally.refused.get()), (RACERS as u32, 0));
        assert_eq!((tally.grown.get(), sequences(&path)), (1, [1, 0]));
        assert!(is_layout::<second::Station>(&path));
    }
}

#[test]
fn of_racers_with_two_successors_one_kind_wins_and_the_other_is_refused() {
    let folder = Folder::new("growth-rivals");
    let mut wins = [0; 2];
    for round in 0..rounds() {
        let (tally, path) = race(&folder, round, &["wide", "narrow"]);
        let half = RACERS as u32 / 2;
        assert_eq!((tally.opened.get(), tally.refused.get()), (half, half));
        assert_eq!((tally.grown.get(), sequences(&path)), (1, [1, 0]));
        let wide = is_layout::<wide::Station>(&path);
        assert!(wide || is_layout::<narrow::Station>(&path), "{:?}", layout_of(&path));
        wins[usize::from(wide)] += 1;
    }
    println!("won by two narrow fields: {}, by a wide one: {}", wins[0], wins[1]);
}

/// A racer: opens the region as the given successor, and checks that its description is right.
pub fn racer() {
    let tally = Region::<Tally>::open(argument("SHM_TALLY")).unwrap();
    at_each_point(|point| {
        if point == "grow: written" {
            Region::<Tally>::open(argument("SHM_TALLY")).unwrap().grown.fetch_add(1);
        }
    });
    tally.waiting.fetch_add(1);
    wait_until("the race starts", || tally.started.get() == 1);
    let path = argument("SHM_PATH");
    let refusal = match argument("SHM_SUCCESSOR").as_str() {
        "second" => try_as::<second::Station>(&path, ""),
        "wide" => try_as::<wide::Station>(&path, "`both` is only in the program"),
        "narrow" => try_as::<narrow::Station>(&path, "`left` is only in the program"),
        other => panic!("no such successor: {other}"),
    };
    if refusal { &tally.refused } else { &tally.opened }.fetch_add(1);
}

/// Returns whether opening the region fails, and checks that the error says `why`.
fn try_as<T: SharedLayout + shm_core::traits::Root>(path: &str, why: &str) -> bool {
    match Region::<T>::open(path) {
        Ok(_) => {
            assert!(is_layout::<T>(Path::new(path)), "noted before it is used");
            false
        }
        Err(error) => {
            let text = error.to_string();
            assert!(!why.is_empty() && text.contains(why), "{text}");
            true
        }
    }
}
