//! Readers and writers are killed; the others continue, and every value that may be torn is reported to them.

use std::time::Duration;

use shm_core::fault::RWLOCK_POINTS;
use shm_core::sync::RwLockView;
use shm_core::{DynRegion, LockError, Region, RwLock};

use crate::busy::{Busy, company};
use crate::kills::{self, ANY_MOMENT, Round, die_where_due, play_rounds, timed};
use crate::rwlock::Pair;
use crate::support::{self, Folder, PATIENCE, argument};
use crate::while_another_thread_waits;

/// Passed by this test itself.
const OWN_POINTS: [&str; 5] = [
    "reading",
    "writing: half written",
    "writing: all written",
    "repairing: half written",
    ANY_MOMENT,
];

type Lock = RwLock<Pair, 2>;

/// The state in which a survivor found the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Whole,
    Reported { torn: bool },
}

#[test]
fn a_reader_or_writer_killed_anywhere_is_survived_and_a_torn_value_is_reported() {
    let points: Vec<_> = RWLOCK_POINTS.into_iter().chain(OWN_POINTS).collect();
    play_rounds("killed-rwlock", &points, |folder, round| {
        let signals = Round::signals(folder);
        let lock = Region::<Lock>::options().create_or_replace(folder.file("lock")).unwrap();
        if round.point.starts_with("repairing") {
            let first = Round { point: "writing: half written", ..round };
            first.let_die(&mut first.victim("rwlock killed: victim", folder), &signals);
            signals.reached.set(0);
            signals.go.set(0);
        }
        let mut victim = round.victim("rwlock killed: victim", folder);
        support::wait_until(round.point, || signals.reached.get() == 1);
        let (found, took) = std::thread::scope(|scope| {
            let survive = || survive(&lock, round.lap / 8);
            // A waiter meets a zombie; a later locker meets a process that has been reaped.
            let waiting = round.waits.then(|| kills::spawn_until_asleep(scope, survive));
            round.let_die(&mut victim, &signals);
            timed(|| waiting.map_or_else(survive, |waiting| waiting.join().expect("it survives")))
        });
        check(round.point, found);
        nothing_is_left(folder, &lock);
        took
    });
}

/// Locks after a death, for reading or writing, and repairs.
fn survive(lock: &RwLockView<Pair, 2>, lap: u32) -> Found {
    if lap.is_multiple_of(2) {
        match lock.read_timeout(PATIENCE) {
            Ok(pair) => {
                assert_eq!(pair.left.get(), pair.right.get(), "torn, and not reported");
                return Found::Whole;
            }
            Err(error) => assert!(matches!(error, LockError::OwnerDied), "{error}"),
        }
    }
    let mut found = Found::Whole;
    let pair = lock.write_timeout_or_repair(PATIENCE, |pair| {
        let (left, right) = (pair.left.get(), pair.right.get());
        pair.right.set(left);
        found = Found::Reported { torn: left != right };
    });
    let pair = pair.expect("the lock of the dead can be taken");
    assert_eq!(pair.left.get(), pair.right.get(), "torn, and not reported");
    found
}

/// Checks that the value was found as a death at this point must leave it.
fn check(point: &str, found: Found) {
    let at_work = point.starts_with("writing") || point.starts_with("repairing");
    if at_work {
        let torn = point.ends_with("half written");
        assert_eq!(found, Found::Reported { torn }, "{point}");
    } else if point != ANY_MOMENT {
        assert_eq!(found, Found::Whole, "{point}: reported, and no writer was at work");
    }
}

/// Every seat and the turnstile can be had, and the value is whole.
fn nothing_is_left(folder: &Folder, lock: &RwLockView<Pair, 2>) {
    // Takes over seats that the survivor did not need, and repairs a value that it did not see.
    drop(lock.write_timeout_or_repair(PATIENCE, |pair| pair.right.set(pair.left.get())).unwrap());
    let state = DynRegion::open_read_only(folder.file("lock")).unwrap().lock_state("").unwrap();
    assert!(state.holder.is_none() && !state.is_poisoned, "{state:?}");
    assert!(state.seats.iter().all(Option::is_none), "{state:?}");
    drop(lock.try_write().expect("all is free"));
    drop(lock.try_read().expect("all is free"));
}

pub(crate) fn second_process(role: &str) {
    die_where_due();
    let lock = Region::<Lock>::open(kills::folder().join("lock")).unwrap();
    match role {
        "victim" => live(&lock),
        "busy" => {
            drop(lock.read_as_found().unwrap());
            kills::prepare_to_die();
            be_busy(&lock);
        }
        other => panic!("no such role: {other}"),
    }
}

/// Reads and writes, dying at its point.
fn live(lock: &RwLockView<Pair, 2>) {
    let point = argument("SHM_POINT");
    match point.as_str() {
        ANY_MOMENT => {
            drop(lock.read().unwrap());
            kills::reach();
            be_busy(lock);
        }
        "rwlock: before the seat" => {
            // Known after the first, so that the second takes a single look.
            drop(lock.read().unwrap());
            drop(lock.read().unwrap());
        }
        "reading" => {
            let _reading = lock.read().unwrap();
            kills::die();
        }
        _ if point.contains("seat") || point.contains("reader") => read_in_a_full_house(lock),
        _ => {}
    }
    let pair = lock.write_as_found().unwrap();
    let verb = if pair.owner_died() { "repairing" } else { "writing" };
    pair.left.fetch_add(1);
    if point == format!("{verb}: half written") {
        kills::die();
    }
    pair.right.set(pair.left.get());
    if point == format!("{verb}: all written") {
        kills::die();
    }
    pair.mark_consistent();
    drop(pair);
    panic!("the point was not passed: {point}");
}

/// Reads while other threads have all seats for a while, so as to come through the turnstile.
fn read_in_a_full_house(lock: &RwLockView<Pair, 2>) {
    let point = argument("SHM_POINT");
    if point.contains("writer") {
        return;
    }
    let reading = lock.read().unwrap();
    std::thread::scope(|scope| {
        let (sit, seated) = std::sync::mpsc::channel();
        let (leave, left) = std::sync::mpsc::channel::<()>();
        scope.spawn(move || {
            let reading = lock.read().unwrap();
            sit.send(()).unwrap();
            let _ = left.recv();
            drop(reading);
        });
        seated.recv().unwrap();
        scope.spawn(move || {
            while_another_thread_waits(|| drop(lock.read().unwrap()), || drop(leave));
        });
    });
    drop(reading);
}

fn be_busy(lock: &RwLockView<Pair, 2>) {
    for turn in 0_u32.. {
        if turn.is_multiple_of(4) {
            let pair = lock.write_or_repair(|pair| pair.right.set(pair.left.get())).unwrap();
            assert_eq!(pair.left.get(), pair.right.get(), "torn, and not reported");
            pair.left.fetch_add(1);
            pair.right.fetch_add(1);
        } else if let Ok(pair) = lock.read() {
            assert_eq!(pair.left.get(), pair.right.get(), "torn, and not reported");
        }
    }
}

/// Several busy processes, of which one is killed at a time, and sometimes all, each in another manner.
#[test]
fn among_busy_processes_killed_at_random_none_hangs_and_every_torn_value_is_reported() {
    let wanted: u32 = std::env::var("SHM_KILLS").map_or(200, |n| n.parse().expect("a number"));
    let folder = Folder::new("busy-rwlock");
    let lock = Region::<Lock>::create(folder.file("lock")).unwrap();
    let mut busy = Busy::new("rwlock killed: busy", &folder, company());
    while busy.kills < wanted {
        std::thread::sleep(Duration::from_micros(u64::from(busy.kills * 7919 % 3000)));
        let all = busy.kills % 10 == 9;
        let dying = busy.kill(if all { 3 } else { 1 });
        let repair = |pair: &shm_core::View<Pair>| pair.right.set(pair.left.get());
        drop(lock.write_timeout_or_repair(PATIENCE, repair).expect("the lock can be had"));
        if all {
            nothing_is_left(&folder, &lock);
        }
        busy.replace(dying);
    }
    busy.end();
    nothing_is_left(&folder, &lock);
}
