//! Processes are killed while they make, use and remove objects with names; and fork.

use std::cell::Cell;
use std::os::unix::process::ExitStatusExt;

use shm_core::fault::{NAMED_POINTS, at_each_point};
use shm_core::heap::Heap;
use shm_core::{Mutex, ReadWrite, Region, SharedLayout, View};

use super::dice::Dice;
use super::forks::{expect_success, in_a_child};
use super::named::audited;
use super::workers::{self, kill_at_any_moment};
use crate::support::{Folder, argument, finish, second_process};

const HEAP: u64 = 4 << 20;

#[derive(SharedLayout)]
#[repr(C)]
struct Stage {
    /// How often anything was done.
    done: u64,
}

/// A value whose parts agree from the moment that it has a name.
#[derive(SharedLayout)]
#[repr(C)]
struct Pair {
    one: u64,
    other: u32,
    count: Mutex<u16>,
}

fn stage(folder: &Folder) -> Region<Stage> {
    let options = Region::<Stage>::options().heap_max(HEAP).participants(16);
    options.create(folder.file("stage")).unwrap()
}

fn make(pair: &View<Pair>) {
    assert_eq!((pair.one.get(), pair.other.get()), (0, 0), "it begins with zeros");
    pair.one.set(7);
    pair.other.set(70);
}

fn check_pair(pair: &View<Pair>) {
    assert_eq!((pair.one.get(), pair.other.get()), (7, 70), "half made");
}

fn check_array(array: &View<[u16]>) {
    assert!(array.iter().all(|word| word.get() == 9), "half made");
}

fn act(stage: &Region<Stage>, dice: &mut Dice) {
    let heap = stage.heap().unwrap();
    let name = format!("pair {}", dice.below(4));
    match dice.below(8) {
        0..4 => {
            let pair = heap.named_with::<Pair, _>(&name, make).unwrap();
            check_pair(&pair);
            // Its holder may be killed here.
            pair.count.lock_or_repair(|_| ()).unwrap().fetch_add(1);
            check_pair(&pair.clone());
        }
        4 => {
            heap.remove(&name).unwrap();
        }
        5 => {
            // The length belongs to the name.
            let len = dice.below(3) as usize;
            let array = heap
                .named_from::<[u16]>(&format!("array {len}"), &vec![9; 10 + 700 * len])
                .unwrap();
            check_array(&array);
        }
        6 => {
            heap.remove(&format!("array {}", dice.below(3))).unwrap();
        }
        _ => check(&heap),
    }
    stage.done.fetch_add(1);
}

fn check(heap: &Heap<'_, ReadWrite>) {
    for number in 0..4 {
        if let Some(pair) = heap.find::<Pair>(&format!("pair {number}")).unwrap() {
            check_pair(&pair);
        }
    }
    for number in 0..3 {
        if let Some(array) = heap.find::<[u16]>(&format!("array {number}")).unwrap() {
            check_array(&array);
        }
    }
}

pub(crate) fn work() {
    workers::work(|path| Region::<Stage>::open(path).unwrap(), act);
}

/// Nothing is half made, lost, or held by the dead; all memory of a type can be had again.
fn expect_intact(heap: &Heap<'_, ReadWrite>) {
    check(heap);
    let [named, removed, free] = audited(heap);
    assert_eq!(removed, 0, "no process that holds one is alive");
    let pages = heap.stats().object_pages;
    for object in heap.objects() {
        assert!(heap.remove(&object.name).unwrap());
    }
    assert_eq!(audited(heap), [0, 0, named + free]);
    let counted = |wanted: &dyn Fn(usize) -> bool| {
        let mut made = 0;
        while wanted(made) && heap.stats().object_pages == pages {
            made += 1;
        }
        // The last one took new memory.
        made
    };
    let pairs = counted(&|n| heap.named::<Pair>(&format!("p{n}")).is_ok());
    assert!(pairs <= named + free);
    assert_eq!(heap.stats().free_objects + pairs, named + free, "no other type took any of these");
}

#[test]
fn a_process_killed_at_any_moment_leaves_each_name_with_a_whole_object_or_none() {
    let folder = Folder::new("named-killed");
    let stage = stage(&folder);
    let heap = stage.heap().unwrap();
    let audit = || {
        check(&heap);
        // Others are at work: what contradicts something in the middle of that does not last.
        let look = || heap.audit().faults;
        let mut faults = look();
        for _ in 0..50 {
            if faults.is_empty() {
                return;
            }
            let again = look();
            faults.retain(|fault| again.contains(fault));
        }
        panic!("{faults:?}");
    };
    kill_at_any_moment("works with objects", &folder.file("stage"), || stage.done.get(), audit);
    let stats = heap.stats();
    // At most one of each for each process that can have been at work or at rest, and the names.
    assert!(stats.object_pages < 400, "memory is used again: {stats:?}");
    expect_intact(&heap);
}

pub(crate) fn die_at_a_point() {
    at_each_point(|name| {
        if name == argument("SHM_POINT") {
            // SAFETY: a signal to this process.
            unsafe { libc::raise(libc::SIGKILL) };
        }
    });
    let stage = Region::<Stage>::open(argument("SHM_PATH")).unwrap();
    let heap = stage.heap().unwrap();
    let pair = heap.named_with::<Pair, _>("pair 0", make).unwrap();
    heap.remove("pair 0").unwrap();
    drop(pair);
}

#[test]
fn a_process_killed_at_each_point_of_making_and_removing_leaves_nothing_behind() {
    for point in NAMED_POINTS {
        for before in ["nothing", "free memory of the type"] {
            // The memory is not made then.
            if point == "named: about to commit" && before != "nothing" {
                continue;
            }
            let folder = Folder::new("named-point");
            let stage = stage(&folder);
            let heap = stage.heap().unwrap();
            if before != "nothing" {
                let _ = heap.named_with::<Pair, _>("earlier", make).unwrap();
                heap.remove("earlier").unwrap();
                assert_eq!(audited(&heap), [0, 0, 1]);
            }
            let mut command = second_process("dies at a point with objects");
            command.env("SHM_PATH", folder.file("stage")).env("SHM_POINT", point);
            let status = finish(&mut command.spawn().unwrap());
            assert_eq!(status.signal(), Some(libc::SIGKILL), "at {point}: {status}");
            let is_there = heap.find::<Pair>("pair 0").unwrap().is_some();
            assert_eq!(
                is_there,
                matches!(point, "named: named" | "named: about to remove"),
                "{point}"
            );
            let made = usize::from(before != "nothing" || point != "named: about to commit");
            let expected = [usize::from(is_there), 0, made - usize::from(is_there)];
            assert_eq!(audited(&heap), expected, "{point}, {before}");
            // The name can be had at once.
            heap.remove("pair 0").unwrap();
            assert!(heap.named_with::<Pair, _>("pair 0", make).unwrap().constructed());
            expect_intact(&heap);
        }
    }
}

#[test]
fn a_forked_child_uses_what_its_parent_holds_and_holds_what_it_clones() {
    let folder = Folder::new("named-forks");
    let stage = stage(&folder);
    let heap = stage.heap().unwrap();
    let pair = heap.named_with::<Pair, _>("pair", make).unwrap();
    let kept = Cell::new(Some(heap.named_with::<Pair, _>("kept", make).unwrap()));
    let child = in_a_child(|| {
        check_pair(&pair);
        let own = Cell::new(Some(pair.clone()));
        // The parent's share is not the child's to give up.
        drop(kept.take());
        assert!(heap.remove("pair").unwrap() && heap.remove("kept").unwrap());
        let grandchild = in_a_child(|| drop(own.take()));
        expect_success(grandchild);
        stage.done.set(1);
        crate::support::wait_until("the parent is done", || stage.done.get() == 2);
        // The parent has dropped its share, and others were made since; this one is held.
        check_pair(&pair);
    });
    crate::support::wait_until("the child is ready", || stage.done.get() == 1);
    assert_eq!(audited(&heap), [0, 2, 0]);
    drop(pair);
    assert_eq!(
        audited(&heap),
        [0, 2, 0],
        "the child holds a clone of one, and this process the other"
    );
    for number in 0..5 {
        let other = heap.named::<Pair>(&format!("other {number}")).unwrap();
        assert_eq!(other.one.get(), 0);
    }
    stage.done.set(2);
    expect_success(child);
    assert_eq!(audited(&heap), [5, 1, 1], "the child is dead");
}

#[test]
fn a_child_that_was_forked_while_another_thread_makes_objects_does_not_wait_for_that_thread() {
    let folder = Folder::new("named-fork-threads");
    let stage = stage(&folder);
    let heap = stage.heap().unwrap();
    let is_done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let busy = scope.spawn(|| {
            let mut dice = Dice(5);
            while !is_done.load(std::sync::atomic::Ordering::Relaxed) {
                act(&stage, &mut dice);
            }
        });
        for round in 0..50 {
            let child = in_a_child(|| {
                // SAFETY: kills the child if it hangs.
                unsafe { libc::alarm(30) };
                let own =
                    heap.named_with::<Pair, _>(&format!("child {}", round % 5), make).unwrap();
                check_pair(&own);
            });
            expect_success(child);
        }
        is_done.store(true, std::sync::atomic::Ordering::Relaxed);
        busy.join().unwrap();
    });
    audited(&heap);
}
