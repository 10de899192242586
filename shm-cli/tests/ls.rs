//! `shm ls`: the files that it lists and leaves out, and folders that try to make it hang.

#[allow(unreachable_pub, reason = "the tests of the library use it as well")]
#[path = "../../tests/support/mod.rs"]
mod processes;
mod support;

use std::ffi::CString;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::process::{Child, Command, Stdio};

use shm_core::{Mutex, Region};
use support::{Folder, assert_golden, placeholders, printed, refused, station};

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
    assert_golden("ls.txt", &placeholders(&printed(&folder, ["ls", "."])));
    assert_golden("ls.json", &placeholders(&printed(&folder, ["ls", ".", "--json"])));
}

#[test]
fn files_that_are_left_out_are_listed_with_all() {
    let (folder, _used) = folder();
    fs::create_dir(folder.file("folder")).unwrap();
    symlink("station", folder.file("link")).unwrap();
    assert_golden("ls_all.txt", &placeholders(&printed(&folder, ["ls", "--all", "."])));
    assert_golden("ls_all.json", &placeholders(&printed(&folder, ["ls", "--all", "--json", "."])));
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

#[test]
fn a_process_that_maps_a_region_without_locks_is_counted() {
    let folder = Folder::new("ls-mapped");
    let path = folder.file("plain");
    let region = Region::<u64>::create(&path).unwrap();
    let counted = || {
        let listed = printed(&folder, ["ls", ".", "--json"]);
        let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
        listed["regions"][0]["alive"].as_u64().unwrap()
    };
    assert_eq!(counted(), 1);
    drop(region);
    assert_eq!(counted(), 0);
    let _reader = Region::<u64>::open_read_only(&path).unwrap();
    assert_eq!(counted(), 1);
}

#[test]
fn a_process_that_takes_part_in_locks_and_has_the_region_mapped_is_counted_once() {
    let folder = Folder::new("ls-once");
    let region = Region::<Mutex<u64>>::create(folder.file("lock")).unwrap();
    drop(region.lock().unwrap());
    let listed = printed(&folder, ["ls", ".", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(
        (&listed["regions"][0]["alive"], &listed["regions"][0]["dead"]),
        (&1.into(), &0.into())
    );
}

fn region_of(folder: &Folder) -> serde_json::Value {
    let listed = printed(folder, ["ls", ".", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    listed["regions"][0].clone()
}

/// Starts a process that takes the lock, and waits until it has.
fn holder(mut command: Command, folder: &Folder, region: &Region<Mutex<u64>>) -> Child {
    let path = folder.file("lock");
    let command = command.env("SHM_LOCK", path).stdout(Stdio::null());
    let holder = command.spawn().expect("starting a holder");
    processes::wait_until("it holds the lock", || region.unlocked().get() == 1);
    holder
}

#[test]
fn processes_are_alive_until_they_are_killed() {
    let folder = Folder::new("ls-killed");
    let region = Region::<Mutex<u64>>::create(folder.file("lock")).unwrap();
    let mut holder = holder(processes::second_process("holds"), &folder, &region);
    drop(region);
    let found = region_of(&folder);
    assert_eq!((&found["alive"], &found["dead"]), (&1.into(), &0.into()));
    let pid = holder.id();
    let shown = printed(&folder, ["show", "./lock"]);
    assert!(shown.contains(&format!("processes   {pid} ")), "{shown}");
    assert!(shown.contains(&format!("locked by process {pid} ")), "{shown}");
    holder.kill().unwrap();
    holder.wait().unwrap();
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
    let region = Region::<Mutex<u64>>::create(folder.file("lock")).unwrap();
    let inner = processes::second_process("holds");
    let mut command = Command::new("unshare");
    command.args(unshare).arg(inner.get_program()).args(inner.get_args());
    command.env("SHM_TEST_ROLE", "holds");
    let mut outer = holder(command, &folder, &region);
    drop(region);
    assert_eq!(region_of(&folder)["alive"], 1);
    let shown: serde_json::Value =
        serde_json::from_str(&printed(&folder, ["show", "./lock", "--json"])).unwrap();
    let process = &shown["processes"][0];
    assert_eq!((&process["mapped"], &process["slot"]), (&true.into(), &0.into()));
    assert!(process["pid"].as_u64().unwrap() > 1, "its number here: {process}");
    outer.kill().unwrap();
    outer.wait().unwrap();
    processes::wait_until("it is dead", || region_of(&folder)["dead"] == 1);
}

#[test]
#[ignore = "run by the tests of this binary as a separate process"]
fn second_process() {
    if processes::role().is_none() {
        return;
    }
    let region = Region::<Mutex<u64>>::open(processes::argument("SHM_LOCK")).unwrap();
    let guard = region.lock().unwrap();
    guard.set(1);
    std::thread::sleep(processes::PATIENCE);
}
