//! Processes are killed at every named point of attaching, locking, repairing and detaching; the
//! survivor gets the lock each time, and an error whenever the contents may be half done.
//!
//! `SHM_KILLS=10000 cargo test --test killed_holders -- --nocapture` kills more often.

mod support;

use std::fmt::Write as _;
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use shm_core::fault::{LOCK_POINTS, at_each_point};
use shm_core::{LockError, Mutex, Region, SharedLayout, sync::MutexView};
use support::{Folder, PATIENCE, argument, finish, role, wait_until};

/// Points that this test passes itself, with the lock held.
const OWN_POINTS: [&str; 6] = [
    "holding: nothing written",
    "holding: half written",
    "holding: all written",
    "repairing: half written",
    "repairing: all written",
    ANY_MOMENT,
];
const ANY_MOMENT: &str = "at any moment of a busy loop";
const NO_SLEEPER_WOKEN: &str = "lock: unlocked, no sleeper woken";
/// Points that are passed only while this process has the lock.
const WAITING: [&str; 2] = ["lock: about to sleep", "lock: awake again"];

/// This process and three more.
const SLOTS: u32 = 4;

/// The guarded contents: both values are equal once a change is complete.
#[derive(SharedLayout)]
#[repr(C)]
struct Pair {
    left: u64,
    right: u64,
}

/// The progress of a round; each word holds the number of the round for which it is true.
#[derive(SharedLayout)]
#[repr(C)]
struct Signals {
    holding: u32,
    reached: u32,
    waiting: u32,
    go: u32,
    attached: u32,
}

/// The state in which the survivor found the lock.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Whole,
    Reported { torn: bool },
}

/// The outcomes of the rounds with one point.
#[derive(Clone, Copy, Default)]
struct Outcomes {
    kills: u32,
    waiting: u32,
    whole: u32,
    reported: u32,
    torn: u32,
    slowest: Duration,
}

#[test]
fn a_holder_killed_anywhere_is_survived_and_reported_and_loses_no_slot() {
    let wanted = std::env::var("SHM_KILLS").map_or(200, |n| n.parse().expect("a number"));
    let folder = Folder::new("killed");
    let stage = Stage::new(&folder);
    let points: Vec<_> = LOCK_POINTS.into_iter().chain(OWN_POINTS).collect();
    let mut outcomes = vec![Outcomes::default(); points.len()];
    let mut kills = 0;
    for round in 1.. {
        let index = round as usize % points.len();
        let waits = (round as usize / points.len()).is_multiple_of(2);
        kills += stage.play(round, points[index], waits, &mut outcomes[index]);
        if kills >= wanted {
            break;
        }
    }
    println!("{}", table(&points, &outcomes));
    for (point, outcome) in points.iter().zip(&outcomes) {
        assert!(outcome.kills > 0, "no process died {point}");
    }
    stage.all_slots_can_be_taken();
}

fn table(points: &[&str], outcomes: &[Outcomes]) -> String {
    let mut table = String::from(
        "| killed | times | a survivor waited | found whole | reported | of those torn | slowest |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for (point, o) in points.iter().zip(outcomes) {
        let Outcomes { kills, waiting, whole, reported, torn, slowest } = o;
        writeln!(
            table,
            "| {point} | {kills} | {waiting} | {whole} | {reported} | {torn} | {} ms |",
            slowest.as_millis()
        )
        .unwrap();
    }
    table
}

/// The survivor's side: the region with the lock, and another one to direct the victims.
struct Stage<'a> {
    folder: &'a Folder,
    pair: Region<Mutex<Pair>>,
    signals: Region<Signals>,
}

impl<'a> Stage<'a> {
    fn new(folder: &'a Folder) -> Self {
        let pair = Region::options().participants(SLOTS).create(folder.file("pair")).unwrap();
        let signals = Region::create(folder.file("signals")).unwrap();
        Self { folder, pair, signals }
    }

    /// Runs one round; returns the number of killed processes.
    fn play(&self, round: u32, point: &str, waits: bool, outcome: &mut Outcomes) -> u32 {
        // Only a waiter can be woken.
        let waits = waits || point == NO_SLEEPER_WOKEN;
        let own = WAITING.contains(&point).then(|| self.pair.lock().expect("all is repaired"));
        if point.starts_with("repairing") {
            self.signals.go.set(round);
            assert!(killed(&mut self.victim(round, "holding: half written")));
            self.signals.go.set(0);
            self.signals.reached.set(0);
        }
        let mut victim = self.victim(round, point);
        let arrived =
            if point == NO_SLEEPER_WOKEN { &self.signals.holding } else { &self.signals.reached };
        wait_until(point, || arrived.get() == round);
        let (found, was_killed, took) = std::thread::scope(|scope| {
            let waiter = waits.then(|| {
                let waiter = scope.spawn(|| {
                    self.signals.waiting.set(round);
                    survive(&self.pair)
                });
                wait_until("the survivor waits", || self.signals.waiting.get() == round);
                std::thread::sleep(Duration::from_millis(u64::from(round % 4)));
                waiter
            });
            self.signals.go.set(round);
            if point == ANY_MOMENT {
                std::thread::sleep(Duration::from_micros(u64::from(round * 7919 % 2000)));
                victim.kill().unwrap();
            }
            let since = Instant::now();
            // A waiter meets a zombie; a later locker meets a process that has been reaped.
            let early = (own.is_some() || waiter.is_none()).then(|| killed(&mut victim));
            drop(own);
            let mut found = waiter.map_or_else(
                || survive(&self.pair),
                |waiter| waiter.join().expect("the survivor survives"),
            );
            let took = since.elapsed();
            let was_killed = early.unwrap_or_else(|| killed(&mut victim));
            if point == ANY_MOMENT && found == Found::Whole {
                // The victim may have lived then, and have had the lock once more.
                found = survive(&self.pair);
            }
            (found, was_killed, took)
        });
        if !was_killed {
            assert_eq!(point, NO_SLEEPER_WOKEN, "the victim lived");
            return 0;
        }
        check(point, found);
        outcome.add(found, waits, took);
        1
    }

    fn victim(&self, round: u32, point: &str) -> Child {
        self.process("victim", round, point)
    }

    fn process(&self, role: &str, round: u32, point: &str) -> Child {
        support::second_process(role)
            .env("SHM_FOLDER", self.folder.path())
            .env("SHM_ROUND", round.to_string())
            .env("SHM_POINT", point)
            .spawn()
            .expect("starting a victim")
    }

    /// The slots of the dead are free: exactly as many processes as slots can take part.
    fn all_slots_can_be_taken(&self) {
        drop(self.pair.lock().expect("all is repaired"));
        self.signals.go.set(0);
        let mut others: Vec<_> = (1..SLOTS).map(|_| self.process("guest", 1, "")).collect();
        wait_until("all slots are taken", || self.signals.attached.get() == SLOTS - 1);
        support::run(support::second_process("turned away").env("SHM_FOLDER", self.folder.path()));
        self.signals.go.set(1);
        assert!(others.iter_mut().all(|other| finish(other).success()));
    }
}

impl Outcomes {
    fn add(&mut self, found: Found, waited: bool, took: Duration) {
        self.kills += 1;
        self.waiting += u32::from(waited);
        self.slowest = self.slowest.max(took);
        match found {
            Found::Whole => self.whole += 1,
            Found::Reported { torn } => {
                self.reported += 1;
                self.torn += u32::from(torn);
            }
        }
    }
}

fn killed(victim: &mut Child) -> bool {
    finish(victim).signal() == Some(9)
}

/// Locks after a death, and repairs.
fn survive(pair: &MutexView<Pair>) -> Found {
    let mut found = Found::Whole;
    let pair = pair.lock_timeout_or_repair(PATIENCE, |pair| {
        let (left, right) = (pair.left.get(), pair.right.get());
        pair.right.set(left);
        found = Found::Reported { torn: left != right };
    });
    let pair = pair.expect("the lock of a dead holder can be taken");
    assert_eq!(pair.left.get(), pair.right.get(), "torn, and not reported");
    found
}

/// Checks that the lock was found as a death at this point must leave it.
fn check(point: &str, found: Found) {
    let held = point.starts_with("holding") || point.starts_with("repairing");
    if held {
        let torn = point.ends_with("half written");
        assert!(found == Found::Reported { torn }, "{point}: not reported correctly");
    } else if point != ANY_MOMENT {
        assert!(found == Found::Whole, "{point}: reported, but the lock was free");
    }
}

#[test]
#[ignore = "run by the test above, as a process of its own"]
fn second_process() {
    let Some(role) = role() else { return };
    let folder = std::path::PathBuf::from(argument("SHM_FOLDER"));
    let signals = Region::<Signals>::open(folder.join("signals")).unwrap();
    if role == "victim" {
        at_each_point(|point| {
            if point == argument("SHM_POINT") {
                die();
            }
        });
    }
    let pair = Region::<Mutex<Pair>>::open(folder.join("pair")).unwrap();
    match role.as_str() {
        "victim" => {
            live(&pair, &signals);
            drop(pair); // detaches
            assert_eq!(argument("SHM_POINT"), NO_SLEEPER_WOKEN, "the point was not passed");
        }
        "guest" => {
            drop(pair.lock().unwrap());
            signals.attached.fetch_add(1);
            wait_until("all may go", || signals.go.get() == 1);
        }
        "turned away" => {
            assert!(matches!(pair.lock(), Err(LockError::TooManyParticipants { .. })));
        }
        other => panic!("no such role: {other}"),
    }
}

/// Locks, changes the contents, and unlocks, dying at its point.
fn live(pair: &MutexView<Pair>, signals: &shm_core::View<Signals>) {
    let point = argument("SHM_POINT");
    if point == ANY_MOMENT {
        drop(pair.lock().unwrap());
        signals.reached.set(round());
        loop {
            let pair = pair.lock().unwrap();
            pair.left.fetch_add(1);
            pair.right.fetch_add(1);
        }
    }
    let held = pair.lock_as_found().unwrap();
    let verb = if held.owner_died() { "repairing" } else { "holding" };
    signals.holding.set(round());
    let die_if = |what: &str| {
        if point == format!("{verb}: {what} written") {
            die();
        }
    };
    die_if("nothing");
    held.left.fetch_add(1);
    die_if("half");
    let left = held.left.get();
    held.right.set(left);
    die_if("all");
    if point == NO_SLEEPER_WOKEN {
        wait_until("a process waits", || signals.go.get() == round());
        std::thread::sleep(Duration::from_millis(3));
    }
}

/// Reports that the point is reached, and dies of a real SIGKILL when allowed.
fn die() {
    let folder = std::path::PathBuf::from(argument("SHM_FOLDER"));
    let signals = Region::<Signals>::open(folder.join("signals")).unwrap();
    signals.reached.set(round());
    wait_until("the survivor is ready", || signals.go.get() == round());
    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL)
        .unwrap();
}

fn round() -> u32 {
    static ROUND: AtomicU32 = AtomicU32::new(0);
    if ROUND.load(Ordering::Relaxed) == 0 {
        ROUND.store(argument("SHM_ROUND").parse().unwrap(), Ordering::Relaxed);
    }
    ROUND.load(Ordering::Relaxed)
}
