//! Writers that are killed: at the points that a protocol names, and wherever the signal meets them.

use std::process::{Child, Command};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use rustix::process::{Signal, getpid, kill_process};
use shm_core::fault::at_each_point;
use shm_core::{Bulk, Region, SharedLayout};

use crate::support::{Folder, argument, wait_until};

/// The names of a protocol's points. The place after the last one is "wherever it is".
pub type Points = &'static [&'static str];

/// Room for the places of each protocol.
const MOST_PLACES: usize = 8;

/// The file that writers share with the test.
const TALLY: &str = "tally";

#[derive(SharedLayout)]
#[repr(C)]
pub struct Tally {
    /// the number of deaths at each place
    killed: [u64; MOST_PLACES],
    /// set by a writer that holds the lock
    writing: u32,
    /// set by the test
    go_on: u32,
}

/// The writers of a test.
pub struct Victims<'a> {
    folder: &'a Folder,
    tally: Region<Tally>,
    points: Points,
}

impl<'a> Victims<'a> {
    pub fn new(folder: &'a Folder, points: Points) -> Self {
        assert!(points.len() < MOST_PLACES, "each place has its count");
        Self { folder, tally: Region::create(folder.file(TALLY)).unwrap(), points }
    }

    /// The number of places at which a writer can die.
    pub fn places(&self) -> usize {
        self.points.len() + 1
    }

    /// Whether this is the place after the named ones.
    pub fn is_anywhere(&self, place: usize) -> bool {
        place == self.points.len()
    }

    /// Starts a writer that dies at this place, the `writes`th time that it gets there, and lets it continue when it
    /// is the writer. `go_on`, which is not 0, is what [`become_a_victim`] then returns.
    pub fn start(&self, command: &mut Command, place: usize, writes: u64, go_on: u32) -> Child {
        self.tally.writing.set(0);
        self.tally.go_on.set(0);
        let writer = command
            .env("SHM_TALLY", self.folder.file(TALLY))
            .env("SHM_DIES_AT", self.points.get(place).copied().unwrap_or_default())
            .env("SHM_DIES_IN", writes.to_string())
            .spawn()
            .expect("starting a writer");
        wait_until("the writer writes", || self.tally.writing.get() == 1);
        self.tally.go_on.set(go_on);
        writer
    }

    /// Kills a writer that dies at no named point, after a while.
    pub fn kill(&self, writer: &mut Child, after: Duration) {
        std::thread::sleep(after);
        writer.kill().unwrap();
        self.tally.killed[self.points.len()].fetch_add(1);
    }

    /// Prints how many died at each place; fails the test if no writer did at one.
    #[allow(clippy::print_stdout, reason = "figures of the test")]
    pub fn expect_each_place(&self) {
        let places = self.points.iter().copied().chain(["wherever it is"]);
        for (place, killed) in places.zip(self.tally.killed.load_vec().unwrap()) {
            println!("  {killed:>5}  {place}");
            assert!(killed > 0, "no process died {place}");
        }
    }
}

/// The number of writers to kill: `SHM_KILLS`, or as many as the test says.
pub fn kills(unless_told: usize) -> usize {
    std::env::var("SHM_KILLS").map_or(unless_told, |n| n.parse().expect("a number"))
}

/// The points, and the one and the time at which this writer must die.
static DEATH: OnceLock<(Points, String, u64)> = OnceLock::new();
static PASSED: AtomicU64 = AtomicU64::new(0);

/// Begins the life of a writer that [`Victims::start`] has started: it becomes the writer, and dies when that
/// is due. Returns the writer, and the order to continue.
pub fn become_a_victim<W>(points: Points, become_the_writer: impl FnOnce() -> W) -> (W, u32) {
    let tally = Region::<Tally>::open(argument("SHM_TALLY")).unwrap();
    let times = argument("SHM_DIES_IN").parse().unwrap();
    DEATH.get_or_init(|| (points, argument("SHM_DIES_AT"), times));
    at_each_point(die_if_due);
    let writer = become_the_writer();
    tally.writing.set(1);
    wait_until("the test gives the order", || tally.go_on.get() != 0);
    (writer, tally.go_on.get())
}

fn die_if_due(point: &'static str) {
    let Some((points, place, times)) = DEATH.get() else { return };
    if point != place || PASSED.fetch_add(1, Relaxed) + 1 < *times {
        return;
    }
    let index = points.iter().position(|known| *known == point).unwrap();
    Region::<Tally>::open(argument("SHM_TALLY")).unwrap().killed[index].fetch_add(1);
    kill_process(getpid(), Signal::KILL).unwrap();
}
