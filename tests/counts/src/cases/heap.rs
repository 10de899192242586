//! Values in a region's heap.

use std::cell::{Cell, RefCell};
use std::hint::black_box;

use shm_core::heap::HeapValue;
use shm_core::{Map, Owned, Region, SharedLayout};

use super::{Case, Line, Work, case};

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("Owned of 64 B: load", || {
            on_shelf(|shelf| {
                black_box(shelf.line.load().expect("no writer"));
            })
        }),
        case("Owned of 64 B: set", || {
            on_shelf(|shelf| shelf.line.set(black_box(&Line([7; 8]))).expect("room"))
        }),
        case("Owned text of 20 B: load_into", || {
            let text = RefCell::new(String::with_capacity(64));
            let shelf = shelf();
            Box::new(move || shelf.text.load_into(&mut text.borrow_mut()).expect("no writer"))
        }),
        case("Owned text of 20 B: set", || {
            on_shelf(|shelf| shelf.text.set(black_box("twenty bytes of text")).expect("room"))
        }),
        case("Owned of a title and four tags: load", || {
            on_desk(|desk| {
                black_box(desk.job.load().expect("no writer"));
            })
        }),
        case("Owned of a title and four tags: set", || {
            let (desk, job) = (desk(), job());
            Box::new(move || desk.job.set(black_box(&job)).expect("room"))
        }),
        case("Owned slice of 64 KiB: set", || {
            let slice = Region::<Owned<[u8]>>::options().heap_max(1 << 20).anonymous();
            let (slice, bytes) = (slice.expect("memory"), vec![7; 64 << 10]);
            (0..10).for_each(|_| slice.set(&bytes).expect("room"));
            Box::new(move || slice.set(black_box(&bytes)).expect("room"))
        }),
        case("Map of 10,000 keys: get 64 B by a u64", || {
            in_directory(|directory| {
                black_box(directory.by_number.get(black_box(&7777)).expect("no writer"));
            })
        }),
        case("Map of 10,000 keys: contains_key", || {
            in_directory(|directory| {
                black_box(directory.by_number.contains_key(black_box(&7777)).expect("no writer"));
            })
        }),
        case("Map of 10,000 keys: replace 64 B", || {
            in_directory(|directory| {
                let line = black_box(Line([7; 8]));
                directory.by_number.insert(black_box(&7777), &line).expect("room");
            })
        }),
        case("Map of 10,000 keys: insert and remove 64 B", || {
            in_directory(|directory| {
                let line = black_box(Line([7; 8]));
                directory.by_number.insert(black_box(&77_777), &line).expect("room");
                directory.by_number.remove(black_box(&77_777)).expect("no death");
            })
        }),
        case("Map of 10,000 keys: insert 64 B", || {
            let (directory, next) = (directory(), Cell::new(77_777));
            Box::new(move || {
                let key = next.replace(next.get() + 1);
                let line = black_box(Line([7; 8]));
                directory.by_number.insert(black_box(&key), &line).expect("room");
            })
        }),
        case("Map of 10,000 keys: remove 64 B", || {
            let (directory, next) = (directory(), Cell::new(7777));
            Box::new(move || {
                let key = next.replace(next.get() + 1);
                directory.by_number.remove(black_box(&key)).expect("no death");
            })
        }),
        case("Map of 10,000 keys: update 64 B", || {
            in_directory(|directory| {
                let change = |line: &mut Option<Line>| *line = Some(black_box(Line([7; 8])));
                directory.by_number.update(black_box(&7777), change).expect("room");
            })
        }),
        case("Map of texts: get_into 20 B by 20 B", || {
            let text = RefCell::new(String::with_capacity(64));
            let directory = directory();
            Box::new(move || {
                let out = &mut text.borrow_mut();
                directory.by_name.get_into(black_box(NAME), out).expect("no writer");
            })
        }),
    ]
}

const NAME: &str = "a name of 20 letters";

#[derive(SharedLayout)]
#[repr(C)]
struct Directory {
    by_number: Map<u64, Line>,
    by_name: Map<str, str>,
}

/// A region with maps that were changed often enough for the next change to find its blocks in the cache.
fn directory() -> Region<Directory> {
    let directory = Region::<Directory>::options().heap_max(16 << 20).anonymous().expect("memory");
    for number in 0..10_000 {
        directory.by_number.insert(&number, &Line([number; 8])).expect("room");
    }
    directory.by_name.insert(NAME, "twenty bytes of text").expect("room");
    directory
}

fn in_directory(work: fn(&Region<Directory>)) -> Work {
    let directory = directory();
    Box::new(move || work(&directory))
}

#[derive(SharedLayout)]
#[repr(C)]
struct Shelf {
    line: Owned<Line>,
    text: Owned<str>,
}

/// A region whose places were set often enough for the next `set` to find its block in the cache.
fn shelf() -> Region<Shelf> {
    let shelf = Region::<Shelf>::options().heap_max(1 << 20).anonymous().expect("memory");
    for _ in 0..10 {
        shelf.line.set(&Line([1; 8])).expect("room");
        shelf.text.set("twenty bytes of text").expect("room");
    }
    shelf
}

/// A value with parts of any length.
#[derive(HeapValue)]
struct Job {
    id: u64,
    title: String,
    tags: Vec<u32>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Desk {
    job: Owned<Job>,
}

fn job() -> Job {
    Job { id: 7, title: NAME.to_owned(), tags: vec![1, 2, 3, 4] }
}

/// As [`shelf`].
fn desk() -> Region<Desk> {
    let desk = Region::<Desk>::options().heap_max(1 << 20).anonymous().expect("memory");
    for _ in 0..10 {
        desk.job.set(&job()).expect("room");
    }
    desk
}

fn on_desk(work: fn(&Region<Desk>)) -> Work {
    let desk = desk();
    Box::new(move || work(&desk))
}

fn on_shelf(work: fn(&Region<Shelf>)) -> Work {
    let shelf = shelf();
    Box::new(move || work(&shelf))
}
