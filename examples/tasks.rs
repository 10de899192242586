//! A work queue whose workers are killed at random: nothing is lost but the task in a dead worker's hands.
//!
//! The parent pushes tasks; four workers, processes of their own, pop one after the other, and push the
//! outcomes to a second queue. The parent kills a worker every few milliseconds, with `SIGKILL`, and
//! starts another. With a `multiprocessing.Queue`, a worker that is killed while it reads keeps the lock
//! of the pipe, and the others wait for ever. Here a consumer takes a value in one step: it has taken it,
//! and the value dies with it, or it has not, and another one takes it.

use std::error::Error;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use shm_core::errors::PushError;
use shm_core::{Queue, Region, SharedLayout};

const TASKS: u64 = 20_000;
const WORKERS: usize = 4;

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Task {
    number: u64,
    input: f64,
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Outcome {
    number: u64,
    root: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    tasks: Queue<Task, 64>,
    outcomes: Queue<Outcome, 64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(name) = std::env::args().nth(1) {
        return work(&name);
    }
    let name = format!("tasks-{}", std::process::id());
    let board = Region::<Board>::create(&name)?.remove_on_drop();
    let mut workers = Vec::new();
    for _ in 0..WORKERS {
        workers.push(start(&name)?);
    }
    let (mut pushed, mut kills, mut killed_at) = (0, 0, Instant::now());
    let mut done = vec![false; TASKS as usize];
    let mut last_outcome = Instant::now();
    // A task that died with its worker has no outcome; after a while without any, no more will come.
    while pushed < TASKS || last_outcome.elapsed() < Duration::from_millis(200) {
        while pushed < TASKS {
            match board.tasks.push(Task { number: pushed, input: pushed as f64 }) {
                Ok(()) => pushed += 1,
                Err(PushError::Full(_)) => break,
                Err(error) => return Err(error.into()),
            }
        }
        while let Some(outcome) = board.outcomes.pop_timeout(Duration::from_micros(200))? {
            assert_eq!(outcome.root, (outcome.number as f64).sqrt(), "it is whole");
            assert!(!std::mem::replace(&mut done[outcome.number as usize], true), "it came once");
            last_outcome = Instant::now();
        }
        if pushed < TASKS && killed_at.elapsed() > Duration::from_millis(8) {
            let victim = kills % WORKERS;
            workers[victim].kill()?;
            workers[victim].wait()?;
            workers[victim] = start(&name)?;
            (kills, killed_at) = (kills + 1, Instant::now());
        }
    }
    for mut worker in workers {
        worker.kill()?;
        worker.wait()?;
    }
    let lost = done.iter().filter(|done| !**done).count();
    println!("{TASKS} tasks, {kills} workers killed: {lost} tasks died in a worker's hands");
    println!("all others were done, each once; nothing waited for the dead");
    assert!(lost <= kills, "a worker has one task in its hands");
    Ok(())
}

fn start(name: &str) -> std::io::Result<Child> {
    Command::new(std::env::current_exe()?).arg(name).spawn()
}

/// A worker, which is killed at any moment.
fn work(name: &str) -> Result<(), Box<dyn Error>> {
    let board = Region::<Board>::open(name)?;
    // It ends by itself if its parent is gone.
    let patience = Duration::from_secs(5);
    while let Some(Task { number, input }) = board.tasks.pop_timeout(patience)? {
        board.outcomes.push_timeout(Outcome { number, root: input.sqrt() }, patience)?;
    }
    Ok(())
}
