//! An enum with data is no value of its own.

use shm_core::heap::HeapValue;

#[derive(HeapValue)]
enum Step {
    Run { command: String },
    Wait(u64),
}

fn main() {}
