//! The semaphore: never more permits than there are, none lost with the dead, no waiter left asleep.

use std::sync::Arc;

use shm_models::semaphore::{Death, Flaw, World};
use shm_models::{
    FEW, PREEMPTIONS, World as _, check, is_caught, join_all, shared, spawn, spawn_each,
};

fn world(permits: usize) -> Arc<World> {
    shared(World::new(permits))
}

/// This many processes take this many permits in turn.
fn turns(processes: u32, permits: usize, flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = world(permits);
        let others = spawn_each(&world, 1..processes, flaw, |process| process.take_turn());
        assert_eq!(world.process(0, flaw).take_turn(), Some(false));
        for inherited in join_all(others) {
            assert_eq!(inherited, Some(false), "inherited from the living");
        }
    }
}

/// One process dies, others take their turn; then every permit can be had.
fn a_process_dies(
    death: Death,
    others: u32,
    flaw: Option<Flaw>,
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = world(1);
        let others = spawn_each(&world, 1..=others, flaw, |process| process.take_turn());
        world.process(0, flaw).take_turn_and_die(death);
        let mut inherited = join_all(others);
        inherited.push(world.process(7, flaw).take_turn());
        let inherited = inherited.iter().filter(|inherited| **inherited == Some(true)).count();
        assert_eq!(inherited, usize::from(death == Death::Holding), "each death is reported once");
    }
}

/// One of two waiters gives up when it is woken, which must not harm the other.
fn one_gives_up(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = world(1);
        let owner = world.process(0, flaw);
        let first = owner.hold();
        let impatient = spawn(&world, 1, flaw, |process| process.impatient().take_turn());
        let patient = spawn(&world, 2, flaw, |process| process.take_turn());
        owner.release_permit(first);
        // It may be faster than the one that it woke.
        assert_eq!(owner.take_turn(), Some(false));
        assert_eq!(patient.join().unwrap(), Some(false));
        impatient.join().unwrap();
        assert_eq!(world.process(3, flaw).take_turn(), Some(false), "no permit is lost");
    }
}

#[test]
fn permits_are_taken_in_turn_and_no_waiter_is_left_asleep() {
    check(PREEMPTIONS, turns(2, 1, None));
    check(FEW, turns(3, 1, None));
    check(FEW, turns(3, 2, None));
}

#[test]
#[ignore = "takes long; `cargo test --release -p shm-models -- --include-ignored` runs it"]
fn permits_are_taken_in_turn_with_more_preemptions() {
    check(3, turns(3, 1, None));
    check(3, turns(3, 2, None));
}

#[test]
fn the_permit_of_a_dead_process_is_inherited_once() {
    check(PREEMPTIONS, a_process_dies(Death::Holding, 1, None));
    check(FEW, a_process_dies(Death::Holding, 2, None));
}

#[test]
fn a_death_between_giving_back_and_waking_loses_no_permit() {
    check(PREEMPTIONS, a_process_dies(Death::BeforeNotifying, 1, None));
    check(FEW, a_process_dies(Death::BeforeNotifying, 2, None));
}

#[test]
fn a_waiter_that_gives_up_leaves_the_permit_to_another() {
    check(FEW, one_gives_up(None));
}

#[test]
fn the_copy_of_the_protocol_that_the_flawed_ones_are_made_from_is_sound() {
    let none = Some(Flaw::None);
    check(PREEMPTIONS, turns(2, 1, none));
    check(FEW, turns(3, 2, none));
    check(PREEMPTIONS, a_process_dies(Death::Holding, 1, none));
    check(PREEMPTIONS, a_process_dies(Death::BeforeNotifying, 1, none));
    check(FEW, one_gives_up(none));
}

#[test]
fn a_release_that_wakes_no_waiter_is_caught() {
    assert!(is_caught(PREEMPTIONS, turns(2, 1, Some(Flaw::ReleaseDoesNotNotify))));
}

#[test]
fn a_look_at_the_seats_before_the_ticket_is_caught() {
    assert!(is_caught(PREEMPTIONS, turns(2, 1, Some(Flaw::SeatsComeBeforeTheTicket))));
}

#[test]
fn a_waiter_that_is_woken_too_early_is_caught() {
    assert!(is_caught(PREEMPTIONS, turns(2, 1, Some(Flaw::NotifyComesFirst))));
}

#[test]
fn a_permit_taken_from_an_owner_that_no_process_checked_is_caught() {
    assert!(is_caught(PREEMPTIONS, turns(2, 1, Some(Flaw::PermitsAreTakenFromTheLiving))));
}

#[test]
fn a_waiter_that_raises_no_flag_is_caught() {
    assert!(is_caught(PREEMPTIONS, turns(2, 1, Some(Flaw::FlagsAreNotRaised))));
}

#[test]
fn a_woken_waiter_that_drops_the_flag_is_caught() {
    assert!(is_caught(FEW, turns(3, 1, Some(Flaw::WokenDropsTheFlag))));
}

#[test]
fn giving_up_with_a_wake_in_hand_is_caught() {
    assert!(is_caught(FEW, one_gives_up(Some(Flaw::GivingUpKeepsTheWake))));
}

#[test]
fn a_permit_that_stays_with_the_dead_is_caught() {
    let flaw = Some(Flaw::TheDeadKeepTheirs);
    assert!(is_caught(PREEMPTIONS, a_process_dies(Death::Holding, 1, flaw)));
}
