//! An attribute macro below the derive, which changes the integer of an enum.

use shm_attributes::becomes;
use shm_core::SharedLayout;

#[derive(SharedLayout, Clone, Copy, Debug)]
#[becomes(#[repr(u16)] enum Mode { Idle, Busy })]
#[repr(u8)]
enum Mode {
    Idle,
    Busy,
}

fn main() {}
