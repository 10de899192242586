//! Processes are killed while they count, and while they fold the rows of those that were: each count is in
//! the total once, and totals never go backwards.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use shm_core::fault::PER_PROCESS_POINTS;
use shm_core::sync::{Fold, Row};
use shm_core::{LockError, PerProcess, Region, SharedLayout, View};

use crate::kills::{self, ANY_MOMENT, Round, die_where_due, play_rounds, timed};
use crate::support::{self, Folder, PATIENCE, argument};

/// Passed by this test itself: with a row, between two counts.
const COUNTING: &str = "counting";
/// And in the function that folds.
const FOLDING: &str = "folding";
const LEFT: &str = "per process: left, not folded";

/// Two numbers, of which one is twice the other between two counts.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Count {
    ones: u64,
    twos: u64,
}

static DIES_FOLDING: OnceLock<()> = OnceLock::new();

impl Fold for Count {
    fn fold(&mut self, row: &Self) {
        self.ones += row.ones;
        if DIES_FOLDING.get().is_some() {
            kills::die();
        }
        self.twos += row.twos;
    }
}

/// The only row, so that the next process has to fold it; and what processes say that they have counted.
#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    only: PerProcess<Count, 1>,
    rows: PerProcess<Count, 4>,
    /// Counted before the row, and after it.
    begun: u64,
    ended: u64,
}

fn count(board: &View<Board>, row: &shm_core::traits::Shared<Count>, times: u64) {
    for _ in 0..times {
        board.begun.fetch_add(1);
        row.ones.fetch_add(1);
        row.twos.fetch_add(2);
        board.ended.fetch_add(1);
    }
}

/// Waits for the row of a process that has it until it dies.
fn claim_only(board: &View<Board>) -> Row<Count, 1> {
    let since = Instant::now();
    loop {
        match board.only.claim() {
            Ok(row) => return row,
            Err(LockError::Busy) if since.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_micros(100));
            }
            Err(error) => panic!("the row of the dead can be had: {error}"),
        }
    }
}

/// Reads totals until all is done; they never go backwards, and each count is in them at most once.
fn watch(board: &View<Board, shm_core::ReadOnly>, of_all: bool, done: &AtomicBool) {
    let mut last = Count { ones: 0, twos: 0 };
    while !done.load(Ordering::Relaxed) {
        let ended = board.ended.get();
        let total = if of_all { board.rows.totals() } else { board.only.totals() };
        let Ok(total) = total else { continue };
        let begun = board.begun.get();
        assert!(last.ones <= total.ones && last.twos <= total.twos, "{last:?}, then {total:?}");
        assert!((ended..=begun).contains(&total.ones), "{ended}, {total:?}, {begun}");
        last = total;
    }
}

/// Does `work` while another thread watches the totals.
fn watched<R>(folder: &Folder, of_all: bool, work: impl FnOnce() -> R) -> R {
    let board = Region::<Board>::open_read_only(folder.file("board")).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watching = scope.spawn(|| watch(&board, of_all, &done));
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        done.store(true, Ordering::Relaxed);
        watching.join().expect("totals are right all the time");
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

#[test]
fn a_process_killed_anywhere_leaves_each_of_its_counts_in_the_total_once() {
    let own = [COUNTING, FOLDING, ANY_MOMENT];
    let points: Vec<_> = PER_PROCESS_POINTS.into_iter().chain(own).collect();
    play_rounds("killed-rows", &points, |folder, round| {
        let signals = Round::signals(folder);
        let board = Region::<Board>::options().create_or_replace(folder.file("board")).unwrap();
        watched(folder, false, || {
            // It leaves a row to be folded.
            let first = Round { point: COUNTING, ..round };
            first.let_die(&mut first.victim("rows killed: victim", folder), &signals);
            signals.reached.set(0);
            signals.go.set(0);
            let mut victim = round.victim("rows killed: victim", folder);
            support::wait_until(round.point, || signals.reached.get() == 1);
            // With these, the victim has no lock, or not for long.
            let waits = round.waits && ![COUNTING, LEFT, ANY_MOMENT].contains(&round.point);
            let (row, took) = std::thread::scope(|scope| {
                let survive = || claim_only(&board);
                let waiting = waits.then(|| kills::spawn_until_asleep(scope, survive));
                round.let_die(&mut victim, &signals);
                timed(|| waiting.map_or_else(survive, |it| it.join().expect("it survives")))
            });
            assert_eq!((row.ones.get(), row.twos.get()), (0, 0), "{}", round.point);
            count(&board, &row, 3);
            // Between `begun` and `ended`, one at most was interrupted.
            let (begun, ended, total) =
                (board.begun.get(), board.ended.get(), board.only.totals().unwrap());
            if round.point == ANY_MOMENT {
                assert!(begun - ended <= 1 && (ended..=begun).contains(&total.ones));
                assert!((2 * ended..=2 * begun).contains(&total.twos));
            } else {
                assert_eq!((begun, total), (ended, Count { ones: ended, twos: 2 * ended }));
            }
            drop(row);
            assert_eq!(board.only.totals().unwrap(), total, "{}", round.point);
            assert_eq!(board.only.rows().count(), 0);
            took
        })
    });
}

pub(crate) fn second_process(role: &str) {
    die_where_due();
    let board = Region::<Board>::open(kills::folder().join("board")).unwrap();
    match role {
        "victim" => live(&board),
        "busy" => be_busy(&board),
        other => panic!("no such role: {other}"),
    }
}

/// Folds the row of the process before, counts, and gives the row up, dying at its point.
fn live(board: &View<Board>) {
    let point = argument("SHM_POINT");
    match point.as_str() {
        COUNTING => {
            let row = claim_only(board);
            count(board, &row, 5);
            kills::die();
        }
        FOLDING => {
            DIES_FOLDING.set(()).unwrap();
            drop(claim_only(board));
        }
        ANY_MOMENT => {
            drop(claim_only(board));
            kills::signals().reached.set(1);
            loop {
                count(board, &claim_only(board), 2);
            }
        }
        _ => count(board, &claim_only(board), 5),
    }
    panic!("the point was not passed: {point}");
}

/// Claims rows, counts there, and gives most of them up.
fn be_busy(board: &View<Board>) {
    for round in 0_u32.. {
        let row = board.rows.claim().expect("there are as many rows as living processes");
        count(board, &row, u64::from(round % 7));
        if round % 3 == 0 {
            board.rows.fold_dead().unwrap();
        }
    }
}

#[test]
fn among_busy_processes_killed_at_random_no_count_is_lost_or_in_the_total_twice() {
    let wanted: u32 = std::env::var("SHM_KILLS").map_or(200, |n| n.parse().expect("a number"));
    let folder = Folder::new("busy-rows");
    let board = Region::<Board>::create(folder.file("board")).unwrap();
    let start = || {
        let mut busy = support::second_process("rows killed: busy");
        busy.env("SHM_FOLDER", folder.path()).env("SHM_POINT", "none").spawn().unwrap()
    };
    watched(&folder, true, || {
        let mut busy: Vec<_> = (0..3).map(|_| start()).collect();
        for kill in 0..wanted {
            std::thread::sleep(Duration::from_micros(u64::from(kill * 7919 % 3000)));
            let process = &mut busy[kill as usize % 3];
            assert!(process.try_wait().unwrap().is_none(), "a process failed");
            process.kill().unwrap();
            if kill.is_multiple_of(2) {
                process.wait().unwrap();
            }
            // The other half is a zombie meanwhile.
            let row = board.rows.claim().expect("a row can be had");
            count(&board, &row, 1);
            drop(row);
            process.wait().unwrap();
            *process = start();
        }
        for process in &mut busy {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    });
    board.rows.fold_dead().unwrap();
    assert_eq!(board.rows.rows().count(), 0, "a row is lost");
    let (begun, ended, total) =
        (board.begun.get(), board.ended.get(), board.rows.totals().unwrap());
    assert_eq!(total, board.rows.retired().unwrap());
    // Each kill interrupted one count at most.
    assert!(begun - ended <= u64::from(wanted) + 3, "{begun}, {ended}");
    assert!((ended..=begun).contains(&total.ones), "{ended}, {total:?}, {begun}");
    assert!((2 * ended..=2 * begun).contains(&total.twos), "{ended}, {total:?}, {begun}");
    println!("{wanted} kills: {ended} to {begun} counts, {} in the total", total.ones);
}
