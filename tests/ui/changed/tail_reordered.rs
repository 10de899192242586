//! An attribute macro below the derive, which puts the fields before a run-time length into another order.

use shm_attributes::becomes;
use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[becomes(#[repr(C)] struct Frame { height: u32, width: u32, pixels: [u8] })]
#[repr(C)]
struct Frame {
    width: u32,
    height: u32,
    pixels: [u8],
}

fn main() {}
