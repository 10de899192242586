//! Processes are killed in the middle of what they do with values that have parts of any length.

use shm_core::dynamic::DynValue;
use shm_core::{DynRegion, Region};

use super::dice::Dice;
use super::jobs::{Job, Jobs};
use super::workers::{self, kill_at_any_moment};
use crate::support::Folder;

const KEYS: u64 = 30;
/// Keys that no worker touches.
const UNTOUCHED: u64 = 1000;

type Stage = (Region<Jobs>, DynRegion);

/// One operation anywhere.
fn act((jobs, by_name): &Stage, dice: &mut Dice) {
    let (one, other) = (dice.below(8) as usize, dice.below(8) as usize);
    let (seed, key) = (dice.next(), dice.below(KEYS));
    let current = &jobs.current;
    match dice.below(12) {
        0 => current.set(&Job::marked(seed)).unwrap(),
        1 | 2 => jobs.history[one].set(&Job::marked(seed)).unwrap(),
        3 => jobs.history[one].update(|job| *job = Some(Job::marked(seed))).unwrap(),
        4 => jobs.history[one].move_to(&jobs.history[other]).unwrap(),
        5 => jobs.history[one].take().unwrap().iter().for_each(Job::assert_whole),
        6 | 7 => _ = jobs.by_id.insert(&key, &Job::marked(key)).unwrap(),
        8 => jobs.by_id.update(&key, |job| *job = Some(Job::marked(key))).unwrap(),
        9 => _ = jobs.by_id.remove(&key).unwrap(),
        // By name, too.
        10 => match by_name.get("current").unwrap() {
            DynValue::None => {}
            job => by_name.set(format!("history[{one}]"), job).unwrap(),
        },
        _ => check(jobs),
    }
    jobs.done.fetch_add(1);
}

/// Each value is whole, and that of its key; what no process touches is as it was.
fn check(jobs: &Region<Jobs>) {
    jobs.current.load().unwrap().iter().for_each(Job::assert_whole);
    for place in &jobs.history {
        place.load().unwrap().iter().for_each(Job::assert_whole);
    }
    for (key, job) in jobs.by_id.entries().unwrap() {
        assert_eq!(job, Job::marked(key));
    }
    for key in UNTOUCHED..UNTOUCHED + 10 {
        assert_eq!(jobs.by_id.get(&key).unwrap(), Some(Job::marked(key)));
    }
}

pub(crate) fn work() {
    let open =
        |path: String| (Region::<Jobs>::open(&path).unwrap(), DynRegion::open(&path).unwrap());
    workers::work(open, act);
}

#[test]
fn a_writer_killed_at_any_moment_leaves_a_value_with_parts_old_or_new_and_whole() {
    let folder = Folder::new("values-killed");
    let path = folder.file("jobs");
    let options = Region::<Jobs>::options().heap_max(8 << 20).participants(16);
    let jobs = options.create(&path).unwrap();
    for key in UNTOUCHED..UNTOUCHED + 10 {
        jobs.by_id.insert(&key, &Job::marked(key)).unwrap();
    }
    kill_at_any_moment("works on values", &path, || jobs.done.get(), || check(&jobs));
    check(&jobs);
    let heap = jobs.heap().unwrap();
    // A change of the map finishes what a death interrupted.
    jobs.by_id.insert(&0, &Job::marked(0)).unwrap();
    heap.recover().unwrap();
    let report = heap.audit();
    assert!(report.faults.is_empty(), "{report:?}");
    assert_eq!(report.stats.owned, 0, "the dead have something in hand: {report:?}");
    jobs.by_id.clear().unwrap();
    jobs.current.clear().unwrap();
    jobs.history.iter().for_each(|place| place.clear().unwrap());
    heap.recover().unwrap();
    let stats = heap.stats();
    assert_eq!((stats.blocks, stats.free_pages), (0, stats.frontier), "{stats:?}");
}
