//! An attribute macro below the derive, which puts the fields of a struct into another order.

use shm_attributes::becomes;
use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[becomes(#[repr(C)] struct Pair { second: [u32; 2], first: u64 })]
#[repr(C)]
struct Pair {
    first: u64,
    second: [u32; 2],
}

fn main() {}
