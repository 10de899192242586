//! Counters that cannot count.

use shm_core::{Event, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Signed {
    #[shm(counter)]
    balance: i64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Signal {
    #[shm(counter)]
    changed: Event,
}

fn main() {}
