//! Nothing that is exported implements an unsafe trait for a type of the caller's choice.
#![forbid(unsafe_code)]

use shm_core::layout::{Kind, Layout, ScalarKind};
use shm_core::{field::Validated, SharedLayout};

#[derive(Clone, Copy, Debug)]
struct Large([u64; 256]);

impl Validated for Large {
    type Repr = u32;
    const ALLOWED: &'static str = "anything";

    fn from_repr(_: u32) -> Option<Self> {
        Some(Self([0; 256]))
    }

    fn to_repr(self) -> u32 {
        0
    }
}

shm_core::__checked_type!(Large, &Layout::new("Large", 4, 4, Kind::Scalar(ScalarKind::U32)));

#[derive(Clone, Copy, Debug)]
struct ByHand;

unsafe impl SharedLayout for ByHand {
    type View<A: shm_core::traits::Access> = shm_core::Field<u32, A>;
    const LAYOUT: &'static Layout = &Layout::new("ByHand", 4, 4, Kind::Scalar(ScalarKind::U32));
}

fn main() {}
