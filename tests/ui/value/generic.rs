//! A value has one layout.

use shm_core::heap::HeapValue;

#[derive(HeapValue)]
struct Job<T> {
    title: String,
    data: Vec<T>,
}

#[derive(HeapValue)]
struct Borrowed<'a> {
    title: &'a str,
}

fn main() {}
