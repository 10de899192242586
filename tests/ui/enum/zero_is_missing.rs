//! An enum without a variant of the value 0 says so where a region full of zeros is to be made of it.

use shm_core::{Region, SharedLayout};

const ONE: u8 = 1;

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8)]
enum Level {
    Low = ONE,
    High,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Tank {
    levels: [Level; 2],
}

fn main() {
    let _ = Region::<Level>::create("level");
    let _ = Region::<Tank>::options().private();
}
