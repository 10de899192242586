//! A value with parts of any length is in the heap, not in a region by itself or in a `Latest`.

use shm_core::heap::HeapValue;
use shm_core::{Latest, SharedLayout};

#[derive(HeapValue)]
struct Job {
    title: String,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    first: Job,
    newest: Latest<Job>,
}

fn main() {}
