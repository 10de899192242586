//! Shared by the tests of the command: regions, the command itself, golden files.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use shm_core::format::{self, Creator, READY, READY_OFFSET};
use shm_core::layout::Layout;
use shm_core::{Latest, Mutex, Region, SharedLayout, Text};

/// The position of a robot.
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

/// The station's activity.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
pub(crate) enum Mode {
    Idle,
    Measuring,
    Failed,
}

/// Values that belong together.
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

/// A directory of one test, in shared memory; removed on drop.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(purpose: &str) -> Self {
        Self::below("/dev/shm", purpose)
    }

    /// A directory of one test, beside the build: normally on a disk.
    pub(crate) fn on_disk(purpose: &str) -> Self {
        Self::below(env!("CARGO_TARGET_TMPDIR"), purpose)
    }

    /// Returns whether it is in memory, where no file is from before a boot.
    pub(crate) fn is_in_memory(&self) -> bool {
        let kind = Command::new("stat").args(["-f", "-c", "%T"]).arg(&self.0).output();
        matches!(kind.expect("running stat").stdout.trim_ascii(), b"tmpfs" | b"ramfs")
    }

    fn below(parent: &str, purpose: &str) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("shm-cli-{purpose}-{}-{count}", std::process::id());
        let path = Path::new(parent).join(name);
        std::fs::create_dir(&path).expect("creating a folder for the test");
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

/// Runs the command with some arguments in a folder, without colours.
pub(crate) fn shm<'a>(folder: &Folder, arguments: impl IntoIterator<Item = &'a str>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shm"))
        .args(arguments)
        .current_dir(folder.path())
        .env_remove("CLICOLOR_FORCE")
        .env_remove("COLUMNS")
        .output()
        .expect("running shm")
}

/// Runs the command, which must succeed, and returns its output.
pub(crate) fn printed<'a>(folder: &Folder, arguments: impl IntoIterator<Item = &'a str>) -> String {
    let output = shm(folder, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Compares a text with a file in `tests/golden`; with `SHM_BLESS=1` in the environment, writes it.
pub(crate) fn assert_golden(name: &str, found: &str) {
    let file = golden(name);
    if std::env::var_os("SHM_BLESS").is_some() {
        std::fs::write(&file, found).expect("writing a golden file");
        return;
    }
    let expected = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; SHM_BLESS=1 writes it", file.display()));
    assert!(
        found == expected,
        "{name} differs (SHM_BLESS=1 writes it):\n{}",
        first_difference(&expected, found)
    );
}

/// Compares the output of a command that lists the processes which have regions of this process mapped with a
/// golden file, without its [`placeholders`].
///
/// Another test that starts a program has a child with the mappings of this process until the program
/// runs. The command is right to list that child, so it is asked again until the output is as expected.
pub(crate) fn assert_golden_of_processes(name: &str, folder: &Folder, arguments: &[&str]) {
    let shown = || placeholders(&printed(folder, arguments.iter().copied()));
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut found = shown();
    if std::env::var_os("SHM_BLESS").is_none() {
        let expected = std::fs::read_to_string(golden(name)).ok();
        while expected.as_ref().is_some_and(|expected| *expected != found)
            && Instant::now() < deadline
        {
            found = shown();
        }
    }
    assert_golden(name, &found);
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn first_difference(expected: &str, found: &str) -> String {
    let at = expected.lines().zip(found.lines()).take_while(|(a, b)| a == b).count();
    let show = |text: &str| text.lines().skip(at).take(5).collect::<Vec<_>>().join("\n");
    format!("line {}\n-- expected\n{}\n-- found\n{}", at + 1, show(expected), show(found))
}

/// A station in a folder, under the name `station`, with a value in each of its fields.
pub(crate) fn station(folder: &Folder) -> Region<Station> {
    let station = Region::<Station>::create(folder.file("station")).expect("making a station");
    station.temperature.set(21.5);
    station.hits.set(7);
    station.samples[3].set(9);
    station.mode.set(Mode::Measuring);
    station.pose.store(&Pose { x: 1.0, y: -2.5, heading: 0.5 }).expect("there is no other writer");
    station
        .label
        .store(&Text::new("north gate").expect("short"))
        .expect("there is no other writer");
    {
        let account = station.account.lock().expect("no owner died");
        account.balance.set(-40);
        account.bookings.set(3);
    }
    station
}

/// Replaces text that differs between two runs by one word each: process numbers, names, users, ages.
pub(crate) fn placeholders(text: &str) -> String {
    let mut text = text.to_owned();
    let user = Command::new("id").arg("-un").output().expect("running id").stdout;
    let user = String::from_utf8(user).expect("a user's name");
    let name = std::fs::read_to_string("/proc/self/comm").expect("our own name");
    let pid = std::process::id();
    for (pattern, word) in [
        (format!(r"\b{pid}\b"), "PID"),
        (regex_lite::escape(name.trim_end()), "NAME"),
        (format!(r"  {}(?: {{2,}}|$)", regex_lite::escape(user.trim_end())), "  OWNER  "),
        (
            format!(r"^(.*owner.*? ){}, mode", regex_lite::escape(user.trim_end())),
            "${1}OWNER, mode",
        ),
        (format!(r#""name": "{}""#, regex_lite::escape(user.trim_end())), r#""name": "OWNER""#),
        (r#""uid": \d+"#.to_owned(), r#""uid": 0"#),
        (r"^(.*created.*? )\d+ s ago".to_owned(), "${1}AGE ago"),
        (r"  +\d+ s  +".to_owned(), "  AGE  "),
        (r"heard \d+ s ago".to_owned(), "heard AGE ago"),
        (
            r#""(created_unix_ms|age_seconds|age_ms|unseen_processes)": \d+"#.to_owned(),
            r#""$1": 0"#,
        ),
        (r"\n*[^\n]* process(es)?( of other users)? could not be examined[^\n]*".to_owned(), ""),
        (r"(?m) +$".to_owned(), ""),
    ] {
        let pattern = format!("(?m){pattern}");
        let pattern = regex_lite::Regex::new(&pattern).expect("a pattern");
        text = pattern.replace_all(&text, word).into_owned();
    }
    text
}

/// Runs the command, which must fail with this exit code, and returns its errors.
pub(crate) fn refused<'a>(
    folder: &Folder,
    arguments: impl IntoIterator<Item = &'a str>,
    code: i32,
) -> String {
    let output = shm(folder, arguments);
    let errors = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(code), "{errors}");
    assert!(errors.starts_with("error: ") || errors.starts_with('{'), "{errors}");
    errors
}

/// A region of a layout that no type has, full of zeros.
pub(crate) fn forge(folder: &Folder, name: &str, layout: &'static Layout) {
    forge_before(folder, name, layout, boot_id());
}

/// The identity of this boot of the machine.
fn boot_id() -> [u8; 16] {
    let boot_id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").expect("the boot id");
    let digits = boot_id.trim().replace('-', "");
    u128::from_str_radix(&digits, 16).expect("a UUID").to_be_bytes()
}

/// As [`forge`], created while the machine had this boot id.
pub(crate) fn forge_before(
    folder: &Folder,
    name: &str,
    layout: &'static Layout,
    boot_id: [u8; 16],
) {
    let creator = Creator { pid: std::process::id(), start_time: 1, boot_id, created_at: 1 };
    let size = layout.size() as u64;
    let description = format::Description::of(layout).expect("a layout");
    let composed = format::compose(&description, 0, size, 1, 0, &creator).expect("a size");
    let mut bytes = composed.header;
    bytes.resize(composed.total_size as usize, 0);
    bytes[READY_OFFSET..READY_OFFSET + 8].copy_from_slice(&READY.to_le_bytes());
    std::fs::write(folder.file(name), bytes).expect("writing a region");
}
