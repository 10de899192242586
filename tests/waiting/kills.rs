//! Rounds in which a second process is killed at a named point.

use std::cell::RefCell;
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::mpsc::{Sender, channel};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Signal, getpid, kill_process};
use shm_core::fault::at_each_point;
use shm_core::{Region, SharedLayout, View};

use crate::support::{self, Folder, argument, wait_until};

/// Passed by the tests themselves: the victim is killed from outside.
pub(crate) const ANY_MOMENT: &str = "at any moment";

/// Passed only if there is a sleeper to wake.
pub(crate) const NONE_WOKEN: &str = "lock: unlocked, no sleeper woken";

/// The number of rounds played at the same time: most of a round is a survivor's nap.
const STAGES: u32 = 16;

/// The progress of the two sides of a round.
#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Signals {
    /// The victim is at the point where it must die.
    pub(crate) reached: u32,
    /// A process waits for the victim.
    pub(crate) waited_for: u32,
    /// It may die.
    pub(crate) go: u32,
    /// The victim's thread.
    pub(crate) thread: u32,
}

/// One round: its number, the point at which the victim dies, and whether a survivor waits by then.
#[derive(Clone, Copy)]
pub(crate) struct Round {
    pub(crate) number: u32,
    pub(crate) point: &'static str,
    /// The number of earlier rounds with this point: all other variation depends on it.
    pub(crate) lap: u32,
    pub(crate) waits: bool,
}

/// The outcome of the rounds with one point.
#[derive(Clone, Copy, Default)]
struct Outcome {
    kills: u32,
    waiting: u32,
    slowest: Duration,
}

/// Plays rounds until enough victims were killed; `play` returns the time that a survivor needed.
pub(crate) fn play_rounds(
    purpose: &str,
    points: &[&'static str],
    play: impl Fn(&Folder, Round) -> Duration + Sync,
) {
    let wanted: u32 = std::env::var("SHM_KILLS").map_or(200, |n| n.parse().expect("a number"));
    let outcomes = Mutex::new(vec![Outcome::default(); points.len()]);
    let next = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..STAGES {
            scope.spawn(|| {
                let folder = Folder::new(purpose);
                loop {
                    let number = next.fetch_add(1, Relaxed);
                    if number >= wanted {
                        break;
                    }
                    let index = number as usize % points.len();
                    let lap = number / points.len() as u32;
                    let waits = lap.is_multiple_of(2) || points[index] == NONE_WOKEN;
                    let round = Round { number: number + 1, point: points[index], lap, waits };
                    let took = play(&folder, round);
                    let outcome = &mut outcomes.lock().unwrap()[index];
                    outcome.kills += 1;
                    outcome.waiting += u32::from(waits);
                    outcome.slowest = outcome.slowest.max(took);
                }
            });
        }
    });
    report(points, &outcomes.into_inner().unwrap());
}

/// Prints the table; every point must have had its victims.
fn report(points: &[&str], outcomes: &[Outcome]) {
    println!("| killed | times | a survivor waited | slowest |\n| --- | ---: | ---: | ---: |");
    for (point, Outcome { kills, waiting, slowest }) in points.iter().zip(outcomes) {
        println!("| {point} | {kills} | {waiting} | {} ms |", slowest.as_millis());
    }
    assert!(outcomes.iter().all(|outcome| outcome.kills > 0), "no process died at some point");
}

impl Round {
    /// The signals of a round that begins.
    pub(crate) fn signals(folder: &Folder) -> Region<Signals> {
        Region::options().create_or_replace(folder.file("signals")).unwrap()
    }

    /// The victim of this round.
    pub(crate) fn victim(self, role: &str, folder: &Folder) -> Child {
        support::second_process(role)
            .env("SHM_FOLDER", folder.path())
            .env("SHM_ROUND", self.number.to_string())
            .env("SHM_POINT", self.point)
            .env("SHM_LAP", self.lap.to_string())
            .spawn()
            .expect("starting a victim")
    }

    /// A moment that differs from round to round.
    pub(crate) fn moment(self) -> Duration {
        Duration::from_micros(u64::from(self.number) * 7919 % 2000)
    }

    /// Lets the victim die, and checks that it did.
    pub(crate) fn let_die(self, victim: &mut Child, signals: &View<Signals>) {
        wait_until("the victim is where it must die", || signals.reached.get() == 1);
        if self.point == ANY_MOMENT {
            std::thread::sleep(self.moment());
            victim.kill().unwrap();
        }
        signals.go.set(1);
        let status = support::finish(victim);
        assert_eq!(status.signal(), Some(9), "{}: the victim was not killed", self.point);
    }
}

/// Does the survivor's work. Returns its result, and the time that it took.
pub(crate) fn timed<R>(work: impl FnOnce() -> R) -> (R, Duration) {
    let since = Instant::now();
    (work(), since.elapsed())
}

thread_local! {
    /// The channel to tell when this thread is about to sleep.
    static TELL: RefCell<Option<Sender<()>>> = const { RefCell::new(None) };
}

/// Does `work` in this thread. Sends a message by `tell` when it sleeps, or is done.
fn telling<R>(tell: Sender<()>, work: impl FnOnce() -> R) -> R {
    at_each_point(|point| {
        if point.ends_with("about to sleep") {
            TELL.with_borrow(|tell| tell.as_ref().map(|tell| tell.send(())));
        }
    });
    TELL.set(Some(tell));
    let result = work();
    TELL.set(None);
    result
}

/// Starts a thread, and waits until it sleeps, or is done.
pub(crate) fn spawn_until_asleep<'s, R: Send + 's>(
    scope: &'s Scope<'s, '_>,
    work: impl FnOnce() -> R + Send + 's,
) -> ScopedJoinHandle<'s, R> {
    let (tell, told) = channel();
    let handle = scope.spawn(move || telling(tell, work));
    let _ = told.recv_timeout(support::PATIENCE);
    handle
}

/// Does `work` until it has slept once.
pub(crate) fn until_slept(work: impl Fn()) {
    let (tell, told) = channel();
    telling(tell, || {
        while told.try_recv().is_err() {
            work();
        }
    });
}

/// Does `work` in this thread. Returns the number of times that it went to sleep.
pub(crate) fn sleeps_during(work: impl FnOnce()) -> usize {
    let (tell, told) = channel();
    telling(tell, work);
    told.try_iter().count()
}

/// Waits until a thread of another process sleeps in the kernel.
pub(crate) fn wait_until_asleep(process: u32, thread: u32) {
    wait_until("a thread sleeps", || {
        let stat = std::fs::read_to_string(format!("/proc/{process}/task/{thread}/stat")).unwrap();
        stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('S'))
    });
}

/// This thread's number.
pub(crate) fn this_thread() -> u32 {
    rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs()
}

/// In the victim: dies at the point chosen for it.
pub(crate) fn die_where_due() {
    at_each_point(|point| {
        if point == argument("SHM_POINT") {
            die();
        }
    });
}

/// In the victim: says that the point is reached, and dies of a real SIGKILL when it may.
pub(crate) fn die() {
    let signals = signals();
    signals.reached.set(1);
    wait_until("the survivor is ready", || signals.go.get() == 1);
    kill_process(getpid(), Signal::KILL).unwrap();
}

/// In the victim: the signals of its round.
pub(crate) fn signals() -> Region<Signals> {
    Region::open(folder().join("signals")).unwrap()
}

/// In the victim: the folder of the test.
pub(crate) fn folder() -> std::path::PathBuf {
    argument("SHM_FOLDER").into()
}
