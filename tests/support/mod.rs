//! Second processes for tests: the test binary runs itself again.
//!
//! A test file that needs one has a function marked `#[ignore = ".."]` and named `second_process`,
//! which looks at [`role`]; [`second_process`] starts the binary again with that function alone.
#![allow(dead_code, reason = "each test file uses a part of this")]

pub mod namespaces;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The time after which a test considers a process hung.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A command that runs this test binary's `second_process` function in the given role.
pub fn second_process(role: &str) -> Command {
    // Without /proc, only the first argument gives the path of the test's binary.
    let program = std::env::current_exe().ok().map(PathBuf::into_os_string);
    let program = program.or_else(|| std::env::args_os().next()).expect("the test's own path");
    // An emulator, where the system cannot start such a binary by itself.
    let runner = std::env::var_os("SHM_RUNNER");
    let mut command = Command::new(runner.as_ref().unwrap_or(&program));
    command
        .args(runner.is_some().then_some(&program))
        .args(["second_process", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env("SHM_TEST_ROLE", role)
        .stdout(Stdio::null());
    command
}

/// The role of this process, if it is a second one.
pub fn role() -> Option<String> {
    std::env::var("SHM_TEST_ROLE").ok()
}

/// An argument that [`second_process`] was given as an environment variable.
pub fn argument(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("the second process needs {name}"))
}

/// Waits for a process; kills it and fails the test if that takes too long.
pub fn finish(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("waiting for a child") {
            return status;
        }
        if Instant::now() > deadline {
            child.kill().expect("killing a hung child");
            panic!("the second process hangs");
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Runs a second process to its end; fails the test unless it succeeds.
pub fn run(command: &mut Command) {
    let mut child = command.spawn().expect("starting a second process");
    let status = finish(&mut child);
    assert!(status.success(), "the second process failed: {status}");
}

/// Waits until `condition` holds; fails the test if that takes too long.
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// A directory for this test alone, in shared memory; removed on drop.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(purpose: &str) -> Self {
        Self::below("/dev/shm", purpose)
    }

    pub fn below(parent: &str, purpose: &str) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(parent).join(format!("shm-{purpose}-{}-{count}", std::process::id()));
        std::fs::create_dir(&path).expect("making a folder for the test");
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A directory of this test alone, on a disk; `None` if the build is in memory as well.
    #[allow(clippy::print_stdout, reason = "says what was skipped")]
    pub fn on_disk(purpose: &str) -> Option<Self> {
        let below = env!("CARGO_TARGET_TMPDIR");
        let kind =
            Command::new("stat").args(["-f", "-c", "%T", below]).output().expect("stat").stdout;
        if matches!(kind.trim_ascii(), b"tmpfs" | b"ramfs") {
            println!("skipped: {below} is in memory, and nothing there is from before a boot");
            return None;
        }
        Some(Self::below(below, purpose))
    }

    /// A path for a region in this folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The names of everything in the folder, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("reading the test's folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
