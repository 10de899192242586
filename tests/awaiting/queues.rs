//! Queues and rings: values are not lost by futures that are dropped, nor kept waiting by other producers.

use std::time::Duration;

use shm_core::errors::{FollowError, PushError};
use shm_core::{LockError, Region};

use crate::support::{Folder, finish, wait_until};
use crate::{Table, a_moment, and_when_pending, at_table, opened_table, poll_once, run, table};

const JOBS: u64 = 2000;

pub(crate) fn second_process(role: &str) {
    match role {
        "pushes" => (0..JOBS).try_for_each(|job| opened_table().jobs.push_wait(job)).unwrap(),
        "takes" => take_until_the_end(),
        _ => panic!("no such role: {role}"),
    }
}

#[test]
fn no_value_is_lost_by_futures_that_lose_a_race_with_a_clock() {
    let folder = Folder::new("select");
    let table = table(&folder);
    let mut other = at_table("queues: pushes", &folder).spawn().unwrap();
    let mut given_up = 0;
    run(async {
        for job in 0..JOBS {
            let popped = loop {
                tokio::select! {
                    popped = table.jobs.pop_async() => break popped.unwrap(),
                    () = tokio::time::sleep(Duration::from_micros(job % 50)) => given_up += 1,
                }
            };
            assert_eq!(popped, job);
        }
    });
    assert!(given_up > 0);
    assert!(finish(&mut other).success());
}

#[test]
fn no_value_is_pushed_by_a_future_that_was_dropped() {
    let jobs = &Region::<Table>::options().anonymous().unwrap();
    for job in 0..4 {
        assert!(poll_once(std::pin::pin!(jobs.jobs.push_async(job))).0.is_ready());
    }
    let mut dropped = Box::pin(jobs.jobs.push_async(9));
    let (polled, woken) = poll_once(dropped.as_mut());
    assert!(polled.is_pending(), "there is no room");
    assert_eq!(jobs.jobs.pop().unwrap(), Some(0));
    wait_until("it is told of the room", || woken.calls() > 0);
    drop(dropped);
    assert_eq!(
        (1..5).map(|_| jobs.jobs.pop().unwrap()).collect::<Vec<_>>(),
        [Some(1), Some(2), Some(3), None]
    );
}

/// Values that several processes pop, by futures which are dropped and by blocking calls.
#[test]
fn each_value_goes_to_one_of_several_processes_that_await_it_or_block() {
    let folder = Folder::new("several");
    let table = table(&folder);
    let mut others: Vec<_> =
        (0..2).map(|_| at_table("queues: takes", &folder).spawn().unwrap()).collect();
    let mut producer = at_table("queues: pushes", &folder).spawn().unwrap();
    let mut mine = 0;
    run(async {
        loop {
            tokio::select! {
                job = table.jobs.pop_async() => {
                    mine += 1;
                    table.level.change(|level| level.fetch_add(job.unwrap() + 1));
                }
                () = tokio::time::sleep(Duration::from_micros(700)) => {}
            }
            if table.level.get().unwrap() == JOBS * (JOBS + 1) / 2 {
                break;
            }
        }
    });
    assert!(finish(&mut producer).success());
    (0..2).for_each(|_| table.jobs.push_wait(u64::MAX).unwrap());
    assert!(others.iter_mut().all(|other| finish(other).success()));
    assert_eq!(table.jobs.len(), 0);
    println!("{mine} of {JOBS} by futures");
}

fn take_until_the_end() {
    let table = opened_table();
    loop {
        match table.jobs.pop_wait().unwrap() {
            u64::MAX => break,
            job => table.level.change(|level| level.fetch_add(job + 1)),
        };
    }
}

#[test]
fn pushing_waits_neither_in_the_executors_thread_for_another_producer_nor_for_ever() {
    let table = Region::<Table>::options().anonymous().unwrap();
    let (holds, held) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let table = &table;
        scope.spawn(move || {
            let _producer = table.jobs.producer().unwrap();
            holds.send(()).unwrap();
            released.recv().unwrap();
        });
        held.recv().unwrap();
        // The poll returns although the producer is another thread for as long as it likes.
        run(and_when_pending(table.jobs.push_async(5), move || release.send(()).unwrap())).unwrap();
    });
    assert_eq!(table.jobs.pop().unwrap(), Some(5));
}

#[test]
fn a_thread_that_is_the_producer_is_told_that_its_push_would_wait_for_itself() {
    let table = Region::<Table>::options().anonymous().unwrap();
    let producer = table.jobs.producer().unwrap();
    let refused = run(table.jobs.push_async(5));
    assert!(matches!(refused, Err(PushError::Lock { value: 5, error: LockError::WouldDeadlock })));
    drop(producer);
    run(table.jobs.push_async(5)).unwrap();
}

#[test]
fn a_reader_of_a_ring_is_told_what_it_missed_and_goes_on() {
    let table = Region::<Table>::options().anonymous().unwrap();
    let mut seen = table.items.follow();
    let push = |item| assert_eq!(table.items.push(&item).unwrap(), item);
    let first = and_when_pending(seen.next_async(), || push(1));
    assert_eq!(run(first).unwrap(), 1);
    (2..=200).for_each(push);
    assert!(matches!(run(seen.next_async()), Err(FollowError::Missed(136))));
    assert_eq!(run(seen.next_async()).unwrap(), 138);
    drop(Box::pin(seen.next_async()));
    a_moment();
    assert_eq!(run(seen.next_async()).unwrap(), 139, "a future that was dropped took nothing");
}
