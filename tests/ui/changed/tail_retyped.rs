//! An attribute macro below the derive, which gives the elements another type of the same size.

use shm_attributes::becomes;
use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[becomes(#[repr(C)] struct Frame { width: u64, pixels: [bool] })]
#[repr(C)]
struct Frame {
    width: u64,
    pixels: [u8],
}

fn main() {}
