//! A participant's slot: a reader that finds it taken finds its occupant, and a reader that finds it
//! vacated finds everything done.

use std::sync::Arc;

use loom::cell::UnsafeCell;
use loom::sync::Notify;
use loom::thread;
use shm_models::participant::{Flaw, Slot, Who};
use shm_models::{PREEMPTIONS, check, is_caught, shared};

const FIRST: Who = (1, 10);
const SECOND: Who = (2, 20);

fn new_slot() -> Arc<Slot> {
    shared(Slot::default())
}

/// A process takes a slot that was never taken; another one looks at it meanwhile.
fn newcomer(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let slot = new_slot();
        let other = Arc::clone(&slot);
        let newcomer = thread::spawn(move || other.occupy(FIRST, flaw));
        let found = slot.occupant(flaw);
        assert!(found.is_none_or(|who| who == FIRST), "{found:?}");
        newcomer.join().unwrap();
        assert_eq!(slot.occupant(flaw), Some(FIRST));
    }
}

/// A slot changes hands, and is looked at when that is over.
fn successor(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let slot = new_slot();
        slot.occupy(FIRST, flaw);
        let other = Arc::clone(&slot);
        let successor = thread::spawn(move || other.occupy(SECOND, flaw));
        successor.join().unwrap();
        assert_eq!(slot.occupant(flaw), Some(SECOND));
    }
}

/// A process is killed while it takes a slot that another one had when it died.
fn killed_half_way(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let slot = new_slot();
        slot.occupy(FIRST, flaw);
        let other = Arc::clone(&slot);
        let killed = thread::spawn(move || other.occupy_and_die(SECOND, flaw));
        killed.join().unwrap();
        assert_eq!(slot.occupant(flaw), None, "a mixture of two processes");
    }
}

/// Contents under a lock that was never unlocked: the owner vacates its slot in order, and a process
/// that sees this takes the lock over.
struct Estate {
    slot: Slot,
    guarded: UnsafeCell<()>,
}

fn leaver(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let estate = Estate { slot: Slot::default(), guarded: UnsafeCell::new(()) };
        estate.slot.occupy(FIRST, flaw);
        let estate = shared(estate);
        let (left, done) = (Arc::clone(&estate), Arc::new(Notify::new()));
        let gone = Arc::clone(&done);
        let leaver = thread::spawn(move || {
            left.guarded.with_mut(|_| ());
            left.slot.vacate(flaw);
            gone.notify();
        });
        if estate.slot.occupant(flaw).is_none() {
            estate.guarded.with_mut(|_| ());
        }
        done.wait();
        leaver.join().unwrap();
    }
}

#[test]
fn a_reader_that_finds_a_slot_taken_finds_its_occupant() {
    check(PREEMPTIONS, newcomer(None));
    check(PREEMPTIONS, successor(None));
}

#[test]
fn a_reader_that_finds_a_slot_vacated_sees_its_occupants_writes() {
    check(PREEMPTIONS, leaver(None));
}

#[test]
fn the_copy_of_the_protocol_that_the_flawed_ones_are_made_from_is_sound() {
    let none = Some(Flaw::None);
    check(PREEMPTIONS, newcomer(none));
    check(PREEMPTIONS, successor(none));
    check(PREEMPTIONS, killed_half_way(none));
    check(PREEMPTIONS, leaver(none));
}

#[test]
fn a_state_that_is_stored_relaxed_is_caught() {
    assert!(is_caught(PREEMPTIONS, newcomer(Some(Flaw::StateIsRelaxed))));
}

#[test]
fn a_state_that_is_stored_first_is_caught() {
    assert!(is_caught(PREEMPTIONS, newcomer(Some(Flaw::StateComesFirst))));
}

#[test]
fn an_occupant_read_without_its_fence_is_caught() {
    assert!(is_caught(PREEMPTIONS, newcomer(Some(Flaw::OccupantIsNotFenced))));
    assert!(is_caught(PREEMPTIONS, leaver(Some(Flaw::OccupantIsNotFenced))));
}

#[test]
fn a_slot_that_is_not_vacated_first_is_caught() {
    assert!(is_caught(PREEMPTIONS, killed_half_way(Some(Flaw::NotVacatedFirst))));
}

#[test]
fn a_slot_that_is_vacated_relaxed_is_caught() {
    assert!(is_caught(PREEMPTIONS, leaver(Some(Flaw::VacatingIsRelaxed))));
}
