//! Whether a struct has a size is decided by its last field: that rustc does not know the size of the view
//! is nothing that is said in addition.

use shm_core::{Region, SharedLayout, View};

struct Foreign {
    _value: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Last {
    hits: u64,
    foreign: Foreign,
}

// Nothing here is complained about.
fn create(view: &View<Last>) -> u64 {
    let last = Region::<Last>::create("last").unwrap();
    last.hits.get() + view.hits.get()
}

fn main() {}
