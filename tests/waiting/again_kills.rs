//! Processes with several guards of one lock are killed: the next one finds the lock as if there were one guard.

use std::time::Duration;

use shm_core::sync::MutexView;
use shm_core::{LockError, Mutex, Region, SharedLayout};

use crate::kills::{self, ANY_MOMENT, NONE_WOKEN, Round, die_where_due, play_rounds, timed};
use crate::support::{PATIENCE, argument, wait_until};

/// The points are passed by this test itself: to hold a lock once more changes nothing in the region.
const BEGUN: &str = "two guards: nothing written";
const HALF: &str = "two guards: half written";
const INNER_LEFT: &str = "the inner guard is left: half written";
const OUTER_LEFT: &str = "the outer guard is left: half written";
const WHOLE: &str = "the last guard is left: all written";
const MARKED: &str = "the inner guard is gone by a panic";
const UNLOCKED: &str = "the last guard is gone";
const OWN_POINTS: [&str; 7] = [BEGUN, HALF, INNER_LEFT, OUTER_LEFT, WHOLE, MARKED, UNLOCKED];

#[derive(SharedLayout)]
#[repr(C)]
struct Pair {
    left: u32,
    right: u32,
}

#[test]
fn a_process_killed_with_any_of_its_guards_of_one_lock_is_reported_and_the_lock_can_be_had() {
    let points: Vec<_> = OWN_POINTS.into_iter().chain([NONE_WOKEN, ANY_MOMENT]).collect();
    play_rounds("killed-again", &points, |folder, round| {
        let signals = Round::signals(folder);
        let lock = Region::<Mutex<Pair>>::options().create_or_replace(folder.file("lock")).unwrap();
        let mut victim = round.victim("locks again", folder);
        let arrived = if round.point == NONE_WOKEN { &signals.thread } else { &signals.reached };
        wait_until(round.point, || arrived.get() != 0);
        let (found, took) = std::thread::scope(|scope| {
            let survive = || survive(&lock);
            let waiting = round.waits.then(|| kills::spawn_until_asleep(scope, survive));
            signals.waited_for.set(1);
            round.let_die(&mut victim, &signals);
            timed(|| waiting.map_or_else(survive, |waiting| waiting.join().expect("it survives")))
        });
        check(round.point, found);
        let again = lock.lock_timeout(PATIENCE);
        if round.point == ANY_MOMENT && matches!(again, Err(LockError::OwnerDied)) {
            // The survivor had the lock while the victim lived.
            drop(lock.lock_or_repair(repair).unwrap());
        } else {
            drop(again.expect("the lock is free, and unmarked"));
        }
        let _both = [lock.lock().unwrap(), lock.lock_again().unwrap()];
        took
    });
}

/// Locks after a death, and repairs. Returns whether a death was reported, and the value torn.
fn survive(lock: &MutexView<Pair>) -> Option<bool> {
    let mut found = None;
    let pair = lock.lock_timeout_or_repair(PATIENCE, |pair| {
        found = Some(pair.left.get() != pair.right.get());
        repair(pair);
    });
    let pair = pair.expect("the lock of the dead can be had");
    assert_eq!(pair.left.get(), pair.right.get(), "torn, and not reported");
    found
}

fn repair(pair: &shm_core::View<Pair>) {
    pair.right.set(pair.left.get());
}

fn check(point: &str, found: Option<bool>) {
    let expected = match point {
        BEGUN | WHOLE => Some(false),
        HALF | INNER_LEFT | OUTER_LEFT | MARKED => Some(true),
        UNLOCKED | NONE_WOKEN => None,
        ANY_MOMENT => return,
        other => panic!("no such point: {other}"),
    };
    assert_eq!(found, expected, "{point}: reported, and torn");
}

/// The life of a victim.
pub(crate) fn victim() {
    let point = argument("SHM_POINT");
    die_where_due();
    let lock = Region::<Mutex<Pair>>::open(kills::folder().join("lock")).unwrap();
    if point == ANY_MOMENT {
        drop(lock.lock().unwrap());
        kills::reach();
        for turn in 0_u32.. {
            twice(&lock, turn.is_multiple_of(2));
        }
    }
    twice(&lock, point == INNER_LEFT);
    assert_eq!(point, UNLOCKED, "the point was not passed");
    kills::die();
}

/// Changes the pair with two guards, of which this one goes first.
fn twice(lock: &MutexView<Pair>, outer_first: bool) {
    let outer = lock.lock_again().unwrap();
    let inner = lock.lock_again().unwrap();
    die_if(BEGUN);
    outer.left.fetch_add(1);
    die_if(HALF);
    if argument("SHM_POINT") == MARKED {
        let panics = move || {
            let _inner = inner;
            // Without a message.
            std::panic::resume_unwind(Box::new(()));
        };
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(panics)).is_err());
        assert!(outer.owner_died());
        return kills::die();
    }
    let last = if outer_first {
        drop(outer);
        die_if(INNER_LEFT);
        inner
    } else {
        drop(inner);
        die_if(OUTER_LEFT);
        outer
    };
    last.right.set(last.left.get());
    die_if(WHOLE);
    if argument("SHM_POINT") == NONE_WOKEN {
        let signals = kills::signals();
        signals.thread.set(kills::this_thread());
        wait_until("a process waits", || signals.waited_for.get() == 1);
        std::thread::sleep(Duration::from_millis(3));
    }
    drop(last);
}

fn die_if(point: &str) {
    if point == argument("SHM_POINT") {
        kills::die();
    }
}
