//! A `Latest` is copied as one value; a place is not.

use shm_core::{Latest, Owned, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    newest: Latest<Owned<str>>,
}

fn main() {}
