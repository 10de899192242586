//! Values in a heap are plain data: they contain no places.

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
