//! The claims: each a function over a way in.

pub(crate) mod layouts;
pub(crate) mod opening;
pub(crate) mod sharing;
pub(crate) mod values;

use shm_core::Region;
use shm_core::traits::Root;

use crate::everything::{self, Board, Everything};
use crate::regions::{Fixture, unique};

/// A region with a field of every kind.
fn everything_region(what: &str) -> Fixture<Everything> {
    let name = unique(&format!("conformance-{what}"));
    let region = Region::options().create_with(&name, everything::initialise);
    Fixture::of(name, region.expect("making a region"))
}

/// A region with a place in a heap.
fn board_region(what: &str) -> Fixture<Board> {
    let name = unique(&format!("conformance-{what}"));
    let region = Region::<Board>::options().heap_max(1 << 20).create(&name);
    Fixture::of(name, region.expect("making a region"))
}

/// The bytes of a region's file.
fn image<T: Root + ?Sized>(fixture: &Fixture<T>) -> Vec<u8> {
    std::fs::read(fixture.path()).expect("reading a region")
}
