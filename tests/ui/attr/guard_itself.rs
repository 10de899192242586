//! A lock that would guard itself.

use shm_core::{Mutex, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Range {
    #[shm(guarded_by = "lock")]
    lock: Mutex<()>,
    low: f64,
}

fn main() {}
