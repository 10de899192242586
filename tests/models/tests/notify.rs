//! Notifying and waiting: no waiter is left asleep, and the news of a notification is seen.

use shm_core::protocol::sleep::Who;
use shm_models::notify::{Flaw, World};
use shm_models::{FEW, PREEMPTIONS, check, is_caught, shared, together};

/// The actions of one process.
type Life = fn(&World);

/// Several processes, one in this thread.
fn processes(
    world: fn(Option<Flaw>) -> World,
    flaw: Option<Flaw>,
    here: Life,
    others: &'static [Life],
) -> impl Fn() + Send + Sync + 'static {
    move || together(&shared(world(flaw)), here, others.iter().copied())
}

/// One process has news; another one must find it.
fn news(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    processes(World::new, flaw, |world| world.publish(1, Who::All), &[World::find_news])
}

/// Like [`news`], for a reader without write access.
fn news_to_read(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    processes(World::new, flaw, |world| world.publish(1, Who::All), &[World::find_news_blindly])
}

/// Two pieces of news; a waiter wants the second.
fn two_news(flaw: Option<Flaw>, who: Who) -> impl Fn() + Send + Sync + 'static {
    let here: Life = match who {
        Who::One => |world| (1..=2).for_each(|news| world.publish(news, Who::One)),
        Who::All => |world| (1..=2).for_each(|news| world.publish(news, Who::All)),
    };
    processes(World::new, flaw, here, &[|world| world.wait_for_news(2)])
}

/// Two sleepers, and one notification to each at the same time.
fn one_each(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    const OTHERS: &[Life] =
        &[|world| world.notify(Who::One), World::wait_for_the_first, World::wait_for_the_first];
    processes(World::new, flaw, |world| world.notify(Who::One), OTHERS)
}

/// Two sleepers, and one notification to each in turn.
fn one_by_one(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    processes(
        World::new,
        flaw,
        |world| (0..2).for_each(|_| world.notify(Who::One)),
        &[World::wait_for_the_first, World::wait_for_the_first],
    )
}

/// A sleeper has died; another process waits for the second of two notifications.
fn after_a_death(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    processes(
        World::after_a_death,
        flaw,
        |world| (0..2).for_each(|_| world.notify(Who::One)),
        &[|world| world.wait_for_count(2)],
    )
}

#[test]
fn a_waiter_is_woken_and_finds_what_it_was_notified_of() {
    check(PREEMPTIONS, news(None));
    check(PREEMPTIONS, news(Some(Flaw::None)));
}

#[test]
fn a_waiter_that_can_only_read_finds_what_it_was_notified_of() {
    check(PREEMPTIONS, news_to_read(None));
}

#[test]
fn a_waiter_misses_no_news_between_its_look_and_its_sleep() {
    for who in [Who::One, Who::All] {
        check(PREEMPTIONS, two_news(None, who));
        check(PREEMPTIONS, two_news(Some(Flaw::None), who));
    }
}

#[test]
fn notify_all_wakes_both_sleepers() {
    const WAITERS: &[Life] = &[World::find_news, World::find_news];
    check(PREEMPTIONS, processes(World::new, None, |world| world.publish(1, Who::All), WAITERS));
}

#[test]
fn two_notifications_to_one_wake_both_sleepers() {
    check(FEW, one_by_one(None));
    check(FEW, one_by_one(Some(Flaw::None)));
    check(FEW, one_each(None));
    check(FEW, one_each(Some(Flaw::None)));
}

#[test]
#[ignore = "takes longer; `cargo test --release -p shm-models -- --include-ignored` runs it"]
fn two_notifications_to_one_wake_both_sleepers_with_more_preemptions() {
    check(PREEMPTIONS, one_by_one(None));
    check(PREEMPTIONS, one_each(None));
}

#[test]
fn a_notification_to_one_and_one_to_all_wake_both_sleepers() {
    const OTHERS: &[Life] =
        &[|world| world.notify(Who::All), World::wait_for_the_first, World::wait_for_the_first];
    check(FEW, processes(World::new, None, |world| world.notify(Who::One), OTHERS));
}

#[test]
fn the_flag_of_a_dead_sleeper_hides_no_living_one() {
    check(PREEMPTIONS, after_a_death(None));
    check(PREEMPTIONS, after_a_death(Some(Flaw::None)));
}

/// Two pieces of news; a waiter that sleeps by itself wants the second.
fn two_news_armed(flaw: Option<Flaw>, who: Who) -> impl Fn() + Send + Sync + 'static {
    let here: Life = match who {
        Who::One => |world| (1..=2).for_each(|news| world.publish(news, Who::One)),
        Who::All => |world| (1..=2).for_each(|news| world.publish(news, Who::All)),
    };
    processes(World::new, flaw, here, &[|world| world.wait_for_news_armed(2)])
}

#[test]
fn a_waiter_that_arms_and_sleeps_by_itself_misses_no_news() {
    for flaw in [None, Some(Flaw::None)] {
        let publish: Life = |world| world.publish(1, Who::All);
        check(PREEMPTIONS, processes(World::new, flaw, publish, &[World::find_news_armed]));
        for who in [Who::One, Who::All] {
            check(PREEMPTIONS, two_news_armed(flaw, who));
        }
    }
}

#[test]
fn an_armed_sleeper_and_one_of_the_library_are_both_woken() {
    const WAITERS: &[Life] = &[World::find_news, World::find_news_armed];
    check(FEW, processes(World::new, None, |world| world.publish(1, Who::All), WAITERS));
    const ONE_EACH: &[Life] = &[World::wait_for_the_first, World::wait_for_the_first_armed];
    let twice: Life = |world| (0..2).for_each(|_| world.notify(Who::One));
    check(FEW, processes(World::new, None, twice, ONE_EACH));
}

#[test]
fn the_flag_of_a_dead_sleeper_hides_no_armed_one() {
    let twice: Life = |world| (0..2).for_each(|_| world.notify(Who::One));
    let waits: &[Life] = &[|world| world.wait_for_count_armed(2)];
    check(PREEMPTIONS, processes(World::after_a_death, None, twice, waits));
}

#[test]
fn arming_without_raising_the_flag_is_caught() {
    assert!(is_caught(PREEMPTIONS, two_news_armed(Some(Flaw::ArmLeavesTheFlagDown), Who::All)));
}

#[test]
fn arming_with_a_word_that_was_not_looked_at_is_caught() {
    assert!(is_caught(PREEMPTIONS, two_news_armed(Some(Flaw::ArmTakesTheWordAsItIs), Who::All)));
}

#[test]
fn orderings_that_are_too_weak_are_caught() {
    assert!(is_caught(PREEMPTIONS, news(Some(Flaw::CountIsRelaxed))));
    assert!(is_caught(PREEMPTIONS, news(Some(Flaw::WaitIsRelaxed))));
    assert!(is_caught(PREEMPTIONS, news_to_read(Some(Flaw::CountIsRelaxed))));
    assert!(is_caught(PREEMPTIONS, news_to_read(Some(Flaw::WaitIsRelaxed))));
}

#[test]
fn notifying_before_the_news_is_caught() {
    assert!(is_caught(PREEMPTIONS, news(Some(Flaw::CountComesFirst))));
}

#[test]
fn a_ticket_taken_after_the_look_is_caught() {
    assert!(is_caught(PREEMPTIONS, two_news(Some(Flaw::TicketComesLast), Who::All)));
}

#[test]
fn sleeping_without_a_look_at_the_word_is_caught() {
    assert!(is_caught(PREEMPTIONS, news(Some(Flaw::SleepDoesNotLook))));
}

#[test]
fn a_flag_that_goes_down_after_waking_is_caught() {
    assert!(is_caught(PREEMPTIONS, two_news(Some(Flaw::FlagGoesDownLate), Who::All)));
}

#[test]
fn waking_one_without_the_flag_for_the_others_is_caught() {
    assert!(is_caught(FEW, one_by_one(Some(Flaw::OneTakesTheFlag))));
}

#[test]
fn waking_one_while_the_flag_is_down_is_caught() {
    assert!(is_caught(FEW, one_each(Some(Flaw::OneLendsTheFlag))));
}

#[test]
fn taking_a_flag_down_without_waking_late_comers_is_caught() {
    assert!(is_caught(PREEMPTIONS, after_a_death(Some(Flaw::OneForgetsTheLate))));
}
