//! Servers and followers that are killed at named points, and those that come after them.
//!
//! `SHM_MIRROR_KILLS` is the number of kills, 200 if not given.

mod hosts;

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use hosts::{Hosts, PATIENCE, wait_until};
use shm_core::fault::{CREATION_POINTS, GROWTH_POINTS, LATEST_POINTS, UNITS_POINTS, at_each_point};
use shm_core::{Bulk, DynRegion, Latest, Mutex, ReadOnly, Region, SharedLayout};
use shm_mirror::{Follow, Serve, Settings};

#[derive(SharedLayout)]
#[repr(C)]
#[shm(capacity = 1024)]
struct Station {
    hits: u64,
    samples: [u32; 20],
    pose: Latest<[u64; 4]>,
    account: Mutex<[u64; 4]>,
    /// Up to the end, which has the alignment of the parts.
    rest: [u64; 3],
}

/// The same with a field more.
#[derive(SharedLayout)]
#[repr(C)]
struct Larger {
    hits: u64,
    samples: [u32; 20],
    pose: Latest<[u64; 4]>,
    account: Mutex<[u64; 4]>,
    rest: [u64; 3],
    rain: f64,
}

const SERVE_POINTS: [&str; 5] = [
    "units: locked, not copied",
    "serve: looked, not sent",
    "serve: sent",
    "serve: asked, not answered",
    "serve: answered",
];

const FOLLOW_POINTS: [&str; 5] = [
    "follow: heard, not applied",
    "follow: applied",
    "follow: changed, not heard",
    "mirror: changed, not noted",
    "mirror: begun, not filled",
];

/// What the mirror is when the victim begins.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Before {
    /// There, of the same layout: the victim is a follower.
    Same,
    /// Not there.
    Nothing,
    /// There, of the layout from which the origin has grown.
    Smaller,
    /// There, of a layout that has nothing to do with the origin's.
    Other,
    /// There; the victim is the server.
    Server,
}

/// All points, and what they need.
fn points() -> Vec<(&'static str, Before)> {
    let of = |points: &[&'static str], before| {
        points.iter().map(|point| (*point, before)).collect::<Vec<_>>()
    };
    [
        of(&SERVE_POINTS, Before::Server),
        of(&FOLLOW_POINTS, Before::Same),
        of(&UNITS_POINTS, Before::Same),
        of(&LATEST_POINTS, Before::Same),
        of(&CREATION_POINTS, Before::Nothing),
        of(&["mirror: made, without a name"], Before::Nothing),
        of(&["mirror: about to grow", "mirror: grown, not filled"], Before::Smaller),
        of(&GROWTH_POINTS, Before::Smaller),
        of(&["mirror: replaced, the old one not told"], Before::Other),
    ]
    .concat()
}

const SETTINGS: Settings =
    Settings { scan_period: Duration::from_millis(1), beat: Duration::from_millis(100) };

fn serve(hosts: &Hosts) -> Serve {
    let serve = Serve::new("alpha").listen(&hosts.listen()).settings(SETTINGS);
    serve.region_at("station", hosts.file("station"))
}

fn follow(hosts: &Hosts) -> Follow {
    Follow::new(&hosts.endpoint(1)).region_as("station", hosts.file("copy"))
}

static PASSES_LEFT: AtomicU32 = AtomicU32::new(0);

/// The second process: serves or follows until it is killed at its point.
#[test]
#[ignore = "the second process of other tests"]
fn second_process() {
    let Ok(role) = std::env::var("SHM_ROLE") else { return };
    let argument = |name| std::env::var(name).unwrap();
    PASSES_LEFT.store(argument("SHM_PASS").parse().unwrap(), Ordering::Relaxed);
    at_each_point(|point| {
        static WANTED: std::sync::LazyLock<String> =
            std::sync::LazyLock::new(|| std::env::var("SHM_POINT").unwrap());
        if point == *WANTED && PASSES_LEFT.fetch_sub(1, Ordering::Relaxed) == 1 {
            let _ = Command::new("kill").args(["-9", &std::process::id().to_string()]).status();
            loop {
                std::thread::park();
            }
        }
    });
    let (endpoint, folder) = (argument("SHM_ENDPOINT"), argument("SHM_FOLDER"));
    let file = |name| Path::new(&folder).join(name);
    let serve = Serve::new("alpha").listen(&endpoint).settings(SETTINGS);
    let follow = Follow::new(&endpoint).region_as("station", file("copy"));
    let _serving =
        (role == "serve").then(|| serve.region_at("station", file("station")).start().unwrap());
    let _following = (role == "follow").then(|| follow.start().unwrap());
    std::thread::sleep(PATIENCE);
    panic!("nobody passed the point");
}

/// Runs a victim until it has died.
fn kill_at(hosts: &Hosts, role: &str, point: &str, pass: u64) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let mut victim = command
        .args(["second_process", "--exact", "--include-ignored", "--nocapture"])
        .envs([("SHM_ROLE", role), ("SHM_POINT", point), ("SHM_PASS", &pass.to_string())])
        .env("SHM_ENDPOINT", hosts.endpoint(1))
        .env("SHM_FOLDER", hosts.folder())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = victim.wait().unwrap();
    assert_eq!(status.signal(), Some(9), "{role} at `{point}`, pass {pass}: {status}");
}

fn write(station: &Region<Station>, n: u64) {
    station.hits.set(n);
    station.samples[n as usize % 20].set(n as u32);
    station.pose.store(&[n; 4]).unwrap();
    // A server that dies while it copies the value leaves the lock as any holder does.
    station.account.lock_or_repair(|_| ()).unwrap().store_from(&[n; 4]).unwrap();
}

/// Prepares the files for a victim.
fn prepare(hosts: &Hosts, before: Before) -> Region<Station> {
    let (origin, copy) = (hosts.file("station"), hosts.file("copy"));
    if !matches!(before, Before::Same | Before::Server) {
        let _ = std::fs::remove_file(&origin);
        let _ = std::fs::remove_file(&copy);
    }
    if before == Before::Other {
        drop(Region::<[u16; 3]>::create(&origin).unwrap());
        fill(hosts);
        std::fs::remove_file(&origin).unwrap();
    }
    let is_new = !origin.exists();
    let station = Region::<Station>::options().open_or_create(&origin).unwrap();
    if is_new && before == Before::Smaller {
        fill(hosts);
        Region::<Larger>::open(&origin).unwrap().rain.set(1.5);
    }
    station
}

/// Serves and follows until the copy is there.
fn fill(hosts: &Hosts) {
    let _serving = serve(hosts).start().unwrap();
    let following = follow(hosts).start().unwrap();
    following.wait_ready("station", PATIENCE).unwrap();
}

/// Checks that those who come next get everything.
fn expect_healed(hosts: &Hosts, what: &str) {
    let origin = DynRegion::open_read_only(hosts.file("station")).unwrap();
    wait_until("the copy is there", || hosts.file("copy").exists());
    let is_equal = || {
        // The file may be another one by now.
        let Ok(copy) = DynRegion::open_read_only(hosts.file("copy")) else { return false };
        let paths = ["hits", "samples", "pose", "account", "rain"];
        let value =
            |of: &DynRegion<ReadOnly>, path| of.get(path).ok().map(|value| value.to_string());
        paths.iter().all(|path| value(&origin, path) == value(&copy, path))
    };
    wait_until(what, is_equal);
}

#[test]
#[allow(clippy::print_stdout, reason = "says how many there were")]
fn whoever_comes_after_a_server_or_a_follower_that_was_killed_anywhere_goes_on() {
    let kills = std::env::var("SHM_MIRROR_KILLS").map_or(200, |kills| kills.parse().unwrap());
    let hosts = Hosts::alone();
    drop(Region::<Station>::create(hosts.file("station")).unwrap());
    fill(&hosts);
    let points = points();
    for (kill, (point, before)) in (0..kills).zip(points.iter().copied().cycle()) {
        let station = prepare(&hosts, before);
        // Later ones die later, where there is more than one pass.
        let pass = match before {
            Before::Same if point != "mirror: begun, not filled" => kill / points.len() as u64 + 1,
            _ => 1,
        };
        let mapped_before = Region::<Station>::open_read_only(hosts.file("copy")).ok();
        let end = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for n in 1.. {
                    if end.load(Ordering::Relaxed) {
                        break;
                    }
                    write(&station, n);
                    std::thread::sleep(Duration::from_micros(500));
                }
            });
            let _end = EndWith(&end);
            if before == Before::Server {
                let _following = follow(&hosts).start().unwrap();
                kill_at(&hosts, "serve", point, pass);
            } else {
                let _serving = serve(&hosts).start().unwrap();
                kill_at(&hosts, "follow", point, pass);
            }
        });
        write(&station, 1_000_000 + kill);
        let _serving = serve(&hosts).start().unwrap();
        let _following = follow(&hosts).start().unwrap();
        expect_healed(&hosts, point);
        if let Some(reader) = mapped_before.filter(|_| before != Before::Other) {
            assert!(reader.is_current(), "{point}: the file is another one");
            assert_eq!(reader.hits.get(), 1_000_000 + kill, "{point}");
            assert_eq!(reader.pose.load().unwrap(), [1_000_000 + kill; 4], "{point}");
        }
    }
    println!("{kills} kills at {} points", points.len());
}

/// Ends the writer, also when a test fails.
struct EndWith<'a>(&'a AtomicBool);

impl Drop for EndWith<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
