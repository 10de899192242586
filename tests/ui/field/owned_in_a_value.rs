//! What is kept in a heap, or copied as one value, is plain data: it has no places of its own.

use shm_core::{Latest, Mutex, Owned, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Note {
    text: Owned<str>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    newest: Latest<Owned<str>>,
    notes: Owned<[Note]>,
    guarded: Mutex<Note>,
}

fn main() {}
