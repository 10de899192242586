//! An attribute macro below the derive, which aligns a struct with a run-time length.

use shm_attributes::becomes;
use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[becomes(#[repr(C, align(16))] struct Frame { width: u64, pixels: [u8] })]
#[repr(C)]
struct Frame {
    width: u64,
    pixels: [u8],
}

fn main() {}
