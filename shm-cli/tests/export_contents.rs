//! Values in a region's heap with parts of any length, read by exported C and Python, beside a Rust program that has
//! the region open. These tests need gcc, g++ and python3.

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
use shm_core::heap::HeapValue;
use shm_core::schema::{Live, Schema};
use shm_core::{Map, Owned, Region, SharedLayout, Text};
use support::{Mode, Pose};

#[derive(HeapValue, Clone, Default)]
struct Job {
    id: u32,
    title: String,
    author: Option<String>,
    tags: Vec<u16>,
    modes: Vec<Mode>,
    poses: Option<Vec<Pose>>,
    steps: Vec<Step>,
    ends: Ends,
    wide: Vec<u128>,
    pairs: Vec<[Vec<u8>; 2]>,
    done: bool,
}

#[derive(HeapValue, Clone, Default)]
struct Step {
    urgent: bool,
    command: Vec<String>,
    label: Text<5>,
}

/// A struct in place, with arrays of parts that have contents.
#[derive(HeapValue, Clone, Default)]
struct Ends {
    notes: [[String; 2]; 2],
    number: u64,
}

#[derive(HeapValue)]
struct Key {
    number: u8,
    names: Vec<String>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    current: Owned<Job>,
    history: [Owned<Job>; 3],
    by_id: Map<u64, Job>,
    by_name: Map<str, Step>,
    by_key: Map<Key, u32>,
    /// Each part says which job it is a part of.
    racing: Owned<Job>,
    racing_by_id: Map<u32, Job>,
}

fn job() -> Job {
    let pose = |x| Pose { x, y: -2.5, heading: 0.5 };
    Job {
        id: 7,
        title: "paint the north gate, grün".into(),
        author: None,
        tags: vec![3, 5, 8],
        modes: vec![Mode::Failed, Mode::Idle],
        poses: Some(vec![pose(1.0), pose(2.0)]),
        steps: vec![step("s"), Step::default()],
        ends: Ends {
            notes: [["a".into(), String::new()], ["bc".into(), "def".into()]],
            number: 99,
        },
        wide: vec![1 << 100],
        pairs: vec![[vec![1, 2], vec![]], [vec![], vec![3]]],
        done: true,
    }
}

fn step(label: &str) -> Step {
    let command = vec!["cp".into(), "-r".into(), label.repeat(1000)];
    Step { urgent: true, command, label: Text::new(label).unwrap() }
}

fn key(number: u8, names: &[&str]) -> Key {
    Key { number, names: names.iter().map(|name| (*name).to_owned()).collect() }
}

/// A job of which each part says which job it is a part of.
fn marked(id: u32) -> Job {
    let letter = char::from(b'a' + (id % 26) as u8);
    let text = |times: u32| letter.to_string().repeat(times as usize);
    let step = |_| Step { urgent: true, command: vec![text(3); 2], label: Text::default() };
    Job {
        id,
        title: text(id % 97),
        author: (!id.is_multiple_of(3)).then(|| text(id % 5)),
        tags: vec![id as u16; id as usize % 700],
        steps: (0..id % 4).map(step).collect(),
        ..Job::default()
    }
}

fn board(what: &str) -> Fixture<Board> {
    let name = unique(what);
    let board = Region::<Board>::options().heap_max(8 << 20).create(&name).unwrap();
    board.current.set(&job()).unwrap();
    board.history[1].set(&Job { author: Some("Ada".into()), ..Job::default() }).unwrap();
    for id in 0..20 {
        board.by_id.insert(&id, &Job { id: id as u32 * 10, ..job() }).unwrap();
    }
    board.by_name.insert("first", &step("w")).unwrap();
    board.by_key.insert(&key(1, &["a", "bc"]), &10).unwrap();
    board.by_key.insert(&key(1, &["ab", "c"]), &20).unwrap();
    board.racing.set(&marked(1)).unwrap();
    for id in 0..5 {
        board.racing_by_id.insert(&id, &marked(id)).unwrap();
    }
    Fixture::of(name, board)
}

fn c(standard: compilers::Standard, fixture: &Fixture<Board>) -> Program {
    Program::of(standard, &fixture.name, "board", include_str!("export/contents.c"))
}

fn python(fixture: &Fixture<Board>) -> Script {
    Script::of(&fixture.name, "board", include_str!("export/contents.py"))
}

#[test]
fn c_finds_every_part_of_values_that_rust_set_whatever_its_length() {
    let fixture = board("export-contents-c");
    for standard in STANDARDS.into_iter().chain(sanitized()) {
        c(standard, &fixture).run(&["read", &fixture.name]);
    }
}

#[test]
fn python_finds_every_part_of_values_that_rust_set_whatever_its_length() {
    let fixture = board("export-contents-python");
    python(&fixture).run(&["read", &fixture.name]);
}

/// Replaces values until the program ends.
fn race(fixture: &Fixture<Board>, mut command: Command) {
    let mut child = command.stdout(Stdio::null()).spawn().expect("starting a program");
    let mut round = 0;
    let status = loop {
        for _ in 0..100 {
            fixture.region.racing.set(&marked(round)).unwrap();
            fixture.region.racing_by_id.insert(&(round % 5), &marked(round)).unwrap();
            if round.is_multiple_of(7) {
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
fn c_sees_no_parts_of_two_values_while_rust_replaces_them_flat_out() {
    let fixture = board("export-contents-race-c");
    race(&fixture, c(STANDARDS[0], &fixture).command(&["race", &fixture.name]));
}

#[test]
fn python_sees_no_parts_of_two_values_while_rust_replaces_them_flat_out() {
    let fixture = board("export-contents-race-python");
    race(&fixture, python(&fixture).command(&["race", &fixture.name]));
}

#[test]
fn c_reads_nothing_outside_of_values_with_hostile_offsets() {
    // The sanitizers see what reads outside of the buffers; a mapping ends in pages that end the program.
    let standard = sanitized().unwrap_or(STANDARDS[0]);
    let fixture = board("export-contents-hostile-c");
    let program = c(standard, &fixture);
    damage(&fixture, 1200, || drop(program.run(&["look", &fixture.name])));
}

#[test]
fn python_reads_nothing_outside_of_values_with_hostile_offsets() {
    let fixture = board("export-contents-hostile-python");
    let script = python(&fixture);
    damage(&fixture, 160, || drop(script.run(&["look", &fixture.name])));
}

/// A value in the file of a region: where it starts, and the layout of its fixed part.
struct Stored {
    file: File,
    start: u64,
    len: u64,
    schema: Schema,
}

impl Stored {
    /// Finds the current job by its title, the contents of which come first.
    fn current(fixture: &Fixture<Board>) -> Self {
        let title = "nowhere else";
        fixture.region.current.set(&Job { title: title.into(), ..job() }).unwrap();
        let schema = Schema::of(<Owned<Job> as SharedLayout>::LAYOUT).unwrap();
        let bytes = std::fs::read(fixture.path()).unwrap();
        let found = bytes.windows(title.len()).position(|bytes| bytes == title.as_bytes()).unwrap();
        let fixed = schema.root().live().and_then(Live::kept).unwrap().size();
        let file = File::options().read(true).write(true).open(fixture.path()).unwrap();
        let mut stored = Self { file, start: found as u64 - fixed, len: 0, schema };
        stored.len = stored.word(stored.start - 8);
        stored
    }

    /// Where the words of a text or a slice are.
    fn place(&self, field: &str) -> u64 {
        let job = self.schema.root().live().and_then(Live::kept).unwrap();
        self.start + job.field(field).unwrap().offset()
    }

    fn word(&self, at: u64) -> u64 {
        let mut word = [0; 8];
        self.file.read_exact_at(&mut word, at).unwrap();
        u64::from_ne_bytes(word)
    }

    /// The offset and the length of a text or a slice.
    fn tail(&self, field: &str) -> [u64; 2] {
        [0, 8].map(|at| self.word(self.place(field) + at))
    }

    fn refer(&self, field: &str, [offset, len]: [u64; 2]) {
        for (at, word) in [(0, offset), (8, len)] {
            self.file.write_all_at(&word.to_ne_bytes(), self.place(field) + at).unwrap();
        }
    }
}

#[test]
fn values_that_share_contents_or_leave_their_block_are_refused_as_rust_refuses_them() {
    let fixture = board("export-contents-refused");
    let (program, script) = (c(STANDARDS[0], &fixture), python(&fixture));
    let outcome = |what| {
        program.run(&[what, &fixture.name]);
        script.run(&[what, &fixture.name]);
    };
    let stored = Stored::current(&fixture);
    outcome("whole");
    let ([title, _], [tags, count]) = (stored.tail("title"), stored.tail("tags"));
    for (what, field, tail) in [
        ("a text that ends after the value", "title", [title, stored.len - title + 1]),
        ("a text that begins after the value", "title", [stored.len + 1, 0]),
        ("an offset that overflows", "title", [u64::MAX - 3, 8]),
        ("a length that overflows", "tags", [tags, (1 << 63) + count]),
        ("elements that are not aligned", "tags", [tags + 1, 1]),
        ("contents that other parts have as well", "title", [title, stored.len - title]),
        ("the fixed part of the value", "title", [1, stored.len - 1]),
    ] {
        let old = stored.tail(field);
        stored.refer(field, tail);
        assert!(fixture.region.current.load().is_err(), "{what}: accepted by Rust");
        outcome("refused");
        stored.refer(field, old);
    }
    outcome("whole");
}
