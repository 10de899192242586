//! `shm doctor`: a machine and folders made bad on purpose.

#[allow(unreachable_pub, reason = "the tests of the library use it as well")]
#[path = "../../tests/support/mod.rs"]
mod processes;
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use shm_core::{Mutex, Region, SharedLayout};
use support::{Folder, assert_golden, forge_before, printed, shm, station};

/// The report on a folder, and the exit code.
fn diagnosis(folder: &Folder, arguments: &[&str]) -> (Value, i32) {
    let all = ["doctor", "--json"].into_iter().chain(arguments.iter().copied());
    let output = shm(folder, all);
    let report = serde_json::from_slice(&output.stdout).expect("JSON");
    (report, output.status.code().expect("an exit code"))
}

/// What was found in a folder: the check, the file, the state.
fn found(report: &Value) -> Vec<(String, String, String)> {
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let list = report["folders"][0]["found"].as_array().expect("a list");
    list.iter().map(|one| (text(one, "check"), text(one, "path"), text(one, "state"))).collect()
}

fn is(entry: &(String, String, String), expected: [&str; 3]) -> bool {
    [&*entry.0, &entry.1, &entry.2] == expected
}

/// A check of the machine or of the first folder.
fn check<'r>(report: &'r Value, name: &str) -> &'r Value {
    let lists = [&report["machine"], &report["folders"][0]["checks"]];
    let mut all = lists.into_iter().flat_map(|list| list.as_array().expect("a list"));
    all.find(|check| check["check"] == name).unwrap_or_else(|| panic!("no check {name}"))
}

/// A process that holds a lock, or is dead with it.
struct Holder(Child);

impl Holder {
    fn start(folder: &Folder) -> Self {
        let mut command = processes::second_process("holds");
        let child = command.env("SHM_FOLDER", folder.path()).spawn().expect("a second process");
        let holder = Self(child);
        processes::wait_until("it is locked", || folder.file("locked").exists());
        fs::remove_file(folder.file("locked")).unwrap();
        holder
    }

    fn kill(mut self) {
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

#[test]
fn a_folder_in_order_needs_nothing_doing() {
    let folder = Folder::new("doctor-order");
    let _station = station(&folder);
    let (report, code) = diagnosis(&folder, &["."]);
    assert_eq!(found(&report), []);
    let lists = [&report["machine"], &report["folders"][0]["checks"]];
    let all = lists.into_iter().flat_map(|list| list.as_array().unwrap());
    let todo = all.filter(|check| check["state"] == "todo").count();
    assert_eq!(report["todo"], todo);
    assert_eq!(code, i32::from(todo > 0), "{report:#}");
    for name in ["memfd", "futex", "descriptors", "/proc", "room", "O_TMPFILE", "namespaces"] {
        assert!(check(&report, name)["found"].is_string());
    }
}

#[test]
fn what_the_dead_left_is_found_and_nothing_is_removed() {
    let folder = Folder::new("doctor-dead");
    Holder::start(&folder).kill();
    drop(station(&folder));
    let bytes = fs::read(folder.file("station")).unwrap();
    fs::write(folder.file("truncated"), &bytes[..bytes.len() / 2]).unwrap();
    // The next region that is created here would remove it.
    fs::write(folder.file(".shm-new.1.0123456789abcdef"), "unfinished").unwrap();
    let names = || {
        let mut names: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    let (report, code) = diagnosis(&folder, &["."]);
    let all = found(&report);
    for expected in [
        ["leftover", "./.shm-new.1.0123456789abcdef", "todo"],
        ["damaged", "./truncated", "todo"],
        ["dead_participants", "./lock", "todo"],
        ["lock", "./lock", "todo"],
    ] {
        assert!(all.iter().any(|one| is(one, expected)), "{expected:?}: {report:#}");
    }
    assert_eq!((all.len(), code), (4, 1), "{report:#}");
    assert_eq!(names(), before);
    // The advice is what works.
    printed(&folder, ["rm", "./lock"]);
    printed(&folder, ["rm", "--dead", "."]);
    let (report, _) = diagnosis(&folder, &["."]);
    assert!(found(&report).iter().all(|one| one.1 == "./truncated"), "{report:#}");
}

#[test]
fn the_dead_beside_the_living_are_only_noted() {
    let folder = Folder::new("doctor-living");
    let region = Region::<[Mutex<u64>; 2]>::create(folder.file("lock")).unwrap();
    drop(region[1].lock().unwrap());
    Holder::start(&folder).kill();
    let (report, code) = diagnosis(&folder, &["."]);
    let all = found(&report);
    assert!(all.iter().any(|one| is(one, ["dead_participants", "./lock", "note"])), "{report:#}");
    // The lock that the dead process held.
    let lock = report["folders"][0]["found"].as_array().unwrap().iter();
    let lock = lock.clone().find(|one| one["check"] == "lock").expect("the lock");
    assert!(lock["found"].as_str().unwrap().contains("`[0]`"), "{lock}");
    assert_eq!(code, 1);
    drop(region);
}

#[test]
fn a_region_that_is_full_needs_larger_ones() {
    let folder = Folder::new("doctor-full");
    let options = Region::<Mutex<u64>>::options().participants(1);
    let region = options.create(folder.file("small")).unwrap();
    drop(region.lock().unwrap());
    let (report, code) = diagnosis(&folder, &["."]);
    assert!(is(&found(&report)[0], ["full", "./small", "todo"]), "{report:#}");
    assert_eq!(code, 1);
}

#[test]
fn a_region_from_before_the_boot_is_found() {
    let folder = Folder::on_disk("doctor-boot");
    if folder.is_in_memory() {
        return;
    }
    forge_before(&folder, "old", <u64 as SharedLayout>::LAYOUT, [7; 16]);
    let (report, code) = diagnosis(&folder, &["."]);
    assert!(is(&found(&report)[0], ["earlier_boot", "./old", "todo"]), "{report:#}");
    assert_eq!(code, 1);
    printed(&folder, ["get", "./old", "--after-reboot"]);
}

/// The report of the command under limits of the shell.
fn limited(folder: &Folder, limit: &str) -> (Value, i32) {
    let script = format!("{limit} && exec {} doctor --json .", env!("CARGO_BIN_EXE_shm"));
    let mut command = Command::new("bash");
    command.args(["-c", &script]).current_dir(folder.path()).stderr(Stdio::inherit());
    let output = command.output().expect("running bash");
    let report = serde_json::from_slice(&output.stdout).expect("JSON");
    (report, output.status.code().unwrap())
}

#[test]
fn few_descriptors_and_small_files_need_doing() {
    let folder = Folder::new("doctor-limits");
    let (report, code) = limited(&folder, "ulimit -n 64");
    let found = check(&report, "descriptors");
    assert_eq!((&found["state"], code), (&"todo".into(), 1), "{found}");
    assert!(found["advice"].as_str().unwrap().contains("ulimit -n"), "{found}");
    let (report, code) = limited(&folder, "ulimit -f 1024");
    let found = check(&report, "file size");
    assert_eq!((&found["state"], code), (&"todo".into(), 1), "{found}");
    assert!(found["found"].as_str().unwrap().contains("1.0 MiB"), "{found}");
}

/// No files without a name are possible on a devpts.
#[test]
fn a_file_system_without_unnamed_files_is_noted() {
    let folder = Folder::new("doctor-unnamed");
    assert_eq!(check(&diagnosis(&folder, &["."]).0, "O_TMPFILE")["state"], "ok");
    let (report, _) = diagnosis(&folder, &["/dev/pts"]);
    let found = check(&report, "O_TMPFILE");
    // Without the right to write there, this is known first.
    let is_permitted = !found["found"].as_str().unwrap().contains("denied");
    assert_eq!(found["state"], if is_permitted { "note" } else { "todo" }, "{found}");
    assert_ne!(check(&report, "file system")["state"], "ok");
}

#[test]
fn a_folder_that_does_not_exist_is_an_error() {
    let folder = Folder::new("doctor-none");
    assert!(support::refused(&folder, ["doctor", "./nothing"], 3).contains("./nothing"));
}

#[test]
fn every_line_fits_eighty_columns_and_findings_have_their_advice() {
    let folder = Folder::new("doctor-text");
    Holder::start(&folder).kill();
    fs::write(folder.file(".shm-new.1.0123456789abcdef"), "unfinished").unwrap();
    let output = shm(&folder, ["doctor", "."]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let from = text.find("  todo  ./.shm-new").expect("the leftover");
    let end = text.rfind("\n\n").expect("the last line");
    let pid = regex_lite::Regex::new(r"process \d+ \([^)]*\)").unwrap();
    let shown = pid.replace_all(&text[from..=end], "process PID (NAME)");
    assert_golden("doctor_found.txt", &shown);
}

fn hold(folder: &Path) {
    let region = Region::<[Mutex<u64>; 2]>::options().open_or_create(folder.join("lock"));
    let region = region.unwrap();
    let _guard = region[0].lock().unwrap();
    fs::write(folder.join("locked"), "").unwrap();
    std::thread::sleep(processes::PATIENCE);
}

#[test]
#[ignore = "run by the tests of this binary as a separate process"]
fn second_process() {
    match processes::role().as_deref() {
        None => {}
        Some("holds") => hold(&PathBuf::from(processes::argument("SHM_FOLDER"))),
        Some(other) => panic!("{other} is not a role"),
    }
}
