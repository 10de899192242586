//! Slices of scalars.

use std::hint::black_box;

use shm_core::Bulk;

use super::{Case, POSE, case, on_region, with_buffer};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = loads();
    cases.extend(stores());
    cases
}

fn loads() -> Vec<Case> {
    vec![
        case("64 B of u8: load_into", || {
            with_buffer([0; 64], |region, out| {
                region.bytes[..64].load_into(black_box(out)).expect("equal lengths");
            })
        }),
        case("256 B of u64: load_into", || {
            with_buffer([0; 32], |region, out| {
                region.words[..32].load_into(black_box(out)).expect("equal lengths");
            })
        }),
        case("4 KiB of u8: load_into", || {
            with_buffer([0; 4096], |region, out| {
                region.bytes.load_into(black_box(out)).expect("equal lengths");
            })
        }),
        case("4 KiB but 1 B of u8, from an odd address: load_into", || {
            with_buffer([0; 4095], |region, out| {
                region.bytes[1..].load_into(black_box(out)).expect("equal lengths");
            })
        }),
        case("4 KiB of u32: load_into", || {
            with_buffer([0; 1024], |region, out| {
                region.samples.load_into(black_box(out)).expect("equal lengths");
                if cfg!(feature = "slowed") {
                    region.samples[..128].load_into(black_box(&mut out[..128])).expect("equal");
                }
            })
        }),
        case("4 KiB of u64: load_into", || {
            with_buffer([0; 512], |region, out| {
                region.words.load_into(black_box(out)).expect("equal lengths");
            })
        }),
        case("4 KiB of structs of 32 B: load_into", || {
            with_buffer([POSE; 128], |region, out| {
                region.track.load_into(black_box(out)).expect("equal lengths");
            })
        }),
    ]
}

fn stores() -> Vec<Case> {
    vec![
        case("256 B of u8: store_from", || {
            with_buffer([7; 256], |region, values| {
                region.bytes[..256].store_from(black_box(values)).expect("equal lengths");
            })
        }),
        case("256 B of u64: store_from", || {
            with_buffer([7; 32], |region, values| {
                region.words[..32].store_from(black_box(values)).expect("equal lengths");
            })
        }),
        case("4 KiB of u8: store_from", || {
            with_buffer([7; 4096], |region, values| {
                region.bytes.store_from(black_box(values)).expect("equal lengths");
            })
        }),
        case("4 KiB of u32: store_from", || {
            with_buffer([7; 1024], |region, values| {
                region.samples.store_from(black_box(values)).expect("equal lengths");
            })
        }),
        case("4 KiB of u64: store_from", || {
            with_buffer([7; 512], |region, values| {
                region.words.store_from(black_box(values)).expect("equal lengths");
            })
        }),
        case("4 KiB of structs of 32 B: store_from", || {
            with_buffer([POSE; 128], |region, values| {
                region.track.store_from(black_box(values)).expect("equal lengths");
            })
        }),
        case("4 KiB of u32: fill", || on_region(|region| region.samples.fill(black_box(7)))),
    ]
}
