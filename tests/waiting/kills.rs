//! Rounds in which a second process is killed at a named point.

#[path = "../support/victims.rs"]
pub(crate) mod victims;

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::mpsc::{Sender, channel};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use shm_core::fault::at_each_point;
use shm_core::{Region, SharedLayout, View};

use crate::support::{self, Folder, argument, namespaces, wait_until};

pub(crate) use victims::{Manner, Victim, prepare_to_die};

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

/// One round: its number, the point at which the victim dies, in which manner, and whether a survivor waits
/// by then.
#[derive(Clone, Copy)]
pub(crate) struct Round {
    pub(crate) number: u32,
    pub(crate) point: &'static str,
    /// The number of earlier rounds with this point: all other variation depends on it.
    pub(crate) lap: u32,
    pub(crate) waits: bool,
    pub(crate) manner: Manner,
}

/// The outcome of the rounds with one point.
#[derive(Clone, Copy, Default)]
struct Outcome {
    kills: u32,
    waiting: u32,
    zombies: u32,
    elsewhere: u32,
    without_descriptors: u32,
    slowest: Duration,
}

impl Outcome {
    fn add(&mut self, round: Round, took: Duration) {
        self.kills += 1;
        self.waiting += u32::from(round.waits);
        self.zombies += u32::from(round.manner == Manner::Zombie);
        self.elsewhere += u32::from(round.manner.is_elsewhere());
        self.without_descriptors += u32::from(round.manner == Manner::WithoutDescriptors);
        self.slowest = self.slowest.max(took);
    }
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
                    let manner = Manner::of(lap / 2 + index as u32);
                    let round =
                        Round { number: number + 1, point: points[index], lap, waits, manner };
                    let took = play(&folder, round);
                    outcomes.lock().unwrap()[index].add(round, took);
                }
            });
        }
    });
    report(points, &outcomes.into_inner().unwrap());
}

/// Prints the table; every point must have had its victims, in every manner.
fn report(points: &[&str], outcomes: &[Outcome]) {
    println!(
        "| killed | times | a survivor waited | left as a zombie | in another pid namespace | \
         without descriptors | slowest |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    );
    for (point, outcome) in points.iter().zip(outcomes) {
        let Outcome { kills, waiting, zombies, elsewhere, without_descriptors, slowest } = outcome;
        let slowest = slowest.as_millis();
        println!(
            "| {point} | {kills} | {waiting} | {zombies} | {elsewhere} | {without_descriptors} | \
             {slowest} ms |"
        );
        assert!([kills, zombies, without_descriptors].iter().all(|deaths| **deaths > 0), "{point}");
        assert_eq!(*elsewhere > 0, namespaces::can_be_made(), "{point}");
    }
    if !namespaces::can_be_made() {
        println!("no process was killed in another pid namespace: none can be made here");
    }
}

impl Round {
    /// The signals of a round that begins.
    pub(crate) fn signals(folder: &Folder) -> Region<Signals> {
        Region::options().create_or_replace(folder.file("signals")).unwrap()
    }

    /// The victim of this round.
    pub(crate) fn victim(self, role: &str, folder: &Folder) -> Victim {
        let variables = [
            ("SHM_FOLDER", folder.path().to_str().expect("it is text")),
            ("SHM_ROUND", &self.number.to_string()),
            ("SHM_POINT", self.point),
            ("SHM_LAP", &self.lap.to_string()),
        ];
        Victim::start(role, self.manner, &variables)
    }

    /// A moment that differs from round to round.
    pub(crate) fn moment(self) -> Duration {
        Duration::from_micros(u64::from(self.number) * 7919 % 2000)
    }

    /// Lets the victim die, and checks that it did.
    pub(crate) fn let_die(self, victim: &mut Victim, signals: &View<Signals>) {
        wait_until("the victim is where it must die", || signals.reached.get() == 1);
        if self.point == ANY_MOMENT {
            std::thread::sleep(self.moment());
        }
        signals.go.set(1);
        if self.point == ANY_MOMENT || self.manner.is_elsewhere() {
            victim.kill();
        }
        victim.expect_killed(self.point);
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

/// The result of a survivor. One that hangs ends this process, whose other threads would wait for it.
pub(crate) fn joined<R>(survivor: ScopedJoinHandle<'_, R>) -> R {
    let deadline = Instant::now() + 2 * support::PATIENCE;
    while !survivor.is_finished() {
        if Instant::now() > deadline {
            eprintln!("a survivor hangs");
            std::process::abort();
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    survivor.join().expect("it survives")
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

/// This thread's number.
pub(crate) fn this_thread() -> u32 {
    rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs()
}

/// This thread's folder in /proc, which may be that of another pid namespace.
pub(crate) fn folder_of_this_thread() -> PathBuf {
    std::fs::canonicalize("/proc/thread-self").unwrap()
}

/// In the victim: dies at the point chosen for it.
pub(crate) fn die_where_due() {
    at_each_point(|point| {
        if point == argument("SHM_POINT") {
            die();
        }
    });
}

/// In the victim: says that the point is reached, and dies when it may.
pub(crate) fn die() {
    static IS_DYING: AtomicBool = AtomicBool::new(false);
    // Another thread of it, which perhaps passed the same point, does nothing more.
    while IS_DYING.swap(true, Relaxed) {
        std::thread::sleep(support::PATIENCE);
    }
    let signals = reach();
    wait_until("the survivor is ready", || signals.go.get() == 1);
    victims::die_now();
}

/// In the victim: says that it is where it must die, and may be killed from now on.
pub(crate) fn reach() -> Region<Signals> {
    let signals = signals();
    prepare_to_die();
    signals.reached.set(1);
    signals
}

/// In the victim: the signals of its round.
pub(crate) fn signals() -> Region<Signals> {
    Region::open(folder().join("signals")).unwrap()
}

/// In the victim: the folder of the test.
pub(crate) fn folder() -> PathBuf {
    argument("SHM_FOLDER").into()
}
