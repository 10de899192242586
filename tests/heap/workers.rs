//! Processes that work on one region until they are killed.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use super::dice::Dice;
use crate::support::{argument, second_process, wait_until};

/// In a worker: acts until it is killed.
pub(crate) fn work<R>(open: impl Fn(String) -> R, act: impl Fn(&R, &mut Dice)) {
    let region = open(argument("SHM_PATH"));
    let mut dice = Dice(argument("SHM_SEED").parse().unwrap());
    loop {
        act(&region, &mut dice);
    }
}

fn worker(role: &str, region: &Path, seed: u64) -> Child {
    let mut command = second_process(role);
    command.env("SHM_PATH", region).env("SHM_SEED", seed.to_string());
    command.spawn().expect("starting a worker")
}

fn kill(worker: &mut Child) {
    worker.kill().unwrap();
    let status = worker.wait().unwrap();
    assert_eq!(status.signal(), Some(libc::SIGKILL), "a worker failed: {status}");
}

/// Lets four workers of this role work on a region, and kills one of them at a time, at any moment, as often
/// as `SHM_KILLS` says; `check` runs after each death. In the end, all are killed. `done` returns the
/// number of operations.
pub(crate) fn kill_at_any_moment(
    role: &str,
    region: &Path,
    done: impl Fn() -> u64,
    check: impl Fn(),
) {
    let kills: u64 = std::env::var("SHM_KILLS").map_or(200, |n| n.parse().expect("a number"));
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut workers: Vec<_> = (1..=4).map(|seed| worker(role, region, seed)).collect();
    for number in 0..kills {
        let before = done();
        wait_until("the workers work", || done() > before + 4);
        std::thread::sleep(Duration::from_micros(500 + dice.below(3000)));
        let victim = &mut workers[dice.below(4) as usize];
        kill(victim);
        check();
        *victim = worker(role, region, 100 + number);
    }
    workers.iter_mut().for_each(kill);
}
