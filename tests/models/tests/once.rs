//! Doing something once: one complete run, seen whole by every process that sees it done.

use std::sync::Arc;

use shm_models::once::{Death, Flaw, Once};
use shm_models::{FEW, PREEMPTIONS, check, is_caught, shared, together};

fn new(flaw: Option<Flaw>) -> Arc<Once> {
    shared(Once::new(flaw))
}

fn call(slot: u32) -> Box<dyn FnOnce(&Once)> {
    Box::new(move |once| once.call(slot))
}

/// This many processes call at the same time.
fn callers(count: u32, flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let once = new(flaw);
        together(&once, |once| once.call(0), (1..count).map(call));
        assert_eq!(once.completed(), 1, "complete runs");
    }
}

/// One process calls, another one looks occasionally.
fn onlooker(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let once = new(flaw);
        let look: Box<dyn FnOnce(&Once)> = Box::new(|once| (0..2).for_each(|_| once.look()));
        together(&once, |once| once.call(0), [look]);
    }
}

/// One process is killed; this many others call.
fn heirs(count: u32, death: Death, flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let once = new(flaw);
        together(&once, |once| once.call_and_die(0, death), (1..=count).map(call));
        // Killed after the work and before marking it, the dead process may also have completed a run.
        let most = if death == Death::BeforeDone { 2 } else { 1 };
        assert!((1..=most).contains(&once.completed()), "{} complete runs", once.completed());
    }
}

const DEATHS: [Death; 3] = [Death::AtWork, Death::BeforeDone, Death::BeforeUnlocking];

#[test]
fn of_two_or_three_callers_one_does_it_and_all_see_it_whole() {
    check(PREEMPTIONS, callers(2, None));
    check(FEW, callers(3, None));
    check(PREEMPTIONS, callers(2, Some(Flaw::None)));
}

#[test]
fn a_reader_that_sees_it_done_sees_it_whole() {
    check(PREEMPTIONS, onlooker(None));
}

#[test]
fn the_next_process_completes_the_work_of_a_dead_one() {
    for death in DEATHS {
        check(PREEMPTIONS, heirs(1, death, None));
        check(FEW, heirs(2, death, None));
    }
}

#[test]
#[ignore = "takes longer; `cargo test --release -p shm-models -- --include-ignored` runs it"]
fn one_of_two_heirs_does_it_with_more_preemptions() {
    for death in DEATHS {
        check(PREEMPTIONS, heirs(2, death, None));
    }
}

#[test]
fn orderings_that_are_too_weak_are_caught() {
    for flaw in [Flaw::DoneIsRelaxed, Flaw::LookIsRelaxed] {
        assert!(is_caught(PREEMPTIONS, onlooker(Some(flaw))), "{flaw:?}");
    }
}

#[test]
fn no_second_look_under_the_lock_is_caught() {
    assert!(is_caught(PREEMPTIONS, callers(2, Some(Flaw::NoSecondLook))));
}

#[test]
fn marking_it_done_too_early_is_caught() {
    let flaw = Some(Flaw::DoneComesFirst);
    assert!(is_caught(PREEMPTIONS, onlooker(flaw)));
    assert!(is_caught(PREEMPTIONS, heirs(1, Death::AtWork, flaw)));
}
