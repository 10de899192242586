//! Awaiting: no future is left pending, no wake is lost by dropping one, and no memory is looked at after it
//! was unmapped.

use std::sync::Arc;

use shm_core::protocol::sleep::Who;
use shm_models::awaiting::{Flaw, World};
use shm_models::{FEW, PREEMPTIONS, check, is_caught, together};

/// The actions of one thread or process.
type Life = fn(&World);

/// Several lives, one in this thread. When all are over, the helper's last nap ends.
fn lives(
    flaw: Option<Flaw>,
    here: Life,
    others: &'static [Life],
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world: Arc<World> = World::new(flaw);
        together(&world, here, others.iter().copied());
        world.end_naps();
    }
}

/// Another process has news, and a future must find it.
fn news(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    lives(flaw, |world| world.publish(1, Who::All), &[|world| world.await_news(1)])
}

/// Two pieces of news; a future wants the second.
fn two_news(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    let publish: Life = |world| (1..=2).for_each(|news| world.publish(news, Who::All));
    lives(flaw, publish, &[|world| world.await_news(2)])
}

/// A future comes when the helper sleeps already, on another word.
fn news_beside_another(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    const FUTURE: &[Life] = &[|world| world.await_news_or_another(1)];
    lives(flaw, |world| world.publish(1, Who::All), FUTURE)
}

/// Two futures of one process.
fn two_futures(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    const FUTURES: &[Life] = &[|world| world.await_news(1), |world| world.await_news(1)];
    lives(flaw, |world| world.publish(1, Who::All), FUTURES)
}

/// A future is dropped and its region closed, while the helper looks at its word.
fn closed(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    let give_up: Life = |world| {
        world.give_up();
        world.close();
    };
    lives(flaw, give_up, &[])
}

/// A future is dropped at the moment of a notification to one sleeper; a thread of another process blocks.
fn dropped(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    lives(flaw, World::give_up, &[World::block_on_news, |world| world.publish(1, Who::One)])
}

/// A future comes when the helper of an earlier one is about to end.
fn one_after_the_other(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    let publish: Life = |world| world.publish(1, Who::All);
    let futures: &[Life] = &[|world| {
        world.give_up();
        world.await_news(1);
    }];
    lives(flaw, publish, futures)
}

#[test]
fn a_future_is_woken_and_finds_the_news() {
    check(PREEMPTIONS, news(None));
    check(PREEMPTIONS, news(Some(Flaw::None)));
}

#[test]
fn a_future_misses_no_news_between_its_look_and_the_helpers_sleep() {
    check(FEW, two_news(None));
    check(FEW, two_news(Some(Flaw::None)));
}

#[test]
fn a_future_that_comes_when_the_helper_sleeps_is_woken() {
    check(FEW, news_beside_another(None));
    check(FEW, news_beside_another(Some(Flaw::None)));
}

#[test]
fn a_notification_wakes_every_future() {
    check(FEW, two_futures(None));
}

#[test]
fn a_dropped_future_s_memory_is_not_looked_at_when_it_is_unmapped() {
    check(PREEMPTIONS, closed(None));
    check(PREEMPTIONS, closed(Some(Flaw::None)));
}

#[test]
fn a_dropped_future_keeps_no_wake_from_another_process() {
    check(FEW, dropped(None));
    check(FEW, dropped(Some(Flaw::None)));
}

#[test]
fn a_future_that_comes_when_the_helper_ends_is_woken() {
    check(FEW, one_after_the_other(None));
    check(FEW, one_after_the_other(Some(Flaw::None)));
}

#[test]
fn a_wake_before_the_entry_is_caught() {
    assert!(is_caught(FEW, news_beside_another(Some(Flaw::RousedBeforeTheEntry))));
}

#[test]
fn a_control_word_that_is_read_after_the_look_is_caught() {
    assert!(is_caught(FEW, news_beside_another(Some(Flaw::ControlIsReadLate))));
}

#[test]
fn sleeping_without_the_flag_is_caught() {
    assert!(is_caught(PREEMPTIONS, news(Some(Flaw::FlagIsLeftDown))));
}

#[test]
fn a_word_that_is_looked_at_before_its_flag_is_raised_is_caught() {
    assert!(is_caught(PREEMPTIONS, news(Some(Flaw::LooksBeforeTheFlag))));
}

#[test]
fn a_look_without_the_lock_while_a_future_is_dropped_is_caught() {
    assert!(is_caught(PREEMPTIONS, closed(Some(Flaw::LooksWithoutTheLock))));
}

#[test]
fn a_helper_that_ends_in_spite_of_a_new_future_is_caught() {
    assert!(is_caught(FEW, one_after_the_other(Some(Flaw::EndsWhateverItWatches))));
}

#[test]
fn a_wake_that_a_dropped_future_keeps_is_caught() {
    assert!(is_caught(FEW, dropped(Some(Flaw::KeepsTheWake))));
    assert!(is_caught(FEW, dropped(Some(Flaw::HelperKeepsTheWake))));
}
