//! Text whose length and bytes another process could see apart.

use shm_core::{Bytes, Latest, Mutex, Region, SharedLayout, Text};

#[derive(SharedLayout)]
#[repr(C)]
struct Person {
    id: u64,
    name: Text<32>,
}

/// The valid uses of `Person`.
#[derive(SharedLayout)]
#[repr(C)]
struct Right {
    latest: Latest<Person>,
    locked: Mutex<Person>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Frame {
    title: Text<8>,
    pixels: [u8],
}

fn right() {
    let _ = Region::<Right>::create("right");
}

fn alone() {
    let _ = Region::<Text<32>>::create("text");
}

fn in_a_struct() {
    let _ = Region::<Person>::create("person");
}

fn in_an_array() {
    let _ = Region::<[Bytes<32>; 3]>::create("packets");
}

fn beside_a_slice() {
    let _ = Region::<Frame>::options().len(64).create("frame");
}

fn over_foreign_bytes() {
    let _ = unsafe { shm_core::Overlay::<Text<32>>::open("foreign", 0) };
}

fn main() {}
