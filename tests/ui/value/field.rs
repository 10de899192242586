//! A type that means something in one process only.

use std::collections::HashMap;

use shm_core::Owned;
use shm_core::heap::HeapValue;

#[derive(HeapValue)]
struct Job {
    title: String,
    len: usize,
    words: Vec<&'static str>,
    by_name: HashMap<String, u32>,
    notes: Owned<str>,
}

fn main() {}
