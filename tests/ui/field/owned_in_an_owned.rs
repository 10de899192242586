//! What is kept in a heap is plain data: it has no places of its own.

use shm_core::{Owned, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Note {
    text: Owned<str>,
}

fn board() -> Option<Owned<[Note]>> {
    None
}

fn main() {
    let _ = board();
}
