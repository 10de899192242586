//! What the tests of the command share: regions to ask about, the command itself, golden files.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use shm_core::{Latest, Mutex, SharedLayout, Text};

/// Where a robot is.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub(crate) struct Pose {
    #[shm(unit = "m")]
    pub(crate) x: f64,
    #[shm(unit = "m")]
    pub(crate) y: f64,
    /// Clockwise from north.
    #[shm(unit = "rad")]
    pub(crate) heading: f32,
}

/// What the station is doing.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
pub(crate) enum Mode {
    Idle,
    Measuring,
    Failed,
}

/// What belongs together.
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
    /// In the shade.
    #[shm(unit = "°C")]
    pub(crate) temperature: f64,
    pub(crate) hits: u64,
    pub(crate) samples: [u32; 16],
    pub(crate) mode: Mode,
    pub(crate) pose: Latest<Pose>,
    pub(crate) label: Latest<Text<32>>,
    pub(crate) account: Mutex<Account>,
}

/// A directory of this test alone, in shared memory; removed in the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(purpose: &str) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("shm-cli-{purpose}-{}-{count}", std::process::id());
        let path = Path::new("/dev/shm").join(name);
        std::fs::create_dir(&path).expect("making a folder for the test");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// A path for a file in this folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The command with some arguments, in a folder, where colours are not asked for.
pub(crate) fn shm<'a>(folder: &Folder, arguments: impl IntoIterator<Item = &'a str>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shm"))
        .args(arguments)
        .current_dir(folder.path())
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("running shm")
}

/// What the command prints, having succeeded.
pub(crate) fn printed<'a>(folder: &Folder, arguments: impl IntoIterator<Item = &'a str>) -> String {
    let output = shm(folder, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Compares a text with a file in `tests/golden`; with `SHM_BLESS=1` in the environment, writes it.
pub(crate) fn assert_golden(name: &str, found: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("SHM_BLESS").is_some() {
        std::fs::write(&file, found).expect("writing a golden file");
        return;
    }
    let expected = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; SHM_BLESS=1 writes it", file.display()));
    assert!(
        found == expected,
        "{name} is another text now (SHM_BLESS=1 takes it over):\n{}",
        first_difference(&expected, found)
    );
}

fn first_difference(expected: &str, found: &str) -> String {
    let at = expected.lines().zip(found.lines()).take_while(|(a, b)| a == b).count();
    let show = |text: &str| text.lines().skip(at).take(5).collect::<Vec<_>>().join("\n");
    format!("line {}\n-- expected\n{}\n-- found\n{}", at + 1, show(expected), show(found))
}
