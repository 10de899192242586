//! The last field decides whether a struct is sized: that the size of the view is unknown does not cause
//! a further error.

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

// These lines cause no further errors.
fn create(view: &View<Last>) -> u64 {
    let last = Region::<Last>::create("last").unwrap();
    last.hits.get() + view.hits.get()
}

fn main() {}
