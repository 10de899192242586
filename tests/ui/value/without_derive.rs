//! An ordinary struct is kept in a heap with the derive only.

use shm_core::Owned;

struct Job {
    title: String,
}

fn current() -> Option<Owned<Job>> {
    None
}

fn main() {
    let _ = current();
}
