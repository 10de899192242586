//! Futures that are dropped before they are ready, or leaked, and regions that are dropped before their
//! futures.

use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use shm_core::{Event, Region};

use crate::support::{self, Folder, argument, finish, wait_until};
use crate::{
    Table, a_moment, and_when_pending, at_table, is_mapped, opened_table, poll_once, run, table,
};

pub(crate) fn second_process(role: &str) {
    match role {
        "blocks" => block(),
        "notifies" => notify(),
        "leaks" => leak(),
        _ => panic!("no such role: {role}"),
    }
}

#[test]
fn a_dropped_future_gives_its_waker_back_and_is_not_woken() {
    let event = Region::<Event>::options().anonymous().unwrap();
    let ticket = event.ticket();
    let (woken, bystander) = {
        let mut dropped = pin!(event.changed(ticket));
        let (polled, woken) = poll_once(dropped.as_mut());
        assert!(polled.is_pending());
        assert!(Arc::strong_count(&woken) > 1, "the helper has the waker");
        (woken, event.changed(ticket))
    };
    assert_eq!(Arc::strong_count(&woken), 1, "the helper has the waker of a dropped future");
    run(and_when_pending(bystander, || event.notify_all()));
    assert_eq!(woken.calls(), 0);
}

#[test]
fn of_a_thousand_futures_that_are_given_up_none_is_woken_and_one_that_is_kept_is() {
    let event = Region::<Event>::options().anonymous().unwrap();
    let ticket = event.ticket();
    let kept = event.changed(ticket);
    let mut given_up: Vec<_> = (0..1_000).map(|_| Box::pin(event.changed(ticket))).collect();
    let wakers: Vec<_> = given_up
        .iter_mut()
        .map(|future| {
            let (polled, waker) = poll_once(future.as_mut());
            assert!(polled.is_pending());
            waker
        })
        .collect();
    // In another order than that in which they came.
    while !given_up.is_empty() {
        drop(given_up.swap_remove(given_up.len() / 2));
    }
    assert!(wakers.iter().all(|waker| Arc::strong_count(waker) == 1), "the helper has a waker");
    run(and_when_pending(kept, || event.notify_all()));
    assert!(wakers.iter().all(|waker| waker.calls() == 0));
}

#[test]
fn a_future_that_is_polled_by_another_task_wakes_only_that_one() {
    let event = Region::<Event>::options().anonymous().unwrap();
    let mut moved = pin!(event.changed(event.ticket()));
    let (_, first) = poll_once(moved.as_mut());
    let (_, second) = poll_once(moved.as_mut());
    assert_eq!(Arc::strong_count(&first), 1);
    event.notify_all();
    wait_until("the second task is woken", || second.calls() == 1);
    assert_eq!(first.calls(), 0);
    assert!(poll_once(moved).0.is_ready());
}

#[test]
fn a_future_is_ready_at_once_if_the_notification_came_before_it() {
    let event = Region::<Event>::options().private().unwrap();
    let ticket = event.ticket();
    event.notify_one();
    let (polled, woken) = poll_once(pin!(event.changed(ticket)));
    assert!(polled.is_ready());
    assert_eq!(Arc::strong_count(&woken), 1);
}

/// Each round, the future is the first to sleep, and a process blocks behind it. The notification for one of
/// them wakes the future's helper. A second for each other round would be too much for the process that blocks, which
/// has one deadline for all.
#[test]
fn a_future_that_is_dropped_when_it_was_woken_wakes_the_next_waiter_instead() {
    const ROUNDS: u32 = 200;
    let folder = Folder::new("passed-on");
    let table = table(&folder);
    let mut other = at_table("dropped: blocks", &folder).spawn().unwrap();
    for round in 1..=ROUNDS {
        let was_woken = round % 2 == 0;
        let mut dropped = Box::pin(table.serve.changed(table.serve.ticket()));
        let (polled, woken) = poll_once(dropped.as_mut());
        assert!(polled.is_pending());
        a_moment();
        table.level.set(u64::from(round));
        // The other process now blocks, too.
        let blocks = || table.returned.get() == round;
        assert!(table.back.wait_until_timeout(crate::PATIENCE, blocks), "the other process failed");
        a_moment();
        table.served.set(round);
        table.serve.notify_one();
        if was_woken {
            wait_until("one of the two is woken", || woken.calls() == 1 || has_noticed(&table));
        }
        drop(dropped);
    }
    table.level.set(u64::MAX);
    assert!(finish(&mut other).success());
}

/// Whether the other process has noticed the latest round.
fn has_noticed(table: &Region<Table>) -> bool {
    table.items.pushed() == u64::from(table.served.get())
}

fn block() {
    let (table, begun) = (opened_table(), Instant::now());
    let mut round = 0;
    while table.level.wait_until(|level| level != u64::from(round)).unwrap() != u64::MAX {
        round += 1;
        let ticket = table.serve.ticket();
        table.returned.set(round);
        table.back.notify_all();
        let left = crate::PATIENCE.saturating_sub(begun.elapsed());
        assert!(table.serve.wait_timeout(ticket, left), "no wake was passed on");
        table.items.push(&u64::from(round)).unwrap();
    }
}

#[test]
fn a_future_keeps_its_region_mapped_when_every_handle_is_dropped() {
    let folder = Folder::new("handles-dropped");
    let table = table(&folder);
    let mut other = at_table("dropped: notifies", &folder).spawn().unwrap();
    let level = table.project(|table| &table.level);
    let future = async move { level.wait_until_async(|level| level == 7).await };
    run(and_when_pending(future, || {
        table.mode.set(crate::Mode::Busy);
        drop(table);
        assert!(is_mapped(folder.file("table")));
    }))
    .unwrap();
    assert!(!is_mapped(folder.file("table")), "the future was the last to have it");
    assert!(finish(&mut other).success());
}

fn notify() {
    let table = opened_table();
    table.mode.wait_until(|mode| mode == crate::Mode::Busy).unwrap();
    a_moment();
    table.level.set(7);
}

/// In a process of its own: the helper would crash it.
#[test]
fn a_leaked_future_does_not_keep_its_region_and_does_the_helper_no_harm() {
    let folder = Folder::new("leaked");
    drop(table(&folder));
    support::run(&mut at_table("dropped: leaks", &folder));
}

fn leak() {
    let other = Region::<Event>::options().anonymous().unwrap();
    for round in 0..50 {
        let table = opened_table();
        let mut leaked = Box::pin(table.serve.changed(table.serve.ticket()));
        let (polled, woken) = poll_once(leaked.as_mut());
        assert!(polled.is_pending());
        std::mem::forget(leaked);
        if round % 2 == 0 {
            a_moment();
        }
        drop(table);
        assert!(!is_mapped(argument("SHM_TABLE")));
        assert_eq!((woken.calls(), Arc::strong_count(&woken)), (0, 1));
        // The helper looks at all that it watches.
        run(and_when_pending(other.changed(other.ticket()), || other.notify_all()));
    }
}
