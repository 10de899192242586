//! The lock: one owner at a time, no sleeper left asleep, and each death reported once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use shm_core::protocol::lock::{Found, POISONED, Refused, owner};
use shm_models::lock::{Flaw, Process, World};
use shm_models::{
    FEW, PREEMPTIONS, World as _, check, is_caught, join_all, shared, spawn, spawn_each,
};

fn new_world() -> Arc<World> {
    shared(World::default())
}

/// Several processes lock, work and unlock.
fn contenders(count: u32, flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = new_world();
        let others = spawn_each(&world, 1..count, flaw, |process| process.work_locked());
        assert_eq!(world.process(0, flaw).work_locked(), Found::Whole);
        assert!(join_all(others).iter().all(|found| *found == Found::Whole));
    }
}

/// The first process works and dies with the lock; the others repair the contents if the death is reported.
fn heirs(count: u32, flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = new_world();
        let owner = world.process(0, flaw);
        assert_eq!(owner.lock(), Ok(Found::Whole));
        let heirs = spawn_each(&world, 1..=count, flaw, |process| {
            let found = process.lock().expect("no time limit");
            process.work();
            if found == Found::Poisoned {
                assert!(process.mark_consistent());
            }
            assert!(process.unlock(false), "the lock was stolen");
            found
        });
        owner.work();
        owner.die();
        let found = join_all(heirs);
        assert_eq!(found.iter().filter(|found| **found == Found::Poisoned).count(), 1);
    }
}

/// The heir of a dead process does not repair; the next owner must get an error as well.
fn careless_heir(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = new_world();
        let owner = world.process(0, flaw);
        assert_eq!(owner.lock(), Ok(Found::Whole));
        let heir = spawn(&world, 1, flaw, |process| process.work_locked());
        owner.work();
        owner.die();
        assert_eq!(heir.join().unwrap(), Found::Poisoned);
        assert_eq!(world.process(2, flaw).work_locked(), Found::Poisoned);
    }
}

/// A process that lives is judged dead, and unlocks when its lock may be another's.
fn misjudged(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = new_world();
        let owner = world.process(0, flaw);
        assert_eq!(owner.lock(), Ok(Found::Whole));
        let other = spawn(&world, 1, flaw, |process| {
            let found = process.lock().expect("no time limit");
            assert!(process.unlock(false), "the misjudged freed a lock that was not its own");
            found
        });
        owner.die();
        let was_mine = owner.unlock(false);
        let found = other.join().unwrap();
        assert_eq!(was_mine, found == Found::Whole);
    }
}

/// Two sleepers; one of them gives up as soon as it is awake, which must not harm the other.
fn one_gives_up(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = new_world();
        let owner = world.process(0, flaw);
        assert_eq!(owner.lock(), Ok(Found::Whole));
        let impatient = spawn(&world, 1, flaw, |process| {
            let process = process.impatient();
            match process.lock() {
                Ok(_) => assert!(process.unlock(false)),
                Err(refused) => assert_eq!(refused, Refused::TimedOut),
            }
        });
        let patient = spawn(&world, 2, flaw, |process| process.work_locked());
        assert!(owner.unlock(false));
        owner.work_locked();
        patient.join().unwrap();
        // Only now: earlier, it would also end the nap of the other.
        world.end_naps();
        impatient.join().unwrap();
    }
}

/// A process works, offers a turn to those that it may have woken, and works again.
fn a_turn_is_offered(others: u32, flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = new_world();
        let others = spawn_each(&world, 1..=others, flaw, |process| process.work_locked());
        let courteous = world.process(0, flaw);
        courteous.work_locked();
        courteous.offer_turn();
        courteous.work_locked();
        assert!(join_all(others).iter().all(|found| *found == Found::Whole));
    }
}

/// A process attaches and locks; another one finds it by the name in the word.
fn newcomer(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = new_world();
        let watcher = spawn(&world, 1, flaw, |process| {
            let process = process.asking_the_table();
            let found = process.lock().expect("no time limit");
            assert!(process.unlock(false));
            found
        });
        let newcomer = world.process(0, flaw).asking_the_table();
        newcomer.attach();
        // The other one has no entry in the table: it must not be found waiting.
        if newcomer.lock_free() {
            assert!(newcomer.unlock(false), "a living owner was judged dead");
        }
        assert_eq!(watcher.join().unwrap(), Found::Whole, "a living owner was judged dead");
    }
}

/// Two processes attach and lock a lock whose word holds this; each finds the other by its name.
fn newcomers(word: u32, flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::with_word(word));
        let life = |process: Process<'_>| {
            let process = process.asking_the_table();
            process.attach();
            process.lock().expect("no time limit");
            process.work();
            assert!(process.unlock(false), "a living owner was judged dead");
        };
        let other = spawn(&world, 1, flaw, life);
        life(world.process(0, flaw));
        other.join().unwrap();
    }
}

/// A lock held by a process that is no longer in the table.
const LEFT_BEHIND: u32 = owner(2, 1);

/// A process leaves in order, without having unlocked; its heir finds that out from the table.
fn leaver(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = new_world();
        let owner = world.process(0, flaw);
        owner.attach();
        assert_eq!(owner.lock(), Ok(Found::Whole));
        let heir = spawn(&world, 1, flaw, |process| {
            let process = process.asking_the_table();
            process.attach();
            let found = process.lock().expect("no time limit");
            process.work();
            found
        });
        owner.work();
        owner.detach();
        // Only now does its nap end.
        owner.die();
        assert_eq!(heir.join().unwrap(), Found::Poisoned);
    }
}

#[test]
fn two_processes_exclude_each_other_and_both_get_their_turn() {
    check(PREEMPTIONS, contenders(2, None));
}

#[test]
fn three_processes_exclude_each_other_and_all_get_their_turn() {
    check(FEW, contenders(3, None));
}

#[test]
#[ignore = "takes long; `cargo test --release -p shm-models -- --include-ignored` runs it"]
fn three_processes_exclude_each_other_with_more_preemptions() {
    check(PREEMPTIONS, contenders(3, None));
}

#[test]
fn an_offered_turn_counts_as_taken_once_another_process_has_locked_and_not_before() {
    check(PREEMPTIONS, a_turn_is_offered(1, None));
    check(FEW, a_turn_is_offered(2, None));
}

#[test]
fn a_waiter_takes_over_from_the_dead_and_the_death_is_reported() {
    check(PREEMPTIONS, heirs(1, None));
}

#[test]
fn of_two_waiters_one_takes_over_from_the_dead_and_one_gets_a_repaired_lock() {
    check(FEW, heirs(2, None));
}

#[test]
#[ignore = "takes long; `cargo test --release -p shm-models -- --include-ignored` runs it"]
fn of_two_waiters_one_takes_over_with_more_preemptions() {
    check(PREEMPTIONS, heirs(2, None));
}

#[test]
fn contents_that_the_heir_does_not_repair_are_reported_to_the_next_owner() {
    check(PREEMPTIONS, careless_heir(None));
}

#[test]
fn a_death_in_the_middle_of_repair_is_reported_again() {
    check(FEW, || {
        let world = new_world();
        let owner = world.process(0, None);
        assert_eq!(owner.lock(), Ok(Found::Whole));
        let deaths = Arc::new(AtomicU32::new(0));
        let others: Vec<_> = (1..=2)
            .map(|slot| {
                let deaths = Arc::clone(&deaths);
                spawn(&world, slot, None, move |process| {
                    assert_eq!(process.lock(), Ok(Found::Poisoned));
                    process.work();
                    deaths.fetch_add(1, Relaxed);
                    process.die();
                })
            })
            .collect();
        owner.work();
        owner.die();
        join_all(others);
        assert_eq!(deaths.load(Relaxed), 2);
    });
}

#[test]
fn a_panic_is_reported_until_it_is_repaired() {
    check(PREEMPTIONS, || {
        let world = new_world();
        let owner = world.process(0, None);
        assert_eq!(owner.lock(), Ok(Found::Whole));
        let other = spawn(&world, 1, None, |process| {
            assert_eq!(process.lock(), Ok(Found::Poisoned));
            process.work();
            assert!(process.unlock(false));
        });
        owner.work();
        assert!(owner.unlock(true));
        other.join().unwrap();
        assert_eq!(owner.lock(), Ok(Found::Poisoned));
        assert!(owner.mark_consistent());
        assert!(owner.unlock(false));
        assert_eq!(owner.work_locked(), Found::Whole);
    });
}

#[test]
fn a_death_between_unlocking_and_waking_leaves_a_whole_lock_for_sleepers() {
    check(PREEMPTIONS, || {
        let world = new_world();
        let owner = world.process(0, None).dying_before_waking();
        assert_eq!(owner.lock(), Ok(Found::Whole));
        let other = spawn(&world, 1, None, |process| process.work_locked());
        owner.work();
        assert!(owner.unlock(false));
        assert_eq!(other.join().unwrap(), Found::Whole);
    });
}

#[test]
fn a_locker_that_gives_up_passes_on_a_wake_meant_for_another() {
    check(FEW, one_gives_up(None));
}

#[test]
fn a_lock_that_was_taken_over_cannot_be_unlocked_by_its_former_owner() {
    check(PREEMPTIONS, misjudged(None));
}

#[test]
fn a_reader_of_a_name_in_the_lock_finds_its_process_in_the_table() {
    check(PREEMPTIONS, newcomer(None));
}

#[test]
fn the_new_owner_of_a_poisoned_or_dead_lock_is_found_by_its_name_as_well() {
    check(PREEMPTIONS, newcomers(0, None));
    check(PREEMPTIONS, newcomers(POISONED, None));
    check(PREEMPTIONS, newcomers(LEFT_BEHIND, None));
}

#[test]
fn writes_under_an_abandoned_lock_are_seen_by_the_heir() {
    check(PREEMPTIONS, leaver(None));
}

#[test]
fn the_copy_of_the_protocol_that_the_flawed_ones_are_made_from_is_sound() {
    let none = Some(Flaw::None);
    check(PREEMPTIONS, contenders(2, none));
    check(FEW, contenders(3, none));
    check(FEW, heirs(2, none));
    check(PREEMPTIONS, careless_heir(none));
    check(FEW, one_gives_up(none));
    check(PREEMPTIONS, misjudged(none));
    check(PREEMPTIONS, newcomer(none));
    for word in [0, POISONED, LEFT_BEHIND] {
        check(PREEMPTIONS, newcomers(word, none));
    }
    check(PREEMPTIONS, leaver(none));
}

#[test]
fn a_relaxed_lock_is_caught() {
    assert!(is_caught(PREEMPTIONS, contenders(2, Some(Flaw::LockIsRelaxed))));
}

#[test]
fn a_relaxed_unlock_is_caught() {
    assert!(is_caught(PREEMPTIONS, contenders(2, Some(Flaw::UnlockIsRelaxed))));
}

#[test]
fn an_unlock_that_does_not_wake_is_caught() {
    assert!(is_caught(PREEMPTIONS, contenders(2, Some(Flaw::UnlockWakesNoSleeper))));
}

#[test]
fn sleeping_without_a_look_at_the_word_is_caught() {
    assert!(is_caught(PREEMPTIONS, contenders(2, Some(Flaw::SleepDoesNotLook))));
}

#[test]
fn a_woken_sleeper_that_drops_the_flag_is_caught() {
    assert!(is_caught(FEW, contenders(3, Some(Flaw::WokenDropsTheFlag))));
}

#[test]
fn giving_up_with_a_wake_in_hand_is_caught() {
    assert!(is_caught(FEW, one_gives_up(Some(Flaw::GivingUpKeepsTheWake))));
}

#[test]
fn a_take_over_by_store_is_caught() {
    assert!(is_caught(FEW, heirs(2, Some(Flaw::TakeOverStores))));
}

#[test]
fn a_take_over_that_is_not_reported_is_caught() {
    assert!(is_caught(PREEMPTIONS, careless_heir(Some(Flaw::TakeOverIsSilent))));
}

#[test]
fn an_unlock_that_does_not_check_the_owner_is_caught() {
    assert!(is_caught(PREEMPTIONS, misjudged(Some(Flaw::UnlockFreesWhatItFinds))));
}

#[test]
fn names_that_are_not_published_are_caught() {
    assert!(is_caught(PREEMPTIONS, newcomer(Some(Flaw::NamesAreNotPublished))));
    for word in [0, POISONED] {
        assert!(is_caught(PREEMPTIONS, newcomers(word, Some(Flaw::NamesAreNotPublished))));
    }
}

#[test]
fn an_heir_that_does_not_publish_its_name_is_caught() {
    assert!(is_caught(PREEMPTIONS, newcomers(LEFT_BEHIND, Some(Flaw::HeirsAreNotPublished))));
}

#[test]
fn a_name_that_is_read_relaxed_is_caught() {
    assert!(is_caught(PREEMPTIONS, newcomers(0, Some(Flaw::NamesAreReadRelaxed))));
}

#[test]
fn a_turn_that_is_offered_by_a_store_is_caught() {
    assert!(is_caught(PREEMPTIONS, a_turn_is_offered(1, Some(Flaw::TurnIsOfferedByAStore))));
}

#[test]
fn a_turn_of_which_nothing_tells_whether_it_was_taken_is_caught() {
    assert!(is_caught(PREEMPTIONS, a_turn_is_offered(1, Some(Flaw::TurnLeavesNoTrace))));
}
