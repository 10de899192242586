//! A forked child has none of its parent's blocks.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use shm_core::{Owned, Region, SharedLayout};

use super::{assert_whole, text};

#[derive(SharedLayout)]
#[repr(C)]
struct Pages {
    parents: [Owned<str>; 32],
    childs: [Owned<str>; 32],
}

/// Runs a function in a forked child, and fails unless it returns there.
pub(crate) fn in_a_child(work: impl FnOnce()) -> i32 {
    // SAFETY: the child only works on the region and exits.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        // SAFETY: ends the child at once, without destructors.
        unsafe { libc::_exit(i32::from(outcome.is_err())) };
    }
    child
}

pub(crate) fn expect_success(child: i32) {
    let mut status = 0;
    // SAFETY: `child` is this process's own child, and `status` receives its status.
    unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!(status, 0, "the child failed");
}

fn fill(places: &[shm_core::heap::OwnedView<str>], seed: u64) {
    for round in 0..50_u64 {
        for (at, place) in places.iter().enumerate() {
            place.set(&text(10 + (round as usize * at) % 900, seed + round)).unwrap();
        }
    }
}

#[test]
fn a_child_that_was_forked_with_a_full_cache_and_its_parent_take_no_block_twice() {
    let pages = Region::<Pages>::options().heap_max(2 << 20).anonymous().unwrap();
    fill(&pages.parents, 1);
    pages.parents.iter().for_each(|place| place.clear().unwrap());
    let cached = pages.heap().unwrap().stats().owned;
    assert!(cached > 0, "the parent has cached blocks");
    let child = in_a_child(|| {
        fill(&pages.childs, 1000);
        // Its own child in turn.
        let grandchild = in_a_child(|| fill(&pages.childs[16..], 2000));
        fill(&pages.childs[..16], 3000);
        expect_success(grandchild);
    });
    fill(&pages.parents, 5000);
    expect_success(child);
    for place in pages.parents.iter().chain(&pages.childs) {
        assert_whole(&place.load().unwrap());
    }
    let heap = pages.heap().unwrap();
    // The children are dead, with full caches.
    heap.recover().unwrap();
    let report = heap.audit();
    assert!(report.faults.is_empty(), "{report:?}");
    assert_eq!((report.stats.linked, report.stats.owned), (64, 0), "{report:?}");
}

/// A thread that does not exist in the child had the parent's cache locked in most of these forks.
#[test]
fn a_child_that_was_forked_while_another_thread_allocates_does_not_wait_for_that_thread() {
    let pages = Region::<Pages>::options().heap_max(2 << 20).anonymous().unwrap();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let busy = scope.spawn(|| {
            while !is_done.load(Relaxed) {
                fill(&pages.parents[..4], 1);
            }
        });
        for round in 0..100 {
            let child = in_a_child(|| {
                // SAFETY: kills the child if it hangs.
                unsafe { libc::alarm(30) };
                pages.childs[0].set(&text(100, round)).unwrap();
            });
            expect_success(child);
        }
        is_done.store(true, Relaxed);
        busy.join().unwrap();
    });
    assert_whole(&pages.childs[0].load().unwrap());
    let heap = pages.heap().unwrap();
    heap.recover().unwrap();
    assert!(heap.audit().faults.is_empty());
}

#[test]
fn private_memory_is_copied_by_a_fork_with_its_heap() {
    let pages = Region::<Pages>::options().heap_max(1 << 20).private().unwrap();
    fill(&pages.parents, 1);
    let child = in_a_child(|| {
        assert_whole(&pages.parents[3].load().unwrap());
        fill(&pages.parents, 100);
        fill(&pages.childs, 100);
        pages.heap().unwrap().recover().unwrap();
        assert!(pages.heap().unwrap().audit().faults.is_empty());
    });
    expect_success(child);
    assert!(pages.childs[3].is_empty());
    fill(&pages.parents, 200);
    assert!(pages.heap().unwrap().audit().faults.is_empty());
}
