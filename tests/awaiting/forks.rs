//! Forked children: they have no helper thread, and start their own.

use std::pin::pin;
use std::sync::Arc;

use shm_core::Region;

use crate::forked::holds_in_a_forked_child;
use crate::support::{self, Folder, wait_until};
use crate::{Table, a_moment, and_when_pending, at_table, helper_threads, opened_table, poll_once};

fn in_a_process_of_its_own(role: &str) {
    let folder = Folder::new("forks");
    drop(crate::table(&folder));
    support::run(&mut at_table(&format!("forks: {role}"), &folder));
}

pub(crate) fn second_process(role: &str) {
    match role {
        "own helper" => have_a_helper_of_its_own(),
        "inherited" => poll_an_inherited_future(),
        "busy" => fork_while_futures_come_and_go(),
        _ => panic!("no such role: {role}"),
    }
}

/// Awaits a change that another thread makes once the future waits.
fn is_woken(table: &Region<Table>) -> bool {
    let mut future = pin!(table.level.changed());
    let (polled, woken) = poll_once(future.as_mut());
    assert!(polled.is_pending());
    table.level.set(1);
    wait_until("the future is woken", || woken.calls() == 1);
    poll_once(future).0.is_ready()
}

#[test]
fn a_forked_child_starts_a_helper_of_its_own_and_its_parents_goes_on() {
    in_a_process_of_its_own("own helper");
}

fn have_a_helper_of_its_own() {
    let table = opened_table();
    let mut pending = pin!(table.serve.changed(table.serve.ticket()));
    let (_, woken) = poll_once(pending.as_mut());
    for _ in 0..3 {
        holds_in_a_forked_child(|| {
            assert_eq!(helper_threads(), 0, "threads are not forked");
            is_woken(&table) && helper_threads() == 1 && woken.calls() == 0
        });
    }
    assert!(is_woken(&table));
    assert_eq!(woken.calls(), 0);
    // By a child: it is another process.
    holds_in_a_forked_child(|| {
        table.serve.notify_all();
        true
    });
    wait_until("the parent's future is woken", || woken.calls() == 1);
    assert!(poll_once(pending).0.is_ready());
}

#[test]
fn a_future_that_was_pending_at_the_fork_waits_in_the_child_when_it_is_polled_there() {
    in_a_process_of_its_own("inherited");
}

fn poll_an_inherited_future() {
    let table = opened_table();
    let mut inherited = pin!(table.serve.changed(table.serve.ticket()));
    let (_, parents) = poll_once(inherited.as_mut());
    a_moment();
    holds_in_a_forked_child(|| {
        let (polled, childs) = poll_once(inherited.as_mut());
        assert!(polled.is_pending());
        table.serve.notify_all();
        wait_until("the child's future is woken", || childs.calls() == 1);
        poll_once(inherited.as_mut()).0.is_ready() && parents.calls() == 0
    });
    wait_until("the parent's is woken as well", || parents.calls() == 1);
    assert!(poll_once(inherited.as_mut()).0.is_ready());
    // Dropped in a child without being polled: it is the parent's.
    let mut other = Some(Box::pin(table.serve.changed(table.serve.ticket())));
    let (_, woken) = poll_once(other.as_mut().unwrap().as_mut());
    holds_in_a_forked_child(|| {
        drop(other.take());
        true
    });
    assert!(Arc::strong_count(&woken) > 1);
    table.serve.notify_all();
    wait_until("the parent's is woken", || woken.calls() == 1);
}

#[test]
fn children_that_are_forked_while_futures_come_and_go_can_await() {
    in_a_process_of_its_own("busy");
}

fn fork_while_futures_come_and_go() {
    const ROUNDS: u32 = 100;
    let table = opened_table();
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                let changed = and_when_pending(table.pose.changed(), || {
                    table.pose.change(|_| ());
                });
                futures_lite::future::block_on(changed);
            }
        });
        for _ in 0..ROUNDS {
            holds_in_a_forked_child(|| is_woken(&table));
        }
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}
