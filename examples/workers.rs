//! A pool of workers, each of which counts in a row of its own. Some are killed and started again; the
//! totals keep what the killed ones had counted.

use std::error::Error;
use std::process::{Child, Command};
use std::time::Duration;

use shm_core::{PerProcess, Region, SharedLayout, View};

const WORKERS: usize = 3;
const KILLS: usize = 6;
const REQUESTS: u64 = 200;

/// What a worker counts.
#[derive(SharedLayout)]
#[repr(C)]
#[shm(fold = "sum")]
struct Counters {
    requests: u64,
    bytes: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    /// a row more than workers, for one that starts while the row of a dead one is still to be noticed
    workers: PerProcess<Counters, 4>,
    /// how many requests the workers say that they have handled
    handled: u64,
    /// no more requests
    closed: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(name) = std::env::args().nth(1) {
        let board = Region::<Board>::open(name)?;
        return work(&board);
    }
    let name = format!("workers-{}", std::process::id());
    let board = Region::<Board>::create(&name)?;
    let start = || Command::new(std::env::current_exe()?).arg(&name).spawn();
    let outcome = run(&board, start);
    board.unlink()?;
    outcome
}

fn run(
    board: &View<Board>,
    start: impl Fn() -> std::io::Result<Child>,
) -> Result<(), Box<dyn Error>> {
    let mut pool = Vec::new();
    for _ in 0..WORKERS {
        pool.push(start()?);
    }
    let mut before = 0;
    for kill in 0..KILLS {
        // Each has counted something by then.
        while board.handled.get() < (kill as u64 + 1) * REQUESTS {
            std::thread::sleep(Duration::from_millis(1));
        }
        let worker = &mut pool[kill % WORKERS];
        worker.kill()?;
        worker.wait()?;
        *worker = start()?;
        let total = board.workers.totals()?.requests;
        assert!(total >= before, "totals never go backwards");
        before = total;
    }
    for row in board.workers.rows() {
        let process = row.process().map_or_else(|| "(gone)".to_owned(), |it| it.pid.to_string());
        println!("row {}: process {process}, {} requests", row.index(), row.requests);
    }
    board.closed.set(true);
    for worker in &mut pool {
        assert!(worker.wait()?.success(), "a worker failed");
    }
    let dead = board.workers.fold_dead()?;
    let (totals, handled) = (board.workers.totals()?, board.handled.get());
    println!("{KILLS} workers were killed, {dead} of their rows were still to be folded");
    println!("{} requests in the totals, {} bytes", totals.requests, totals.bytes);
    // A worker counts a request before it says so: each kill can have come in between.
    assert!((handled..=handled + KILLS as u64).contains(&totals.requests), "{handled}");
    Ok(())
}

/// Handles requests, and counts them, until there are no more.
fn work(board: &View<Board>) -> Result<(), Box<dyn Error>> {
    let row = board.workers.claim()?;
    while !board.closed.get() {
        std::thread::sleep(Duration::from_micros(100)); // .. a request ..
        row.bytes.fetch_add(512);
        row.requests.fetch_add(1); // one instruction, on cache lines of this process alone
        board.handled.fetch_add(1);
    }
    Ok(()) // The row is folded here.
}
