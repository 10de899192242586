//! What any worker changes, and what none does.

use std::sync::atomic::Ordering::Release;
use std::sync::atomic::fence;

use shm_core::Region;

use super::super::dice::Dice;
use super::super::{assert_whole, text};
use super::cells;
use super::stage::{self, Op, PLACES, Stage, WORKERS};
use crate::support::Folder;

const NUMBERS: u64 = 40;
const UNTOUCHED: u64 = 100;
/// The keys of `directory` that no worker changes begin here.
const STILL: u64 = 5000;
/// The keys of a worker that come and go: so many, from here on.
const PASSING: u64 = 60;
const COUNTER: &str = "counter";

pub(super) fn furnish(stage: &Region<Stage>) {
    for key in 0..UNTOUCHED {
        stage.untouched.insert(&key, &(key * key)).unwrap();
        stage.directory.insert(&(STILL + key), &text(30, STILL + key)).unwrap();
    }
}

fn passing(slot: usize) -> std::ops::Range<u64> {
    let first = 1000 * (slot as u64 + 1);
    first..first + PASSING
}

/// Removes what the dead worker left.
pub(super) fn clean_up(stage: &Region<Stage>, slot: usize) {
    for key in passing(slot) {
        stage.directory.remove(&key).unwrap();
    }
}

/// A length: mostly short, sometimes of whole pages.
fn some_len(dice: &mut Dice) -> usize {
    let most = [64, 500, 4000, 40_000][dice.below(4) as usize];
    dice.below(most) as usize
}

pub(super) fn act_on_places(stage: &Region<Stage>, dice: &mut Dice, count: impl Fn(Op)) {
    let (one, other) = (dice.below(PLACES as u64) as usize, dice.below(PLACES as u64) as usize);
    let (texts, samples) = (&stage.texts, &stage.samples);
    let op = match dice.below(12) {
        0..4 => {
            texts[one].set(&text(some_len(dice), dice.0)).unwrap();
            Op::Set
        }
        4 => {
            texts[one].clear().unwrap();
            Op::Clear
        }
        5 | 6 => {
            texts[one].move_to(&texts[other]).unwrap();
            Op::Move
        }
        7 => {
            assert_whole(&texts[one].take().unwrap());
            Op::Take
        }
        8 => {
            texts[one].update(|old| *old = text(old.len() / 2, 5)).unwrap();
            Op::Update
        }
        9 => {
            samples[one].set(&vec![dice.0; some_len(dice) / 8]).unwrap();
            Op::Set
        }
        10 => {
            samples[one].move_to(&samples[other]).unwrap();
            Op::Move
        }
        _ => {
            assert_whole(&texts[one].load().unwrap());
            check_samples(&samples[one].load().unwrap());
            Op::Load
        }
    };
    count(op);
}

fn check_samples(found: &[u64]) {
    assert!(found.iter().all(|number| *number == found[0]), "torn");
}

pub(super) fn act_on_numbers(stage: &Region<Stage>, dice: &mut Dice, count: impl Fn(Op)) {
    let key = dice.below(NUMBERS);
    let name = text((key % 30) as usize, key);
    let number = dice.next();
    let op = match dice.below(8) {
        0..3 => {
            stage.numbers.insert(&name, &[number; 3]).unwrap();
            Op::Insert
        }
        3 => {
            stage.numbers.remove(&name).unwrap();
            Op::Remove
        }
        4 => {
            let add =
                |old: &mut Option<[u64; 3]>| *old = Some(old.unwrap_or_default().map(|n| n ^ 1));
            stage.numbers.update(&name, add).unwrap();
            Op::Update
        }
        5 => {
            check_number(stage.numbers.take(&name).unwrap().as_ref());
            Op::Take
        }
        _ => {
            check_number(stage.numbers.get(&name).unwrap().as_ref());
            Op::Get
        }
    };
    count(op);
}

fn check_number(found: Option<&[u64; 3]>) {
    let whole = found.is_none_or(|value| value.iter().all(|number| *number == value[0]));
    assert!(whole, "torn: {found:?}");
}

/// Adds one to both counters.
pub(super) fn add_one(stage: &Region<Stage>, slot: usize, count: impl Fn(Op)) {
    let added = &stage.desks[slot].added;
    added.begun.fetch_add(1);
    fence(Release);
    stage.counter.update(|counter| *counter.get_or_insert_default() += 1).unwrap();
    let add = |old: &mut Option<[u64; 3]>| *old = Some(old.unwrap_or_default().map(|n| n + 1));
    stage.numbers.update(COUNTER, add).unwrap();
    added.done.fetch_add(1);
    count(Op::Update);
}

/// Both counters, and the numbers between which they must be. All workers are dead.
pub(super) fn check_counters(stage: &Region<Stage>) {
    let sum = |of: fn(&shm_core::View<stage::Window>) -> u64| {
        stage.desks.iter().map(|desk| of(&desk.added)).sum::<u64>()
    };
    let range = sum(|added| added.done.get())..=sum(|added| added.begun.get());
    let counter = stage.counter.load().unwrap().unwrap_or_default();
    let number = stage.numbers.get(COUNTER).unwrap().unwrap_or_default();
    assert!(range.contains(&counter), "{counter} is not in {range:?}");
    assert!(number == [number[0]; 3] && range.contains(&number[0]), "{number:?}, {range:?}");
}

/// Keys come, so that the table of the map is made anew, and go.
pub(super) fn come_and_go(stage: &Region<Stage>, slot: usize, count: impl Fn(Op)) {
    for key in passing(slot) {
        stage.directory.insert(&key, &text(20 + key as usize % 50, key)).unwrap();
        count(Op::Insert);
    }
    for key in passing(slot) {
        assert!(stage.directory.remove(&key).unwrap(), "{key}");
        count(Op::Remove);
    }
}

pub(super) fn check_untouched(stage: &Region<Stage>, dice: &mut Dice, count: impl Fn(Op)) {
    for _ in 0..10 {
        check_still(stage, dice.below(UNTOUCHED));
        count(Op::Get);
    }
}

fn check_still(stage: &Region<Stage>, key: u64) {
    assert_eq!(stage.untouched.get(&key).unwrap(), Some(key * key), "{key}");
    assert_eq!(stage.directory.get(&(STILL + key)).unwrap(), Some(text(30, STILL + key)), "{key}");
}

/// Reads everything, while the workers are at work or after their death.
pub(super) fn check_all(stage: &Region<Stage>) {
    stage.texts.iter().for_each(|place| assert_whole(&place.load().unwrap()));
    stage.samples.iter().for_each(|place| check_samples(&place.load().unwrap()));
    for slot in 0..WORKERS {
        cells::of(stage, slot).for_each(|cell| cell.check(|_| ()));
    }
    for (_, value) in stage.numbers.entries().unwrap() {
        check_number(Some(&value));
    }
    for (_, value) in stage.directory.entries().unwrap() {
        assert_whole(&value);
    }
    (0..UNTOUCHED).for_each(|key| check_still(stage, key));
}

/// Nothing is torn, lost, locked, or leaked. All workers are dead.
pub(crate) fn expect_intact(stage: &Region<Stage>) {
    check_all(stage);
    check_counters(stage);
    let heap = stage.heap().unwrap();
    heap.recover().unwrap();
    expect_no_fault(stage);
    // One change of each map completes any interrupted one; then only values and tables are left.
    stage.directory.insert(&0, "").unwrap();
    stage.directory.remove(&0).unwrap();
    stage.numbers.insert("", &[0; 3]).unwrap();
    heap.recover().unwrap();
    let stats = expect_no_fault(stage);
    let keys = [stage.directory.len(), stage.numbers.len(), stage.untouched.len()];
    let own = stage.desks.iter().flat_map(|desk| &desk.texts);
    let full = stage.texts.iter().chain(own).filter(|place| !place.is_empty()).count()
        + stage.samples.iter().filter(|place| !place.is_empty()).count()
        + usize::from(!stage.counter.is_empty());
    assert_eq!(
        stats.linked,
        keys.map(Result::unwrap).iter().sum::<usize>() + 3 + full,
        "{stats:?}"
    );
    assert_eq!(stats.owned, 0, "dead processes still own blocks: {stats:?}");
}

fn expect_no_fault(stage: &Region<Stage>) -> shm_core::heap::Stats {
    let report = stage.heap().unwrap().audit();
    assert!(report.faults.is_empty(), "{report:?}");
    report.stats
}

/// The number of places that can be filled before the heap is full.
fn capacity(stage: &Region<Stage>, len: usize) -> usize {
    let bytes = vec![1; len];
    let filled = stage.fillers.iter().take_while(|place| place.set(&bytes).is_ok()).count();
    stage.fillers[..filled].iter().for_each(|place| place.clear().unwrap());
    filled
}

/// Once everything is cleared, as many blocks can be had as in a fresh heap.
pub(crate) fn expect_as_fresh(folder: &Folder, used: &Region<Stage>) {
    let own = used.desks.iter().flat_map(|desk| &desk.texts);
    used.texts.iter().chain(own).for_each(|place| place.clear().unwrap());
    used.samples.iter().for_each(|place| place.clear().unwrap());
    used.counter.clear().unwrap();
    used.directory.clear().unwrap();
    used.numbers.clear().unwrap();
    used.untouched.clear().unwrap();
    let heap = used.heap().unwrap();
    heap.recover().unwrap();
    let stats = heap.stats();
    assert_eq!((stats.blocks, stats.free_pages), (0, stats.frontier), "{stats:?}");
    let (_, fresh) = stage::make(folder, "fresh");
    for len in [40, 900, 2000, 9000, 100_000] {
        let (used, fresh) = (capacity(used, len), capacity(&fresh, len));
        println!("{used:>12}  blocks of {len} bytes, {fresh} in a fresh heap");
        // The last few depend on where spans begin.
        assert!(used + fresh / 200 >= fresh, "{used} of {len} bytes, {fresh} in a fresh heap");
    }
}
