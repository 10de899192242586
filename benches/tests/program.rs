//! The program in normal use: real processes, real files.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_shm-benches");
const PATIENCE: Duration = Duration::from_secs(120);

/// A directory for one test, removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(purpose: &str) -> Self {
        let path =
            Path::new("/dev/shm").join(format!("shm-program-{purpose}-{}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn finish(mut child: Child) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("the program hangs");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// One sample of one of shm-core's own peers.
fn sample(peer: &str, scenario: &str, more: &[&str]) -> Value {
    let folder = Folder::new(&format!("{peer}-{scenario}"));
    let mut command = Command::new(PROGRAM);
    command.args(["lead", &format!("peer={peer}"), &format!("scenario={scenario}")]);
    command.arg(format!("folder={}", folder.0.display())).arg("name=unused").arg("batch=5000000");
    let output = command.args(more).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A run, and its results.
fn run(folder: &Folder, arguments: &[&str]) -> Value {
    let child = Command::new(PROGRAM)
        .args(arguments)
        .arg("--out")
        .arg(&folder.0)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert!(finish(child).success());
    serde_json::from_slice(&std::fs::read(folder.0.join("results.json")).unwrap()).unwrap()
}

fn rows(results: &Value) -> impl Iterator<Item = (&str, &Value)> {
    results["tables"].as_array().unwrap().iter().flat_map(|table| {
        let scenario = table["scenario"].as_str().unwrap();
        table["rows"].as_array().unwrap().iter().map(move |row| (scenario, row))
    })
}

/// The files that a process left in shared memory.
fn leftovers(pid: u32) -> Vec<String> {
    let own = format!("shm-benches-{pid}-");
    let entries = std::fs::read_dir("/dev/shm").unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(&own)).collect()
}

fn refused(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = Command::new(PROGRAM).args(arguments).output().unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

#[test]
fn two_processes_lose_no_update_of_our_counter() {
    let outcome = sample("ours", "counter", &["words=8", "pace=idle"]);
    assert_eq!(outcome["counts"]["lost"], 0);
    assert!(outcome["counts"]["updates"].as_u64().unwrap() > 1000);
}

#[test]
fn no_read_of_ours_is_torn_or_goes_backwards_while_another_process_writes() {
    for words in ["words=8", "words=512"] {
        let outcome = sample("ours", "snapshot-read", &[words, "pace=flat-out"]);
        let counts = &outcome["counts"];
        assert_eq!((&counts["torn"], &counts["backwards"]), (&0.into(), &0.into()), "{words}");
        assert!(counts["reads"].as_u64().unwrap() > 0 && counts["writes"].as_u64().unwrap() > 0);
    }
}

#[test]
fn the_survivor_of_our_lock_is_told_of_the_death() {
    let outcome = sample("ours", "death", &["words=8", "pace=idle"]);
    assert_eq!(outcome["verdict"], "told of it");
    assert!(outcome["ns"].as_f64().unwrap() > 0.0);
}

#[test]
fn every_survivor_of_our_locks_goes_on_whoever_is_killed() {
    let deaths = [
        ("holder", true),
        ("waiter", false),
        ("rw-reader", false),
        ("rw-writer", true),
        ("rw-waiter", false),
        ("semaphore-holder", true),
        ("semaphore-waiter", false),
        ("condition-waiter", false),
        ("barrier-member", true),
        ("barrier-waiter", true),
    ];
    for (death, is_told) in deaths {
        let scenario = format!("lock-killed-{death}");
        let counts = &sample("ours", &scenario, &["words=8", "pace=idle"])["counts"];
        assert_eq!(
            (&counts["hung"], &counts["permits lost"]),
            (&0.into(), &0.into()),
            "{scenario}"
        );
        let told = if is_told { counts["killed"].clone() } else { 0.into() };
        assert_eq!(counts["told"], told, "{scenario}");
    }
}

#[test]
fn each_of_a_thousand_watchers_sees_each_change_of_our_value() {
    let outcome = sample("ours", "watchers-all", &["words=8", "pace=idle"]);
    assert_eq!(outcome["counts"]["seen"], 10_000);
    assert!(outcome["counts"]["woken"].as_u64().unwrap() > 0, "{outcome}");
}

#[test]
fn as_many_processes_as_a_region_has_room_for_take_part_in_our_lock() {
    // The last of them opens it, locks, and closes it, again and again.
    let outcome = sample("ours", "crowd-open", &["words=8", "pace=idle"]);
    assert!(outcome["ns"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_region_without_a_lock_keeps_no_descriptor_open_and_has_one_mapping() {
    let counts = &sample("ours", "memory", &["words=8", "pace=idle"])["counts"];
    assert_eq!((&counts["regions"], &counts["mappings"]), (&100.into(), &100.into()));
    assert_eq!(counts["descriptors"], 0);
    assert!(counts["files"].as_u64() >= Some(100 * 4096), "{counts}");
}

#[test]
fn the_permits_of_killed_processes_are_lost_with_a_semaphore_that_does_not_know_them() {
    let counts =
        &sample("sem", "lock-killed-semaphore-holder", &["words=8", "pace=idle"])["counts"];
    assert_eq!(counts["permits lost"], counts["killed"]);
    assert_eq!(counts["hung"], counts["killed"]);
}

#[test]
fn shm_core_refuses_swapped_fields() {
    let outcome = sample("ours", "layout", &["words=8", "pace=idle"]);
    assert_eq!(outcome["verdict"], "refused");
    assert!(outcome["said"].as_str().unwrap().contains("`Swapped`"), "{outcome}");
}

#[test]
fn the_survivor_of_a_plain_mutex_counts_as_hung_and_is_ended() {
    let folder = Folder::new("hung");
    let results = run(
        &folder,
        &["quick", "--only", "death", "--peer", "pthread", "--rounds", "2", "--batch", "1"],
    );
    let (_, row) = rows(&results).find(|(_, row)| row["peer"] == "pthread").unwrap();
    assert_eq!(row["verdicts"], serde_json::json!(["hung"]));
}

#[test]
fn every_installed_peer_completes_its_scenarios() {
    let folder = Folder::new("everybody");
    let only = [
        "field",
        "counter",
        "lock-a",
        "lock-contended",
        "lock-rw",
        "lock-semaphore",
        "lock-condition",
        "lock-barrier",
        "attach",
        "array",
        "hand-off",
        "layout",
        "snapshot-write",
        "sixteen",
        "memory",
    ];
    let mut arguments = vec!["quick", "--rounds", "1", "--batch", "1"];
    only.iter().for_each(|name| arguments.extend(["--only", name]));
    let results = run(&folder, &arguments);
    for (scenario, row) in rows(&results) {
        assert_eq!(row["failures"], serde_json::json!([]), "{} {scenario}", row["peer"]);
        let said_something = row["summary"].is_object()
            || row["verdicts"] != serde_json::json!([])
            || row["counts"]["regions"].as_u64() > Some(0);
        assert!(said_something, "{} {scenario}", row["peer"]);
    }
    for (scenario, row) in rows(&results) {
        for what in ["lost", "early"] {
            let is_bad = scenario.starts_with("lock-") && row["counts"][what].as_u64() > Some(0);
            assert!(!is_bad, "{} {scenario}: {what}", row["peer"]);
        }
    }
    for peer in ["ours", "pthread", "pthread-robust", "std"] {
        let (_, row) = rows(&results)
            .find(|(of, row)| *of == "lock-contended" && row["peer"] == peer)
            .unwrap();
        assert_eq!(row["counts"]["lost"], 0, "{peer}");
    }
}

#[test]
fn a_run_writes_its_report_and_leaves_nothing_in_shared_memory() {
    let folder = Folder::new("report");
    let child = Command::new(PROGRAM)
        .args([
            "quick",
            "--only",
            "lock-alone",
            "--only",
            "latest",
            "--rounds",
            "2",
            "--batch",
            "1",
        ])
        .args(["--peer", "std", "--out"])
        .arg(&folder.0)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pid = child.id();
    assert!(finish(child).success());
    assert_eq!(leftovers(pid), Vec::<String>::new());
    let report = std::fs::read_to_string(folder.0.join("results.md")).unwrap();
    assert!(report.contains("## A lock, uncontended"), "{report}");
    assert!(report.contains("| 4 Ki |"), "{report}");
    let rows = |file: &str| {
        let text = std::fs::read_to_string(folder.0.join(file)).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["tables"][0]["rows"].clone()
    };
    assert_eq!(rows("samples.json")[0]["samples"].as_array().unwrap().len(), 2);
    assert_eq!(rows("results.json")[0]["samples"], Value::Null);
    assert_eq!(rows("results.json")[0]["summary"], rows("samples.json")[0]["summary"]);
    for picture in ["lock-alone.svg", "latest-load.svg"] {
        assert!(std::fs::read_to_string(folder.0.join(picture)).unwrap().starts_with("<svg "));
    }
}

#[test]
fn a_report_can_be_written_again_from_its_results() {
    let (folder, again) = (Folder::new("first"), Folder::new("again"));
    run(
        &folder,
        &["quick", "--only", "lock-alone", "--peer", "std", "--rounds", "1", "--batch", "1"],
    );
    let child = Command::new(PROGRAM)
        .arg("render")
        .arg(folder.0.join("results.json"))
        .arg("--out")
        .arg(&again.0)
        .spawn()
        .unwrap();
    assert!(finish(child).success());
    for file in ["results.json", "results.md", "lock-alone.svg"] {
        let read = |folder: &Folder| std::fs::read_to_string(folder.0.join(file)).unwrap();
        assert!(read(&folder) == read(&again), "{file}");
    }
}

#[test]
fn an_interrupted_run_ends_and_leaves_nothing_in_shared_memory() {
    let folder = Folder::new("interrupted");
    let child = Command::new(PROGRAM)
        .args(["full", "--only", "lock-alone", "--rounds", "100000", "--out"])
        .arg(&folder.0)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pid = child.id();
    let start = Instant::now();
    // A sample has begun once something exists in the run's folder.
    while std::fs::read_dir(format!("/dev/shm/shm-benches-{pid}-0/s0")).is_err() {
        assert!(start.elapsed() < PATIENCE, "no sample begins");
        std::thread::sleep(Duration::from_millis(1));
    }
    let process = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    assert!(!finish(child).success());
    assert_eq!(leftovers(pid), Vec::<String>::new());
    assert!(!folder.0.join("results.json").exists());
}

#[cfg(not(feature = "peers"))]
#[test]
fn a_claim_about_a_peer_that_is_missing_is_not_kept() {
    let said = refused(&["claims", "--only", "field-get", "--batch", "1"]);
    assert!(said.contains("1 of 1 claims are lost"), "{said}");
    assert!(said.contains("field-get: ours to c: `c` is missing"), "{said}");
}

#[test]
fn an_unknown_name_is_reported() {
    assert!(refused(&["quick", "--peer", "unknown"]).contains("no peer `unknown`"));
    assert!(
        refused(&["quick", "--only", "nothing"]).contains("no table or series is called nothing")
    );
    assert!(refused(&["claims", "--only", "nothing"]).contains("no claim is about nothing"));
    assert!(refused(&["render", "/nowhere.json"]).contains("/nowhere.json"));
}
