//! `shm ls`: the files that it lists and leaves out, and folders that try to make it hang.

#[allow(unreachable_pub, reason = "the tests of the library use it as well")]
#[path = "../../tests/support/mod.rs"]
mod processes;
mod support;

use std::ffi::CString;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use shm_core::{Mutex, Region};
use support::{Folder, assert_golden_of_processes, printed, refused, station};

/// A folder with two regions, one of them in use by this process, and a truncated region.
fn folder() -> (Folder, Region<support::Station>) {
    let folder = Folder::new("ls");
    let used = station(&folder);
    Region::<[f64]>::options().len(1 << 20).sparse(true).create(folder.file("spectrum")).unwrap();
    let bytes = fs::read(folder.file("station")).unwrap();
    fs::write(folder.file("truncated"), &bytes[..bytes.len() / 2]).unwrap();
    fs::write(folder.file("notes.txt"), "no region").unwrap();
    (folder, used)
}

#[test]
fn regions_are_listed_and_damaged_ones_with_the_reason() {
    let (folder, _used) = folder();
    assert_golden_of_processes("ls.txt", &folder, &["ls", "."]);
    assert_golden_of_processes("ls.json", &folder, &["ls", ".", "--json"]);
}

#[test]
fn files_that_are_left_out_are_listed_with_all() {
    let (folder, _used) = folder();
    fs::create_dir(folder.file("folder")).unwrap();
    symlink("station", folder.file("link")).unwrap();
    assert_golden_of_processes("ls_all.txt", &folder, &["ls", "--all", "."]);
    assert_golden_of_processes("ls_all.json", &folder, &["ls", "--all", "--json", "."]);
}

#[test]
fn a_folder_without_regions_says_so() {
    let folder = Folder::new("ls-empty");
    assert_eq!(printed(&folder, ["ls", "."]), "no regions\n");
}

#[test]
fn a_path_that_is_not_a_folder_is_an_error() {
    let folder = Folder::new("ls-none");
    assert!(refused(&folder, ["ls", "./nothing"], 3).contains("./nothing"));
    fs::write(folder.file("file"), "").unwrap();
    refused(&folder, ["ls", "./file"], 8);
}

#[test]
fn nothing_in_a_folder_makes_it_hang_or_fail() {
    let (folder, _used) = folder();
    let fifo = CString::new(folder.file("fifo").as_os_str().as_bytes()).unwrap();
    // SAFETY: the path is a C string.
    assert_eq!(unsafe { libc::mkfifo(fifo.as_ptr(), 0o600) }, 0);
    let _socket = std::os::unix::net::UnixListener::bind(folder.file("socket")).unwrap();
    symlink("/dev/zero", folder.file("device")).unwrap();
    symlink("nothing", folder.file("dangling")).unwrap();
    symlink("loop", folder.file("loop")).unwrap();
    fs::write(folder.file("empty"), "").unwrap();
    fs::write(folder.file("magic"), b"\x89SHM\r\n\x1a\n").unwrap();
    fs::write(folder.file("unreadable"), "").unwrap();
    for number in 0..1000 {
        fs::write(folder.file(&format!("file-{number}")), "x").unwrap();
    }
    let listed = printed(&folder, ["ls", "."]);
    let names: Vec<_> = listed
        .lines()
        .skip(1)
        .filter_map(|line| line.strip_prefix("./")?.split(' ').next())
        .collect();
    assert_eq!(names, ["magic", "spectrum", "station", "truncated"], "{listed}");
    let all = printed(&folder, ["ls", "--all", "."]);
    for kind in ["a FIFO", "a socket", "a symbolic link", "not a region"] {
        assert!(all.contains(kind), "{kind}: {all}");
    }
}

#[test]
fn devices_are_not_opened() {
    let folder = Folder::new("ls-devices");
    assert!(printed(&folder, ["ls", "--all", "/dev"]).contains("a character device"));
}

#[test]
fn names_cannot_command_the_terminal() {
    let folder = Folder::new("ls-names");
    let name = "a\x1b[2J\n\u{202e}b";
    fs::write(folder.file(name), b"\x89SHM\r\n\x1a\n").unwrap();
    for arguments in [vec!["ls", "."], vec!["ls", ".", "--json"], vec!["ls", ".", "--color=never"]]
    {
        let listed = printed(&folder, arguments);
        assert!(!listed.contains(['\x1b', '\u{202e}']), "{listed:?}");
    }
    assert!(printed(&folder, ["ls", "."]).contains(r"./a\u{1b}[2J\n\u{202e}b"));
}

fn region_of(folder: &Folder) -> serde_json::Value {
    let listed = printed(folder, ["ls", ".", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    listed["regions"][0].clone()
}

/// A process that has a region, killed on drop.
///
/// It makes the region itself: a mapping of this process is also one of each child that another test has
/// just started, until the child runs its program.
struct Holder(Child);

impl Holder {
    fn begin(mut command: Command, folder: &Folder) -> Self {
        let command = command.env("SHM_FOLDER", folder.path()).stdout(Stdio::null());
        Self(command.spawn().expect("starting a holder"))
    }

    fn of_a_lock(command: Command, folder: &Folder) -> Self {
        let holder = Self::begin(command, folder);
        wait_for(folder.path(), "locked");
        holder
    }

    fn is_killed(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Signals an event, or a request, to the other process.
fn tell(folder: &Path, what: &str) {
    fs::write(folder.join(what), "").unwrap();
}

fn wait_for(folder: &Path, what: &str) {
    processes::wait_until(what, || folder.join(what).exists());
}

#[test]
fn a_process_that_maps_a_region_without_locks_is_counted() {
    let folder = Folder::new("ls-mapped");
    let _mapper = Holder::begin(processes::second_process("maps"), &folder);
    let counted = || region_of(&folder)["alive"].as_u64().unwrap();
    wait_for(folder.path(), "mapped");
    assert_eq!(counted(), 1);
    tell(folder.path(), "unmap");
    wait_for(folder.path(), "unmapped");
    assert_eq!(counted(), 0);
    tell(folder.path(), "read");
    wait_for(folder.path(), "mapped again");
    assert_eq!(counted(), 1);
}

#[test]
fn a_process_that_takes_part_in_locks_and_has_the_region_mapped_is_counted_once() {
    let folder = Folder::new("ls-once");
    let _holder = Holder::of_a_lock(processes::second_process("holds"), &folder);
    let found = region_of(&folder);
    assert_eq!((&found["alive"], &found["dead"]), (&1.into(), &0.into()));
}

#[test]
fn processes_are_alive_until_they_are_killed() {
    let folder = Folder::new("ls-killed");
    let mut holder = Holder::of_a_lock(processes::second_process("holds"), &folder);
    let found = region_of(&folder);
    assert_eq!((&found["alive"], &found["dead"]), (&1.into(), &0.into()));
    let pid = holder.0.id();
    let shown = printed(&folder, ["show", "./lock"]);
    assert!(shown.contains(&format!("processes   {pid} ")), "{shown}");
    assert!(shown.contains(&format!("locked by process {pid} ")), "{shown}");
    holder.is_killed();
    let found = region_of(&folder);
    assert_eq!((&found["alive"], &found["dead"]), (&0.into(), &1.into()));
    let shown = printed(&folder, ["show", "./lock"]);
    assert!(shown.contains("which is dead") && shown.contains(", dead, slot 0"), "{shown}");
}

#[test]
#[allow(clippy::print_stdout, reason = "says what was skipped")]
fn a_process_in_another_pid_namespace_is_counted_once_under_its_number_here() {
    let folder = Folder::new("ls-namespace");
    let unshare = ["--pid", "--fork", "--kill-child"];
    let trial = Command::new("unshare").args(unshare).arg("true").output();
    if !trial.is_ok_and(|trial| trial.status.success()) {
        println!("skipped: a pid namespace cannot be created here");
        return;
    }
    let inner = processes::second_process("holds");
    let mut command = Command::new("unshare");
    command.args(unshare).arg(inner.get_program()).args(inner.get_args());
    command.env("SHM_TEST_ROLE", "holds");
    let mut outer = Holder::of_a_lock(command, &folder);
    assert_eq!(region_of(&folder)["alive"], 1);
    let shown: serde_json::Value =
        serde_json::from_str(&printed(&folder, ["show", "./lock", "--json"])).unwrap();
    let process = &shown["processes"][0];
    assert_eq!((&process["mapped"], &process["slot"]), (&true.into(), &0.into()));
    assert!(process["pid"].as_u64().unwrap() > 1, "its number here: {process}");
    outer.is_killed();
    processes::wait_until("it is dead", || region_of(&folder)["dead"] == 1);
}

/// Maps a region, unmaps it, and maps it for reading, each on a signal.
fn map(folder: &Path) {
    let path = folder.join("plain");
    let region = Region::<u64>::create(&path).unwrap();
    tell(folder, "mapped");
    wait_for(folder, "unmap");
    drop(region);
    tell(folder, "unmapped");
    wait_for(folder, "read");
    let _reader = Region::<u64>::open_read_only(&path).unwrap();
    tell(folder, "mapped again");
    std::thread::sleep(processes::PATIENCE);
}

fn hold(folder: &Path) {
    let region = Region::<Mutex<u64>>::create(folder.join("lock")).unwrap();
    let _guard = region.lock().unwrap();
    tell(folder, "locked");
    std::thread::sleep(processes::PATIENCE);
}

#[test]
#[ignore = "run by the tests of this binary as a separate process"]
fn second_process() {
    let folder = || PathBuf::from(processes::argument("SHM_FOLDER"));
    match processes::role().as_deref() {
        None => {}
        Some("maps") => map(&folder()),
        Some("holds") => hold(&folder()),
        Some(other) => panic!("{other} is not a role"),
    }
}
