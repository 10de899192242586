//! Awaiting instead of waiting: futures on several executors, their cancellation, descriptors for event loops,
//! forks, kernels without `futex_waitv(2)`, and notifiers that are killed.
//!
//! `SHM_KILLS=10000 cargo test --test awaiting -- --nocapture` kills more often.

mod descriptors;
mod dropped;
mod executors;
mod fallback;
#[path = "../support/forked.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod forked;
mod forks;
mod helpers;
mod kills;
mod queues;
#[path = "../waiting/kills.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod rounds;
#[path = "../support/mod.rs"]
mod support;
mod values;

use std::future::{Future, poll_fn};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::pin::{Pin, pin};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use shm_core::{Event, Latest, Queue, Region, Ring, SharedLayout, Watched};
use support::{Folder, PATIENCE, argument, role};

/// Everything that can be awaited.
#[derive(SharedLayout)]
#[repr(C)]
struct Table {
    served: u32,
    returned: u32,
    serve: Event,
    back: Event,
    mode: Watched<Mode>,
    level: Watched<u64>,
    pose: Watched<Latest<[u64; 8]>>,
    jobs: Queue<u64, 4>,
    results: Queue<u64, 4>,
    items: Ring<u64, 64>,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Mode {
    Idle = 0,
    Busy = 1,
    Done = 2,
}

fn table(folder: &Folder) -> Region<Table> {
    Region::create(folder.file("table")).unwrap()
}

/// A second process that uses the table.
fn at_table(role: &str, folder: &Folder) -> Command {
    let mut command = support::second_process(role);
    command.env("SHM_TABLE", folder.file("table"));
    command
}

/// The table, in a second process.
fn opened_table() -> Region<Table> {
    Region::open(argument("SHM_TABLE")).unwrap()
}

/// Runs a future to its end on an executor with a clock; fails the test if that takes too long.
fn run<R>(future: impl Future<Output = R>) -> R {
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let in_time = async { tokio::time::timeout(PATIENCE, future).await };
    executor.block_on(in_time).expect("a future is never woken")
}

/// A waker that counts its calls.
#[derive(Default)]
struct Counted(AtomicU32);

impl Counted {
    fn calls(&self) -> u32 {
        self.0.load(Ordering::Acquire)
    }
}

impl Wake for Counted {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// Polls a future once, by a waker of its own.
fn poll_once<F: Future>(future: Pin<&mut F>) -> (Poll<F::Output>, Arc<Counted>) {
    let counted = Arc::new(Counted::default());
    let waker = Waker::from(Arc::clone(&counted));
    (future.poll(&mut Context::from_waker(&waker)), counted)
}

/// Awaits a future, and calls `then` when it has been polled and is pending.
async fn and_when_pending<F: Future>(future: F, then: impl FnOnce()) -> F::Output {
    let (mut future, mut then) = (pin!(future), Some(then));
    poll_fn(|context| {
        let polled = future.as_mut().poll(context);
        if polled.is_pending()
            && let Some(then) = then.take()
        {
            then();
        }
        polled
    })
    .await
}

/// How many helper threads this process has.
fn helper_threads() -> usize {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    let names = threads.filter_map(|it| std::fs::read_to_string(it.ok()?.path().join("comm")).ok());
    names.filter(|name| name.trim_end() == "shm-awaits").count()
}

/// Whether a file is mapped in this process.
fn is_mapped(file: impl AsRef<Path>) -> bool {
    let inode = std::fs::metadata(file).unwrap().ino().to_string();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines().any(|line| line.split_whitespace().nth(4) == Some(&inode))
}

/// Long enough for a thread to fall asleep, in most cases.
fn a_moment() {
    std::thread::sleep(Duration::from_millis(3));
}

#[test]
#[ignore = "run by the tests, as a process of its own"]
fn second_process() {
    let Some(role) = role() else { return };
    match role.split_once(": ").expect("a role of one of the modules") {
        ("executors", role) => executors::second_process(role),
        ("helpers", role) => helpers::second_process(role),
        ("dropped", role) => dropped::second_process(role),
        ("forks", role) => forks::second_process(role),
        ("fallback", role) => fallback::second_process(role),
        ("descriptors", role) => descriptors::second_process(role),
        ("queues", role) => queues::second_process(role),
        ("killed", role) => kills::second_process(role),
        (other, _) => panic!("no such module: {other}"),
    }
}
