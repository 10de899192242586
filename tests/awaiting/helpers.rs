//! The helper threads of a process: how many there are, and what does not stop them.

use std::future::Future;
use std::pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use shm_core::{Event, Region, SharedLayout, Watched};

use crate::support::{self, Folder, argument, finish, wait_until};
use crate::{helper_threads, poll_once, run};

/// More words than one helper can sleep on.
const WORDS: usize = 200;

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    steps: [Watched<u64>; WORDS],
    begun: u32,
    go: Event,
}

fn in_a_process_of_its_own(role: &str) {
    support::run(&mut support::second_process(&format!("helpers: {role}")));
}

pub(crate) fn second_process(role: &str) {
    match role {
        "200 words" => await_200_words(),
        "steps" => take_steps(),
        "idle" => become_idle(),
        "panics" => survive_a_panic(),
        _ => panic!("no such role: {role}"),
    }
}

#[test]
fn two_hundred_words_have_two_helpers_and_each_change_wakes_its_own_task() {
    in_a_process_of_its_own("200 words");
}

fn await_200_words() {
    const STEPS: u64 = 20;
    let folder = Folder::new("200-words");
    let board = Region::<Board>::create(folder.file("board")).unwrap();
    let mut command = support::second_process("helpers: steps");
    let mut other = command.env("SHM_BOARD", folder.file("board")).spawn().unwrap();
    let local = tokio::task::LocalSet::new();
    let tasks: Vec<_> = (0..WORDS)
        .map(|word| {
            let step = board.project(|board| &board.steps[word]);
            local.spawn_local(async move {
                for expected in 1..=STEPS {
                    let seen = step.wait_until_async(|seen| seen >= expected).await.unwrap();
                    assert_eq!(seen, expected, "the other side waits for this one");
                    step.set(0);
                }
            })
        })
        .collect();
    run(local.run_until(async {
        // All other tasks become pending.
        while helper_threads() < 2 {
            tokio::task::yield_now().await;
        }
        board.begun.set(1);
        board.go.notify_all();
        for task in tasks {
            task.await.unwrap();
        }
    }));
    assert_eq!(helper_threads(), 2);
    assert!(finish(&mut other).success());
}

fn take_steps() {
    let board = Region::<Board>::open(argument("SHM_BOARD")).unwrap();
    board.go.wait_until(|| board.begun.get() == 1);
    for step in 1..=20 {
        for (word, cell) in board.steps.iter().enumerate() {
            let seen = cell.wait_until_timeout(crate::PATIENCE, |now| now == 0).unwrap();
            assert_eq!(seen, Some(0), "word {word} was not woken for step {}", step - 1);
            cell.set(step);
        }
    }
}

#[test]
fn the_helper_ends_when_there_is_nothing_to_wait_for_and_another_starts_when_there_is() {
    in_a_process_of_its_own("idle");
}

fn become_idle() {
    let event = Region::<Event>::options().anonymous().unwrap();
    for _ in 0..2 {
        assert_eq!(helper_threads(), 0, "no future waits yet");
        let mut changed = pin::pin!(event.changed(event.ticket()));
        let (polled, woken) = poll_once(changed.as_mut());
        assert!(polled.is_pending());
        wait_until("the helper has started", || helper_threads() == 1);
        event.notify_all();
        wait_until("the future is woken", || woken.calls() == 1);
        assert!(poll_once(changed).0.is_ready());
        wait_until("the helper has ended", || helper_threads() == 0);
    }
}

#[test]
fn a_waker_that_panics_stops_no_other_future() {
    in_a_process_of_its_own("panics");
}

struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("on purpose");
    }
}

fn survive_a_panic() {
    std::panic::set_hook(Box::new(|_| ()));
    let event = Region::<Event>::options().anonymous().unwrap();
    let ticket = event.ticket();
    let mut panics = pin::pin!(event.changed(ticket));
    let waker = Waker::from(Arc::new(Panics));
    assert!(panics.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let (polled, woken) = poll_once(pin::pin!(event.changed(ticket)));
    assert!(polled.is_pending());
    // The second future was dropped; a third one waits behind the one whose waker panics.
    let mut third = pin::pin!(event.changed(ticket));
    let (_, third_woken) = poll_once(third.as_mut());
    event.notify_all();
    wait_until("the future behind it is woken", || third_woken.calls() == 1);
    assert_eq!(woken.calls(), 0);
    run(async {
        let ticket = event.ticket();
        let later = event.changed(ticket);
        crate::and_when_pending(later, || event.notify_all()).await;
    });
}
