//! Fields that cannot guard another one.

use shm_core::{Mutex, RwLock, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Plain {
    lock: u32,
    #[shm(guarded_by = "lock")]
    low: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Full {
    lock: Mutex<u32>,
    #[shm(guarded_by = "lock")]
    low: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Shared {
    lock: RwLock<()>,
    #[shm(guarded_by = "lock")]
    low: f64,
}

fn main() {}
