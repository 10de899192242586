//! A pool of workers that share two machines and a list of jobs: `Semaphore`, and waiting with a lock. One
//! worker is killed at a machine; the others keep using both.

use std::error::Error;
use std::process::{Child, Command};

use shm_core::{Event, LockError, Mutex, Region, Semaphore, SharedLayout, View};

const JOBS: u32 = 40;
const WORKERS: usize = 3;

/// The jobs: `next` is the first that no worker has begun.
#[derive(SharedLayout)]
#[repr(C)]
struct Jobs {
    next: u32,
    added: u32,
    /// 1 for each job that is done
    done: [u8; JOBS as usize],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Pool {
    jobs: Mutex<Jobs>,
    /// more jobs were added, or there will be no more
    changed: Event,
    closed: bool,
    /// two machines, which the workers share
    machines: Semaphore<2>,
    inherited: u32,
    /// 1 when a worker has taken a machine and is stuck there
    stuck: u32,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [name, role] = &arguments[..] {
        let pool = Region::<Pool>::open(name)?;
        return if role == "stuck" { get_stuck(&pool) } else { work(&pool) };
    }
    let name = format!("pool-{}", std::process::id());
    let pool = Region::<Pool>::create(&name)?;
    let start = |role: &str| Command::new(std::env::current_exe()?).args([&name, role]).spawn();
    let outcome = run(&pool, start);
    pool.unlink()?;
    outcome
}

fn run(
    pool: &View<Pool>,
    start: impl Fn(&str) -> std::io::Result<Child>,
) -> Result<(), Box<dyn Error>> {
    // This one takes a machine, and is killed there.
    let mut unlucky = start("stuck")?;
    while pool.stuck.get() == 0 && unlucky.try_wait()?.is_none() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    unlucky.kill()?;
    unlucky.wait()?;
    println!("a worker was killed at its machine: {} of 2 look free", pool.machines.available());

    let workers: Result<Vec<_>, _> = (0..WORKERS).map(|_| start("work")).collect();
    for _ in 0..JOBS {
        pool.jobs.lock()?.added.fetch_add(1);
        pool.changed.notify_one();
    }
    pool.closed.set(true);
    pool.changed.notify_all();
    for mut worker in workers? {
        assert!(worker.wait()?.success());
    }

    let jobs = pool.jobs.lock()?;
    assert!(jobs.done.iter().all(|done| done.get() == 1), "every job is done");
    // A worker that needs both machines gets both: the dead one keeps none.
    let both = (pool.machines.acquire()?, pool.machines.acquire()?);
    println!("{JOBS} jobs done by {WORKERS} workers; both machines are free again");
    let last = [&both.0, &both.1].into_iter().filter(|machine| machine.inherited()).count();
    assert_eq!(pool.inherited.get() as usize + last, 1, "one machine was the dead worker's");
    Ok(())
}

/// A worker: waits for a job, then for a machine.
fn work(pool: &View<Pool>) -> Result<(), Box<dyn Error>> {
    while let Some(job) = next_job(pool)? {
        let machine = pool.machines.acquire()?;
        if machine.inherited() {
            println!(
                "worker {}: this machine was a dead worker's, cleaning it",
                std::process::id()
            );
            pool.inherited.fetch_add(1);
        }
        std::thread::sleep(std::time::Duration::from_micros(200));
        drop(machine);
        pool.jobs.lock()?.done[job as usize].set(1);
    }
    Ok(())
}

/// The next job; `None` if there will be no more.
fn next_job(pool: &View<Pool>) -> Result<Option<u32>, LockError> {
    let is_idle = |jobs: &View<Jobs>| jobs.next.get() == jobs.added.get() && !pool.closed.get();
    let jobs = pool.jobs.lock()?.wait_while(&pool.changed, is_idle)?;
    let next = jobs.next.get();
    if next == jobs.added.get() {
        return Ok(None);
    }
    jobs.next.set(next + 1);
    Ok(Some(next))
}

/// A worker that takes a machine and stays there.
fn get_stuck(pool: &View<Pool>) -> Result<(), Box<dyn Error>> {
    let _machine = pool.machines.acquire()?;
    pool.stuck.set(1);
    std::thread::sleep(std::time::Duration::from_secs(60));
    Ok(())
}
