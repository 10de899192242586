//! Hosts for tests: network namespaces with cables between them, which are removed with the value; where those cannot be
//! made, this host alone.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The longest wait for anything that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// One host with regions, and some that follow it, each by a cable of its own.
pub(crate) struct Hosts {
    /// The origin's namespace, then those of the followers; none on this host alone.
    names: Vec<String>,
    folder: PathBuf,
    port: u16,
}

/// Runs `ip(8)`, and returns whether it could do that.
fn ip(arguments: &str) -> bool {
    let run = Command::new("ip").args(arguments.split_whitespace()).stderr(Stdio::null()).status();
    run.is_ok_and(|status| status.success())
}

impl Hosts {
    /// Hosts with cables that can be pulled. `None` where namespaces are not permitted.
    pub(crate) fn new(followers: usize) -> Option<Self> {
        let mut hosts = Self::alone();
        let id = hosts.folder.file_name()?.to_str()?.to_owned();
        hosts.names = (0..=followers).map(|host| format!("{id}-{host}")).collect();
        hosts.port = 7447;
        let origin = &hosts.names[0];
        let wired = |follower: usize| {
            let (name, subnet) = (&hosts.names[follower], 10 + follower);
            ip(&format!("netns add {name}"))
                && ip(&format!(
                    "link add veth{follower} netns {origin} type veth peer name veth netns {name}"
                ))
                && ip(&format!("-n {origin} addr add 10.213.{subnet}.1/24 dev veth{follower}"))
                && ip(&format!("-n {name} addr add 10.213.{subnet}.2/24 dev veth"))
                && ip(&format!("-n {origin} link set veth{follower} up"))
                && ip(&format!("-n {name} link set veth up"))
        };
        let made = ip(&format!("netns add {origin}")) && (1..=followers).all(wired);
        made.then_some(hosts)
    }

    /// All on this host, over loopback.
    pub(crate) fn alone() -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let folder = PathBuf::from(format!("/dev/shm/shm-hosts-{}-{count}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        Self { names: Vec::new(), folder, port: free.local_addr().unwrap().port() }
    }

    /// Namespaces, or this host where there can be none, which is said.
    #[allow(clippy::print_stdout, reason = "says what is not tested")]
    pub(crate) fn new_or_alone(followers: usize) -> Self {
        Self::new(followers).unwrap_or_else(|| {
            println!("over loopback: no network namespaces can be made here");
            Self::alone()
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Where the origin listens.
    pub(crate) fn listen(&self) -> String {
        let address = if self.names.is_empty() { "127.0.0.1" } else { "0.0.0.0" };
        format!("tcp/{address}:{}", self.port)
    }

    /// Where a follower, from 1 on, finds the origin.
    pub(crate) fn endpoint(&self, follower: usize) -> String {
        match self.names.is_empty() {
            true => self.listen(),
            false => format!("tcp/10.213.{}.1:{}", 10 + follower, self.port),
        }
    }

    /// A program on one of the hosts; 0 is the origin's.
    pub(crate) fn command(&self, host: usize, program: &str) -> Command {
        let Some(name) = self.names.get(host) else { return Command::new(program) };
        let mut command = Command::new("ip");
        command.args(["netns", "exec", name, program]);
        command
    }

    /// Runs the command, and waits until it says that it serves or follows.
    pub(crate) fn run(&self, host: usize, arguments: &[&str]) -> Running {
        let Some(program) = option_env!("CARGO_BIN_EXE_shm-mirror") else {
            panic!("cargo builds the command for tests alone")
        };
        begin(self.command(host, program).args(arguments))
    }

    /// Serves a region by its name in the folder.
    pub(crate) fn serve(&self, name: &str, more: &[&str]) -> Running {
        let (path, listen) = (self.file(name), self.listen());
        let path = path.to_str().unwrap();
        let always = ["serve", path, "--listen", &listen, "--host", "alpha", "--insecure"];
        self.run(0, &[&always, more].concat())
    }

    /// Follows that region on one of the hosts, by a mirror of another name.
    pub(crate) fn follow(&self, follower: usize, name: &str, copy: &str) -> Running {
        let (path, copy, endpoint) = (self.file(name), self.file(copy), self.endpoint(follower));
        let (path, copy) = (path.to_str().unwrap(), copy.to_str().unwrap());
        self.run(follower, &["follow", &endpoint, path, "--as", copy, "--insecure"])
    }

    /// Pulls the cable of a follower, or puts it in again.
    pub(crate) fn cable(&self, follower: usize, is_plugged: bool) {
        let state = if is_plugged { "up" } else { "down" };
        assert!(ip(&format!("-n {} link set veth{follower} {state}", self.names[0])));
    }

    /// The bytes that have crossed the cable of a follower, with the heads of their packets. `None` on this host alone.
    pub(crate) fn crossed(&self, follower: usize) -> Option<u64> {
        let counter = |direction| {
            let path = format!("/sys/class/net/veth{follower}/statistics/{direction}_bytes");
            let mut command = self.command(0, "cat");
            let output = command.arg(path).output().ok()?;
            String::from_utf8(output.stdout).ok()?.trim().parse::<u64>().ok()
        };
        if self.names.is_empty() { None } else { Some(counter("tx")? + counter("rx")?) }
    }

    /// Lets a share of the packets to and from a follower be lost from now on. Returns whether that is possible here.
    pub(crate) fn lose(&self, follower: usize, share: f64) -> bool {
        ["INPUT", "OUTPUT"].into_iter().all(|chain| {
            let share = share.to_string();
            let rule =
                ["-A", chain, "-m", "statistic", "--mode", "random", "--probability", &share];
            let mut command = self.command(follower, "iptables");
            let run = command.args(rule).args(["-j", "DROP"]).stderr(Stdio::null()).status();
            run.is_ok_and(|status| status.success())
        })
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

/// Starts a process, and waits for its first line.
pub(crate) fn begin(command: &mut Command) -> Running {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("ing "), "{line}");
    Running(child)
}

/// A process that ends with this.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    /// Stops it, or lets it go on.
    pub(crate) fn stop(&self, is_stopped: bool) {
        let signal = if is_stopped { "-STOP" } else { "-CONT" };
        let run = Command::new("kill").args([signal, &self.0.id().to_string()]).status();
        assert!(run.unwrap().success());
    }

    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until something is so, and returns how long that took.
pub(crate) fn wait_until(what: &str, mut condition: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
    began.elapsed()
}

/// Prints a row of the table of failures: what was done, how long it took until the copy was up to date, and the age that
/// it showed just before that.
#[allow(clippy::print_stdout, reason = "the table is in the documentation")]
pub(crate) fn row(what: &str, took: &[Duration], age: Option<Duration>) {
    let mut took: Vec<_> = took.iter().map(|took| took.as_secs_f64()).collect();
    took.sort_by(f64::total_cmp);
    let (least, most) = (took[0], took[took.len() - 1]);
    let range = if took.len() == 1 {
        format!("{least:.3} s")
    } else {
        format!("{least:.3} to {most:.3} s")
    };
    let age = age.map_or_else(String::new, |age| format!("{:.2} s", age.as_secs_f64()));
    println!("| {what} | {range} | {age} |");
}
