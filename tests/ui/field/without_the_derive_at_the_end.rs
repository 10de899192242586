//! Whether a struct has a size is decided by its last field, so rustc says one thing more here: that
//! it does not know the size of the view.

use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Last {
    hits: u64,
    maybe: Option<u32>,
}

fn main() {}
