//! Fields that are shared by rules of their own.

use shm_core::{Latest, Mutex, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Direct {
    lock: Mutex<()>,
    #[shm(guarded_by = "lock")]
    pose: Latest<f64>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Inner {
    lock: Mutex<()>,
    x: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Nested {
    lock: Mutex<()>,
    #[shm(guarded_by = "lock")]
    inner: [Inner; 2],
}

fn main() {}
