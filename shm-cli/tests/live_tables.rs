//! Rows of processes, and structs in the heap, as tables in `show` and `watch`; ranges as tables in `watch`.

mod support;
#[path = "support/terminal.rs"]
mod terminal;

use regex_lite::Regex;
use serde_json::{Value, json};
use shm_core::{Owned, PerProcess, Region, SharedLayout};
use support::{Folder, Pose, printed};
use terminal::Terminal;

const ENTER: &str = "\r";

/// The counts of one process.
#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
#[shm(fold = "sum")]
struct Counts {
    /// Requests that were answered.
    requests: u64,
    errors: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Shop {
    workers: PerProcess<Counts, 40>,
    poses: Owned<[Pose]>,
    steps: [Pose; 40],
}

fn shop(folder: &Folder) -> Region<Shop> {
    Region::<Shop>::options().participants(4).heap_max(1 << 20).create(folder.file("shop")).unwrap()
}

fn poses(count: u32) -> Vec<Pose> {
    (0..count).map(|x| Pose { x: f64::from(x) + 0.5, y: 0.0, heading: 0.0 }).collect()
}

/// The table of a field in the JSON of `show`.
fn table(folder: &Folder, arguments: &[&str]) -> Value {
    let all = ["show", "./shop", "--json"].iter().chain(arguments).copied();
    let report: Value = serde_json::from_str(&printed(folder, all.collect::<Vec<_>>())).unwrap();
    report["fields"][0]["table"].clone()
}

#[test]
fn the_rows_of_processes_are_a_table_with_their_processes_and_what_past_ones_left() {
    let folder = Folder::new("live-rows");
    let shop = shop(&folder);
    let (first, second) = (shop.workers.claim().unwrap(), shop.workers.claim().unwrap());
    first.requests.set(5);
    drop(first);
    second.requests.set(70_000);
    second.errors.set(2);
    let shown = printed(&folder, ["show", "./shop", "workers"]);
    let (_, shown) = shown.split_once("workers  PerProcess<Counts, 40>\n").expect(&shown);
    let pid = std::process::id();
    for line in [
        r"^  requests: Requests that were answered\.\n".to_owned(),
        r"\n +requests  errors\n".to_owned(),
        r"\nretired +5 +0\n".to_owned(),
        format!(r"\n +\[1\] +70000 +2  process {pid} "),
    ] {
        assert!(Regex::new(&line).unwrap().is_match(shown), "{line}: {shown}");
    }
    // Rows that no process has are no lines.
    assert_eq!(shown.lines().filter(|line| line.contains('[')).count(), 1, "{shown}");

    let table = table(&folder, &["workers"]);
    assert_eq!(table["retired"], json!([5, 0]));
    assert_eq!(table["rows"][0]["path"], "workers[1]");
    assert_eq!(table["rows"][0]["values"], json!([70_000, 2]));
    assert_eq!(table["rows"][0]["holder"]["pid"], pid);
    assert_eq!(table["rows"].as_array().unwrap().len(), 1);
}

#[test]
fn the_structs_that_a_place_owns_are_a_table() {
    let folder = Folder::new("live-owned");
    let shop = shop(&folder);
    let empty = printed(&folder, ["show", "./shop", "poses"]);
    assert!(empty.contains("poses  []"), "{empty}");
    shop.poses.set(&poses(10)).unwrap();
    let few = printed(&folder, ["show", "./shop", "poses"]);
    assert!(few.contains("\n.. 2 more rows: --full shows them\n"), "{few}");
    let has = |text: &str, line: &str| Regex::new(line).unwrap().is_match(text);
    assert!(has(&few, r"\n *\[7\] +7\.5 +0\.0") && !few.contains("[8]"), "{few}");
    let all = printed(&folder, ["show", "./shop", "poses", "--full"]);
    assert!(has(&all, r"\n *\[9\] +9\.5 +0\.0") && !all.contains("more rows"), "{all}");
    assert_eq!(table(&folder, &["poses"])["left_out"], 2);
    let full = table(&folder, &["poses", "--full"]);
    assert_eq!(full["rows"][9], json!({ "path": "poses[9]", "values": [9.5, 0.0, 0.0] }));
    // What is too deep to be shown stays in one line.
    let one = printed(&folder, ["show", "./shop", "poses", "--depth", "1"]);
    assert!(one.contains("{ x: 0.5, y: 0.0, heading: 0.0 }"), "{one}");
}

#[test]
fn in_a_live_table_rows_come_and_go_with_processes_and_with_what_is_owned() {
    let folder = Folder::new("live-watch");
    let shop = shop(&folder);
    shop.poses.set(&poses(3)).unwrap();
    let row = shop.workers.claim().unwrap();
    row.requests.set(7);
    let file = folder.file("shop").display().to_string();
    let arguments = ["watch", &*file, "workers", "poses", "--interval", "10ms"];
    let mut terminal = Terminal::start((24, 80), &arguments);
    // Named, they are open.
    terminal.wait_for("1 of 40 rows");
    terminal.wait_for("3 rows");
    terminal.wait_for("[2]");
    assert!(!terminal.screen().contents().contains("[3]"));
    let another = shop.workers.claim().unwrap();
    another.requests.set(123_456);
    terminal.wait_for("2 of 40 rows");
    terminal.wait_for("123456");
    drop(another);
    terminal.wait_until("the row is gone", |screen| !screen.contents().contains("123456"));
    shop.poses.set(&poses(5)).unwrap();
    terminal.wait_for("[4]");
    shop.poses.set(&poses(1)).unwrap();
    terminal.wait_for("1 row");
    terminal.wait_until("they are gone", |screen| !screen.contents().contains("[4]"));
    terminal.press(ENTER);
    terminal.wait_until("the rows of processes are closed", |screen| {
        !screen.contents().contains("requests")
    });
    terminal.press("q");
    assert!(terminal.finish().success());
}

#[test]
fn in_a_live_table_a_range_is_a_table_of_its_elements() {
    let folder = Folder::new("live-range");
    let shop = shop(&folder);
    let file = folder.file("shop").display().to_string();
    let range = "steps[20..35]";
    let mut terminal = Terminal::start((30, 80), &["watch", &file, range, "--interval", "10ms"]);
    terminal.wait_for("15 rows");
    terminal.wait_for("[20]");
    terminal.wait_for("[34]");
    assert!(!terminal.screen().contents().contains("[35]"));
    // Elsewhere than in the first rows, whose values are read.
    shop.steps[33].x.set(62.5);
    terminal.wait_for("[33].x = 62.5; 15 rows");
    let line = |screen: &vt100::Screen| {
        screen.contents().lines().any(|line| line.contains("[33]") && line.contains("62.5"))
    };
    terminal.wait_until("its line has the value", line);
    shop.steps[36].x.set(4.0);
    shop.steps[20].y.set(9.0);
    terminal.wait_for("[20].y = 9.0");
    assert!(!terminal.screen().contents().contains("[36]"));
    terminal.press("q");
    assert!(terminal.finish().success());
}
