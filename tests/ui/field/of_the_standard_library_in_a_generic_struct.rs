//! In a generic struct, fields and trailing elements whose types mention no parameter are judged as well.

use std::sync::atomic::AtomicBool;

use shm_core::{Region, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Ring<T, const N: usize> {
    items: [T; N],
    full: AtomicBool,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Frame<T> {
    head: T,
    rest: [Option<u8>],
}

fn use_them() {
    Region::<Ring<u32, 4>>::create("ring").unwrap().full.get();
    Region::<Frame<u8>>::options().len(4).create("frame").unwrap().rest[3].get();
}

fn main() {}
