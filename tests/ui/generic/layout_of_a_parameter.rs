//! The proofs of a generic struct wait for its parameters: they are made when it is built for one.

use shm_core::layout::{Kind, Layout};
use shm_core::{traits::Access, Field, SharedLayout};

#[repr(C)]
struct Short([u8; 2]);

unsafe impl SharedLayout for Short {
    type View<A: Access> = Field<u8, A>;
    const LAYOUT: &'static Layout = &Layout::new("Short", 2, 1, Kind::Marker);
}

#[derive(SharedLayout)]
#[repr(C)]
struct Pair<T> {
    first: T,
    second: T,
}

fn size<T: SharedLayout>() -> usize {
    Pair::<T>::LAYOUT.size()
}

fn main() {
    size::<u32>();
    size::<Short>();
}
