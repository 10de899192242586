//! An attribute macro below the derive, which aligns a struct.

use shm_attributes::becomes;
use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[becomes(#[repr(C, align(64))] struct Pair { first: u32, second: f32 })]
#[repr(C)]
struct Pair {
    first: u32,
    second: f32,
}

fn main() {}
