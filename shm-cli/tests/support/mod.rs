//! What the tests of the command share: a region to ask about, running `shm`, and golden files.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use shm_core::{Latest, Mutex, Region, SharedLayout, Text};

/// Where the robot is.
#[derive(SharedLayout, Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub(crate) struct Pose {
    /// East of the tower.
    #[shm(unit = "m")]
    pub(crate) x: f64,
    #[shm(unit = "m")]
    pub(crate) y: f64,
    #[shm(unit = "rad")]
    pub(crate) heading: f32,
}

/// What a station is doing.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
pub(crate) enum Mode {
    Idle,
    Measuring,
    Failed,
}

/// Money, booked whole.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub(crate) struct Account {
    pub(crate) balance: i64,
    pub(crate) bookings: u64,
}

/// One weather station.
#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Station {
    /// Outside, in the shade.
    #[shm(unit = "°C")]
    pub(crate) temperature: f64,
    pub(crate) hits: u64,
    pub(crate) samples: [u32; 16],
    pub(crate) mode: Mode,
    pub(crate) pose: Latest<Pose>,
    pub(crate) label: Latest<Text<32>>,
    pub(crate) account: Mutex<Account>,
}

/// A region that is removed with its file when this goes.
pub(crate) struct Fixture<T: shm_core::Root + ?Sized> {
    pub(crate) name: String,
    pub(crate) region: Region<T>,
}

impl<T: shm_core::Root + ?Sized> Fixture<T> {
    /// Keeps a region that was made under a name of [`unique`].
    pub(crate) fn of(name: String, region: Region<T>) -> Self {
        Self { name, region }
    }

    pub(crate) fn path(&self) -> PathBuf {
        Path::new("/dev/shm").join(&self.name)
    }
}

impl<T: shm_core::Root + ?Sized> Drop for Fixture<T> {
    fn drop(&mut self) {
        let _ = self.region.unlink();
    }
}

/// A name in `/dev/shm` that no other test uses.
pub(crate) fn unique(what: &str) -> String {
    format!("shm-cli-{what}-{}", std::process::id())
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

/// Runs `shm`, which must succeed; what it prints.
pub(crate) fn printed(arguments: &[&str]) -> String {
    let output = shm(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "shm {arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("shm prints UTF-8")
}

/// Compares a text with a file of `tests/golden`; with `SHM_BLESS=1`, writes it.
pub(crate) fn golden(file: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    if std::env::var_os("SHM_BLESS").is_some() {
        std::fs::write(&path, found).expect("writing a golden file");
        return;
    }
    let expected = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run with SHM_BLESS=1", path.display()));
    let line = expected.lines().zip(found.lines()).position(|(expected, found)| expected != found);
    let line = line.unwrap_or_else(|| expected.lines().count().min(found.lines().count()));
    assert!(
        expected == found,
        "{file} differs from line {} on:\n  expected {:?}\n  found    {:?}\nif that is right, run \
         with SHM_BLESS=1",
        line + 1,
        expected.lines().nth(line),
        found.lines().nth(line),
    );
}
