//! Processes in other pid namespaces, whose own numbers mean nothing here: output names a process only by
//! its number here, or without a number.

#[allow(unreachable_pub, reason = "the tests of the library use it as well")]
#[path = "../../tests/support/mod.rs"]
mod processes;
mod support;

use std::process::{Child, Command, Output};

use shm_core::{Mutex, Region};
use support::{Folder, assert_golden, placeholders, printed, refused};

const UNSHARE: [&str; 3] = ["--pid", "--fork", "--kill-child"];

/// Returns whether pid namespaces can be created; prints a message if not.
#[allow(clippy::print_stdout, reason = "says what was skipped")]
fn is_permitted() -> bool {
    let trial = Command::new("unshare").args(UNSHARE).args(["--mount-proc", "true"]).output();
    let is_permitted = trial.is_ok_and(|trial| trial.status.success());
    if !is_permitted {
        println!("skipped: a pid namespace cannot be created here");
    }
    is_permitted
}

/// The first process of a pid namespace, which holds the lock.
struct Elsewhere {
    unshare: Child,
    folder: Folder,
}

impl Elsewhere {
    fn begin() -> Self {
        let folder = Folder::new("elsewhere");
        let region = Region::<Mutex<u64>>::create(folder.file("lock")).unwrap();
        let inner = processes::second_process("holds");
        let mut command = Command::new("unshare");
        command.args(UNSHARE).arg(inner.get_program()).args(inner.get_args());
        command.env("SHM_TEST_ROLE", "holds").env("SHM_LOCK", folder.file("lock"));
        let unshare = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        processes::wait_until("it holds the lock", || region.unlocked().get() == 1);
        Self { unshare, folder }
    }

    /// The holder's number here.
    fn pid(&self) -> u32 {
        let outer = self.unshare.id();
        let children = std::fs::read_to_string(format!("/proc/{outer}/task/{outer}/children"));
        children.expect("a child").trim().parse().expect("one child")
    }

    fn shown(&self) -> serde_json::Value {
        serde_json::from_str(&printed(&self.folder, ["show", "./lock", "--json"])).unwrap()
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        let _ = self.unshare.kill();
        let _ = self.unshare.wait();
    }
}

#[test]
fn a_holder_in_a_namespace_below_is_named_by_its_number_here_everywhere() {
    if !is_permitted() {
        return;
    }
    let held = Elsewhere::begin();
    let (folder, pid) = (&held.folder, held.pid());
    let shown = printed(folder, ["show", "./lock"]);
    assert!(shown.contains(&format!("locked by process {pid} ")), "{shown}");
    assert!(shown.contains(&format!("processes   {pid} ")), "{shown}");
    let json = held.shown();
    let lock = &json["fields"][0]["lock"];
    assert_eq!((&json["processes"][0]["pid"], &lock["holder"]["pid"]), (&pid.into(), &pid.into()));
    assert!(json["processes"][0].get("elsewhere").is_none(), "{json}");
    let busy = refused(folder, ["set", "./lock", "=2", "--wait", "1ms"], 7);
    assert!(busy.contains(&format!("process {pid} (")), "{busy}");
    let in_use = refused(folder, ["rm", "./lock"], 7);
    assert!(in_use.contains(&format!("process {pid} (")), "{in_use}");
}

#[test]
fn a_holder_in_another_namespace_that_has_died_has_no_number_here() {
    if !is_permitted() {
        return;
    }
    let mut held = Elsewhere::begin();
    held.unshare.kill().unwrap();
    held.unshare.wait().unwrap();
    processes::wait_until("it is dead", || held.shown()["processes"][0]["state"] == "dead");
    let json = held.shown();
    let (process, lock) = (&json["processes"][0], &json["fields"][0]["lock"]);
    for named in [process, &lock["holder"]] {
        assert!(named["pid"].is_null() && named["elsewhere"] == true, "{named}");
    }
    let shown = printed(&held.folder, ["show", "./lock"]);
    assert!(shown.contains("locked by a process in another pid namespace, "), "{shown}");
    let died = refused(&held.folder, ["set", "./lock", "=2"], 7);
    assert!(died.contains("a process in another pid namespace ("), "{died}");
}

#[test]
fn a_process_outside_the_namespace_has_no_number_inside() {
    if !is_permitted() {
        return;
    }
    let folder = Folder::new("outside");
    let region = Region::<Mutex<u64>>::create(folder.file("lock")).unwrap();
    let guard = region.lock().unwrap();
    let inside = |arguments: &[&str]| -> Output {
        Command::new("unshare")
            .args(UNSHARE)
            .args(["--mount-proc", env!("CARGO_BIN_EXE_shm")])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let text = |output: Output| String::from_utf8(output.stdout).unwrap();
    let shown = text(inside(&["show", "./lock"]));
    assert_golden("show_elsewhere.txt", &placeholders(&shown));
    let shown = text(inside(&["show", "./lock", "--json"]));
    assert_golden("show_elsewhere.json", &placeholders(&shown));
    for (arguments, does) in [
        (&["rm", "./lock"][..], "uses its locks"),
        (&["set", "./lock", "=2", "--wait", "1ms"], "holds the lock"),
    ] {
        let refused = inside(arguments);
        assert_eq!(refused.status.code(), Some(7));
        let error = String::from_utf8(refused.stderr).unwrap();
        assert!(error.contains("a process in another pid namespace ("), "{error}");
        assert!(error.contains(does), "{error}");
        assert!(!error.contains(&std::process::id().to_string()), "{error}");
    }
    drop(guard);
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
