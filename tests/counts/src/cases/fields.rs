//! Single fields, and whole structs of them.

use std::hint::black_box;

use super::{Case, Mixed, POSE, case, on_region, with_buffer};

const MIXED: Mixed = Mixed { stamp: 1, pose: POSE, small: [7; 8], moving: true, letter: 'a' };

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("field: get", || {
            on_region(|region| {
                black_box(region.number.get());
                if cfg!(feature = "slowed") {
                    black_box(region.number.get());
                }
            })
        }),
        case("field: set", || on_region(|region| region.number.set(black_box(7)))),
        case("field: fetch_add", || {
            on_region(|region| {
                black_box(region.number.fetch_add(1));
            })
        }),
        case("field in a struct in an array: get", || {
            on_region(|region| {
                black_box(region.poses[1].flags.get());
            })
        }),
        case("field in a struct in an array: set", || {
            on_region(|region| region.poses[1].flags.set(black_box(7)))
        }),
        case("element: get", || {
            on_region(|region| {
                black_box(region.samples[black_box(3)].get());
            })
        }),
        case("element: set", || on_region(|region| region.samples[black_box(3)].set(black_box(7)))),
        case("struct of 64 B: load", || {
            with_buffer(MIXED, |region, out| {
                *black_box(out) = region.mixed.load().expect("zero is valid");
            })
        }),
        case("struct of 64 B: store", || {
            with_buffer(MIXED, |region, value| region.mixed.store(black_box(value)))
        }),
    ]
}
