//! An attribute macro below the derive, which gives an enum an alignment that the derive has not seen.

use shm_attributes::becomes;
use shm_core::SharedLayout;

#[derive(SharedLayout, Clone, Copy, Debug)]
#[becomes(#[repr(u8)] #[repr(align(4))] enum Mode { Idle, Busy })]
#[repr(u8)]
enum Mode {
    Idle,
    Busy,
}

fn main() {}
