//! Processes are killed in the middle of operations on a heap.

use std::os::unix::process::ExitStatusExt;

use shm_core::fault::{HEAP_POINTS, at_each_point};
use shm_core::{Owned, Region, SharedLayout};

use super::workers::{self, Dice, kill_at_any_moment};
use super::{assert_whole, text};
use crate::support::{Folder, argument, finish, second_process};

const PLACES: usize = 16;
/// As many as the test fills at the end.
const FILLERS: usize = 6000;
const HEAP: u64 = 4 << 20;

#[derive(SharedLayout)]
#[repr(C)]
struct Stage {
    /// The number of operations.
    done: u64,
    texts: [Owned<str>; PLACES],
    samples: [Owned<[u64]>; PLACES],
    fillers: [Owned<[u8]>; FILLERS],
}

fn stage(folder: &Folder, name: &str) -> Region<Stage> {
    let options = Region::<Stage>::options().heap_max(HEAP).participants(16);
    options.create(folder.file(name)).unwrap()
}

/// A length: mostly short, sometimes of whole pages.
fn some_len(dice: &mut Dice) -> usize {
    let most = [64, 500, 4000, 40_000][dice.below(4) as usize];
    dice.below(most) as usize
}

/// One operation anywhere.
fn act(stage: &Region<Stage>, dice: &mut Dice) {
    let (one, other) = (dice.below(PLACES as u64) as usize, dice.below(PLACES as u64) as usize);
    let (texts, samples) = (&stage.texts, &stage.samples);
    match dice.below(12) {
        0..4 => texts[one].set(&text(some_len(dice), dice.0)).unwrap(),
        4 => texts[one].clear().unwrap(),
        5 | 6 => texts[one].move_to(&texts[other]).unwrap(),
        7 => assert_whole(&texts[one].take().unwrap()),
        8 => texts[one].update(|old| *old = text(old.len() / 2, 5)).unwrap(),
        9 => samples[one].set(&vec![dice.0; some_len(dice) / 8]).unwrap(),
        10 => samples[one].move_to(&samples[other]).unwrap(),
        _ => read_all(stage),
    }
    stage.done.fetch_add(1);
}

/// Every value is whole.
fn read_all(stage: &Region<Stage>) {
    stage.texts.iter().for_each(|place| assert_whole(&place.load().unwrap()));
    for place in &stage.samples {
        let found = place.load().unwrap();
        assert!(found.iter().all(|number| *number == found[0]), "torn");
    }
}

pub(crate) fn work() {
    workers::work(|path| Region::<Stage>::open(path).unwrap(), act);
}

/// The number of places that can be filled before the heap is full.
fn capacity(stage: &Region<Stage>, len: usize) -> usize {
    let bytes = vec![1; len];
    let filled = stage.fillers.iter().take_while(|place| place.set(&bytes).is_ok()).count();
    stage.fillers[..filled].iter().for_each(|place| place.clear().unwrap());
    filled
}

#[test]
fn a_writer_killed_at_any_moment_leaves_old_or_new_whole_and_loses_no_memory() {
    let folder = Folder::new("heap-killed");
    let stage = stage(&folder, "stage");
    let path = folder.file("stage");
    kill_at_any_moment("works", &path, || stage.done.get(), || read_all(&stage));
    expect_intact(&folder, &stage);
}

/// Nothing is torn, lost, locked, or leaked.
fn expect_intact(folder: &Folder, used: &Region<Stage>) {
    read_all(used);
    let heap = used.heap().unwrap();
    heap.recover().unwrap();
    let report = heap.audit();
    assert!(report.faults.is_empty(), "{report:?}");
    assert_eq!(report.stats.owned, 0, "dead processes still own blocks: {report:?}");
    used.texts.iter().for_each(|place| place.clear().unwrap());
    used.samples.iter().for_each(|place| place.clear().unwrap());
    heap.recover().unwrap();
    let stats = heap.stats();
    assert_eq!((stats.blocks, stats.free_pages), (0, stats.frontier), "{stats:?}");
    let fresh = stage(folder, "fresh");
    for len in [40, 900, 2000, 9000, 100_000] {
        let (used, fresh) = (capacity(used, len), capacity(&fresh, len));
        // The last few depend on where spans begin.
        assert!(
            used + fresh / 200 >= fresh,
            "{used} blocks of {len} bytes, {fresh} in a fresh heap"
        );
    }
    fresh.unlink().unwrap();
}

pub(crate) fn die_at_a_point() {
    at_each_point(|name| {
        let wanted = std::env::var("SHM_POINT").unwrap();
        if name == wanted {
            // SAFETY: a signal to this process.
            unsafe { libc::raise(libc::SIGKILL) };
        }
    });
    let stage = Region::<Stage>::open(argument("SHM_PATH")).unwrap();
    stage.texts[0].set(&text(70_000, 2)).unwrap();
    stage.texts[0].move_to(&stage.texts[1]).unwrap();
}

#[test]
fn a_writer_killed_at_each_point_leaves_old_or_new() {
    for point in HEAP_POINTS {
        let folder = Folder::new("heap-point");
        let stage = stage(&folder, "stage");
        stage.texts[0].set(&text(3000, 1)).unwrap();
        stage.texts[1].set(&text(50, 3)).unwrap();
        let mut command = second_process("dies at a point");
        command.env("SHM_PATH", folder.file("stage")).env("SHM_POINT", point);
        let status = finish(&mut command.spawn().unwrap());
        assert_eq!(status.signal(), Some(libc::SIGKILL), "at {point}: {status}");
        let [first, second] = [0, 1].map(|place| stage.texts[place].load().unwrap());
        let (old, new) = (text(3000, 1), text(70_000, 2));
        match point {
            "heap: about to grow" | "owned: stored, not linked" => assert!(first == old, "{point}"),
            _ => assert!(first == new && second == text(50, 3), "{point}"),
        }
        // No place stays locked, nothing is lost.
        stage.texts[0].set("next").unwrap();
        stage.texts[1].set("next").unwrap();
        expect_intact(&folder, &stage);
    }
}
