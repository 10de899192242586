//! Regions in `/dev/shm` with unique names, for exported code, which opens regions by name.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use shm_core::Region;

use super::support::Station;

/// The time after which a test considers a program hung.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// A region whose file is removed on drop.
pub(crate) struct Fixture<T: shm_core::traits::Root + ?Sized> {
    pub(crate) name: String,
    pub(crate) region: Region<T>,
}

impl<T: shm_core::traits::Root + ?Sized> Fixture<T> {
    /// Keeps a region that was created under a name from [`unique`].
    pub(crate) fn of(name: String, region: Region<T>) -> Self {
        Self { name, region }
    }

    pub(crate) fn path(&self) -> PathBuf {
        Path::new("/dev/shm").join(&self.name)
    }
}

impl<T: shm_core::traits::Root + ?Sized> Drop for Fixture<T> {
    fn drop(&mut self) {
        let _ = self.region.unlink();
    }
}

/// A unique name for `/dev/shm`, or for a directory.
pub(crate) fn unique(what: &str) -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("shm-export-{what}-{}-{count}", std::process::id())
}

/// A station.
pub(crate) fn station(what: &str) -> Fixture<Station> {
    let name = unique(what);
    let region = Region::<Station>::create(&name).expect("making a station");
    Fixture::of(name, region)
}

/// Runs `shm`.
pub(crate) fn shm(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shm")).args(arguments).output().expect("running shm")
}

/// Runs a program of a test to its end, and kills it if that takes too long.
pub(crate) fn finished(mut command: Command) -> Output {
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (stdout, stderr) = (reading(child.stdout.take()), reading(child.stderr.take()));
    let deadline = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().expect("waiting for a program") {
            break status;
        }
        if Instant::now() > deadline {
            child.kill().expect("killing a program");
            panic!("{command:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let [stdout, stderr] = [stdout, stderr].map(|reader| reader.join().expect("reading"));
    Output { status, stdout, stderr }
}

/// Reads a pipe to its end.
fn reading(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.expect("a pipe").read_to_end(&mut bytes).expect("reading what a program prints");
        bytes
    })
}

/// Runs `shm`, which must succeed, and returns its output.
pub(crate) fn printed(arguments: &[&str]) -> String {
    let output = shm(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "shm {arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("shm prints UTF-8")
}
