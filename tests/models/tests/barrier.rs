//! The barrier: no member goes on before all have arrived, none is left asleep, and all members learn the
//! same of a phase.

use shm_core::protocol::barrier::Ended;
use shm_models::barrier::{Death, Flaw, Process, World};
use shm_models::{
    FEW, PREEMPTIONS, World as _, check, is_caught, join_all, shared, spawn, spawn_each,
};

fn is_complete(ended: &Ended) -> bool {
    matches!(ended, Ended::Complete { .. })
}

/// All members meet once, and then once more: nothing of the first phase is left in the second.
fn meetings(members: u32, flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(members));
        let others = spawn_each(&world, 1..members, flaw, |process| {
            (process.meet(1), process.wait(), process.meet(2))
        });
        let first = world.process(0, flaw);
        let mut ended = vec![(first.meet(1), first.wait(), first.meet(2))];
        ended.extend(join_all(others));
        for phase in [0, 1, 2] {
            let ended = ended.iter().map(|(a, b, c)| [a, b, c][phase]);
            let here = ended.clone().filter(|ended| **ended == Ended::Complete { here: true });
            assert_eq!(here.count(), 1, "one member completes each phase");
            assert!(ended.clone().all(is_complete));
        }
    }
}

/// All members meet once.
fn meeting(members: u32, flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(members));
        let others = spawn_each(&world, 1..members, flaw, |process| process.meet(1));
        let mut ended = vec![world.process(0, flaw).meet(1)];
        ended.extend(join_all(others));
        assert!(ended.iter().all(is_complete));
    }
}

/// As [`meeting`], of members that know that none dies: three of them, each of which asked for the deaths of two, would
/// take too many steps. Nothing but the barrier's own words synchronises them.
fn meeting_of_the_living(members: u32) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(members));
        let others = spawn_each(&world, 1..members, None, |process| process.trusting().meet(1));
        let mut ended = vec![world.process(0, None).trusting().meet(1)];
        ended.extend(join_all(others));
        let here = ended.iter().filter(|ended| **ended == Ended::Complete { here: true });
        assert_eq!(here.count(), 1, "one member completes the phase");
        assert!(ended.iter().all(is_complete));
    }
}

/// Two members meet, and meet again, and know that none dies.
fn meetings_of_the_living() {
    let world = shared(World::new(2));
    let meet_twice = |process: Process<'_>| {
        let process = process.trusting();
        [process.meet(1), process.wait(), process.meet(2)]
    };
    let other = spawn(&world, 1, None, meet_twice);
    let ended = [meet_twice(world.process(0, None)), other.join().unwrap()];
    for phase in [0, 1, 2] {
        let here = Ended::Complete { here: true };
        assert_eq!(ended.iter().filter(|ended| ended[phase] == here).count(), 1);
        assert!(ended.iter().all(|ended| is_complete(&ended[phase])));
    }
}

/// One member dies; the others learn of it, all the same, at once or in the next phase.
fn a_member_dies(
    death: Death,
    members: u32,
    flaw: Option<Flaw>,
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(members));
        let others =
            spawn_each(&world, 1..members, flaw, |process| (process.wait(), process.wait()));
        world.process(0, flaw).die(death);
        let ended = join_all(others);
        let complete = ended.iter().filter(|(first, _)| is_complete(first)).count();
        if death == Death::Seated {
            assert_eq!(complete, 0, "complete without a member");
        } else {
            assert_eq!(complete, ended.len(), "it had arrived, and the others were told otherwise");
        }
        for (_, second) in ended {
            assert_eq!(second, Ended::Broken);
        }
    }
}

/// One member gives up; the others learn of it, or all have arrived.
fn one_gives_up(members: u32, flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(members));
        let others = spawn_each(&world, 1..members, flaw, |process| process.wait());
        let hurried = world.process(0, flaw).in_a_hurry().wait();
        let ended = join_all(others);
        let complete = ended.iter().filter(|ended| is_complete(ended)).count();
        let expected = if is_complete(&hurried) { ended.len() } else { 0 };
        assert_eq!(complete, expected, "they were told otherwise: {hurried:?}, {ended:?}");
    }
}

/// The phase is broken and reset while a member waits in it, or before it comes.
fn reset_under_a_waiter(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(2));
        let waiter = spawn(&world, 1, flaw, |process| process.wait());
        let other = world.process(0, flaw).in_a_hurry();
        other.abort_and_reset();
        let here = other.wait();
        let there = waiter.join().unwrap();
        assert_eq!(is_complete(&here), is_complete(&there), "{here:?}, {there:?}");
    }
}

/// A process joins for a member that is dead, while another one waits.
fn joined_for_the_dead(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(2));
        world.process(0, flaw).die(Death::Seated);
        let waiter = spawn(&world, 1, flaw, |process| process.wait());
        assert_eq!(world.process(7, flaw).join(), Some(0));
        assert_eq!(waiter.join().unwrap(), Ended::Broken, "it waits for a member that is dead");
    }
}

#[test]
fn no_member_goes_on_before_all_have_arrived_and_none_is_left_asleep() {
    check(PREEMPTIONS, meeting(2, None));
    check(FEW, meeting(3, None));
    check(FEW, meetings(2, None));
}

#[test]
#[ignore = "takes long; `cargo test --release -p shm-models -- --include-ignored` runs it"]
fn three_members_meet_with_more_preemptions() {
    check(FEW, meeting_of_the_living(3));
}

#[test]
#[ignore = "takes long; `cargo test --release -p shm-models -- --include-ignored` runs it"]
fn two_members_meet_again_with_more_preemptions() {
    check(3, meetings_of_the_living);
}

#[test]
fn the_death_of_a_member_breaks_the_phase_in_which_it_does_not_arrive() {
    for death in [Death::Seated, Death::Arrived, Death::Counted, Death::Completed] {
        check(PREEMPTIONS, a_member_dies(death, 2, None));
    }
    check(FEW, a_member_dies(Death::Seated, 3, None));
}

#[test]
fn of_the_death_of_a_member_that_has_arrived_two_others_learn_the_same() {
    check(FEW, a_member_dies(Death::Arrived, 3, None));
}

#[test]
fn of_the_death_of_a_member_that_has_counted_its_arrival_two_others_learn_the_same() {
    check(FEW, a_member_dies(Death::Counted, 3, None));
}

#[test]
fn of_the_death_of_a_member_that_completed_the_phase_two_others_learn_the_same() {
    check(FEW, a_member_dies(Death::Completed, 3, None));
}

#[test]
fn giving_up_breaks_the_phase_for_all_or_for_none() {
    check(PREEMPTIONS, one_gives_up(2, None));
    check(FEW, one_gives_up(3, None));
}

#[test]
fn a_reset_is_not_taken_for_the_end_of_a_phase() {
    check(PREEMPTIONS, reset_under_a_waiter(None));
}

#[test]
fn a_member_in_a_dead_ones_seat_breaks_the_phase_that_the_dead_one_missed() {
    check(PREEMPTIONS, joined_for_the_dead(None));
}

#[test]
fn the_copy_of_the_protocol_that_the_flawed_ones_are_made_from_is_sound() {
    let none = Some(Flaw::None);
    check(PREEMPTIONS, meeting(2, none));
    check(FEW, meetings(2, none));
    check(PREEMPTIONS, a_member_dies(Death::Seated, 2, none));
    check(FEW, a_member_dies(Death::Seated, 3, none));
    check(PREEMPTIONS, one_gives_up(2, none));
    check(PREEMPTIONS, reset_under_a_waiter(none));
    // Where none dies, and so without the help of the kernel's lock.
    check(PREEMPTIONS, meeting(2, Some(Flaw::TheDeadAreAwaited)));
}

#[test]
fn arrivals_of_which_the_last_does_not_know_are_caught() {
    assert!(is_caught(PREEMPTIONS, meeting(2, Some(Flaw::ArrivalsAreNotOrdered))));
}

#[test]
fn arrivals_that_publish_nothing_are_caught() {
    assert!(is_caught(PREEMPTIONS, meeting(2, Some(Flaw::ArrivalsAreRelaxed))));
}

#[test]
fn arrivals_that_do_not_publish_the_work_before_them_are_caught() {
    assert!(is_caught(FEW, meetings(2, Some(Flaw::ArrivalsPublishNothing))));
}

#[test]
fn a_dead_member_that_had_arrived_and_breaks_the_phase_is_caught() {
    let flaw = Some(Flaw::TheDeadAreLookedAtOnce);
    assert!(is_caught(PREEMPTIONS, a_member_dies(Death::Arrived, 2, flaw)));
}

#[test]
fn an_end_of_a_phase_that_publishes_nothing_is_caught() {
    assert!(is_caught(PREEMPTIONS, meetings(2, Some(Flaw::EndsAreRelaxed))));
}

#[test]
fn a_phase_that_is_complete_without_a_wake_up_is_caught() {
    assert!(is_caught(PREEMPTIONS, meeting(2, Some(Flaw::CompleteDoesNotNotify))));
}

#[test]
fn a_phase_that_is_broken_without_a_wake_up_is_caught() {
    assert!(is_caught(FEW, one_gives_up(3, Some(Flaw::BreakDoesNotNotify))));
}

#[test]
fn a_look_before_the_ticket_is_caught() {
    assert!(is_caught(PREEMPTIONS, meeting(2, Some(Flaw::LooksBeforeTheTicket))));
}

#[test]
fn a_member_that_is_awaited_after_its_death_is_caught() {
    let flaw = Some(Flaw::TheDeadAreAwaited);
    assert!(is_caught(PREEMPTIONS, a_member_dies(Death::Seated, 2, flaw)));
}

#[test]
fn a_phase_that_is_broken_after_its_end_is_caught() {
    assert!(is_caught(PREEMPTIONS, one_gives_up(2, Some(Flaw::BreaksByAStore))));
}

#[test]
fn a_reset_that_is_taken_for_the_end_of_a_phase_is_caught() {
    assert!(is_caught(PREEMPTIONS, reset_under_a_waiter(Some(Flaw::AnyStateIsComplete))));
}
