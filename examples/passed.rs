//! A region without a name, only for a parent and its children: no file is left, whatever happens to them,
//! and no other process can open it.
//!
//! With `pass_to`, the children of one command inherit the region; each finds it by a name that parent and
//! child agree on.

use std::error::Error;
use std::process::Command;

use shm_core::{Region, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Progress {
    done: u64,
    /// The work done by each worker.
    by_worker: [u64; 4],
}

/// The amount of work.
const WORK: u64 = 10_000;

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(number) = std::env::args().nth(1) {
        return work(number.parse()?);
    }
    let progress = Region::<Progress>::options().memfd("progress")?;
    let mut workers = Vec::new();
    for number in 0..4 {
        let mut command = Command::new(std::env::current_exe()?);
        progress.pass_to(&mut command, "progress")?;
        workers.push(command.arg(number.to_string()).spawn()?);
    }
    for worker in &mut workers {
        worker.wait()?;
    }
    let shares: Vec<u64> = progress.by_worker.iter().map(|share| share.get()).collect();
    println!("{} of {WORK} done", progress.done.get());
    println!("the workers' shares add up to {}", shares.iter().sum::<u64>());
    Ok(())
}

/// A worker, in a process of its own.
fn work(number: usize) -> Result<(), Box<dyn Error>> {
    let progress = Region::<Progress>::options().passed("progress")?;
    while progress.done.update(|done| WORK.min(done + 1)) < WORK {
        progress.by_worker[number].fetch_add(1);
    }
    Ok(())
}
