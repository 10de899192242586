//! What is counted. Every case works on a region in memory that processes share.

use std::cell::RefCell;
use std::hint::black_box;

use shm_core::{Bulk, Event, Latest, Mutex, Once, Region, SharedLayout, Watched};

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Line([u64; 8]);

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Page([u64; 512]);

#[derive(SharedLayout)]
#[repr(C)]
struct Everything {
    number: u64,
    samples: [u32; 1024],
    line: Latest<Line>,
    page: Latest<Page>,
    lock: Mutex<u64>,
    event: Event,
    watched: Watched<u64>,
    once: Once,
}

type Case = (&'static str, Box<dyn Fn()>);

/// A case that works on one region, which lives as long as the program.
fn case(name: &'static str, work: fn(&Region<Everything>)) -> Case {
    let region = Region::<Everything>::anonymous().expect("memory");
    (name, Box::new(move || work(&region)))
}

/// A case that copies between a region and a buffer, which is made beforehand.
fn with_buffer<B: 'static>(
    name: &'static str,
    buffer: B,
    work: fn(&Region<Everything>, &mut B),
) -> Case {
    let region = Region::<Everything>::anonymous().expect("memory");
    let buffer = RefCell::new(buffer);
    (name, Box::new(move || work(&region, &mut buffer.borrow_mut())))
}

/// Every case, by the name that the table gives it.
pub(crate) fn all() -> Vec<Case> {
    let mut all = vec![case("nothing", |region| {
        black_box(region);
    })];
    all.extend(fields());
    all.extend(latest());
    all.extend(publishers());
    all.extend(waiting());
    all
}

fn fields() -> Vec<Case> {
    vec![
        case("field: get", |region| {
            black_box(region.number.get());
        }),
        case("field: set", |region| region.number.set(black_box(7))),
        case("field: fetch_add", |region| {
            black_box(region.number.fetch_add(1));
        }),
        with_buffer("[u32; 1024]: load_into", [0; 1024], |region, out| {
            region.samples.load_into(black_box(out)).expect("equal lengths");
        }),
        with_buffer("[u32; 1024]: store_from", [7; 1024], |region, values| {
            region.samples.store_from(black_box(values)).expect("equal lengths");
        }),
    ]
}

fn latest() -> Vec<Case> {
    vec![
        case("Latest of 64 B: load", |region| {
            black_box(region.line.load().expect("no writer"));
        }),
        case("Latest of 64 B: store", |region| {
            region.line.store(black_box(&Line([7; 8]))).expect("no other writer");
        }),
        with_buffer("Latest of 4 KiB: load_into", Page([0; 512]), |region, out| {
            region.page.load_into(black_box(out)).expect("no writer");
        }),
        with_buffer("Latest of 4 KiB: store", Page([7; 512]), |region, value| {
            region.page.store(black_box(value)).expect("no other writer");
        }),
    ]
}

/// With a publisher a store is the copy alone.
fn publishers() -> Vec<Case> {
    fn memory<T: shm_core::Value + shm_core::ValidZeroed>() -> &'static Region<Latest<T>> {
        Box::leak(Box::new(Region::anonymous().expect("memory")))
    }
    let line = RefCell::new(memory::<Line>().publisher().expect("no other writer"));
    let page = RefCell::new(memory::<Page>().publisher().expect("no other writer"));
    let value = Page([7; 512]);
    vec![
        (
            "Latest of 64 B: publisher's store",
            Box::new(move || {
                line.borrow_mut().store(black_box(&Line([7; 8])));
            }),
        ),
        (
            "Latest of 4 KiB: publisher's store",
            Box::new(move || {
                page.borrow_mut().store(black_box(&value));
            }),
        ),
    ]
}

fn waiting() -> Vec<Case> {
    vec![
        case("Mutex: lock and unlock", |region| {
            let guard = region.lock.lock().expect("nobody died");
            guard.set_relaxed(1);
        }),
        case("Event: notify_all, nobody sleeps", |region| region.event.notify_all()),
        case("Watched<u64>: set, nobody sleeps", |region| region.watched.set(black_box(7))),
        case("Once: is_done", |region| {
            black_box(region.once.is_done());
        }),
    ]
}
