//! An attribute macro below the derive, which takes the integer away: the enum has no bytes then.

use shm_attributes::becomes;
use shm_core::SharedLayout;

#[derive(SharedLayout, Clone, Copy, Debug)]
#[becomes(enum Mode { Idle })]
#[repr(u8)]
enum Mode {
    Idle,
}

fn main() {}
