//! A view that is not aligned like its type: its atomics would be off their natural alignment.

use shm_core::layout::{Kind, Layout};
use shm_core::{traits::Access, Field, SharedLayout};

#[repr(C, align(2))]
struct Wide([u8; 4]);

unsafe impl SharedLayout for Wide {
    type View<A: Access> = Field<u32, A>;
    const LAYOUT: &'static Layout = &Layout::new("Wide", 4, 2, Kind::Marker);
}

#[derive(SharedLayout)]
#[repr(C)]
struct Record {
    kind: u16,
    wide: Wide,
}

fn main() {}
