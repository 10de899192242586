//! The option on something that is not a field of a struct, twice, and not as text.

use shm_core::heap::HeapValue;
use shm_core::{Mutex, SharedLayout};

#[derive(SharedLayout)]
#[shm(guarded_by = "lock")]
#[repr(C)]
struct OnStruct {
    lock: Mutex<()>,
}

#[derive(HeapValue)]
struct Kept {
    #[shm(guarded_by = "x")]
    text: String,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Twice {
    lock: Mutex<()>,
    #[shm(guarded_by = "lock", guarded_by = "lock")]
    low: f64,
    #[shm(guarded_by = lock)]
    high: f64,
}

fn main() {}
