//! The time from a change in another process until a task has it, beside a thread that blocks; and the time that it
//! takes to give up a thousand futures.
//!
//! `cargo run --release -p shm-benches --example awaiting`
#![allow(clippy::print_stdout, reason = "it is here to print")]

use std::error::Error;
use std::future::Future;
use std::pin::{Pin, pin};
use std::process::{Child, Command};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use shm_core::{Event, Region, SharedLayout, Watched};

/// Changes that are waited for in each row.
const CHANGES: usize = 4_000;
/// Before each change: long enough for the other process to fall asleep.
const PAUSE: Duration = Duration::from_micros(300);
/// Futures that are given up.
const FUTURES: usize = 1_000;
/// Rounds of giving up, of which the median is printed.
const ROUNDS: usize = 15;

#[derive(SharedLayout)]
#[repr(C)]
struct Desk {
    /// The time at which it was changed.
    time: Watched<u64>,
    events: [Event; FUTURES],
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [role, name] = &arguments[..]
        && role == "change"
    {
        change(&Region::open(name)?);
    }
    let name = format!("shm-awaiting-{}", std::process::id());
    let desk = Region::<Desk>::create(&name)?.remove_on_drop();
    println!("| notified by another process | median | one in a hundred longer than |");
    println!("| --- | ---: | ---: |");
    let mut changer = Changer::start(&name)?;
    row("a thread that blocks: `wait_until`", || block(&desk));
    row("a task on an executor of one thread: `wait_until_async`", || {
        block_on(desk.time.wait_until_async(is_new())).map_err(Into::into)
    });
    changer.0.kill()?;
    println!("\n| {FUTURES} futures that wait, given up | median of {ROUNDS} rounds | each |");
    println!("| --- | ---: | ---: |");
    let event = &desk.events[0];
    given_up("of one event", || event.changed(event.ticket()));
    let mut events = desk.events.iter().cycle();
    given_up("of an event each", || {
        let event = events.next().expect("it goes round");
        event.changed(event.ticket())
    });
    Ok(())
}

/// The other process, until it is killed.
fn change(desk: &Region<Desk>) -> ! {
    loop {
        thread::sleep(PAUSE);
        desk.time.set(now());
    }
}

struct Changer(Child);

impl Changer {
    fn start(name: &str) -> Result<Self, Box<dyn Error>> {
        Ok(Self(Command::new(std::env::current_exe()?).args(["change", name]).spawn()?))
    }
}

impl Drop for Changer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether a time is that of a change since this was called.
fn is_new() -> impl FnMut(u64) -> bool {
    let asked = now();
    move |changed| changed > asked
}

fn block(desk: &Region<Desk>) -> Result<u64, Box<dyn Error>> {
    Ok(desk.time.wait_until(is_new())?)
}

fn row(name: &str, mut wait: impl FnMut() -> Result<u64, Box<dyn Error>>) {
    let delay = |_| {
        let changed = wait().expect("a number is valid");
        Duration::from_nanos(now().saturating_sub(changed))
    };
    let mut delays: Vec<_> = (0..CHANGES).map(delay).collect();
    delays.sort_unstable();
    let (median, p99) = (delays[CHANGES / 2], delays[CHANGES * 99 / 100]);
    println!("| {name} | {median:.1?} | {p99:.1?} |");
}

fn given_up<F: Future>(name: &str, mut future: impl FnMut() -> F) {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut round = |_| {
        let mut futures: Vec<_> = (0..FUTURES).map(|_| Box::pin(future())).collect();
        for future in &mut futures {
            assert!(poll(future.as_mut(), &waker).is_pending());
        }
        // The helpers are asleep by then.
        thread::sleep(Duration::from_millis(5));
        let since = Instant::now();
        drop(futures);
        since.elapsed()
    };
    let mut rounds: Vec<_> = (0..ROUNDS).map(&mut round).collect();
    rounds.sort_unstable();
    let median = rounds[ROUNDS / 2];
    println!("| {name} | {median:.1?} | {:.0?} |", median / FUTURES as u32);
}

/// Nanoseconds on the clock that all processes share.
fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// The executor: this thread, which is parked while the task waits.
fn block_on<F: Future>(future: F) -> F::Output {
    let (mut future, waker) = (pin!(future), Waker::from(Arc::new(Unpark(thread::current()))));
    loop {
        match poll(future.as_mut(), &waker) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

fn poll<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(waker))
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
