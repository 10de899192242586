//! For an enum without a variant of the value 0, creating a region full of zeros is an error that says so.

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
