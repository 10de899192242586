//! Values in a region's heap.

use std::cell::RefCell;
use std::hint::black_box;

use shm_core::{Owned, Region, SharedLayout};

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
    ]
}

#[derive(SharedLayout)]
#[repr(C)]
struct Shelf {
    line: Owned<Line>,
    text: Owned<str>,
}

/// A region whose places were set before, often enough to have what they need next at hand.
fn shelf() -> Region<Shelf> {
    let shelf = Region::<Shelf>::options().heap_max(1 << 20).anonymous().expect("memory");
    for _ in 0..10 {
        shelf.line.set(&Line([1; 8])).expect("room");
        shelf.text.set("twenty bytes of text").expect("room");
    }
    shelf
}

fn on_shelf(work: fn(&Region<Shelf>)) -> Work {
    let shelf = shelf();
    Box::new(move || work(&shelf))
}
