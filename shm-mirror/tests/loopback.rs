//! Origin and follower in two processes, over loopback.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use shm_core::region::mirror::State;
use shm_core::{Latest, Region, SharedLayout, Watched};
use shm_mirror::{Error, Follow, Security, Serve, Settings};

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    hits: u64,
    pose: Latest<[f64; 4]>,
    mode: Watched<u32>,
}

const PATIENCE: Duration = Duration::from_secs(60);

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let path = PathBuf::from(format!("/dev/shm/shm-mirror-net-{}-{count}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn station(&self) -> Region<Station> {
        Region::<Station>::create(self.file("station")).unwrap()
    }

    fn serve(&self, endpoint: &str) -> Serve {
        let settings =
            Settings { scan_period: Duration::from_millis(1), beat: Duration::from_millis(100) };
        Serve::new("alpha")
            .listen(endpoint)
            .settings(settings)
            .region_at("station", self.file("station"))
    }

    fn follow(&self, endpoint: &str) -> Follow {
        Follow::new(endpoint).region_as("station", self.file("copy"))
    }

    fn copy(&self) -> Region<Station, shm_core::ReadOnly> {
        Region::<Station>::open_read_only(self.file("copy")).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An endpoint on this host that is free.
fn endpoint() -> String {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("tcp/{}", free.local_addr().unwrap())
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Runs the command in a process of its own, and waits for its first line.
fn command(arguments: &[&str]) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_shm-mirror"))
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("ing "), "{line}");
    child
}

#[test]
fn a_region_of_one_host_is_one_of_the_other() {
    let (folder, endpoint) = (Folder::new(), endpoint());
    let station = folder.station();
    station.hits.set(7);
    let _serving = folder.serve(&endpoint).start().unwrap();
    let following = folder.follow(&endpoint).start().unwrap();
    following.wait_ready("station", PATIENCE).unwrap();
    let copy = folder.copy();
    assert_eq!(copy.hits.get(), 7);
    assert_eq!(copy.mirror().unwrap().origin(), "alpha:station");
    for n in 1..200 {
        station.hits.set(n);
        station.pose.store(&[n as f64; 4]).unwrap();
        station.mode.set(n as u32);
        if n % 50 == 0 {
            wait_until("the change is there", || copy.mode.get().unwrap() == n as u32);
            assert_eq!((copy.hits.get(), copy.pose.load().unwrap()), (n, [n as f64; 4]));
        }
    }
    let mirror = copy.mirror().unwrap();
    mirror.fresh(PATIENCE).unwrap();
    assert_eq!(mirror.state(), State::Following);
}

#[test]
fn the_follower_may_begin_before_the_origin() {
    let (folder, endpoint) = (Folder::new(), endpoint());
    let station = folder.station();
    let following = folder.follow(&endpoint).start().unwrap();
    let error = following.wait_ready("station", Duration::from_millis(300)).unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    station.hits.set(3);
    let _serving = folder.serve(&endpoint).start().unwrap();
    following.wait_ready("station", PATIENCE).unwrap();
    assert_eq!(folder.copy().hits.get(), 3);
}

#[test]
fn a_server_that_is_killed_and_started_again_is_followed_again_in_the_same_mapping() {
    let (folder, endpoint) = (Folder::new(), endpoint());
    let station = folder.station();
    let path = folder.file("station");
    let arguments = [
        "serve",
        path.to_str().unwrap(),
        "--listen",
        &endpoint,
        "--host",
        "alpha",
        "--beat",
        "100",
    ];
    let mut server = command(&arguments);
    let following = Follow::new(&endpoint)
        .region_as(path.to_str().unwrap(), folder.file("copy"))
        .start()
        .unwrap();
    following.wait_ready(path.to_str().unwrap(), PATIENCE).unwrap();
    let copy = folder.copy();
    let first = copy.mirror().unwrap().instance();
    for n in 1..=3 {
        server.kill().unwrap();
        assert_eq!(server.wait().unwrap().signal(), Some(9));
        station.hits.set(n);
        let state = || copy.mirror().unwrap().state();
        wait_until("the follower knows", || matches!(state(), State::Lost | State::Silent));
        assert_ne!(copy.hits.get(), n, "what is there stays");
        server = command(&arguments);
        wait_until("it is followed again", || copy.hits.get() == n && state() == State::Following);
    }
    assert_ne!(copy.mirror().unwrap().instance(), first);
    assert!(copy.is_current());
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn a_follower_that_is_killed_and_started_again_goes_on_in_the_same_file() {
    let (folder, endpoint) = (Folder::new(), endpoint());
    let station = folder.station();
    let _serving = folder.serve(&endpoint).start().unwrap();
    let copy_at = folder.file("copy");
    let arguments = ["follow", &endpoint, "station", "--as", copy_at.to_str().unwrap()];
    let mut follower = command(&arguments);
    let copy = folder.copy();
    for n in 1..=3 {
        station.hits.set(n);
        wait_until("the change is there", || copy.hits.get() == n);
        follower.kill().unwrap();
        assert_eq!(follower.wait().unwrap().signal(), Some(9));
        follower = command(&arguments);
        assert!(copy.is_current());
    }
    follower.kill().unwrap();
    follower.wait().unwrap();
}

#[test]
fn regions_are_listed_with_their_host() {
    let (folder, endpoint) = (Folder::new(), endpoint());
    let _station = folder.station();
    let _serving = folder.serve(&endpoint).start().unwrap();
    assert_eq!(
        shm_mirror::list(&endpoint, &Security::Loopback, PATIENCE).unwrap(),
        ["alpha:station"]
    );
}

#[test]
fn no_unencrypted_connection_leaves_the_host_unless_asked_for() {
    let folder = Folder::new();
    let _station = folder.station();
    let refused = folder.serve("tcp/0.0.0.0:7447").start().unwrap_err();
    assert!(matches!(refused, Error::Insecure { .. }), "{refused}");
    let refused = folder.follow("tcp/192.0.2.1:7447").start().unwrap_err();
    assert!(matches!(refused, Error::Insecure { .. }), "{refused}");
}
