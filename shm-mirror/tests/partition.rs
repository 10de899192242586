//! Two hosts as network namespaces, with a cable between them that is pulled. Without the right to make namespaces, the
//! tests say so and do nothing.
//!
//! `SHM_PARTITION_LONG=1` also pulls it for 8 and for 20 seconds.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use shm_core::region::mirror::State;
use shm_core::{Latest, Region, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    hits: u64,
    pose: Latest<[f64; 4]>,
}

/// Two namespaces, with one interface each.
struct Hosts {
    names: [String; 2],
    folder: PathBuf,
}

fn ip(arguments: &str) -> bool {
    let run = Command::new("ip").args(arguments.split_whitespace()).stderr(Stdio::null()).status();
    run.is_ok_and(|status| status.success())
}

impl Hosts {
    /// `None` where it is not permitted.
    fn new(purpose: &str) -> Option<Self> {
        let names = ["a", "b"].map(|host| format!("shm-{purpose}-{}-{host}", std::process::id()));
        let folder = PathBuf::from(format!("/dev/shm/shm-{purpose}-{}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        let hosts = Self { names, folder };
        let [a, b] = &hosts.names;
        let made = ip(&format!("netns add {a}"))
            && ip(&format!("netns add {b}"))
            && ip(&format!("link add veth0 netns {a} type veth peer name veth0 netns {b}"))
            && ip(&format!("-n {a} addr add 10.213.7.1/24 dev veth0"))
            && ip(&format!("-n {b} addr add 10.213.7.2/24 dev veth0"))
            && ip(&format!("-n {a} link set veth0 up"))
            && ip(&format!("-n {b} link set veth0 up"));
        made.then_some(hosts)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Runs the command on one of the hosts, and waits for its first line.
    fn run(&self, host: usize, arguments: &[&str]) -> Child {
        let mut child = Command::new("ip")
            .args(["netns", "exec", &self.names[host], env!("CARGO_BIN_EXE_shm-mirror")])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("ing "), "{line}");
        child
    }

    fn cable(&self, is_plugged: bool) {
        let state = if is_plugged { "up" } else { "down" };
        assert!(ip(&format!("-n {} link set veth0 {state}", self.names[0])));
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        for name in &self.names {
            ip(&format!("netns del {name}"));
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A process of the command, which ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < Duration::from_secs(90), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
    began.elapsed()
}

#[test]
#[allow(clippy::print_stdout, reason = "says what was skipped, and the figures")]
fn a_copy_ages_while_the_cable_is_out_and_catches_up_when_it_is_in_again() {
    let Some(hosts) = Hosts::new("cable") else {
        println!("skipped: no network namespaces can be made here");
        return;
    };
    let station = Region::<Station>::create(hosts.file("station")).unwrap();
    let path = hosts.file("station");
    let path = path.to_str().unwrap();
    let copy_at = hosts.file("copy");
    let serve = ["serve", path, "--listen", "tcp/10.213.7.1:7447", "--host", "alpha", "--insecure"];
    let _server = Running(hosts.run(0, &serve));
    let follow =
        ["follow", "tcp/10.213.7.1:7447", path, "--as", copy_at.to_str().unwrap(), "--insecure"];
    let _follower = Running(hosts.run(1, &follow));
    let copy = Region::<Station>::open_read_only(&copy_at).unwrap();
    let mirror = || copy.mirror().unwrap();

    let lengths: &[u64] =
        if std::env::var_os("SHM_PARTITION_LONG").is_some() { &[1, 8, 20] } else { &[2] };
    for (n, seconds) in (1..).zip(lengths) {
        station.hits.set(n);
        wait_until("the change is there", || copy.hits.get() == n);
        let before = mirror();
        assert!(before.age().unwrap() < Duration::from_secs(30), "{before:?}");
        hosts.cable(false);
        // What was on its way is there by then.
        std::thread::sleep(Duration::from_millis(200));
        station.hits.set(1000 + n);
        station.pose.store(&[n as f64; 4]).unwrap();
        std::thread::sleep(Duration::from_secs(*seconds));
        let cut = mirror();
        assert!(copy.hits.get() == n, "the value is the old one");
        assert!(cut.age().unwrap() >= Duration::from_secs(*seconds), "{cut:?} after {seconds} s");
        assert!(cut.fresh(Duration::from_secs(1)).is_err());
        assert_ne!(cut.state(), State::Following, "silent after two beats");
        hosts.cable(true);
        let took = wait_until("it has caught up", || copy.hits.get() == 1000 + n);
        wait_until("the version is there", || copy.pose.load().unwrap() == [n as f64; 4]);
        wait_until("it is followed", || mirror().state() == State::Following);
        println!("out for {seconds} s: caught up {took:?} after the cable was in again");
    }
}
