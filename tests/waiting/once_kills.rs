//! Processes are killed while they do some work once; the next process does it, and it is done once.

use std::time::Duration;

use shm_core::fault::{LOCK_POINTS, ONCE_POINTS};
use shm_core::{Once, Region, SharedLayout, View};

use crate::kills::{self, ANY_MOMENT, NONE_WOKEN, Round, Signals, play_rounds, timed};
use crate::support::{Folder, argument, wait_until};

/// Passed by this test itself, at work.
const HALF_DONE: &str = "once: half done";
const WORKED: &str = ONCE_POINTS[1];
/// Points that are passed only while another process is at work.
const WAITING: [&str; 2] = ["lock: about to sleep", "lock: awake again"];

/// Work that is done once.
#[derive(SharedLayout)]
#[repr(C)]
struct Task {
    once: Once,
    /// The number of times that it was completed.
    completed: u32,
    /// Full of the name of the process that did it.
    result: [u32; 8],
}

const VICTIM: u32 = 1;
const SURVIVOR: u32 = 2;

#[test]
fn the_work_of_a_killed_process_is_done_once_by_the_next() {
    let own = [HALF_DONE, ANY_MOMENT];
    let points: Vec<_> = ONCE_POINTS.into_iter().chain(LOCK_POINTS).chain(own).collect();
    play_rounds("killed-once", &points, |folder, round| {
        let signals = Round::signals(folder);
        let task = Region::<Task>::options().create_or_replace(folder.file("task")).unwrap();
        let took = if WAITING.contains(&round.point) {
            survive_a_waiter(folder, round, &signals, &task)
        } else {
            survive_a_doer(folder, round, &signals, &task)
        };
        check(round.point, &task);
        took
    });
}

/// The victim does the work, or is about to. Returns the time that the survivor took from its death.
fn survive_a_doer(
    folder: &Folder,
    round: Round,
    signals: &View<Signals>,
    task: &View<Task>,
) -> Duration {
    let mut victim = round.victim("does it once", folder);
    if round.point == NONE_WOKEN {
        wait_until("the victim is at work", || task.result[0].get() == VICTIM);
    } else {
        wait_until("the victim is where it must die", || signals.reached.get() == 1);
    }
    let call = || task.once.call_once(|| work(task, SURVIVOR)).unwrap();
    std::thread::scope(|scope| {
        let waiting = round.waits.then(|| kills::spawn_until_asleep(scope, call));
        signals.waited_for.set(1);
        round.let_die(&mut victim, signals);
        let ((), took) = timed(|| {
            waiting.map_or_else(call, |waiter| waiter.join().expect("the survivor survives"));
        });
        took
    })
}

/// The victim waits for the survivor, which does the work.
fn survive_a_waiter(
    folder: &Folder,
    round: Round,
    signals: &View<Signals>,
    task: &View<Task>,
) -> Duration {
    let mut victim = None;
    let survivor = || {
        let mut victim_ = round.victim("does it once", folder);
        if round.waits {
            round.let_die(&mut victim_, signals);
        } else {
            wait_until("the victim waits", || signals.reached.get() == 1);
            victim = Some(victim_);
        }
        work(task, SURVIVOR);
    };
    let ((), took) = timed(|| task.once.call_once(survivor).unwrap());
    if let Some(mut victim) = victim {
        round.let_die(&mut victim, signals);
    }
    took
}

/// Checks that the work is done, whole, and as often as a death at this point allows.
fn check(point: &str, task: &View<Task>) {
    assert!(task.once.is_done(), "{point}: not done");
    let by = task.result[0].get();
    assert!(task.result.iter().all(|word| word.get() == by), "{point}: done, but not whole");
    let completed = task.completed.get();
    match point {
        // Done to its end, but not recorded as done.
        WORKED => assert_eq!((by, completed), (SURVIVOR, 2), "{point}"),
        ANY_MOMENT => assert!(completed == 1 || (by, completed) == (SURVIVOR, 2), "{point}"),
        _ => assert_eq!(completed, 1, "{point}"),
    }
    task.once.call_once(|| panic!("{point}: done once more")).unwrap();
}

fn work(task: &View<Task>, me: u32) {
    task.result[..4].iter().for_each(|word| word.set(me));
    if me == VICTIM {
        half_done();
    }
    task.result[4..].iter().for_each(|word| word.set(me));
    task.completed.fetch_add(1);
}

/// In the victim, half way.
fn half_done() {
    match argument("SHM_POINT").as_str() {
        HALF_DONE => kills::die(),
        NONE_WOKEN => {
            let signals = kills::signals();
            wait_until("a process waits", || signals.waited_for.get() == 1);
        }
        ANY_MOMENT => {
            kills::reach();
            // Work that continues until about the time of the signal.
            (0..2_000_000).for_each(|step| _ = std::hint::black_box(step));
        }
        _ => {}
    }
}

/// The life of a victim.
pub(crate) fn victim() {
    kills::die_where_due();
    let task = Region::<Task>::open(kills::folder().join("task")).unwrap();
    task.once.call_once(|| work(&task, VICTIM)).unwrap();
    if argument("SHM_POINT") == ANY_MOMENT {
        loop {
            std::thread::park();
        }
    }
    drop(task); // detaches
}
