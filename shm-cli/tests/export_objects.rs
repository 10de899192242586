//! Named objects in a region's heap, found by exported C and Python, beside a Rust program that has the region open.
//! These tests need gcc, g++ and python3.

#[path = "export/companion.rs"]
mod companion;
#[path = "export/compilers.rs"]
mod compilers;
#[path = "export/regions.rs"]
mod regions;
#[path = "export/scripts.rs"]
mod scripts;
mod support;

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::process::Command;
use std::time::Duration;

use companion::Companion;
use compilers::{Program, STANDARDS, Standard, sanitized};
use regions::{Fixture, printed, unique};
use scripts::Script;
use shm_core::format::SectionKind;
use shm_core::heap::Heap;
use shm_core::inspect::Inspection;
use shm_core::{
    CText, DynRegion, Latest, LockError, Map, Mutex, Owned, ReadWrite, Region, SharedLayout,
};
use support::{Mode, Pose};

/// The region's own value: no object is in it.
#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    title: Owned<str>,
    by_id: Map<u64, u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Counter {
    hits: u64,
    slowest: f64,
    mode: Mode,
    label: CText<14>,
    pose: Latest<Pose>,
    total: Mutex<i64>,
    bins: [u16; 5],
}

mod older {
    use super::{CText, Mode, SharedLayout};

    /// Before it had a pose.
    #[derive(SharedLayout)]
    #[repr(C)]
    pub(super) struct Counter {
        pub(super) hits: u64,
        pub(super) slowest: f64,
        pub(super) mode: Mode,
        pub(super) label: CText<14>,
    }
}

fn board(what: &str) -> Fixture<Board> {
    let name = unique(what);
    let board = Region::<Board>::options().heap_max(1 << 18).create(&name).unwrap();
    Fixture::of(name, board)
}

fn heap(fixture: &Fixture<Board>) -> Heap<'_, ReadWrite> {
    fixture.region.heap().unwrap()
}

/// A board with a counter and other objects.
fn counting(what: &str) -> Fixture<Board> {
    let fixture = board(what);
    let heap = heap(&fixture);
    heap.named_from::<[f32]>("samples", &[0.5, 1.5, 2.5]).unwrap();
    let counter = heap.named::<Counter>("requests").unwrap();
    counter.hits.set(3);
    counter.slowest.set(7.5);
    counter.mode.set(Mode::Measuring);
    counter.label.set("front door").unwrap();
    counter.pose.store(&Pose { x: 1.0, y: -2.5, heading: 0.5 }).unwrap();
    counter.total.lock().unwrap().set(-4);
    counter.bins[4].set(400);
    heap.named_from("limit", &99_u64).unwrap();
    fixture
}

fn object(fixture: &Fixture<Board>, name: &str) -> String {
    format!("{}@{name}", fixture.name)
}

fn c(standard: Standard, fixture: &Fixture<Board>) -> Program {
    let name = object(fixture, "requests");
    Program::of(standard, &name, "counter", include_str!("export/objects.c"))
}

fn python(fixture: &Fixture<Board>) -> Script {
    Script::of(&object(fixture, "requests"), "counter", include_str!("export/objects.py"))
}

/// Checks what [`counting`] and one run of a program that writes have left.
fn assert_written(fixture: &Fixture<Board>, total: i64, x: f64) {
    let counter = heap(fixture).named::<Counter>("requests").unwrap();
    assert!(!counter.constructed());
    assert_eq!((counter.hits.get(), counter.slowest.get()), (5, 9.25));
    assert_eq!(counter.mode.get(), Ok(Mode::Failed));
    assert_eq!(counter.label.get(), CText::new("back door").unwrap());
    assert_eq!(counter.total.lock().unwrap().get(), total);
    assert_eq!(counter.pose.load().unwrap().x, x);
    assert_eq!(counter.bins[0].get(), 7);
}

#[test]
fn c_finds_an_object_by_its_name_and_reads_and_writes_it_in_place() {
    for standard in STANDARDS.into_iter().chain(sanitized()) {
        let fixture = counting("objects-c");
        let program = c(standard, &fixture);
        program.run(&["read", &object(&fixture, "requests")]);
        program.run(&["write", &object(&fixture, "requests")]);
        assert_written(&fixture, 6, 8.0);
    }
}

#[test]
fn python_finds_an_object_by_its_name_and_reads_and_writes_it_in_place() {
    let fixture = counting("objects-python");
    let script = python(&fixture);
    script.run(&["read", &object(&fixture, "requests")]);
    script.run(&["write", &object(&fixture, "requests")]);
    // Python takes no locks.
    assert_written(&fixture, -4, 1.0);
}

#[test]
fn an_object_has_as_many_elements_as_it_was_made_with_in_c_and_python() {
    let fixture = counting("objects-slices");
    let samples = object(&fixture, "samples");
    for standard in STANDARDS.into_iter().chain(sanitized()) {
        let source = include_str!("export/object_samples.c");
        Program::of(standard, &samples, "samples", source).run(&[&samples]);
    }
    let source = "import sys, samples\n\
        with samples.Samples.open(sys.argv[1]) as region:\n    \
        assert list(region.value) == [0.5, 1.5, 9.0], list(region.value)\n    \
        region.value[0] = 4\n";
    Script::of(&samples, "samples", source).run(&[&samples]);
    let found = heap(&fixture).named_from::<[f32]>("samples", &[0.0; 3]).unwrap();
    assert_eq!([0, 1, 2].map(|at| found[at].get()), [4.0, 1.5, 9.0]);
}

/// Runs what C and Python must refuse, in the same way.
fn refused(fixture: &Fixture<Board>, programs: &(Program, Script), name: &str, error: [&str; 2]) {
    let name = format!("{}{name}", fixture.name);
    for what in ["refused", "refused-read-only"] {
        programs.0.run(&[what, &name, error[0]]);
        programs.1.run(&[what, &name, error[1]]);
    }
}

#[test]
fn names_without_an_object_of_this_type_are_refused_in_c_and_python() {
    let fixture = counting("objects-refused");
    let programs = (c(STANDARDS[0], &fixture), python(&fixture));
    let refused = |name: &str, error| refused(&fixture, &programs, name, error);
    let nothing = ["NO_OBJECT", "NoObject"];
    refused("@nothing", nothing);
    refused("@request", nothing);
    refused("@requests2", nothing);
    refused("@samples", ["LAYOUT_DIFFERS", "LayoutDiffers"]);
    refused("@limit", ["LAYOUT_DIFFERS", "LayoutDiffers"]);
    // Its own value is not a counter.
    refused("", ["LAYOUT_DIFFERS", "LayoutDiffers"]);
    refused("@a@b", ["BAD_NAME", "BadName"]);
    refused("-is-missing@requests", ["SYSTEM", "FileNotFoundError"]);
    refused("@", ["SYSTEM", "FileNotFoundError"]);
    let long = format!("@{}", "x".repeat(256));
    refused(&long, ["BAD_NAME", "BadName"]);

    let longest = "x".repeat(255);
    heap(&fixture).named::<Counter>(&longest).unwrap();
    programs.0.run(&["accepted", &object(&fixture, &longest)]);
    programs.1.run(&["accepted", &object(&fixture, &longest)]);

    assert!(heap(&fixture).remove("requests").unwrap());
    refused("@requests", nothing);
    let without = unique("objects-no-heap");
    let plain = Fixture::of(without.clone(), Region::<u64>::create(&without).unwrap());
    let name = format!("{}@requests", plain.name);
    programs.0.run(&["refused", &name, "NO_OBJECT"]);
    programs.1.run(&["refused", &name, "NoObject"]);
}

#[test]
fn a_region_whose_name_has_an_at_sign_comes_before_an_object_in_c_and_python() {
    let fixture = counting("objects-at");
    let programs = (c(STANDARDS[0], &fixture), python(&fixture));
    let name = object(&fixture, "requests");
    let own = Fixture::of(name.clone(), Region::<Counter>::create(&name).unwrap());
    own.region.hits.set(77);
    let program = |what| {
        programs.0.run(&[what, &name]);
        programs.1.run(&[what, &name]);
    };
    program("is-77");
    drop(own);
    program("read");
}

#[test]
fn an_object_with_more_fields_is_used_and_one_with_fewer_is_refused_in_c_and_python() {
    let fixture = counting("objects-older");
    let old = heap(&fixture).named::<older::Counter>("old").unwrap();
    old.hits.set(3);
    let name = object(&fixture, "old");
    let source = include_str!("export/object_older.c");
    let older = Program::of(STANDARDS[0], &name, "counter", source);
    older.run(&[&name]);
    older.run(&[&object(&fixture, "requests")]);
    let source = "import sys, counter\n\
        with counter.Counter.open(sys.argv[1]) as region:\n    \
        assert region.hits == 3 and not hasattr(region, 'pose')\n";
    let script = Script::of(&name, "counter", source);
    script.run(&[&name]);
    script.run(&[&object(&fixture, "requests")]);
    let programs = (c(STANDARDS[0], &fixture), python(&fixture));
    refused(&fixture, &programs, "@old", ["LAYOUT_DIFFERS", "LayoutDiffers"]);
}

#[test]
fn a_name_that_was_removed_or_means_another_object_is_not_current_in_c_and_python() {
    let fixture = counting("objects-current");
    let (program, script) = (c(STANDARDS[0], &fixture), python(&fixture));
    let name = object(&fixture, "requests");
    for command in [program.command(&["stays", &name]), script.command(&["stays", &name])] {
        let mut companion = Companion::start(command);
        assert_eq!(companion.ask("current"), "yes");
        assert!(heap(&fixture).remove("requests").unwrap());
        assert_eq!(companion.ask("current"), "no");
        heap(&fixture).named::<Counter>("requests").unwrap();
        assert_eq!(companion.ask("current"), "no");
        companion.end();
    }
}

#[test]
fn a_lock_in_an_object_is_taken_over_from_a_killed_program_in_c() {
    let fixture = counting("objects-killed");
    let program = c(STANDARDS[0], &fixture);
    let counter = heap(&fixture).named::<Counter>("requests").unwrap();
    let mut companion =
        Companion::start(program.command(&["stays", &object(&fixture, "requests")]));
    assert_eq!(companion.ask("lock"), "OK");
    assert!(matches!(counter.total.try_lock(), Err(LockError::Busy)));
    companion.kill();
    companion.reap();
    assert!(matches!(counter.total.lock(), Err(LockError::OwnerDied)));
    let mut other = Companion::start(program.command(&["stays", &object(&fixture, "requests")]));
    assert_eq!(other.ask("lock"), "OWNER_DIED");
    other.end();
}

/// Makes and removes objects until the program ends. Some stay for a while, as some names stay free: what is there only
/// for an instant a slow program hardly ever finds.
fn race(fixture: &Fixture<Board>, mut command: Command) {
    let mut child = command.spawn().expect("starting a program");
    let heap = heap(fixture);
    let mut round = 0;
    let status = loop {
        for _ in 0..20 {
            round += 1;
            let init = |counter: &CounterView| {
                counter.hits.set(round * 10);
                counter.slowest.set(round as f64);
            };
            drop(heap.named_with::<Counter, _>("racing", init).unwrap());
            stay(round % 4 == 0);
            assert!(heap.remove("racing").unwrap());
            // What has the name next is of another type.
            drop(heap.named_from("racing", &round).unwrap());
            stay(round % 4 == 1);
            assert!(heap.remove("racing").unwrap());
            stay(round % 4 == 2);
        }
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
    };
    assert!(status.success(), "{status}");
}

fn stay(a_while: bool) {
    if a_while {
        std::thread::sleep(Duration::from_micros(100));
    }
}

#[test]
fn c_finds_whole_objects_of_its_type_or_none_while_rust_makes_and_removes_them() {
    let fixture = counting("objects-race-c");
    let name = object(&fixture, "racing");
    race(&fixture, c(STANDARDS[0], &fixture).command(&["race", &name]));
}

#[test]
fn python_finds_whole_objects_of_its_type_or_none_while_rust_makes_and_removes_them() {
    let fixture = counting("objects-race-python");
    let name = object(&fixture, "racing");
    race(&fixture, python(&fixture).command(&["race", &name]));
}

/// Damages the number of objects, and words of objects up to their values; lets `look` find each now and then.
fn damage(fixture: &Fixture<Board>, rounds: u64, mut look: impl FnMut(u64)) {
    let file = File::options().read(true).write(true).open(fixture.path()).unwrap();
    let inspection = Inspection::of(fixture.path()).unwrap();
    let mut sections = inspection.header().sections().iter();
    let section = sections.find(|section| section.kind() == SectionKind::Heap).unwrap();
    let state = DynRegion::open_read_only(fixture.path()).unwrap().heap_state().unwrap();
    let end = section.offset() + section.len();
    let capacity = (section.len() - 4096) / 1056;
    let pages = section.offset() + 4096 + (capacity * 32).next_multiple_of(1024);
    assert!(pages + capacity * 1024 <= end);
    let objects: Vec<_> = state.objects.iter().map(|object| pages + object.page * 1024).collect();
    let mut damaged: Vec<(u64, [u8; 8])> = Vec::new();
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    let mut roll = |below: u64| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice % below
    };
    for round in 0..rounds {
        let object = objects[roll(objects.len() as u64) as usize];
        let at = match roll(8) {
            0 => section.offset() + 24,
            // The schema, and what is around it.
            1 => object + 8 * (40 + roll(80)),
            _ => object + 8 * roll(8),
        };
        let mut old = [0; 8];
        file.read_exact_at(&mut old, at).unwrap();
        let was = u64::from_ne_bytes(old);
        let word = match roll(6) {
            0 => u64::MAX,
            1 => roll(1 << 12) << 32 | roll(1 << 12),
            2 => 1 << roll(64),
            3 => was.wrapping_add(roll(9)).wrapping_sub(4),
            _ => was ^ 1 << roll(64),
        };
        file.write_all_at(&word.to_ne_bytes(), at).unwrap();
        look(round);
        // Some damage meets other damage.
        damaged.push((at, old));
        if damaged.len() > 2 || roll(2) == 0 {
            while let Some((at, old)) = damaged.pop() {
                file.write_all_at(&old, at).unwrap();
            }
        }
    }
}

#[test]
fn c_reads_nothing_outside_of_the_file_whatever_the_words_of_objects_are() {
    // The program copies the file into memory of exactly its size, so that the sanitizers see any access past it.
    let standard = sanitized().unwrap_or(STANDARDS[0]);
    let fixture = counting("objects-hostile-c");
    let program = c(standard, &fixture);
    let mut companion = Companion::start(program.command(&["hostile", &fixture.name]));
    let mut answers = std::collections::BTreeMap::new();
    damage(&fixture, 2000, |_| *answers.entry(companion.ask("look")).or_insert(0) += 1);
    companion.end();
    for expected in ["OK", "NO_OBJECT", "LAYOUT_DIFFERS", "SCHEMA"] {
        assert!(answers.contains_key(expected), "no {expected}: {answers:?}");
    }
}

#[test]
fn python_reads_nothing_outside_of_the_file_whatever_the_words_of_objects_are() {
    let fixture = counting("objects-hostile-python");
    let script = python(&fixture);
    let name = object(&fixture, "requests");
    let mut companion = Companion::start(script.command(&["hostile", &name]));
    let mut answers = std::collections::BTreeMap::new();
    damage(&fixture, 1500, |_| *answers.entry(companion.ask("look")).or_insert(0) += 1);
    companion.end();
    for expected in ["OK", "NoObject", "LayoutDiffers", "Schema", "Section"] {
        assert!(answers.contains_key(expected), "no {expected}: {answers:?}");
    }
}

#[test]
fn the_layout_of_an_object_is_exported_checked_and_drawn_by_the_name_of_the_object() {
    let fixture = counting("objects-layout");
    let name = object(&fixture, "requests");
    assert!(printed(&["export", &name, "--lang", "json"]).contains("\"slowest\""));
    assert!(printed(&["layout", &name]).contains("slowest"));
    let same = printed(&["check", &name, &name, "--json"]);
    assert!(same.replace(' ', "").contains("\"same\":true"), "{same}");
    let header = printed(&["export", &object(&fixture, "limit"), "--lang", "c"]);
    assert!(header.contains("uint64_t limit_get_value("), "named after the object");
}
