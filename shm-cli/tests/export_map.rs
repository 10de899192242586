//! Maps in a region's heap, read by exported C and Python, beside a Rust program that has the region open.
//! These tests need gcc, g++ and python3.

#[path = "export/regions.rs"]
mod regions;
mod support;

#[path = "export/compilers.rs"]
mod compilers;
#[path = "export/damage.rs"]
mod damage;
#[path = "export/scripts.rs"]
mod scripts;

use std::process::{Command, Stdio};

use compilers::{Program, STANDARDS, sanitized};
use damage::damage;
use regions::{Fixture, unique};
use scripts::Script;
use shm_core::{CText, Map, Mutex, Region, SharedLayout, Text, field::Be};
use support::{Mode, Pose};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Point {
    x: i16,
    y: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Desk {
    letters: Map<u32, str>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    by_id: Map<u64, Pose>,
    notes: Map<str, str>,
    small: Map<i8, Mode>,
    modes: Map<Mode, [Mode]>,
    floats: Map<f64, [f32]>,
    flags: Map<bool, char>,
    letters: Map<char, bool>,
    labels: Map<Text<12>, Text<12>>,
    names: Map<CText<8>, CText<8>>,
    big: Map<Be<u32>, u8>,
    wide: Map<u128, u128>,
    points: Map<Point, Point>,
    lists: Map<[u16], u32>,
    pairs: Map<[i8; 2], [u16; 3]>,
    boxes: [Map<u32, u32>; 3],
    guarded: Mutex<Desk>,
    empty: Map<u32, u32>,
    /// Grows and shrinks meanwhile: the value of a key is the key, often enough.
    racing: Map<u32, str>,
}

fn pose(x: f64) -> Pose {
    Pose { x, y: -2.5, heading: 0.5 }
}

fn board(what: &str) -> Fixture<Board> {
    let name = unique(what);
    let board = Region::<Board>::options().heap_max(8 << 20).create(&name).unwrap();
    for id in 0..100 {
        board.by_id.insert(&id, &pose(id as f64)).unwrap();
    }
    board.by_id.remove(&13).unwrap();
    board.notes.insert("Ada", "will be late").unwrap();
    board.notes.insert("", "").unwrap();
    board.notes.insert("north gate", &"x".repeat(9000)).unwrap();
    board.small.insert(&-5, &Mode::Failed).unwrap();
    board.modes.insert(&Mode::Measuring, &[Mode::Idle, Mode::Failed]).unwrap();
    board.floats.insert(&-1.5, &[0.5, 1.5]).unwrap();
    board.flags.insert(&true, &'ß').unwrap();
    board.letters.insert(&'ß', &true).unwrap();
    let text = |text| Text::new(text).unwrap();
    board.labels.insert(&text("north"), &text("grün")).unwrap();
    let c_text = |text| CText::new(text).unwrap();
    board.names.insert(&c_text("key"), &c_text("value")).unwrap();
    board.big.insert(&Be::new(0x0102_0304), &9).unwrap();
    board.wide.insert(&(1 << 100), &(3 << 90)).unwrap();
    board.points.insert(&Point { x: -1, y: 2 }, &Point { x: 3, y: 4 }).unwrap();
    board.lists.insert(&[1, 2, 3], &6).unwrap();
    board.lists.insert(&[], &7).unwrap();
    board.pairs.insert(&[-1, 2], &[1, 2, 3]).unwrap();
    board.boxes[2].insert(&7, &49).unwrap();
    board.guarded.lock().unwrap().letters.insert(&1, "dear").unwrap();
    for key in 0..4 {
        board.racing.insert(&key, &key.to_string().repeat(30)).unwrap();
    }
    Fixture::of(name, board)
}

fn c(standard: compilers::Standard, fixture: &Fixture<Board>) -> Program {
    Program::of(standard, &fixture.name, "board", include_str!("export/map.c"))
}

fn python(fixture: &Fixture<Board>) -> Script {
    Script::of(&fixture.name, "board", include_str!("export/map.py"))
}

#[test]
fn c_finds_and_lists_the_entries_of_maps_with_keys_and_values_of_every_kind() {
    let fixture = board("export-map-c");
    for standard in STANDARDS {
        c(standard, &fixture).run(&["read", &fixture.name]);
    }
}

#[test]
fn python_finds_and_lists_the_entries_of_maps_with_keys_and_values_of_every_kind() {
    let fixture = board("export-map-python");
    python(&fixture).run(&["read", &fixture.name]);
}

/// The golden region with maps, of the first version of the format, in /dev/shm: no file there is from before
/// the last boot.
struct Golden(String);

impl Golden {
    fn new(what: &str) -> Self {
        let name = unique(what);
        let bytes = include_bytes!("../../tests/golden/v1/directory.region");
        std::fs::write(format!("/dev/shm/{name}"), bytes).unwrap();
        Self(name)
    }
}

impl Drop for Golden {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(format!("/dev/shm/{}", self.0));
    }
}

#[test]
fn exported_c_finds_the_entries_of_the_golden_region() {
    let golden = Golden::new("export-map-golden-c");
    let header = regions::printed(&["export", &golden.0, "--lang", "c", "--name", "golden"]);
    for standard in STANDARDS {
        let source = include_str!("export/golden_map.c");
        Program::with_header(standard, &golden.0, "golden", &header, source).run(&[&golden.0]);
    }
}

#[test]
fn exported_python_finds_the_entries_of_the_golden_region() {
    let golden = Golden::new("export-map-golden-python");
    let source = include_str!("export/golden_map.py");
    Script::of(&golden.0, "directory", source).run(&[&golden.0]);
}

/// Inserts, replaces and removes entries until the program ends; keys 0 to 3 are there all the time.
fn race(fixture: &Fixture<Board>, mut command: Command) {
    let mut child = command.stdout(Stdio::null()).spawn().expect("starting a program");
    let (racing, mut round) = (&fixture.region.racing, 0);
    let status = loop {
        for _ in 0..50 {
            let key = round % 97;
            let value = |times: u32| key.to_string().repeat(times as usize);
            racing.insert(&key, &value(30 + round % 7 * 40)).unwrap();
            if key > 3 && round % 3 == 0 {
                racing.remove(&key).unwrap();
            }
            if round % 1000 == 999 {
                (4..97).for_each(|key| {
                    racing.remove(&key).unwrap();
                });
            }
            round += 1;
        }
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
    };
    assert!(status.success(), "{status}");
}

#[test]
fn c_misses_no_key_that_is_always_there_while_rust_changes_the_map() {
    let fixture = board("export-map-race-c");
    race(&fixture, c(STANDARDS[0], &fixture).command(&["race", &fixture.name]));
}

#[test]
fn python_misses_no_key_that_is_always_there_while_rust_changes_the_map() {
    let fixture = board("export-map-race-python");
    race(&fixture, python(&fixture).command(&["race", &fixture.name]));
}

#[test]
fn c_reads_nothing_outside_of_a_heap_whose_maps_are_hostile() {
    // The sanitizers see what reads outside of the buffers; a mapping ends in pages that end the program.
    let standard = sanitized().unwrap_or(STANDARDS[0]);
    let fixture = board("export-map-hostile-c");
    let program = c(standard, &fixture);
    damage(&fixture, 1200, || drop(program.run(&["look", &fixture.name])));
}

#[test]
fn python_reads_nothing_outside_of_a_heap_whose_maps_are_hostile() {
    let fixture = board("export-map-hostile-python");
    let script = python(&fixture);
    damage(&fixture, 160, || drop(script.run(&["look", &fixture.name])));
}
