//! Processes with permits, and processes that wait for one, are killed; no permit is lost.

use std::time::Duration;

use shm_core::fault::SEMAPHORE_POINTS;
use shm_core::sync::{Permit, SemaphoreView};
use shm_core::{Region, Semaphore, SharedLayout};

use crate::busy::{Busy, company};
use crate::kills::{self, ANY_MOMENT, Round, die_where_due, play_rounds, timed};
use crate::support::{self, Folder, PATIENCE, argument};
use crate::while_another_thread_waits;

/// Passed by this test itself, with all permits.
const HOLDING: &str = "holding all";
const INHERITED: &str = "semaphore: inherited";

#[derive(SharedLayout)]
#[repr(C)]
struct Pool {
    permits: Semaphore<2>,
    single: Semaphore<1>,
    /// The last process that had the single permit.
    inside: u32,
    inherited: u64,
}

#[test]
fn a_process_killed_anywhere_takes_no_permit_with_it() {
    let points: Vec<_> = SEMAPHORE_POINTS.into_iter().chain([HOLDING, ANY_MOMENT]).collect();
    play_rounds("killed-permits", &points, |folder, round| {
        let signals = Round::signals(folder);
        let pool = Region::<Pool>::options().create_or_replace(folder.file("pool")).unwrap();
        if round.point == INHERITED {
            let first = Round { point: HOLDING, ..round };
            first.let_die(&mut first.victim("permits killed: victim", folder), &signals);
            signals.reached.set(0);
            signals.go.set(0);
        }
        let mut victim = round.victim("permits killed: victim", folder);
        support::wait_until(round.point, || signals.reached.get() == 1);
        let (all, took) = std::thread::scope(|scope| {
            let survive = || all_of(&pool.permits);
            let waiting = round.waits.then(|| kills::spawn_until_asleep(scope, survive));
            round.let_die(&mut victim, &signals);
            timed(|| waiting.map_or_else(survive, |waiting| waiting.join().expect("it survives")))
        });
        let inherited = all.iter().filter(|permit| permit.inherited()).count();
        if round.point == HOLDING || round.point == INHERITED {
            assert_eq!(inherited, 2, "{}", round.point);
        }
        drop(all);
        assert_eq!(pool.permits.available(), 2, "{}: a permit is lost", round.point);
        took
    });
}

/// Takes every permit at the same time.
fn all_of(permits: &SemaphoreView<2>) -> [Permit<'_, 2>; 2] {
    [(); 2].map(|()| permits.acquire_timeout(PATIENCE).expect("every permit can be had again"))
}

pub(crate) fn second_process(role: &str) {
    die_where_due();
    let pool = Region::<Pool>::open(kills::folder().join("pool")).unwrap();
    match role {
        "victim" => live(&pool.permits),
        "busy" => {
            drop(pool.permits.acquire().unwrap());
            kills::prepare_to_die();
            loop {
                take_turn(&pool);
            }
        }
        other => panic!("no such role: {other}"),
    }
}

/// Takes permits and releases them, dying at its point.
fn live(permits: &SemaphoreView<2>) {
    let point = argument("SHM_POINT");
    match point.as_str() {
        ANY_MOMENT => {
            drop(permits.acquire().unwrap());
            kills::reach();
            loop {
                drop(permits.acquire().unwrap());
            }
        }
        HOLDING => {
            let _all = all_of(permits);
            kills::die();
        }
        "semaphore: about to sleep"
        | "semaphore: awake again"
        | "semaphore: released, not counted" => {
            // Another thread releases one when this one is asleep.
            let [first, second] = all_of(permits);
            while_another_thread_waits(|| drop(permits.acquire().unwrap()), || drop(first));
            drop(second);
        }
        _ => {
            let first = permits.acquire().unwrap();
            // Known by now, so that this one takes a single look.
            drop(permits.acquire().unwrap());
            drop(first);
        }
    }
    panic!("the point was not passed: {point}");
}

/// Holds the single permit for a moment, alone.
fn take_turn(pool: &shm_core::View<Pool>) {
    drop(pool.permits.acquire().unwrap());
    let permit = pool.single.acquire().unwrap();
    pool.inherited.fetch_add(u64::from(permit.inherited()));
    let me = std::process::id();
    pool.inside.set(me);
    for _ in 0..100 {
        assert_eq!(pool.inside.get(), me, "two processes have the only permit");
    }
    permit.release().expect("the living are not inherited from");
}

#[test]
fn among_busy_processes_killed_at_random_no_permit_is_lost_or_held_twice() {
    let wanted: u32 = std::env::var("SHM_KILLS").map_or(200, |n| n.parse().expect("a number"));
    let folder = Folder::new("busy-permits");
    let pool = Region::<Pool>::create(folder.file("pool")).unwrap();
    let mut busy = Busy::new("permits killed: busy", &folder, company());
    while busy.kills < wanted {
        std::thread::sleep(Duration::from_micros(u64::from(busy.kills * 7919 % 3000)));
        let dying = busy.kill(1);
        drop(all_of(&pool.permits));
        drop(pool.single.acquire_timeout(PATIENCE).expect("the only permit can be had again"));
        busy.replace(dying);
    }
    busy.end();
    drop((all_of(&pool.permits), pool.single.acquire_timeout(PATIENCE).unwrap()));
    assert_eq!((pool.permits.available(), pool.single.available()), (2, 1));
    println!("{wanted} killed at random: {} permits inherited", pool.inherited.get());
}
