//! A lock that the struct does not have.

use shm_core::{Mutex, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Range {
    lock: Mutex<()>,
    #[shm(guarded_by = "lok")]
    low: f64,
}

fn main() {}
