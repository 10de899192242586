//! Uncontended locks, and notifications without waiters.

use std::hint::black_box;

use std::cell::{Cell, RefCell};

use shm_core::sync::{BarrierView, MutexView};
use shm_core::{Barrier, Mutex, PerProcess, Region};

use super::{Case, Work, case, on_region};

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("Mutex: lock and unlock", || {
            on_region(|region| {
                let guard = region.lock.lock().expect("the last owner is alive");
                guard.set_relaxed(1);
            })
        }),
        case("Mutex: lock and unlock, two regions in turn", || in_turn(2)),
        case("Mutex: lock and unlock, 1,000 regions in turn", || in_turn(1_000)),
        case("Mutex: lock_again and unlock, by the thread that has it", || {
            let lock = Region::<Mutex<u64>>::options().anonymous().expect("anonymous memory");
            // Held for as long as the work exists, which is on this thread only.
            let held = lock.own(MutexView::lock).expect("the last owner is alive");
            Box::new(move || {
                black_box(&held);
                drop(black_box(lock.lock_again().expect("the last owner is alive")));
            })
        }),
        case("RwLock: read and unlock", || {
            on_region(|region| {
                let guard = region.shared.read().expect("the last owner is alive");
                black_box(guard.get_relaxed());
            })
        }),
        case("RwLock: write and unlock, 8 seats", || {
            on_region(|region| {
                let guard = region.shared.write().expect("the last owner is alive");
                guard.set_relaxed(1);
            })
        }),
        case("Semaphore: acquire and release", || {
            on_region(|region| drop(region.permits.acquire().expect("this process takes part")))
        }),
        case("Barrier: wait, as its only member", || {
            let barrier = Region::<Barrier<1>>::options().anonymous().expect("anonymous memory");
            let member = barrier.own(BarrierView::join).expect("there is a seat");
            let member = RefCell::new(member);
            Box::new(move || {
                black_box(member.borrow_mut().wait().expect("no other member dies"));
            })
        }),
        case("PerProcess: add in a row", || {
            let counts = Region::<PerProcess<[u64; 2], 8>>::options().anonymous().expect("memory");
            let row = counts.claim().expect("a row is free");
            Box::new(move || {
                row[1].fetch_add(black_box(1));
            })
        }),
        case("PerProcess of 8 rows of 16 B: totals", || {
            let counts = Region::<PerProcess<[u64; 2], 8>>::options().anonymous().expect("memory");
            let rows = [(); 8].map(|()| counts.claim().expect("a row is free"));
            Box::new(move || {
                black_box(&rows);
                black_box(counts.totals().expect("no row is folded"));
            })
        }),
        case("Event: notify_all, no sleepers", || on_region(|region| region.event.notify_all())),
        case("Watched<u64>: set, no sleepers", || {
            on_region(|region| region.watched.set(black_box(7)))
        }),
        case("Once: is_done", || {
            on_region(|region| {
                black_box(region.once.is_done());
            })
        }),
    ]
}

/// Locks and unlocks in one region after the other.
fn in_turn(count: usize) -> Work {
    let region = |_| Region::<Mutex<u64>>::options().anonymous().expect("anonymous memory");
    let regions: Vec<_> = (0..count).map(region).collect();
    // The first lock in each attaches.
    regions.iter().for_each(|region| drop(region.lock().expect("the last owner is alive")));
    let next = Cell::new(0);
    Box::new(move || {
        let region = &regions[next.replace((next.get() + 1) % regions.len())];
        region.lock().expect("the last owner is alive").set_relaxed(1);
    })
}
