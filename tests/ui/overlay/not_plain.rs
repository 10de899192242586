//! Types that an overlay cannot have, and their errors.

use shm_core::{Overlay, SharedLayout};

struct Foreign {
    number: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Record {
    number: u32,
}

fn right(_: Overlay<Record>, _: Overlay<[Record]>, _: Overlay<[[f32; 3]]>) {}

fn a_vector(_: Overlay<Vec<u32>>) {}

fn text(_: Overlay<str>) {}

fn without_the_derive(_: Overlay<Foreign>) {}

fn a_slice_without_the_derive(_: Overlay<[Foreign]>) {}

fn main() {}
