//! Plain data is a value already.

use shm_core::heap::HeapValue;
use shm_core::SharedLayout;

#[derive(SharedLayout, HeapValue)]
#[repr(C)]
struct Job {
    id: u64,
}

#[derive(HeapValue)]
struct Note {
    #[shm(alias = "name")]
    title: String,
    #[shm(unit = "s")]
    time: f64,
}

fn main() {}
