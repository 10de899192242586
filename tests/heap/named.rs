//! Objects with names: made at run time, found by other processes by name alone.

use std::time::Duration;

use shm_core::errors::HeapError;
use shm_core::format::FormatError;
use shm_core::heap::{Heap, Named};
use shm_core::{
    Error, Latest, Mutex, Owned, Queue, ReadOnly, ReadWrite, Region, RwLock, SharedLayout, Watched,
};

use super::Kind;
use crate::support::{Folder, argument, finish, run, second_process, wait_until};

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Board {
    ready: u32,
    go: u32,
    constructed: u64,
    title: Owned<str>,
}

/// Everything that can be in an object.
#[derive(SharedLayout)]
#[repr(C)]
struct Machine {
    speed: f32,
    kind: Kind,
    odd: [u16; 5],
    total: Mutex<i64>,
    pose: Latest<[f64; 3]>,
    jobs: Queue<u32, 4>,
    mode: Watched<u32>,
    limits: RwLock<[i8; 3]>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Counter {
    hits: u64,
    last: f64,
}

/// As a program has it that was built from another source.
mod changed {
    use shm_core::SharedLayout;

    #[derive(SharedLayout)]
    #[repr(C)]
    pub(super) struct Counter {
        pub(super) hits: u64,
        pub(super) last: f32,
    }

    /// An old program: without the last field.
    pub(super) mod older {
        use shm_core::SharedLayout;

        #[derive(SharedLayout)]
        #[repr(C)]
        pub(in super::super) struct Counter {
            pub(in super::super) hits: u64,
        }
    }
}

#[derive(SharedLayout)]
#[repr(C, align(4096))]
struct Page {
    bytes: [u64; 512],
}

#[derive(SharedLayout)]
#[repr(C, align(64))]
struct Line {
    number: u8,
}

fn board(folder: &Folder) -> Region<Board> {
    let options = Region::<Board>::options().heap_max(1 << 20).participants(16);
    options.create(folder.file("board")).unwrap()
}

fn heap<A: shm_core::traits::Access>(board: &Region<Board, A>) -> Heap<'_, A> {
    board.heap().unwrap()
}

fn opened() -> Region<Board> {
    Region::<Board>::open(argument("SHM_PATH")).unwrap()
}

/// Nothing in the heap contradicts anything; the objects with a name, those that were removed and are held, and the
/// free ones.
#[track_caller]
pub(crate) fn audited(heap: &Heap<'_, ReadWrite>) -> [usize; 3] {
    heap.recover().unwrap();
    let report = heap.audit();
    assert!(report.faults.is_empty(), "{report:?}");
    assert_eq!(report.stats.made_objects, 0, "{report:?}");
    [report.stats.objects, report.stats.removed_objects, report.stats.free_objects]
}

pub(crate) fn find_all() {
    let board = opened();
    let heap = heap(&board);
    let hits = heap.find::<Mutex<u64>>("hits").unwrap().expect("it was made");
    hits.lock().unwrap().fetch_add(1);
    let machine = heap.named::<Machine>("machine").unwrap();
    assert!(!machine.constructed());
    assert_eq!((machine.speed.get(), machine.kind.get().unwrap()), (0.5, Kind::Loud));
    assert_eq!(machine.pose.load().unwrap(), [1.0, 2.0, 3.0]);
    assert_eq!(machine.jobs.pop().unwrap(), Some(17));
    machine.odd[4].set(99);
    machine.total.lock().unwrap().set(-4);
    machine.limits.write().unwrap()[2].set(-8);
    machine.mode.set(5);
    let samples = heap.named_slice::<[f64]>("samples", 3).unwrap();
    assert_eq!(samples[1].get(), 1.5);
    samples[2].set(2.5);
}

#[test]
fn a_child_finds_objects_by_nothing_but_their_names() {
    let folder = Folder::new("named-found");
    let board = board(&folder);
    let heap = heap(&board);
    let hits = heap.named::<Mutex<u64>>("hits").unwrap();
    hits.lock().unwrap().fetch_add(41);
    let machine = heap.named::<Machine>("machine").unwrap();
    assert!(hits.constructed() && machine.constructed());
    machine.speed.set(0.5);
    machine.kind.set(Kind::Loud);
    machine.pose.store(&[1.0, 2.0, 3.0]).unwrap();
    machine.jobs.push(17).unwrap();
    let samples = heap.named_from::<[f64]>("samples", &[0.5, 1.5, 0.0]).unwrap();
    let mut child = second_process("finds objects");
    let mut child = child.env("SHM_PATH", folder.file("board")).spawn().unwrap();
    // Woken by the other process, in an object.
    machine.mode.wait_until(|mode| mode == 5).unwrap();
    assert!(finish(&mut child).success());
    assert_eq!(hits.lock().unwrap().get(), 42);
    assert_eq!((machine.odd[4].get(), machine.total.lock().unwrap().get()), (99, -4));
    assert_eq!(machine.limits.read().unwrap()[2].get(), -8);
    assert_eq!(samples[2].get(), 2.5);
    assert_eq!(audited(&heap), [3, 0, 0]);
    let names: Vec<_> = heap.objects().into_iter().map(|object| object.name).collect();
    assert_eq!(names, ["samples", "machine", "hits"]);
}

pub(crate) fn construct_at_once() {
    let board = opened();
    let heap = heap(&board);
    board.ready.fetch_add(1);
    for round in 1..=50 {
        while board.go.get() < round {
            std::hint::spin_loop();
        }
        let mut inits = 0;
        let counter = heap
            .named_with::<Counter, _>(&format!("counter {round}"), |counter| {
                inits += 1;
                counter.last.set(7.0);
            })
            .unwrap();
        assert!(inits <= 1 && counter.last.get() == 7.0);
        board.constructed.fetch_add(counter.constructed().into());
        counter.hits.fetch_add(1);
        board.ready.fetch_add(1);
    }
}

#[test]
fn of_processes_that_construct_a_name_at_once_exactly_one_does() {
    let folder = Folder::new("named-race");
    let board = board(&folder);
    let start = || {
        let mut command = second_process("constructs objects at once");
        command.env("SHM_PATH", folder.file("board")).spawn().unwrap()
    };
    let mut children: Vec<_> = (0..4).map(|_| start()).collect();
    for round in 1..=50 {
        wait_until("all are ready", || board.ready.get() == 4 * round);
        board.go.set(round);
    }
    children.iter_mut().for_each(|child| assert!(finish(child).success()));
    assert_eq!(board.constructed.get(), 50);
    let heap = heap(&board);
    for round in 1..=50 {
        let counter = heap.find::<Counter>(&format!("counter {round}")).unwrap().unwrap();
        assert_eq!(counter.hits.get(), 4, "round {round}");
    }
    let [objects, removed, _] = audited(&heap);
    assert_eq!((objects, removed), (50, 0));
}

#[test]
fn an_object_of_another_type_is_refused_with_both_layouts_and_a_longer_one_is_used() {
    let folder = Folder::new("named-type");
    let board = board(&folder);
    let heap = heap(&board);
    let counter = heap.named::<Counter>("requests").unwrap();
    counter.hits.set(3);
    let error = heap.named::<changed::Counter>("requests").unwrap_err();
    assert!(matches!(&error, Error::Format { source: FormatError::LayoutDiffers { .. }, .. }));
    let text = error.to_string();
    for part in ["board@requests", "`last`", "f64", "f32", "Counter"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // As a region says it of itself.
    let region = Region::<Counter>::create(folder.file("counter")).unwrap();
    let said = Region::<changed::Counter>::open(folder.file("counter")).unwrap_err().to_string();
    let (_, said) = said.split_once(": ").unwrap();
    assert!(text.ends_with(said), "{text}\n\n{said}");
    region.unlink().unwrap();
    assert!(heap.find::<u64>("requests").is_err() && heap.named::<[u64; 2]>("requests").is_err());
    assert!(heap.find::<[u64]>("requests").is_err());

    // The older program uses what it knows, the newer one does not fit.
    let older = heap.named::<changed::older::Counter>("requests").unwrap();
    assert_eq!(older.hits.get(), 3);
    heap.named::<changed::older::Counter>("short").unwrap();
    let error = heap.named::<Counter>("short").unwrap_err().to_string();
    assert!(error.contains("16 bytes"), "{error}");

    let three = heap.named_slice::<[u16]>("ports", 3).unwrap();
    three[2].set(80);
    let error = heap.named_slice::<[u16]>("ports", 4).unwrap_err();
    assert!(matches!(error, Error::LengthDiffers { found: 3, expected: 4, .. }), "{error}");
    assert_eq!(heap.find::<[u16]>("ports").unwrap().unwrap().len(), 3);
}

#[test]
fn names_that_no_object_can_have_are_refused() {
    let folder = Folder::new("named-names");
    let board = board(&folder);
    let heap = heap(&board);
    let long = "x".repeat(256);
    for name in ["", "a\0b", "a/b", "a@b", &long] {
        let error = heap.named::<u64>(name).unwrap_err();
        let is_it = matches!(&error, Error::Heap { source: HeapError::BadName { .. }, .. });
        assert!(is_it && error.help().is_some(), "{error}");
    }
    let longest = "ü".repeat(127);
    heap.named::<u64>(&longest).unwrap().set(1);
    assert_eq!(heap.find::<u64>(&longest).unwrap().unwrap().get(), 1);
    assert!(heap.find::<u64>(&longest[2..]).unwrap().is_none());
    assert!(heap.find::<u64>("ü").unwrap().is_none());
}

#[test]
fn an_object_has_the_alignment_of_its_type_whatever_lies_around_it() {
    let folder = Folder::new("named-aligned");
    let board = board(&folder);
    let heap = heap(&board);
    let mut pages = Vec::new();
    for number in 0..5_u64 {
        let line = heap.named::<Line>(&format!("line {number}")).unwrap();
        assert!((&raw const *line).addr().is_multiple_of(64));
        line.number.set(number as u8);
        let page = heap.named::<Page>(&format!("page {number}")).unwrap();
        assert!((&raw const *page).addr().is_multiple_of(4096));
        page.bytes.iter().for_each(|word| word.set(number));
        let bytes = heap.named_slice::<[u8]>(&format!("bytes {number}"), 5000 + number as usize);
        let bytes = bytes.unwrap();
        bytes.iter().for_each(|byte| byte.set(number as u8));
        pages.push((line, page, bytes));
    }
    for (number, (line, page, bytes)) in pages.iter().enumerate() {
        assert_eq!(usize::from(line.number.get()), number);
        assert!(page.bytes.iter().all(|word| word.get() == number as u64));
        assert!(bytes.iter().all(|byte| usize::from(byte.get()) == number));
        assert_eq!(bytes.len(), 5000 + number);
    }
    assert_eq!(audited(&heap), [15, 0, 0]);
}

/// Fills an object and everything in it with values that are not zero.
fn fill(machine: &Named<Machine>) {
    machine.speed.set(1.0);
    machine.kind.set(Kind::Loud);
    machine.odd.iter().for_each(|odd| odd.set(7));
    machine.total.lock().unwrap().set(7);
    for _ in 0..10 {
        machine.pose.store(&[7.0; 3]).unwrap();
    }
    while machine.jobs.push(7).is_ok() {}
    machine.mode.set(7);
    machine.limits.write().unwrap()[1].set(7);
    // Left locked by whoever dies now.
    std::mem::forget(machine.total.lock().unwrap());
}

#[test]
fn memory_of_a_removed_object_becomes_a_new_one_of_its_type_only_and_is_zero_again() {
    let folder = Folder::new("named-again");
    let board = board(&folder);
    let heap = heap(&board);
    let old = heap.named::<Machine>("machine").unwrap();
    let at = (&raw const *old).addr();
    fill(&old);
    assert!(heap.remove("machine").unwrap() && !heap.remove("machine").unwrap());
    assert!(!old.is_current());
    assert!(heap.find::<Machine>("machine").unwrap().is_none());
    let other = heap.named::<Machine>("machine").unwrap();
    assert!(other.constructed() && other.is_current());
    assert_ne!((&raw const *other).addr(), at, "the old one is held");
    assert_eq!(old.speed.get(), 1.0);
    assert_eq!(audited(&heap), [1, 1, 0]);
    drop(old.clone());
    assert_eq!(audited(&heap), [1, 1, 0], "one handle is left");
    drop(old);
    assert_eq!(audited(&heap), [1, 0, 1]);
    let pages = heap.stats().object_pages;

    // Of the same size and alignment, but not of the same type.
    #[derive(SharedLayout)]
    #[repr(C, align(64))]
    struct Other {
        bytes: [u8; size_of::<Machine>()],
    }
    let bytes = heap.named::<Other>("bytes").unwrap();
    assert_ne!((&raw const *bytes).addr(), at);
    assert!(heap.stats().object_pages > pages);

    let new = heap.named::<Machine>("another name").unwrap();
    assert_eq!((&raw const *new).addr(), at, "free memory of the type is used again");
    assert_eq!((new.speed.get(), new.kind.get().unwrap()), (0.0, Kind::Plain));
    assert!(new.odd.iter().all(|odd| odd.get() == 0));
    assert_eq!(new.total.try_lock().unwrap().get(), 0);
    assert_eq!(new.pose.load().unwrap(), [0.0; 3]);
    assert_eq!((new.jobs.pop().unwrap(), new.mode.get().unwrap()), (None, 0));
    assert_eq!(new.limits.read().unwrap()[1].get(), 0);
    assert_eq!(audited(&heap), [3, 0, 0]);
}

pub(crate) fn hold() {
    let board = opened();
    let held = heap(&board).find::<Counter>("held").unwrap().unwrap();
    board.ready.set(1);
    wait_until("the name is removed", || !held.is_current());
    held.hits.set(12);
    board.ready.set(2);
    wait_until("the test goes on", || board.go.get() == 1);
    assert_eq!(held.hits.get(), 12);
    if argument("SHM_END") == "waits" {
        board.ready.set(3);
        std::thread::sleep(Duration::from_secs(3600));
    }
}

#[test]
fn a_removed_object_stays_with_the_processes_that_hold_it_until_they_drop_it_or_die() {
    for end in ["drops", "waits"] {
        let folder = Folder::new("named-held");
        let board = board(&folder);
        let heap = heap(&board);
        heap.named::<Counter>("held").unwrap().hits.set(1);
        let mut command = second_process("holds an object");
        command.env("SHM_PATH", folder.file("board")).env("SHM_END", end);
        let mut child = command.spawn().unwrap();
        wait_until("it holds it", || board.ready.get() == 1);
        assert!(heap.remove("held").unwrap());
        wait_until("it has seen that", || board.ready.get() == 2);
        // New ones do not get the memory.
        let others: Vec<_> =
            (0..9).map(|n| heap.named::<Counter>(&format!("held{n}")).unwrap()).collect();
        let again = heap.named::<Counter>("held").unwrap();
        assert!(again.constructed() && again.hits.get() == 0);
        others.iter().for_each(|other| other.hits.set(99));
        assert_eq!(audited(&heap), [10, 1, 0]);
        board.go.set(1);
        if end == "waits" {
            wait_until("it waits", || board.ready.get() == 3);
            child.kill().unwrap();
            child.wait().unwrap();
        } else {
            assert!(finish(&mut child).success());
        }
        assert_eq!(audited(&heap), [10, 0, 1], "after it {end}");
    }
}

pub(crate) fn read_stale() {
    let board = Region::<Board>::open_read_only(argument("SHM_PATH")).unwrap();
    let heap = heap(&board);
    let find = || heap.find("kinds").unwrap();
    let kind: Named<Kinds, ReadOnly> = std::iter::repeat_with(find).flatten().next().unwrap();
    let mut gone = 0;
    // What another process constructs in the memory is of the type at each moment.
    while gone < 20_000 {
        let [one, other] = [&kind.first, &kind.second].map(|kind| kind.get().unwrap());
        assert!(matches!((one, other), (Kind::Plain | Kind::Loud, Kind::Plain | Kind::Loud)));
        assert!(matches!(kind.number.get(), 0 | 0x0101_0101_0101_0101));
        gone += u32::from(!kind.is_current());
    }
}

#[derive(SharedLayout)]
#[repr(C)]
struct Kinds {
    first: Kind,
    second: Kind,
    number: u64,
}

#[test]
fn a_stale_view_sees_values_of_its_type_whatever_is_made_in_the_memory() {
    let folder = Folder::new("named-stale");
    let board = board(&folder);
    let heap = heap(&board);
    let fill = |kinds: &shm_core::View<Kinds>| {
        kinds.first.set(Kind::Loud);
        kinds.second.set(Kind::Loud);
        kinds.number.set(0x0101_0101_0101_0101);
    };
    heap.named_with::<Kinds, _>("kinds", fill).unwrap();
    let mut command = second_process("reads a stale view");
    let mut child = command.env("SHM_PATH", folder.file("board")).spawn().unwrap();
    let mut round = 0_u32;
    while child.try_wait().unwrap().is_none() {
        round += 1;
        heap.remove("kinds").unwrap();
        // Others of other widths in between.
        let name = format!("bytes {}", round % 3);
        drop(heap.named_from::<[u8]>(&name, &[0xff; 16]).unwrap());
        heap.remove(&name).unwrap();
        drop(heap.named_with::<Kinds, _>("kinds", fill).unwrap());
    }
    assert!(child.wait().unwrap().success());
    let stats = heap.stats();
    assert!(stats.object_pages < 16, "the memory is used again: {stats:?}");
    audited(&heap);
}

#[test]
fn a_read_only_region_finds_objects_and_marks_nothing() {
    let folder = Folder::new("named-read-only");
    let board = board(&folder);
    let heap = heap(&board);
    heap.named_from("answer", &42_i32).unwrap();
    let reader = Region::<Board>::open_read_only(folder.file("board")).unwrap();
    let theirs = reader.heap().unwrap();
    let answer = theirs.find::<i32>("answer").unwrap().unwrap();
    assert_eq!((answer.get(), answer.name(), answer.constructed()), (42, "answer", false));
    assert!(theirs.find::<i32>("question").unwrap().is_none());
    assert!(theirs.find::<u32>("answer").is_err());
    assert_eq!(theirs.objects().len(), 1);
    let again = answer.clone();
    assert!(heap.remove("answer").unwrap());
    assert_eq!(audited(&heap), [0, 0, 1], "a reader holds nothing");
    assert!(!answer.is_current() && again.get() == 42);
}

#[test]
fn a_full_heap_refuses_an_object_and_keeps_the_others_and_blocks_and_objects_share_the_memory() {
    let folder = Folder::new("named-full");
    let options = Region::<Board>::options().heap_max(128 << 10);
    let board = options.create(folder.file("board")).unwrap();
    let heap = heap(&board);
    board.title.set(&super::text(3000, 1)).unwrap();
    let mut made = Vec::new();
    let error = loop {
        match heap.named_slice::<[u64]>(&format!("array {}", made.len()), 500) {
            Ok(array) => {
                array.iter().for_each(|word| word.set(made.len() as u64));
                made.push(array);
            }
            Err(error) => break error,
        }
    };
    let is_full =
        matches!(&error, Error::Heap { source: HeapError::Full { needed: 4000, .. }, .. });
    assert!(is_full && made.len() > 5, "{error}");
    let stats = heap.stats();
    assert!(stats.frontier + stats.object_pages <= stats.capacity, "{stats:?}");
    // The rest is for blocks; after that, nothing has room.
    let mut len = 1 << 17;
    while len > 64 {
        if board.title.set(&super::text(len, 2)).is_err() {
            len /= 2;
        } else {
            break;
        }
    }
    assert!(board.title.load().unwrap().len() > 64);
    for (number, array) in made.iter().enumerate() {
        assert!(array.iter().all(|word| word.get() == number as u64), "array {number}");
    }
    let huge = heap.named_slice::<[u64]>("huge", 1 << 20).unwrap_err();
    assert!(matches!(huge, Error::Heap { source: HeapError::TooLong { .. }, .. }), "{huge}");
    let count = made.len();
    assert_eq!(audited(&heap), [count, 0, 0]);
    // Memory of the same type and length can be had again.
    drop(made.pop());
    heap.remove(&format!("array {}", count - 1)).unwrap();
    heap.named_slice::<[u64]>("another", 500).unwrap();
    assert_eq!(audited(&heap), [count, 0, 0]);
}

#[test]
fn a_value_that_cannot_be_made_leaves_no_object() {
    let folder = Folder::new("named-init");
    let board = board(&folder);
    let heap = heap(&board);
    let refuse = |_: &shm_core::View<Counter>| Err::<(), Box<dyn std::error::Error>>("no".into());
    let error = heap.named_with::<Counter, _>("counter", refuse).unwrap_err();
    assert_eq!(error.to_string(), "no");
    let panics = |_: &shm_core::View<Counter>| -> () { panic!("on purpose") };
    let panics = || heap.named_with::<Counter, _>("counter", panics).is_ok();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(panics));
    assert!(outcome.is_err());
    assert_eq!(audited(&heap), [0, 0, 1]);
    // `init` may use the heap, and make other objects.
    let nested = heap.named_with::<Counter, _>("outer", |outer| {
        board.title.set("inside")?;
        outer.hits.set(heap.named_from("inner", &5_u64)?.get());
        Ok::<(), Box<dyn std::error::Error>>(())
    });
    assert_eq!(nested.unwrap().hits.get(), 5);
    assert_eq!(audited(&heap), [2, 0, 0]);
}

pub(crate) fn find_passed() {
    let board = Region::<Board>::options().passed("board").unwrap();
    heap(&board).find::<u64>("hits").unwrap().unwrap().fetch_add(1);
}

#[test]
fn objects_are_found_in_regions_without_a_name_and_in_private_memory() {
    let board = Region::<Board>::options().heap_max(1 << 20).memfd("board").unwrap();
    let hits = heap(&board).named::<u64>("hits").unwrap();
    let mut command = second_process("finds an object in what was passed");
    board.pass_to(&mut command, "board").unwrap();
    run(&mut command);
    assert_eq!(hits.get(), 1);
    assert_eq!(audited(&heap(&board)), [1, 0, 0]);

    let alone = Region::<Board>::options().heap_max(1 << 20).private().unwrap();
    let total = heap(&alone).named::<Mutex<u64>>("total").unwrap();
    total.lock().unwrap().set(5);
    assert_eq!(heap(&alone).find::<Mutex<u64>>("total").unwrap().unwrap().lock().unwrap().get(), 5);
    assert_eq!(audited(&heap(&alone)), [1, 0, 0]);
}

#[test]
fn a_handle_keeps_the_region_mapped_and_another_type_of_region_finds_the_same_object() {
    let folder = Folder::new("named-kept");
    let board = board(&folder);
    let hits = heap(&board).named::<Mutex<u64>>("hits").unwrap();
    drop(board);
    hits.lock().unwrap().set(7);
    // By its schema, so through another mapping of the file; the object is the same memory.
    let by_name = shm_core::DynRegion::open(folder.file("board")).unwrap();
    let again = by_name.heap().unwrap().find::<Mutex<u64>>("hits").unwrap().unwrap();
    assert_eq!((&raw const *again).addr(), (&raw const *hits).addr());
    let guard = again.lock().unwrap();
    assert!(matches!(hits.lock(), Err(shm_core::LockError::WouldDeadlock)));
    drop(guard);
    let thread = std::thread::spawn(move || hits.lock().unwrap().get());
    assert_eq!(thread.join().unwrap(), 7);
    by_name.heap().unwrap().remove("hits").unwrap();
    assert_eq!(audited(&by_name.heap().unwrap()), [0, 1, 0], "this process has a handle left");
    drop(again);
    assert_eq!(audited(&by_name.heap().unwrap()), [0, 0, 1]);
}
