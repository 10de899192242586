//! `Once` in one process; `once_kills.rs` tests deaths.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};

use shm_core::{LockError, Once, Region, SharedLayout, View};

#[derive(SharedLayout)]
#[repr(C)]
struct Table {
    laid: Once,
    plates: [u32; 4],
}

#[test]
fn the_work_is_done_once_and_is_whole_by_then() {
    let table = Region::<Table>::options().anonymous().unwrap();
    let runs = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                table.laid.call_once(|| lay(&table, &runs)).unwrap();
                assert!(table.laid.is_done());
                assert!(table.plates.iter().all(|plate| plate.get() == 1));
            });
        }
    });
    assert_eq!(runs.into_inner(), 1);
}

fn lay(table: &View<Table>, runs: &AtomicU32) {
    runs.fetch_add(1, Ordering::Relaxed);
    for plate in &table.plates {
        plate.set(1);
    }
}

#[test]
fn work_that_panics_is_not_done_and_the_next_caller_does_it() {
    let table = Region::<Table>::options().anonymous().unwrap();
    let panicked = catch_unwind(AssertUnwindSafe(|| table.laid.call_once(|| panic!("on purpose"))));
    assert!(panicked.is_err() && !table.laid.is_done());
    let runs = AtomicU32::new(0);
    table.laid.call_once(|| lay(&table, &runs)).unwrap();
    table.laid.call_once(|| lay(&table, &runs)).unwrap();
    assert_eq!(runs.into_inner(), 1);
}

#[test]
fn work_that_calls_itself_is_an_error_and_does_not_hang() {
    let table = Region::<Table>::options().anonymous().unwrap();
    let mut inner = Ok(());
    table.laid.call_once(|| inner = table.laid.call_once(|| ())).unwrap();
    assert!(matches!(inner, Err(LockError::WouldDeadlock)));
}
