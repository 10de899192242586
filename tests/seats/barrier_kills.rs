//! Members are killed; the others learn of it, or had all arrived.

use std::time::Duration;

use shm_core::fault::BARRIER_POINTS;
use shm_core::sync::{BarrierView, Member};
use shm_core::{Barrier, LockError, Region};

use crate::kills::{self, ANY_MOMENT, Round, die_where_due, play_rounds, timed};
use crate::support::{self, PATIENCE, argument};

/// Passed by this test itself: with a seat, out of the barrier.
const SEATED: &str = "seated";

type Pair = Barrier<2>;

#[test]
fn a_member_killed_anywhere_leaves_no_other_waiting_and_its_seat_to_be_had() {
    let points: Vec<_> = BARRIER_POINTS.into_iter().chain([SEATED, ANY_MOMENT]).collect();
    play_rounds("killed-barrier", &points, |folder, round| {
        let signals = Round::signals(folder);
        let pair = Region::<Pair>::options().create_or_replace(folder.file("pair")).unwrap();
        if round.point == "barrier: has a dead member's seat" {
            let first = Round { point: SEATED, ..round };
            first.let_die(&mut first.victim("barrier killed: victim", folder), &signals);
            signals.reached.set(0);
            signals.go.set(0);
        }
        let mut member = pair.join().unwrap();
        let mut victim = round.victim("barrier killed: victim", folder);
        let took = std::thread::scope(|scope| {
            let survive = || until_broken(&mut member);
            let waiting = kills::spawn_until_asleep(scope, survive);
            round.let_die(&mut victim, &signals);
            timed(|| waiting.join().expect("it survives")).1
        });
        pair.reset().unwrap();
        // The first seat is the survivor's; the other one is free, whoever died with it.
        let mut other = pair.join().expect("the dead member's seat can be had");
        meet(&mut member, &mut other);
        drop((member, other));
        assert_eq!((pair.members(), pair.is_broken()), (0, false));
        took
    });
}

/// Meets the victim for as long as it lives.
fn until_broken(member: &mut Member<'_, 2>) {
    for step in 0.. {
        match member.wait_timeout(PATIENCE) {
            // Each of the two is the last to arrive now and then.
            Ok(_) => std::thread::sleep(Duration::from_micros(100 * (step % 2))),
            Err(LockError::Broken) => return,
            Err(error) => panic!("not told of the death: {error}"),
        }
    }
}

fn meet(first: &mut Member<'_, 2>, second: &mut Member<'_, 2>) {
    std::thread::scope(|scope| {
        let there = scope.spawn(|| first.wait_timeout(PATIENCE).unwrap());
        second.wait_timeout(PATIENCE).unwrap();
        there.join().unwrap();
    });
}

pub(crate) fn second_process(role: &str) {
    assert_eq!(role, "victim");
    die_where_due();
    let pair = Region::<Pair>::open(kills::folder().join("pair")).unwrap();
    live(&pair);
}

/// Joins and meets the survivor, dying at its point.
fn live(pair: &BarrierView<2>) {
    let point = argument("SHM_POINT");
    match point.as_str() {
        SEATED => {
            let _member = pair.join().unwrap();
            kills::die();
        }
        "barrier: has a dead member's seat" => pair.reset().unwrap(),
        "barrier: reset, not counted" => {
            // Afterwards, the survivor would wait for a member that never joins.
            support::wait_until("the survivor waits", || pair.arrived() == 1);
            pair.reset().unwrap();
        }
        "barrier: broken, not counted" => pair.abort(),
        _ => {
            let mut member = pair.join().unwrap();
            if point == ANY_MOMENT {
                kills::reach();
            }
            for step in 0.. {
                match member.wait_timeout(PATIENCE) {
                    Ok(_) | Err(LockError::Broken) => {}
                    Err(error) => panic!("{error}"),
                }
                std::thread::sleep(Duration::from_micros(70 * (step % 3)));
            }
        }
    }
    panic!("the point was not passed: {point}");
}
