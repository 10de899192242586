//! Values in a heap on the command line: `new`, `show`, `get`, `set` and `watch` of them, and `shm heap`.

mod support;

use std::os::unix::fs::FileExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use shm_core::{Owned, Region, SharedLayout};
use support::{Folder, Pose, assert_golden, assert_golden_of_processes, printed, refused, shm};

#[derive(SharedLayout)]
#[repr(C)]
struct Note {
    number: u32,
    text: Owned<str>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    hits: u64,
    /// Its subject.
    title: Owned<str>,
    samples: Owned<[f32]>,
    poses: Owned<[Pose]>,
    pose: Owned<Pose>,
    notes: [Note; 3],
}

const POSE: Pose = Pose { x: 1.5, y: -2.0, heading: 0.25 };

/// A board with a value in each place, some of them long.
fn board(folder: &Folder) -> Region<Board> {
    let board = Region::<Board>::options().heap_max(4 << 20).create(folder.file("board")).unwrap();
    board.title.set(&"north gate, ".repeat(20)).unwrap();
    let samples: Vec<f32> = (0..1000_u16).map(f32::from).collect();
    board.samples.set(&samples).unwrap();
    board.poses.set(&[POSE; 3]).unwrap();
    board.pose.set(&POSE).unwrap();
    board.notes[1].text.set("short").unwrap();
    board
}

#[test]
fn long_values_are_cut_when_shown_and_a_note_says_so() {
    let folder = Folder::new("heap-show");
    let _board = board(&folder);
    let paths = ["hits", "title", "samples", "poses", "pose", "notes[1]", "notes[0].text"];
    let shown = ["show", "./board"].into_iter().chain(paths);
    assert_golden_of_processes("show_heap.txt", &folder, &shown.clone().collect::<Vec<_>>());
    let json = printed(&folder, shown.chain(["--json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let fields = json["fields"].as_array().unwrap();
    let named = |path: &str| fields.iter().find(|field| field["path"] == path).unwrap();
    assert_eq!(
        (&named("title")["elided"], &named("samples")["elided"]),
        (&true.into(), &true.into())
    );
    assert_eq!(named("samples")["value"].as_array().unwrap().len(), 8);
    assert_eq!(named("pose")["elided"], false);
    assert_eq!(named("pose")["type"], "Owned<Pose>");
}

#[test]
fn values_in_a_heap_are_printed_whole_and_in_part() {
    let folder = Folder::new("heap-get");
    let _board = board(&folder);
    for (path, value) in [
        ("samples[2..5]", "[2.0, 3.0, 4.0]"),
        ("samples[998..]", "[998.0, 999.0]"),
        ("poses[1].x", "1.5"),
        ("pose.heading", "0.25"),
        ("pose", "{ x: 1.5, y: -2.0, heading: 0.25 }"),
        ("notes[..].text", "[\"\", \"short\", \"\"]"),
    ] {
        assert_eq!(printed(&folder, ["get", "./board", path]), format!("{value}\n"), "{path}");
    }
    let whole = printed(&folder, ["get", "./board", "title"]);
    assert_eq!(whole, format!("\"{}\"\n", "north gate, ".repeat(20)));
    let refused = refused(&folder, ["get", "./board", "samples[1000]"], 6);
    assert!(refused.contains("`samples` has 1000 elements: there is no [1000]"), "{refused}");
}

#[test]
fn values_in_a_heap_are_set_and_emptied() {
    let folder = Folder::new("heap-set");
    let board = board(&folder);
    let set = |assignment: &str| printed(&folder, ["set", "./board", assignment]);
    set("title=plain text, as it is");
    set("samples=[1, 2.5]");
    set("poses=[{x: 1, y: 2, heading: 3}]");
    set("pose={y: 9}");
    set("notes[2]={number: 7, text: seven}");
    assert_eq!(board.title.load().unwrap(), "plain text, as it is");
    assert_eq!(board.samples.load().unwrap(), [1.0, 2.5]);
    assert_eq!(board.poses.load().unwrap(), [Pose { x: 1.0, y: 2.0, heading: 3.0 }]);
    assert_eq!(board.pose.load().unwrap(), Some(Pose { y: 9.0, ..POSE }));
    assert_eq!(board.notes[2].text.load().unwrap(), "seven");
    set("samples[1]=7");
    set("poses[0].y=8");
    assert_eq!(board.samples.load().unwrap(), [1.0, 7.0]);
    assert_eq!(board.poses.load().unwrap()[0].y, 8.0);
    for empty in ["title=", "samples=[]", "poses=None", "pose=None", "notes[2].text="] {
        set(empty);
    }
    assert_eq!(board.heap().unwrap().stats().linked, 1, "the text of the note in the middle");
    let json = printed(&folder, ["set", "./board", "title=\"two\\nlines\"", "--json"]);
    assert!(json.contains("\"value\": \"two\\nlines\""), "{json}");
}

#[test]
fn a_region_with_a_heap_is_created_on_the_command_line() {
    let folder = Folder::new("heap-new");
    let definition = "struct Pose { x: f64, y: f64, heading: f32 } struct Note { number: u32, text: Owned<str> }";
    let fields = [
        "hits:u64=3",
        "title:Owned<str>=from the command line",
        "samples:Owned<[f32]>=[1, 2, 3]",
        "poses:Owned<[Pose]>",
        "pose:Owned<Pose>={x: 1.5, y: -2, heading: 0.25}",
        "notes:[Note; 3]",
    ];
    let fields = fields.into_iter().flat_map(|field| ["--field", field]);
    let new = ["new", "./board", "--heap-max", "2M", "--define", definition];
    printed(&folder, new.into_iter().chain(fields));
    let board = Region::<Board>::open(folder.file("board")).unwrap();
    assert_eq!(board.title.load().unwrap(), "from the command line");
    assert_eq!(board.samples.load().unwrap(), [1.0, 2.0, 3.0]);
    assert_eq!(board.pose.load().unwrap(), Some(POSE));
    let capacity = board.heap().unwrap().stats().capacity;
    assert!((1800..2048).contains(&capacity), "{capacity}");
    for size in ["0", "x", "12T", "99999999999999999999"] {
        let new = ["new", "./other", "--type", "Owned<str>", "--heap-max", size];
        assert_eq!(shm(&folder, new).status.code(), Some(2), "{size}");
    }
}

#[test]
fn a_heap_that_has_no_room_is_an_error_of_the_system_and_the_value_stays() {
    let folder = Folder::new("heap-full");
    let new = ["new", "./small", "--heap-max", "16K", "--type", "Owned<[u8]>", "=[1, 2, 3]"];
    printed(&folder, new);
    let many = format!("=[{}7]", "7, ".repeat(20_000));
    let refused = refused(&folder, ["set", "./small", &many], 6);
    assert!(refused.contains("the value has 20001 bytes, at most"), "{refused}");
    assert_eq!(printed(&folder, ["get", "./small"]), "[1, 2, 3]\n");
}

/// The environment variable with the path of the region, for the second process.
const REGION: &str = "SHM_HEAP_REGION";

#[test]
#[ignore = "the second process of the next test"]
fn is_killed_with_blocks() {
    let Some(path) = std::env::var_os(REGION) else { return };
    let board = Region::<Board>::open(path).unwrap();
    board.notes[0].text.set("the last word").unwrap();
    // Freed blocks stay in the cache of this process.
    board.title.clear().unwrap();
    board.hits.set(1);
    std::thread::sleep(Duration::from_secs(600));
}

fn second_process(folder: &Folder) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["is_killed_with_blocks", "--exact", "--ignored"]).stdout(Stdio::null());
    command.env(REGION, folder.file("board")).spawn().expect("starting a second process")
}

#[test]
fn blocks_of_a_dead_process_are_shown_with_its_name_and_taken_back() {
    let folder = Folder::new("heap-dead");
    let board = board(&folder);
    let mut second = second_process(&folder);
    while board.hits.get() == 0 {
        assert!(second.try_wait().unwrap().is_none(), "the second process failed");
        std::thread::sleep(Duration::from_millis(1));
    }
    let heap = |more: &[&'static str]| {
        printed(&folder, ["heap", "./board"].into_iter().chain(more.iter().copied()))
    };
    let alive = heap(&[]);
    let pid = second.id().to_string();
    let line = |text: &str| text.lines().find(|line| line.contains(&pid)).map(str::to_owned);
    assert!(line(&alive).is_some_and(|line| line.contains("alive")), "{alive}");
    second.kill().unwrap();
    second.wait().unwrap();
    let dead = heap(&[]);
    assert!(line(&dead).is_some_and(|line| line.contains("dead")), "{dead}");
    let settled = heap(&["--settle", "--audit"]);
    assert!(line(&settled).is_none(), "{settled}");
    assert!(settled.contains("taken back from dead processes.\n"), "{settled}");
    assert!(!settled.contains("\n0 blocks were"), "{settled}");
    assert!(settled.contains("The heap is consistent."), "{settled}");
    assert_eq!(board.notes[0].text.load().unwrap(), "the last word");
}

#[test]
fn the_heap_of_a_board_is_shown_for_people_and_for_programs() {
    let folder = Folder::new("heap");
    drop(board(&folder));
    assert_golden("heap.txt", &printed(&folder, ["heap", "./board", "--audit"]));
    assert_golden("heap.json", &printed(&folder, ["heap", "./board", "--audit", "--json"]));
    assert_golden("heap.svg", &printed(&folder, ["heap", "./board", "--svg"]));
}

#[test]
fn an_audit_of_a_damaged_heap_names_each_contradiction_and_fails() {
    let folder = Folder::new("heap-damaged");
    let board = board(&folder);
    let path = folder.file("board");
    let handle = std::mem::offset_of!(Board, pose) as u64 + 8;
    drop(board);
    let file = std::fs::File::options().read(true).write(true).open(&path).unwrap();
    let shown = printed(&folder, ["show", "./board", "--json"]);
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let data = shown["header"]["data_offset"].as_u64().unwrap();
    file.write_all_at(&[0; 8], data + handle).unwrap();
    let output = shm(&folder, ["heap", "./board", "--audit"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("which does not hold its handle"), "{text}");
    assert!(printed(&folder, ["heap", "./board"]).contains("linked"), "without an audit");
}

#[test]
fn a_region_without_a_heap_is_refused() {
    let folder = Folder::new("heap-none");
    printed(&folder, ["new", "./plain", "--type", "u64"]);
    let refused = refused(&folder, ["heap", "./plain"], 6);
    assert!(refused.contains("the region has no heap"), "{refused}");
}

#[test]
fn a_picture_of_a_heap_goes_to_a_file() {
    let folder = Folder::new("heap-svg");
    drop(board(&folder));
    printed(&folder, ["heap", "./board", "--svg", "-o", "heap.svg"]);
    let picture = std::fs::read_to_string(folder.file("heap.svg")).unwrap();
    assert!(picture.starts_with("<svg ") && picture.contains("The heap of ./board"), "{picture}");
}
