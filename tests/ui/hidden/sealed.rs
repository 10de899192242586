//! Traits that are documented as sealed are sealed.

use shm_core::{field::{Ordered, Packed}, traits::{Access, CanWrite}, ReadOnly, SharedLayout};

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(C)]
struct Own {
    hits: u32,
}

impl Ordered for Own {
    type Native = u32;

    fn reorder(bits: u32) -> u32 {
        bits
    }
}

impl Packed for Own {
    type Native = u64;
    type Bytes<A: Access> = u64;

    fn load_bytes<A: Access>(_: &u64) -> Self {
        Self { hits: 0 }
    }

    fn store_bytes<A: CanWrite>(_: &u64, _: Self) {}

    fn native(self) -> u64 {
        0
    }

    fn from_native(_: u64) -> Self {
        Self { hits: 0 }
    }
}

impl CanWrite for ReadOnly {}

fn main() {}
