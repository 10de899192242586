//! A length for a type without one.

use shm_core::{Overlay, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Record {
    number: u32,
}

fn main() {
    // SAFETY: not even compiled.
    let _ = unsafe { Overlay::<Record>::open_with_len("./records", 0, 3) };
}
