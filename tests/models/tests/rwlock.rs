//! The readers-writer lock: a writer alone or readers together, no sleeper left asleep, and a value that a
//! dead writer may have torn is reported.

use std::sync::Arc;

use loom::thread;
use shm_core::protocol::lock::Found;
use shm_models::rwlock::{Death, Flaw, Process, World};
use shm_models::{
    FEW, PREEMPTIONS, World as _, check, is_caught, join_all, shared, spawn, spawn_each,
};

fn world(seats: usize) -> Arc<World> {
    shared(World::new(seats, false))
}

fn read(process: &Process<'_>) -> Option<Found> {
    process.read()
}

fn write(process: &Process<'_>) -> Option<Found> {
    process.write()
}

/// This many readers, and this thread writes.
fn readers_and_a_writer(
    readers: u32,
    seats: usize,
    flaw: Option<Flaw>,
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = world(seats);
        let others = spawn_each(&world, 1..=readers, flaw, |process| read(&process));
        assert_eq!(world.process(0, flaw).write(), Some(Found::Whole));
        assert!(join_all(others).iter().all(|found| *found == Some(Found::Whole)));
    }
}

/// As [`readers_and_a_writer`], of processes that know that none dies, which takes fewer steps.
fn readers_and_a_writer_that_live(readers: u32, seats: usize) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = world(seats);
        let others = spawn_each(&world, 1..=readers, None, |process| process.trusting().read());
        assert_eq!(world.process(0, None).trusting().write(), Some(Found::Whole));
        assert!(join_all(others).iter().all(|found| *found == Some(Found::Whole)));
    }
}

/// Two writers.
fn writers(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = world(2);
        let other = spawn(&world, 1, flaw, |process| write(&process));
        assert_eq!(world.process(0, flaw).write(), Some(Found::Whole));
        assert_eq!(other.join().unwrap(), Some(Found::Whole));
    }
}

/// This many readers, and one seat too few.
fn full_house(readers: u32, flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = world(readers as usize - 1);
        let others = spawn_each(&world, 1..readers, flaw, |process| read(&process));
        assert_eq!(world.process(0, flaw).read(), Some(Found::Whole));
        assert!(join_all(others).iter().all(|found| *found == Some(Found::Whole)));
    }
}

/// One process dies writing, while others live.
fn a_writer_dies(
    death: Death,
    lives: &'static [fn(&Process<'_>) -> Option<Found>],
    flaw: Option<Flaw>,
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = world(2);
        let spawned = (1..).zip(lives).map(|(slot, life)| {
            let life = *life;
            spawn(&world, slot, flaw, move |process| life(&process))
        });
        let others: Vec<_> = spawned.collect();
        world.process(0, flaw).write_and_die(death);
        for found in join_all(others) {
            // It may have been earlier; otherwise the state is the one that the dead writer left.
            assert!(
                is_dirty(death) || found == Some(Found::Whole),
                "reported, and nothing was torn"
            );
        }
        let last = world.process(7, flaw);
        let repairs =
            lives.iter().any(|life| std::ptr::fn_addr_eq(*life, write as fn(&Process<'_>) -> _));
        if !repairs {
            let expected = if is_dirty(death) { Found::Poisoned } else { Found::Whole };
            assert_eq!(last.read(), Some(expected), "reported to all until it is repaired");
            assert_eq!(last.write_without_repair(), Some(expected));
            assert_eq!(last.write(), Some(expected));
        } else {
            last.write();
        }
        assert_eq!(last.read(), Some(Found::Whole), "it is repaired");
    }
}

/// Whether a writer that dies there leaves a value that may be torn.
fn is_dirty(death: Death) -> bool {
    matches!(death, Death::AtWork | Death::BeforeTheEnd)
}

const WRITERS_DEATHS: [Death; 7] = [
    Death::InTheTurnstile,
    Death::WithSomeSeats,
    Death::WithAllSeats,
    Death::AtWork,
    Death::BeforeTheEnd,
    Death::AfterTheEnd,
    Death::LeavingTheSeats,
];

/// One process dies reading, while another one reads or writes.
fn a_reader_dies(
    death: Death,
    life: fn(&Process<'_>) -> Option<Found>,
    flaw: Option<Flaw>,
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = world(1);
        let other = spawn(&world, 1, flaw, move |process| life(&process));
        world.process(0, flaw).read_and_die(death);
        assert_eq!(other.join().unwrap(), Some(Found::Whole), "a dead reader tears nothing");
        assert_eq!(world.process(2, flaw).write(), Some(Found::Whole));
    }
}

/// A process looks without the lock at a value that is changed, or repaired.
fn looker(
    repairs: bool,
    look: fn(&World),
    flaw: Option<Flaw>,
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(1, repairs));
        let theirs = Arc::clone(&world);
        let other = thread::spawn(move || look(&theirs));
        if repairs {
            world.process(0, flaw).write();
        } else {
            world.process(0, flaw).write_and_die(Death::BeforeTheEnd);
        }
        other.join().unwrap();
    }
}

/// A writer gives up beside a reader; a patient one comes through.
fn one_gives_up(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = world(1);
        let impatient = spawn(&world, 1, flaw, |process| process.impatient().write());
        let reader = spawn(&world, 2, flaw, |process| read(&process));
        assert_eq!(world.process(0, flaw).write(), Some(Found::Whole));
        assert_eq!(reader.join().unwrap(), Some(Found::Whole));
        assert_ne!(impatient.join().unwrap(), Some(Found::Poisoned));
        assert_eq!(world.process(3, flaw).write(), Some(Found::Whole), "nothing is left taken");
    }
}

#[test]
fn a_writer_and_a_reader_exclude_each_other() {
    check(PREEMPTIONS, readers_and_a_writer(1, 2, None));
    check(PREEMPTIONS, writers(None));
}

#[test]
fn two_readers_and_a_writer_get_their_turn() {
    check(1, readers_and_a_writer(2, 2, None));
    check(FEW, readers_and_a_writer(2, 1, None));
}

#[test]
#[ignore = "takes long; `cargo test --release -p shm-models -- --include-ignored` runs it"]
fn two_readers_and_a_writer_with_more_preemptions() {
    check(FEW, readers_and_a_writer_that_live(2, 2));
}

#[test]
#[ignore = "takes long; `cargo test --release -p shm-models -- --include-ignored` runs it"]
fn two_readers_of_one_seat_and_a_writer_with_more_preemptions() {
    check(3, readers_and_a_writer_that_live(2, 1));
}

#[test]
fn a_reader_waits_for_a_seat_in_a_full_house() {
    check(PREEMPTIONS, full_house(2, None));
    check(FEW, full_house(3, None));
}

#[test]
fn a_reader_gets_an_error_for_the_value_of_a_dead_writer_and_for_no_other() {
    for death in WRITERS_DEATHS {
        check(PREEMPTIONS, a_writer_dies(death, &[read], None));
    }
}

#[test]
fn a_writer_gets_an_error_for_the_value_of_a_dead_writer_and_for_no_other() {
    for death in WRITERS_DEATHS {
        check(PREEMPTIONS, a_writer_dies(death, &[write], None));
    }
}

#[test]
fn a_torn_value_is_reported_to_both_of_two_readers() {
    check(1, a_writer_dies(Death::AtWork, &[read, read], None));
}

/// Makes two tests of each point at which a writer dies beside two processes, since two readers take
/// most of a minute.
macro_rules! a_torn_value_is_reported_to_both {
    ($($death:ident: $readers:ident, $reader_and_writer:ident;)*) => {
        $(
            #[test]
            #[ignore = "takes long; `cargo test --release -p shm-models -- --include-ignored` runs it"]
            fn $readers() {
                check(FEW, a_writer_dies(Death::$death, &[read, read], None));
            }

            #[test]
            fn $reader_and_writer() {
                check(FEW, a_writer_dies(Death::$death, &[read, write], None));
            }
        )*

        #[test]
        fn two_processes_learn_the_state_after_each_death_of_a_writer() {
            assert_eq!([$(Death::$death),*], WRITERS_DEATHS);
        }
    };
}

a_torn_value_is_reported_to_both! {
    InTheTurnstile:
        two_readers_learn_the_state_after_a_writer_dies_in_the_turnstile,
        a_reader_and_a_writer_learn_the_state_after_a_writer_dies_in_the_turnstile;
    WithSomeSeats:
        two_readers_learn_the_state_after_a_writer_dies_with_some_seats,
        a_reader_and_a_writer_learn_the_state_after_a_writer_dies_with_some_seats;
    WithAllSeats:
        two_readers_learn_the_state_after_a_writer_dies_with_all_seats,
        a_reader_and_a_writer_learn_the_state_after_a_writer_dies_with_all_seats;
    AtWork:
        two_readers_learn_the_state_after_a_writer_dies_at_work,
        a_reader_and_a_writer_learn_the_state_after_a_writer_dies_at_work;
    BeforeTheEnd:
        two_readers_learn_the_state_after_a_writer_dies_before_the_end,
        a_reader_and_a_writer_learn_the_state_after_a_writer_dies_before_the_end;
    AfterTheEnd:
        two_readers_learn_the_state_after_a_writer_dies_after_the_end,
        a_reader_and_a_writer_learn_the_state_after_a_writer_dies_after_the_end;
    LeavingTheSeats:
        two_readers_learn_the_state_after_a_writer_dies_leaving_the_seats,
        a_reader_and_a_writer_learn_the_state_after_a_writer_dies_leaving_the_seats;
}

#[test]
fn the_death_of_a_reader_is_not_reported() {
    for death in [Death::InTheTurnstile, Death::Seated] {
        check(PREEMPTIONS, a_reader_dies(death, read, None));
        check(PREEMPTIONS, a_reader_dies(death, write, None));
    }
}

#[test]
fn a_process_that_sees_the_work_sees_that_a_writer_is_at_work() {
    check(PREEMPTIONS, looker(false, World::look_for_a_writer, None));
    check(PREEMPTIONS, looker(true, World::look_for_the_end, None));
}

#[test]
fn a_writer_that_gives_up_leaves_nothing_taken() {
    check(FEW, one_gives_up(None));
}

#[test]
fn the_copy_of_the_protocol_that_the_flawed_ones_are_made_from_is_sound() {
    let none = Some(Flaw::None);
    check(PREEMPTIONS, readers_and_a_writer(1, 2, none));
    check(PREEMPTIONS, writers(none));
    check(FEW, full_house(2, none));
    for death in WRITERS_DEATHS {
        check(FEW, a_writer_dies(death, &[read], none));
    }
    check(PREEMPTIONS, a_reader_dies(Death::InTheTurnstile, write, none));
    check(PREEMPTIONS, looker(false, World::look_for_a_writer, none));
    check(PREEMPTIONS, looker(true, World::look_for_the_end, none));
}

#[test]
fn a_look_at_the_state_before_the_seat_is_caught() {
    let flaw = Some(Flaw::DirtyComesBeforeTheSeat);
    assert!(is_caught(PREEMPTIONS, a_writer_dies(Death::AtWork, &[read], flaw)));
}

#[test]
fn a_state_that_is_cleared_after_the_seats_is_caught() {
    let flaw = Some(Flaw::DirtyComesAfterTheSeats);
    assert!(is_caught(PREEMPTIONS, readers_and_a_writer(1, 2, flaw)));
}

#[test]
fn a_turnstiles_poison_that_is_taken_for_a_writers_is_caught() {
    let flaw = Some(Flaw::TurnstilePoisonIsTheWriters);
    assert!(is_caught(PREEMPTIONS, a_reader_dies(Death::InTheTurnstile, write, flaw)));
}

#[test]
fn a_seat_taken_from_an_owner_that_no_process_checked_is_caught() {
    let flaw = Some(Flaw::SeatsAreTakenFromTheLiving);
    assert!(is_caught(PREEMPTIONS, readers_and_a_writer(1, 2, flaw)));
}

#[test]
fn a_writer_that_leaves_out_a_seat_is_caught() {
    assert!(is_caught(PREEMPTIONS, readers_and_a_writer(1, 2, Some(Flaw::OneSeatIsLeftOut))));
}

#[test]
fn a_reader_that_wakes_no_writer_is_caught() {
    assert!(is_caught(PREEMPTIONS, readers_and_a_writer(1, 1, Some(Flaw::LeavingWakesNoWriter))));
}

#[test]
fn work_that_is_not_noted_or_not_fenced_is_caught() {
    for flaw in [Flaw::WorkIsNotNoted, Flaw::WorkIsNotFenced] {
        let looker = looker(false, World::look_for_a_writer, Some(flaw));
        assert!(is_caught(PREEMPTIONS, looker), "{flaw:?}");
    }
    let flaw = Some(Flaw::WorkIsNotNoted);
    assert!(is_caught(PREEMPTIONS, a_writer_dies(Death::AtWork, &[read], flaw)));
}

#[test]
fn an_end_that_is_not_a_release_is_caught() {
    let flaw = Some(Flaw::EndIsRelaxed);
    assert!(is_caught(PREEMPTIONS, looker(true, World::look_for_the_end, flaw)));
}

#[test]
fn a_mark_that_is_cleared_without_a_repair_is_caught() {
    let flaw = Some(Flaw::MarkIsForgotten);
    assert!(is_caught(PREEMPTIONS, a_writer_dies(Death::AtWork, &[read], flaw)));
}
