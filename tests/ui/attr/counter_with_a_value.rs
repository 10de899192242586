//! A mark that is not a word alone.

use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    #[shm(counter = true)]
    hits: u64,
}

fn main() {}
