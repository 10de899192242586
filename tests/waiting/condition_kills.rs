//! Processes that wait with a lock, or change what others wait for, are killed; the others get the lock, hear of
//! every change, and of every one that is half made.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use shm_core::fault::{CONDITION_POINTS, NOTIFY_POINTS, at_each_point};
use shm_core::sync::MutexView;
use shm_core::{Event, LockError, Mutex, Region, SharedLayout, View};

use crate::kills::{self, ANY_MOMENT, NONE_WOKEN, Round, Signals, play_rounds, timed};
use crate::support::{Folder, PATIENCE, argument, wait_until};

const HAS_A_TICKET: &str = CONDITION_POINTS[0];
const AWAKE: &str = CONDITION_POINTS[2];
const COUNTED: &str = NOTIFY_POINTS[2];
/// Passed only while another process has the lock.
const RELOCKS: [&str; 2] = ["lock: about to sleep", "lock: awake again"];
/// Passed by this test itself. The first one is killed from outside, asleep.
const ASLEEP: &str = "condition: asleep";
const LOCKED: &str = "condition: has the lock again";
const HALF: &str = "changing: half written";
const WHOLE: &str = "changing: all written";
const UNHEARD: &str = "changed, not notified";

/// The points of a process that waits, and is woken for one of them.
const OF_WAITERS: [&str; 9] = [
    HAS_A_TICKET,
    NONE_WOKEN,
    CONDITION_POINTS[1],
    NOTIFY_POINTS[0],
    ASLEEP,
    AWAKE,
    RELOCKS[0],
    RELOCKS[1],
    LOCKED,
];
const AFTER_THE_WAKE: [&str; 4] = [AWAKE, RELOCKS[0], RELOCKS[1], LOCKED];
/// Those of a process that changes what is waited for.
const OF_CHANGERS: [&str; 4] = [HALF, WHOLE, UNHEARD, COUNTED];
/// With the lock.
const HOLDING: [&str; 4] = [HAS_A_TICKET, LOCKED, HALF, WHOLE];

#[derive(SharedLayout)]
#[repr(C)]
struct Desk {
    /// Both are the number of the round when what is waited for has come.
    pair: Mutex<Pair>,
    changed: Event,
    /// The victim has the lock, and is about to wait.
    is_ready: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Pair {
    left: u32,
    right: u32,
}

/// The repairs in a round.
#[derive(Default)]
struct Repairs {
    made: AtomicU32,
    of_torn: AtomicU32,
}

impl Repairs {
    fn make(&self, pair: &View<Pair>) {
        self.made.fetch_add(1, Relaxed);
        self.of_torn.fetch_add(u32::from(pair.left.get() != pair.right.get()), Relaxed);
        pair.right.set(pair.left.get());
    }

    /// Checks that as much was reported as a death at this point must leave.
    fn check(self, point: &str) {
        let (made, of_torn) = (self.made.into_inner(), self.of_torn.into_inner());
        if point == ANY_MOMENT {
            assert!(made <= 1, "reported {made} times");
        } else {
            let expected = (u32::from(HOLDING.contains(&point)), u32::from(point == HALF));
            assert_eq!((made, of_torn), expected, "{point}: reported, and torn");
        }
    }
}

#[test]
fn a_process_killed_while_it_waits_with_a_lock_or_notifies_keeps_no_other_waiting() {
    let points: Vec<_> = OF_WAITERS.into_iter().chain(OF_CHANGERS).chain([ANY_MOMENT]).collect();
    play_rounds("killed-condition", &points, |folder, round| {
        let signals = Round::signals(folder);
        let desk = Region::<Desk>::options().create_or_replace(folder.file("desk")).unwrap();
        let repairs = Repairs::default();
        let took = if OF_CHANGERS.contains(&round.point) {
            survive_a_changer(folder, round, &signals, &desk, &repairs)
        } else {
            survive_a_waiter(folder, round, &signals, &desk, &repairs)
        };
        // The survivor may have been there before the victim died.
        drop(desk.pair.lock_timeout_or_repair(PATIENCE, |pair| repairs.make(pair)).unwrap());
        repairs.check(round.point);
        let pair = desk.pair.try_lock().expect("the lock is free, and unmarked");
        assert_eq!([pair.left.get(), pair.right.get()], [round.number; 2]);
        took
    });
}

/// The victim makes the change, or a part of it: the survivor finds it without a notification.
fn survive_a_changer(
    folder: &Folder,
    round: Round,
    signals: &View<Signals>,
    desk: &View<Desk>,
    repairs: &Repairs,
) -> Duration {
    // Some sleeper gave up, or died: the flag is up, so that a notifier comes past its point.
    kills::until_slept(|| _ = desk.changed.wait_timeout(desk.changed.ticket(), NOT_LONG));
    let survive = || survive(desk, round.number, repairs);
    std::thread::scope(|scope| {
        let waiting = round.waits.then(|| kills::spawn_until_asleep(scope, survive));
        let mut victim = round.victim("waits with a lock", folder);
        round.let_die(&mut victim, signals);
        timed(|| kills::joined(waiting.unwrap_or_else(|| scope.spawn(survive)))).1
    })
}

/// The victim waits for a change that this process makes, before or after the death.
fn survive_a_waiter(
    folder: &Folder,
    round: Round,
    signals: &View<Signals>,
    desk: &View<Desk>,
    repairs: &Repairs,
) -> Duration {
    let survive = || survive(desk, round.number, repairs);
    let lock = || desk.pair.lock_timeout_or_repair(PATIENCE, |pair| repairs.make(pair)).unwrap();
    let notify = || match round.lap / 4 % 2 {
        // The victim may be the one that is woken.
        0 => desk.changed.notify_one(),
        _ => desk.changed.notify_all(),
    };
    std::thread::scope(|scope| {
        let mut victim = round.victim("waits with a lock", folder);
        wait_until("the victim is about to wait", || desk.is_ready.get() == 1);
        let waits = round.waits || round.point == NONE_WOKEN;
        let waiting = waits.then(|| kills::spawn_until_asleep(scope, survive));
        signals.waited_for.set(1);
        if AFTER_THE_WAKE.contains(&round.point) {
            let held = lock();
            change(&held, round.number);
            let held = RELOCKS.contains(&round.point).then_some(held);
            notify();
            round.let_die(&mut victim, signals);
            drop(held);
        } else {
            if round.point == ASLEEP {
                victim.wait_until_asleep(signals.thread.get());
                victim.kill();
                victim.expect_killed(ASLEEP);
            } else {
                round.let_die(&mut victim, signals);
            }
            change(&lock(), round.number);
            notify();
        }
        timed(|| kills::joined(waiting.unwrap_or_else(|| scope.spawn(survive)))).1
    })
}

fn change(pair: &View<Pair>, number: u32) {
    pair.left.set(number);
    pair.right.set(number);
}

/// Waits for the change, and repairs what it must.
fn survive(desk: &View<Desk>, number: u32, repairs: &Repairs) {
    let since = Instant::now();
    loop {
        let pair = desk.pair.lock_timeout_or_repair(PATIENCE, |pair| repairs.make(pair));
        let changed = pair.expect("the lock can be had").wait_while(&desk.changed, |pair| {
            assert!(since.elapsed() < PATIENCE, "the change was missed");
            assert_eq!(pair.left.get(), pair.right.get(), "torn, and not reported");
            pair.left.get() != number
        });
        match changed {
            Ok(_) => return,
            Err(LockError::OwnerDied) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

const NOT_LONG: Duration = Duration::from_millis(1);

/// Whether the victim is past its first lock, whose points are not those where it must die.
static IS_DUE: AtomicBool = AtomicBool::new(false);

/// The life of a victim.
pub(crate) fn victim() {
    let (number, point) = (argument("SHM_ROUND").parse().unwrap(), argument("SHM_POINT"));
    at_each_point(|point| {
        if IS_DUE.load(Relaxed) && point == argument("SHM_POINT") {
            kills::die();
        }
    });
    let desk = Region::<Desk>::open(kills::folder().join("desk")).unwrap();
    if OF_CHANGERS.contains(&point.as_str()) {
        let pair = desk.pair.lock().unwrap();
        pair.left.set(number);
        die_if(HALF);
        pair.right.set(number);
        die_if(WHOLE);
        drop(pair);
        die_if(UNHEARD);
        IS_DUE.store(true, Relaxed);
        desk.changed.notify_all();
    } else if point == ANY_MOMENT {
        be_busy(&desk);
    } else {
        wait(&desk, &desk.pair);
    }
    panic!("the point was not passed: {point}");
}

fn die_if(point: &str) {
    if point == argument("SHM_POINT") {
        kills::die();
    }
}

fn wait(desk: &View<Desk>, pair: &MutexView<Pair>) {
    let (signals, point) = (kills::signals(), argument("SHM_POINT"));
    let mut pair = pair.lock().unwrap();
    if point == ASLEEP {
        kills::prepare_to_die();
    }
    signals.thread.set(kills::this_thread());
    desk.is_ready.set(1);
    if point == NONE_WOKEN {
        wait_until("a process waits", || signals.waited_for.get() == 1);
    }
    IS_DUE.store(true, Relaxed);
    loop {
        pair = pair.wait(&desk.changed).unwrap();
        die_if(LOCKED);
    }
}

/// Changes, notifies and waits for a moment, again and again.
fn be_busy(desk: &View<Desk>) {
    drop(desk.pair.lock().unwrap());
    kills::reach();
    desk.is_ready.set(1);
    for turn in 0.. {
        let pair = desk.pair.lock().unwrap();
        change(&pair, u32::MAX - turn);
        desk.changed.notify_one();
        let _ = pair.wait_timeout(&desk.changed, Duration::from_micros(50)).unwrap();
    }
}
