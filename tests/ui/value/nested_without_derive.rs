//! A struct inside a value needs the derive, too.

use shm_core::heap::HeapValue;

struct Step {
    command: String,
}

#[derive(HeapValue)]
struct Job {
    first: Step,
    steps: Vec<Step>,
    others: [Step; 2],
}

fn main() {}
