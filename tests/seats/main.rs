//! Locks with seats between processes: many readers or one writer, a number of permits, rows for each process, and the
//! seats of the dead.
//!
//! `SHM_KILLS=10000 cargo test --test seats -- --nocapture` kills more often.

mod barrier;
mod barrier_kills;
mod busy;
mod fairness;
#[allow(dead_code, reason = "a part of it is used here")]
#[path = "../waiting/kills.rs"]
mod kills;
mod per_process;
mod per_process_kills;
mod permit_kills;
mod permits;
mod rwlock;
mod rwlock_kills;
#[path = "../support/mod.rs"]
mod support;

use std::sync::atomic::{AtomicBool, Ordering};

use support::role;

/// Does `work`, which is to sleep; does `then` in another thread as soon as it sleeps.
fn while_another_thread_waits(work: impl FnOnce(), then: impl FnOnce() + Send) {
    let (me, begins) = (kills::folder_of_this_thread(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            support::wait_until("it begins", || begins.load(Ordering::Relaxed));
            kills::victims::wait_until_asleep(&me);
            then();
        });
        begins.store(true, Ordering::Relaxed);
        work();
    });
}

#[test]
#[ignore = "run by the tests, as a process of its own"]
fn second_process() {
    let Some(role) = role() else { return };
    match role.split_once(": ").expect("a role of one of the modules") {
        ("barrier", role) => barrier::second_process(role),
        ("barrier killed", role) => barrier_kills::second_process(role),
        ("fairness", number) => fairness::second_process(number),
        ("rwlock", role) => rwlock::second_process(role),
        ("rwlock killed", role) => rwlock_kills::second_process(role),
        ("permits", role) => permits::second_process(role),
        ("permits killed", role) => permit_kills::second_process(role),
        ("rows", role) => per_process::second_process(role),
        ("rows killed", role) => per_process_kills::second_process(role),
        (other, _) => panic!("no such module: {other}"),
    }
}
