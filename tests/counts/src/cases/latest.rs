//! Values that are read whole, and streams of them.

use std::cell::RefCell;
use std::hint::black_box;

use shm_core::sync::{LatestView, Value};
use shm_core::traits::ValidZeroed;
use shm_core::{Latest, Region, Ring};

use super::{Case, Line, Page, Work, case, on_region, with_buffer};

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("Latest of 64 B: load", || {
            with_buffer(Line([0; 8]), |region, out| {
                *black_box(out) = region.line.load().expect("no writer");
            })
        }),
        case("Latest of 64 B with checked fields: load", || {
            on_region(|region| {
                black_box(region.mixed_line.load().expect("no writer"));
            })
        }),
        case("Latest of 64 B: store", || {
            on_region(|region| {
                region.line.store(black_box(&Line([7; 8]))).expect("no other writer");
            })
        }),
        case("Latest of 4 KiB: load_into", || {
            with_buffer(Page([0; 512]), |region, out| {
                region.page.load_into(black_box(out)).expect("no writer");
            })
        }),
        case("Latest of 4 KiB: store", || {
            with_buffer(Page([7; 512]), |region, value| {
                region.page.store(black_box(value)).expect("no other writer");
            })
        }),
        case("Latest of 64 B: publisher's store", || publisher(Line([7; 8]))),
        case("Latest of 4 KiB: publisher's store", || publisher(Page([7; 512]))),
        case("Latest of 64 B: owned publisher's store", owned_publisher),
        case("Ring of 64 B: push, no sleepers", || {
            let ring = stream();
            Box::new(move || {
                ring.push(black_box(&Line([7; 8]))).expect("no other writer");
            })
        }),
        case("Ring of 64 B: publisher's push, no sleepers", || {
            let publisher = RefCell::new(stream().publisher().expect("no other writer"));
            Box::new(move || {
                publisher.borrow_mut().push(black_box(&Line([7; 8])));
            })
        }),
        case("Ring of 64 B: next", || {
            let ring = stream();
            (0..32).for_each(|_| drop(ring.push(&Line([7; 8]))));
            let (seen, out) = (RefCell::new(ring.follow_from_oldest()), RefCell::new(Line([0; 8])));
            Box::new(move || {
                let next = seen.borrow_mut().next();
                *black_box(&mut *out.borrow_mut()) = next.expect("an item").expect("no writer");
            })
        }),
        case("Ring of 64 B: next, when there is no further item", || {
            let seen = RefCell::new(stream().follow());
            Box::new(move || {
                black_box(seen.borrow_mut().next().is_none());
            })
        }),
    ]
}

/// Publishers and followers borrow the region, which has to live as long as the process.
fn stream() -> &'static Region<Ring<Line, 64>> {
    Box::leak(Box::new(Region::options().anonymous().expect("memory")))
}

/// With a publisher a store is the copy alone.
fn publisher<T: Value + ValidZeroed>(value: T) -> Work {
    let region = Region::<Latest<T>>::options().anonymous().expect("memory");
    // The publisher borrows the region, and both have to live as long as the process.
    let publisher = RefCell::new(Box::leak(Box::new(region)).publisher().expect("no other writer"));
    Box::new(move || {
        publisher.borrow_mut().store(black_box(&value));
    })
}

/// A publisher that a struct can own takes as many instructions to store.
fn owned_publisher() -> Work {
    let region = Region::<Latest<Line>>::options().anonymous().expect("memory");
    let publisher = RefCell::new(region.own(LatestView::publisher).expect("no other writer"));
    let value = Line([7; 8]);
    Box::new(move || {
        publisher.borrow_mut().store(black_box(&value));
    })
}
