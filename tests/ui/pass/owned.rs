//! Places anywhere in a struct: nested, in arrays, under a lock; with `Debug`.

use shm_core::{Mutex, Owned, Region, SharedLayout, Text};

#[derive(SharedLayout, Debug)]
#[repr(C)]
struct Note<const N: usize> {
    label: Owned<Text<N>>,
    text: Owned<str>,
    wide: Owned<[u128; 2]>,
}

#[derive(SharedLayout, Debug)]
#[repr(C)]
struct Board {
    notes: [Note<8>; 4],
    guarded: Mutex<Note<9>>,
    samples: Owned<[f32]>,
}

fn main() {
    let _: Option<Region<Board>> = Region::<Board>::options().anonymous().ok();
}
