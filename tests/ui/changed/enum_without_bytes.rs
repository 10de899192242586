//! An attribute macro below the derive, which removes the integer: the enum then has no bytes.

use shm_attributes::becomes;
use shm_core::SharedLayout;

#[derive(SharedLayout, Clone, Copy, Debug)]
#[becomes(enum Mode { Idle })]
#[repr(u8)]
enum Mode {
    Idle,
}

fn main() {}
