//! Values in a region's heap, read by exported C and Python, beside a Rust program that has the region open.
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

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::process::{Command, Stdio};

use compilers::{Program, STANDARDS, sanitized};
use damage::damage;
use regions::{Fixture, unique};
use scripts::Script;
use shm_core::{Mutex, Owned, Region, SharedLayout, Text};
use support::{Mode, Pose};

#[derive(SharedLayout)]
#[repr(C)]
struct Note {
    number: u32,
    text: Owned<str>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    stop: u32,
    title: Owned<str>,
    samples: Owned<[f32]>,
    modes: Owned<[Mode]>,
    poses: Owned<[Pose]>,
    rows: Owned<[[u16; 3]]>,
    pose: Owned<Pose>,
    number: Owned<f64>,
    label: Owned<Text<12>>,
    notes: [Note; 3],
    guarded: Mutex<Note>,
    /// Text whose bytes are all the same, and whose length belongs to them, while it is replaced.
    racing: Owned<str>,
}

fn board(what: &str) -> Fixture<Board> {
    let name = unique(what);
    let board = Region::<Board>::options().heap_max(8 << 20).create(&name).unwrap();
    let pose = |x| Pose { x, y: -2.5, heading: 0.5 };
    board.title.set(&"north gate, ".repeat(700)).unwrap();
    board.samples.set(&[0.5, 1.5, -2.0]).unwrap();
    board.modes.set(&[Mode::Failed, Mode::Idle]).unwrap();
    board.poses.set(&[pose(1.0), pose(2.0)]).unwrap();
    board.rows.set(&[[1, 2, 3], [4, 5, 6]]).unwrap();
    board.pose.set(&pose(7.0)).unwrap();
    board.number.set(&2.5).unwrap();
    board.label.set(&Text::new("grün").unwrap()).unwrap();
    board.notes[1].text.set("a note").unwrap();
    board.guarded.lock().unwrap().text.set("guarded").unwrap();
    board.racing.set("aaaa").unwrap();
    Fixture::of(name, board)
}

fn c(standard: compilers::Standard, fixture: &Fixture<Board>) -> Program {
    Program::of(standard, &fixture.name, "board", include_str!("export/heap.c"))
}

fn python(fixture: &Fixture<Board>) -> Script {
    Script::of(&fixture.name, "board", include_str!("export/heap.py"))
}

#[test]
fn c_reads_what_rust_set_in_places_of_every_kind() {
    let fixture = board("export-heap-c");
    for standard in STANDARDS {
        c(standard, &fixture).run(&["read", &fixture.name]);
    }
}

#[test]
fn python_reads_what_rust_set_in_places_of_every_kind() {
    let fixture = board("export-heap-python");
    python(&fixture).run(&["read", &fixture.name]);
}

/// Replaces the racing text until the program ends.
fn race(fixture: &Fixture<Board>, mut command: Command) {
    let mut child = command.stdout(Stdio::null()).spawn().expect("starting a program");
    let letters = ["a", "b", "c", "d"];
    let mut round = 0;
    let status = loop {
        for _ in 0..100 {
            // Each letter has a length of its own in each of a few classes of blocks.
            let len = [4, 40, 400, 4000][round % 4] + round / 4 % 4;
            fixture.region.racing.set(&letters[round / 4 % 4].repeat(len)).unwrap();
            if round % 7 == 0 {
                fixture.region.racing.clear().unwrap();
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
fn c_sees_no_torn_value_while_rust_replaces_it_flat_out() {
    let fixture = board("export-heap-race-c");
    race(&fixture, c(STANDARDS[0], &fixture).command(&["race", &fixture.name]));
}

#[test]
fn python_sees_no_torn_value_while_rust_replaces_it_flat_out() {
    let fixture = board("export-heap-race-python");
    race(&fixture, python(&fixture).command(&["race", &fixture.name]));
}

#[test]
fn c_reads_nothing_outside_of_a_heap_with_hostile_words() {
    // The sanitizers see what reads outside of the buffers; a mapping ends in pages that end the program.
    let standard = sanitized().unwrap_or(STANDARDS[0]);
    let fixture = board("export-heap-hostile-c");
    let program = c(standard, &fixture);
    damage(&fixture, 1200, || drop(program.run(&["look", &fixture.name])));
}

#[test]
fn python_reads_nothing_outside_of_a_heap_with_hostile_words() {
    let fixture = board("export-heap-hostile-python");
    let script = python(&fixture);
    damage(&fixture, 160, || drop(script.run(&["look", &fixture.name])));
}

#[test]
fn a_region_whose_heap_is_not_the_last_section_or_is_missing_is_refused() {
    let fixture = board("export-heap-section");
    let (program, script) = (c(STANDARDS[0], &fixture), python(&fixture));
    // The header of a region that has all of it but the heap: the same type elsewhere, with the entry of the
    // heap made one of an unknown kind.
    let file = File::options().read(true).write(true).open(fixture.path()).unwrap();
    let mut head = [0; 128];
    file.read_exact_at(&mut head, 0).unwrap();
    let entry = u16::from_le_bytes([head[14], head[15]]) as usize;
    let count = u32::from_le_bytes(head[16..20].try_into().unwrap()) as usize;
    let mut directory = vec![0; entry * count];
    file.read_exact_at(&mut directory, 128).unwrap();
    let heap = (0..count).map(|at| at * entry).find(|at| directory[*at] == 6).unwrap();
    directory[heap] = 77;
    let sum = hash(&directory).to_le_bytes();
    head[32..40].copy_from_slice(&sum);
    let mut summed = head;
    summed[24..32].fill(0);
    summed[120..].fill(0);
    head[24..32].copy_from_slice(&hash(&summed).to_le_bytes());
    file.write_all_at(&head[..120], 0).unwrap();
    file.write_all_at(&directory, 128).unwrap();
    program.run(&["refused", &fixture.name]);
    script.run(&["refused", &fixture.name]);
}

/// FNV-1a, 64 bits.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}
