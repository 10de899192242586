//! A lock needs a region, in a struct that ends in a slice as well.

use shm_core::{Mutex, Overlay, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Queue {
    account: Mutex<u64>,
    items: [u32],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Locks {
    count: u64,
    locks: [Mutex<u64>],
}

fn before(_: Overlay<Queue>) {}

fn inside(_: Overlay<Locks>) {}

fn alone(_: Overlay<[Mutex<u64>]>) {}

fn main() {}
