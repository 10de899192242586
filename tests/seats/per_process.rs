//! Rows for each process: counts stay in the totals, whatever becomes of the process that counted.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::{Pid, WaitOptions, waitpid};
use shm_core::inspect::Liveness;
use shm_core::sync::{Fold, Row};
use shm_core::{DynRegion, LockError, PerProcess, Region, SharedLayout};

use crate::support::{self, Folder, PATIENCE, argument, wait_until};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
#[shm(fold = "sum")]
struct Counters {
    requests: u64,
    bytes: [u32; 2],
    seconds: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    workers: PerProcess<Counters, 3>,
    ready: u32,
}

fn board() -> Region<Board> {
    Region::options().anonymous().unwrap()
}

#[test]
fn a_total_is_that_of_all_rows_and_of_those_that_were_given_up() {
    let board = board();
    let (first, second) = (board.workers.claim().unwrap(), board.workers.claim().unwrap());
    assert_eq!((first.index(), second.index()), (0, 1));
    first.requests.fetch_add(2);
    first.bytes[1].set(7);
    second.requests.fetch_add(3);
    second.seconds.set(0.5);
    let expected = Counters { requests: 5, bytes: [0, 7], seconds: 0.5 };
    assert_eq!(board.workers.totals().unwrap(), expected);
    assert_eq!(board.workers.retired().unwrap().requests, 0);
    drop(first);
    assert_eq!(board.workers.retired().unwrap().requests, 2);
    assert_eq!(board.workers.totals().unwrap(), expected);
    let again = board.workers.claim().unwrap();
    assert_eq!((again.index(), again.requests.get()), (0, 0), "a row begins at zero");
    drop((again, second));
    assert_eq!(board.workers.totals().unwrap(), expected);
    assert_eq!(board.workers.rows().count(), 0);
}

#[test]
fn there_are_as_many_rows_as_the_type_says_each_on_cache_lines_of_its_own() {
    let board = board();
    let rows = [(); 3].map(|()| board.workers.claim().unwrap());
    assert!(matches!(board.workers.claim(), Err(LockError::Busy)));
    let addresses = rows.each_ref().map(|row| std::ptr::from_ref(&**row).addr());
    assert!(addresses.iter().all(|address| address.is_multiple_of(64)), "{addresses:?}");
    drop(rows);
    assert_eq!(board.workers.rows().count(), 0);
}

#[test]
fn a_row_outlives_the_handle_of_its_region_and_goes_to_other_threads() {
    let folder = Folder::new("rows-owned");
    let board = Region::<Board>::create(folder.file("board")).unwrap();
    let row: Row<Counters, 3> = board.workers.claim().unwrap();
    drop(board);
    std::thread::spawn(move || row.requests.fetch_add(4)).join().unwrap();
    let board = Region::<Board>::open_read_only(folder.file("board")).unwrap();
    assert_eq!(board.workers.totals().unwrap().requests, 4);
    assert_eq!(board.workers.rows().count(), 0);
}

#[test]
fn each_thread_can_have_a_row_that_it_gives_up_when_it_ends() {
    thread_local! {
        static MINE: std::cell::OnceCell<Row<Counters, 3>> = const { std::cell::OnceCell::new() };
    }
    let board = board();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                MINE.with(|mine| {
                    let row = mine.get_or_init(|| board.workers.claim().unwrap());
                    row.requests.fetch_add(3);
                });
            });
        }
    });
    // A thread is joined before its own values are dropped.
    wait_until("both have given up their rows", || board.workers.rows().count() == 0);
    assert_eq!(board.workers.totals().unwrap().requests, 6);
}

fn start(folder: &Folder, role: &str) -> std::process::Child {
    let mut child = support::second_process(&format!("rows: {role}"));
    child.env("SHM_FOLDER", folder.path()).spawn().unwrap()
}

#[test]
fn a_killed_process_is_named_until_its_row_goes_to_another_and_its_counts_stay() {
    let folder = Folder::new("rows-killed");
    let board = Region::<Board>::create(folder.file("board")).unwrap();
    let others = [board.workers.claim().unwrap(), board.workers.claim().unwrap()];
    let mut victim = start(&folder, "counts to five");
    wait_until("it has counted", || board.ready.get() == 1);
    let readable = Region::<Board>::open_read_only(folder.file("board")).unwrap();
    let seated = || readable.workers.rows().nth(2).expect("the third row is its");
    let process = seated().process().unwrap();
    assert_eq!((process.pid, seated().liveness()), (victim.id(), Liveness::Alive));
    assert!(process.name.starts_with("seats"), "{}", process.name);
    assert_eq!((seated().index(), seated().requests.get()), (2, 5));
    assert!(matches!(board.workers.claim(), Err(LockError::Busy)), "it is alive");

    victim.kill().unwrap();
    // A zombie.
    wait_until("it is dead", || seated().liveness() == Liveness::Dead);
    assert_eq!(seated().process().unwrap().pid, victim.id());
    assert_eq!(readable.workers.totals().unwrap().requests, 5);
    let row = board.workers.claim().unwrap();
    assert_eq!((row.index(), row.requests.get()), (2, 0));
    assert_eq!(seated().process().unwrap().pid, std::process::id());
    assert_eq!(readable.workers.totals().unwrap().requests, 5);
    assert_eq!(readable.workers.retired().unwrap().requests, 5);
    victim.wait().unwrap();
    drop(others);
}

#[test]
fn rows_of_the_dead_are_folded_on_request() {
    let folder = Folder::new("rows-folded");
    let board = Region::<Board>::create(folder.file("board")).unwrap();
    let row = board.workers.claim().unwrap();
    for _ in 0..2 {
        board.ready.set(0);
        let mut victim = start(&folder, "counts to five");
        wait_until("it has counted", || board.ready.get() == 1);
        victim.kill().unwrap();
        victim.wait().unwrap();
    }
    assert_eq!(board.workers.rows().count(), 3);
    assert_eq!(board.workers.fold_dead().unwrap(), 2);
    assert_eq!(board.workers.fold_dead().unwrap(), 0);
    assert_eq!(board.workers.rows().count(), 1);
    assert_eq!(board.workers.totals().unwrap().requests, 10);
    drop(row);
}

#[test]
fn a_forked_child_leaves_its_parents_row_alone_and_claims_its_own() {
    let board = board();
    let row = board.workers.claim().unwrap();
    row.requests.fetch_add(1);
    // SAFETY: the child drops the row, which does nothing, counts in one of its own, and leaves.
    match Pid::from_raw(unsafe { libc::fork() }) {
        None => {
            drop(row);
            let own = board.workers.claim();
            let is_other = own.as_ref().is_ok_and(|own| own.index() == 1);
            if let Ok(own) = &own {
                own.requests.fetch_add(10);
            }
            // SAFETY: leaves at once.
            unsafe { libc::_exit(i32::from(!is_other)) };
        }
        Some(child) => {
            let (_, status) = waitpid(Some(child), WaitOptions::empty()).unwrap().unwrap();
            assert_eq!(status.exit_status(), Some(0));
            assert_eq!(board.workers.rows().count(), 2);
            assert_eq!(board.workers.fold_dead().unwrap(), 1);
            assert_eq!((row.index(), row.requests.get()), (0, 1));
            assert_eq!(board.workers.totals().unwrap().requests, 11);
        }
    }
}

thread_local! {
    /// What this thread's folds do.
    static MISHAP: Cell<Option<fn(u64)>> = const { Cell::new(None) };
}

/// A count of which folding may go wrong.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Fragile(u64);

impl Fold for Fragile {
    fn fold(&mut self, row: &Self) {
        self.0 += row.0;
        if let Some(mishap) = MISHAP.get() {
            mishap(row.0);
        }
    }
}

fn with_mishap<R>(mishap: fn(u64), work: impl FnOnce() -> R) -> std::thread::Result<R> {
    MISHAP.set(Some(mishap));
    let outcome = catch_unwind(AssertUnwindSafe(work));
    MISHAP.set(None);
    outcome
}

#[test]
fn a_fold_that_panics_changes_nothing_and_the_next_process_folds() {
    let counts = Region::<PerProcess<Fragile, 1>>::options().anonymous().unwrap();
    let row = counts.claim().unwrap();
    row.0.set(5);
    assert!(with_mishap(|_| panic!("on purpose"), || drop(row)).is_err());
    assert_eq!((counts.totals().unwrap(), counts.retired().unwrap()), (Fragile(5), Fragile(0)));
    assert_eq!(counts.rows().next().unwrap().liveness(), Liveness::Dead, "it was given up");
    assert!(with_mishap(|_| panic!("on purpose"), || counts.claim()).is_err());
    assert_eq!((counts.totals().unwrap(), counts.retired().unwrap()), (Fragile(5), Fragile(0)));
    let row = counts.claim().unwrap();
    assert_eq!((row.0.get(), counts.retired().unwrap()), (0, Fragile(5)));
}

#[test]
fn a_row_that_is_dropped_by_a_panic_is_given_up_without_folding() {
    let counts = Region::<PerProcess<Fragile, 1>>::options().anonymous().unwrap();
    let row = counts.claim().unwrap();
    row.0.set(5);
    // A second panic would abort.
    let outcome = with_mishap(
        |_| panic!("in the fold"),
        || {
            let _row = row;
            panic!("on purpose");
        },
    );
    assert!(outcome.is_err());
    assert_eq!(counts.totals().unwrap(), Fragile(5));
    assert_eq!(counts.claim().unwrap().0.get(), 0);
    assert_eq!(counts.totals().unwrap(), Fragile(5));
}

#[test]
fn no_row_is_claimed_while_this_thread_folds_one() {
    static COUNTS: std::sync::OnceLock<Region<PerProcess<Fragile, 2>>> = std::sync::OnceLock::new();
    let counts = COUNTS.get_or_init(|| Region::options().anonymous().unwrap());
    let row = counts.claim().unwrap();
    row.0.set(1);
    let claim = |_| assert!(matches!(COUNTS.get().unwrap().claim(), Err(LockError::WouldDeadlock)));
    with_mishap(claim, || drop(row)).unwrap();
    assert_eq!((counts.totals().unwrap(), counts.rows().count()), (Fragile(1), 0));
}

#[test]
fn totals_never_go_backwards_while_rows_are_claimed_and_given_up() {
    const ROUNDS: u64 = 2_000;
    let board = board();
    let readable = board.read_only();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let count = || {
            for _ in 0..ROUNDS {
                let row = board.workers.claim().unwrap();
                row.requests.fetch_add(1);
                row.bytes[0].fetch_add(1);
                row.requests.fetch_add(1);
            }
        };
        let counting = [scope.spawn(count), scope.spawn(count)];
        scope.spawn(|| {
            let mut last = Counters { requests: 0, bytes: [0; 2], seconds: 0.0 };
            while !done.load(Ordering::Relaxed) {
                let Ok(total) = readable.workers.totals() else { continue };
                assert!(total.requests >= last.requests, "{last:?}, then {total:?}");
                assert!(total.bytes[0] >= last.bytes[0], "{last:?}, then {total:?}");
                last = total;
            }
        });
        let ended = counting.map(|thread| thread.join());
        done.store(true, Ordering::Relaxed);
        assert!(ended.iter().all(Result::is_ok));
    });
    let total = board.workers.totals().unwrap();
    assert_eq!((total.requests, total.bytes[0]), (4 * ROUNDS, 2 * ROUNDS as u32));
}

#[test]
fn rows_and_retired_counts_are_read_by_name_and_written_by_no_other() {
    let folder = Folder::new("rows-named");
    let board = Region::<Board>::create(folder.file("board")).unwrap();
    let (first, second) = (board.workers.claim().unwrap(), board.workers.claim().unwrap());
    first.requests.set(2);
    second.requests.set(3);
    drop(first);
    let region = DynRegion::open(folder.file("board")).unwrap();
    let get = |path: &str| region.get(path).map(|value| value.to_string());
    assert_eq!(
        get("workers").unwrap(),
        "{ retired: { requests: 2, bytes: [0, 0], seconds: 0.0 }, rows: [{ row: 1, value: \
         { requests: 3, bytes: [0, 0], seconds: 0.0 } }] }"
    );
    assert_eq!(get("workers[1].requests").unwrap(), "3");
    assert_eq!(get("workers[..].requests").unwrap(), "[0, 3, 0]");
    assert_eq!(get("workers[1].bytes[1]").unwrap(), "0");
    let error = get("workers[3]").unwrap_err();
    assert_eq!(error.to_string(), "`workers` has 3 elements: there is no [3]");
    let error = get("workers.retired").unwrap_err().to_string();
    assert!(error.contains("read the `PerProcess` as a whole"), "{error}");
    let error = get("workers.rows[1]").unwrap_err().to_string();
    assert!(error.contains("leave out `rows`"), "{error}");
    for path in ["workers", "workers[1].requests", "workers[1]"] {
        assert!(region.set(path, 5_u64).is_err(), "{path}");
    }
    assert!(region.fetch_add("workers[1].requests", 5_u64).is_err());
    let seats = region.lock_state("workers").unwrap().seats;
    let pids = seats.iter().map(|seat| Some(seat.as_ref()?.process.as_ref()?.pid));
    assert!(pids.eq([None, Some(std::process::id()), None]));
}

#[test]
fn no_row_is_claimed_of_a_named_object_which_it_could_outlive() {
    let region = Region::<u64>::options().heap_max(1 << 20).private().unwrap();
    let counts = region.heap().unwrap().named::<PerProcess<u64, 2>>("counts").unwrap();
    assert!(matches!(counts.claim(), Err(LockError::InANamedObject)));
    assert_eq!(counts.totals().unwrap(), 0);
}

pub(crate) fn second_process(role: &str) {
    assert_eq!(role, "counts to five");
    let folder = std::path::PathBuf::from(argument("SHM_FOLDER"));
    let board = Region::<Board>::open(folder.join("board")).unwrap();
    let row = board.workers.claim().unwrap();
    for _ in 0..5 {
        row.requests.fetch_add(1);
    }
    board.ready.set(1);
    loop {
        std::thread::sleep(PATIENCE);
    }
}
