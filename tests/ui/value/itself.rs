//! A value cannot contain itself: its layout would have no end.

use shm_core::heap::HeapValue;

#[derive(HeapValue)]
struct Tree {
    name: String,
    children: Vec<Tree>,
}

fn main() {}
