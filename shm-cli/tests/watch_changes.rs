//! `shm watch` reports every change of a watched value, even where it shows only the start.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use shm_core::{Bulk, CText, Latest, Map, Mutex, Owned, Region, SharedLayout};
use support::Folder;

/// The time after which a test considers a command hung.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running command whose lines arrive one by one.
struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_shm"))
            .args(["watch", "./region", "--interval", "5ms"])
            .args(arguments)
            .current_dir(folder.path())
            .env_remove("CLICOLOR_FORCE")
            .stdout(Stdio::piped())
            .spawn()
            .expect("running shm");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines }
    }

    /// The next line, without its time.
    #[track_caller]
    fn change(&self) -> String {
        let line = self.lines.recv_timeout(PATIENCE).expect("waiting for a line");
        line.split_once(' ').expect("a time and a text").1.to_owned()
    }

    #[track_caller]
    fn json(&self) -> Value {
        let line = self.lines.recv_timeout(PATIENCE).expect("waiting for a line");
        serde_json::from_str(&line).expect("a line of JSON")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Point {
    tag: u8,
    place: [f32; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Robot {
    hits: u64,
    range_mm: [u16; 1080],
    path: [Point; 100],
    grid: [[u8; 600]; 20],
    names: [CText<24>; 50],
    accounts: [Mutex<u64>; 40],
    poses: [Latest<u64>; 20],
    scan: Latest<[f32; 720]>,
    manual: CText<100_000>,
}

fn robot(folder: &Folder) -> Region<Robot> {
    Region::create(folder.file("region")).expect("making a region")
}

/// Waits until every field was printed once, up to the last.
#[track_caller]
fn skip_first(watch: &Running) {
    while !watch.change().starts_with("manual = ") {}
}

#[test]
fn a_change_after_the_elements_that_are_shown_is_a_line() {
    let folder = Folder::new("watch-behind");
    let robot = robot(&folder);
    let (all, one) = (Running::start(&folder, &[]), Running::start(&folder, &["range_mm"]));
    skip_first(&all);
    assert_eq!(one.change(), "range_mm = [0, 0, 0, 0, 0, 0, 0, 0, .. 1072 more]");
    robot.range_mm[20].set(7);
    assert_eq!(
        (all.change(), one.change()),
        ("range_mm[20] = 7".into(), "range_mm[20] = 7".into())
    );
    robot.range_mm[1079].set(8);
    assert_eq!(
        (all.change(), one.change()),
        ("range_mm[1079] = 8".into(), "range_mm[1079] = 8".into())
    );
    // A change among the shown elements as well.
    robot.range_mm[3].set(9);
    assert_eq!(one.change(), "range_mm[3] = 9");
}

#[test]
fn a_change_deep_inside_is_reported_with_its_path() {
    let folder = Folder::new("watch-deep");
    let robot = robot(&folder);
    let watch = Running::start(&folder, &[]);
    skip_first(&watch);
    robot.path[99].place[2].set(1.5);
    assert_eq!(watch.change(), "path[99].place[2] = 1.5");
    robot.grid[17][599].set(3);
    assert_eq!(watch.change(), "grid[17][599] = 3");
    robot.names[49].set("north").unwrap();
    assert_eq!(watch.change(), "names[49] = \"north\"");
    robot.poses[19].store(&5).unwrap();
    assert_eq!(watch.change(), "poses[19] = 5");
    robot.manual.set("read me").unwrap();
    assert_eq!(watch.change(), "manual = \"read me\"");
}

#[test]
fn taking_a_lock_is_not_a_change_but_changing_its_value_is() {
    let folder = Folder::new("watch-locks");
    let robot = robot(&folder);
    let watch = Running::start(&folder, &[]);
    skip_first(&watch);
    for _ in 0..20 {
        drop(robot.accounts[30].lock().unwrap());
        std::thread::sleep(Duration::from_millis(1));
    }
    robot.accounts[31].lock().unwrap().set(12);
    assert_eq!(watch.change(), "accounts[31] = 12 (unlocked)");
}

#[test]
fn the_differences_between_versions_of_a_latest_are_reported() {
    let folder = Folder::new("watch-versions");
    let robot = robot(&folder);
    let watch = Running::start(&folder, &["scan"]);
    assert_eq!(watch.change(), "scan = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, .. 712 more]");
    let mut scan = [0.0; 720];
    scan[500] = 2.5;
    robot.scan.store(&scan).unwrap();
    assert_eq!(watch.change(), "scan[500] = 2.5");
    // An equal version is not a change.
    robot.scan.store(&scan).unwrap();
    std::thread::sleep(Duration::from_millis(20));
    scan[719] = -1.0;
    robot.scan.store(&scan).unwrap();
    assert_eq!(watch.change(), "scan[719] = -1.0");
}

#[test]
fn the_first_of_many_changes_are_reported_and_the_others_counted() {
    let folder = Folder::new("watch-many");
    let region = Region::<[u64]>::options().len(1_000_000).create(folder.file("region")).unwrap();
    let (lines, json) = (Running::start(&folder, &[]), Running::start(&folder, &["--json"]));
    assert_eq!(lines.change(), "(value) = [0, 0, 0, 0, 0, 0, 0, 0, .. 999992 more]");
    assert_eq!(json.json()["values"]["[0..8]"], json!([0, 0, 0, 0, 0, 0, 0, 0]));
    region[999_999].set(1);
    assert_eq!(lines.change(), "[999999] = 1");
    assert_eq!(json.json()["values"], json!({ "[999999]": 1 }));
    let mut values = vec![0; 1_000_000];
    region.load_into(&mut values).unwrap();
    values[..3219].fill(5);
    region.store_from(&values).unwrap();
    // The bytes are read while they are written: all changes are reported, in one or more looks.
    let mut told = 0;
    while told < 3219 {
        let line = lines.change();
        match line.strip_suffix(" more elements changed").and_then(|line| line.rsplit_once(' ')) {
            Some((_, more)) => told += more.replace(',', "").parse::<u64>().unwrap(),
            None if line.ends_with(" = 5") => told += 1,
            None => assert!(line.ends_with("and 1 more element changed"), "{line}"),
        }
    }
    assert_eq!(told, 3219);
    let mut told = 0;
    while told < 3219 {
        let object = json.json();
        told += object["values"].as_object().unwrap().len() as u64;
        told += object["more_changed"].get("").and_then(Value::as_u64).unwrap_or(0);
    }
    assert_eq!(told, 3219);
}

#[test]
fn a_value_too_large_to_keep_is_reported_by_the_part_that_changed() {
    let folder = Folder::new("watch-huge");
    let file = folder.file("region");
    let options = Region::<[u8]>::options().sparse(true).len(10 << 30);
    let region = options.create(&file).unwrap();
    let watch = Running::start(&folder, &[]);
    assert_eq!(watch.change(), "(value) = [0, 0, 0, 0, 0, 0, 0, 0, .. 10737418232 more]");
    let far = 7 << 30;
    region[far].set(1);
    let expected = format!("[{far}..{}] = <a part of it changed>", far + (16 << 10));
    assert_eq!(watch.change(), expected);
    region[far].set(0);
    assert_eq!(watch.change(), expected);
    let kept = std::os::unix::fs::MetadataExt::blocks(&std::fs::metadata(&file).unwrap());
    assert!(kept < 1000, "{kept} blocks were written, or read through a mapping");
}

#[test]
fn values_that_are_not_watched_are_announced() {
    let folder = Folder::new("watch-cut");
    let fields: Vec<String> = (0..10_500).map(|field| format!("f{field}: u8")).collect();
    let layout = shm_core::dynamic::DynLayout::of(&format!("{{ {} }}", fields.join(", "))).unwrap();
    let _region = shm_core::DynRegion::create(folder.file("region"), &layout).unwrap();
    let watch = Running::start(&folder, &[]);
    while watch.change() != "f9998 = 0" {}
    let said =
        "# only the first 10,000 values are watched, and there are more: name the ones to watch";
    assert_eq!(watch.change(), "f9999 = 0");
    assert_eq!(watch.change(), said);
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    title: Owned<str>,
    samples: Owned<[u16]>,
    points: Owned<[Point]>,
}

#[test]
fn a_new_value_in_the_heap_is_a_change_of_its_place_and_of_each_watched_part() {
    let folder = Folder::new("watch-heap");
    let board: Region<Board> = Region::create(folder.file("region")).unwrap();
    board.samples.set(&[1, 2, 3]).unwrap();
    let (all, one) = (Running::start(&folder, &[]), Running::start(&folder, &["samples[1]"]));
    assert_eq!(all.change(), "title = \"\"");
    assert_eq!(all.change(), "samples = [1, 2, 3]");
    assert_eq!(all.change(), "points = []");
    assert_eq!(one.change(), "samples[1] = 2");
    board.title.set(&"long ".repeat(40)).unwrap();
    assert!(all.change().starts_with("title = \"long long "));
    board.samples.set(&[4, 5, 6]).unwrap();
    assert_eq!(
        (all.change(), one.change()),
        ("samples = [4, 5, 6]".into(), "samples[1] = 5".into())
    );
    board.samples.set(&[9; 100]).unwrap();
    assert_eq!(all.change(), "samples = [9, 9, 9, 9, 9, 9, 9, 9, .. 92 more]");
    assert_eq!(one.change(), "samples[1] = 9");
    board.samples.clear().unwrap();
    assert_eq!(all.change(), "samples = []");
    assert!(one.change().contains("`samples` has 0 elements: there is no [1]"));
}

#[derive(SharedLayout)]
#[repr(C)]
struct Directory {
    ages: Map<str, u32>,
    notes: Map<u64, str>,
}

#[test]
fn entries_of_a_map_that_are_new_changed_or_removed_are_named() {
    let folder = Folder::new("watch-map");
    let options = Region::<Directory>::options().heap_max(8 << 20);
    let directory = options.create(folder.file("region")).unwrap();
    directory.ages.insert("Ada", &36).unwrap();
    directory.ages.insert("Bob", &7).unwrap();
    let lines = Running::start(&folder, &["ages", "--plain"]);
    let json = Running::start(&folder, &["ages", "--json"]);
    let first = r#"ages = [{ key: "Ada", value: 36 }, { key: "Bob", value: 7 }]"#;
    assert_eq!(lines.change(), first);
    assert_eq!(json.json()["values"]["ages"][0], json!({ "key": "Ada", "value": 36 }));
    directory.ages.insert("Cid", &1).unwrap();
    assert_eq!(lines.change(), r#"ages["Cid"] = 1"#);
    assert_eq!(json.json()["values"], json!({ "ages[\"Cid\"]": 1 }));
    directory.ages.insert("Ada", &37).unwrap();
    assert_eq!(lines.change(), r#"ages["Ada"] = 37"#);
    assert_eq!(json.json()["values"], json!({ "ages[\"Ada\"]": 37 }));
    directory.ages.remove("Bob").unwrap();
    assert_eq!(lines.change(), r#"ages["Bob"] = <removed>"#);
    assert_eq!(json.json()["changed"], json!({ "ages[\"Bob\"]": "removed" }));
}

#[test]
fn a_map_that_is_too_large_to_be_compared_is_counted() {
    let folder = Folder::new("watch-map-large");
    let options = Region::<Directory>::options().heap_max(64 << 20);
    let directory = options.create(folder.file("region")).unwrap();
    for id in 0..50 {
        directory.notes.insert(&id, &"x".repeat(1 << 20)).unwrap();
    }
    let lines = Running::start(&folder, &["notes", "--plain"]);
    assert!(lines.change().contains("too large to show"));
    directory.notes.insert(&50, "one more").unwrap();
    assert_eq!(lines.change(), "notes = <51 entries: too large to be compared>");
}
