//! An attribute macro below the derive, which gives a field another type of the same size.

use shm_attributes::becomes;
use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[becomes(#[repr(C)] struct Flag { up: bool })]
#[repr(C)]
struct Flag {
    up: u8,
}

fn main() {}
