//! Opening a region and closing it. The kernel's work is not counted; hash tables are seeded at
//! random, so that two runs differ by some tenths of a percent.

use std::hint::black_box;

use shm_core::{
    DynRegion, Region, SharedLayout,
    traits::{Placeable, ValidZeroed},
};

use super::thousand::Thousand;
use super::{Case, Work, case};

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("open a region of 3 fields", || opening::<Small>()),
        case("open a region of 1,000 fields", || opening::<Thousand>()),
        case("open a region of 1 GiB", large),
        case("DynRegion: open a region of 3 fields", || dyn_opening::<Small>()),
        case("DynRegion: open a region of 1,000 fields", || dyn_opening::<Thousand>()),
    ]
}

#[derive(SharedLayout)]
#[repr(C)]
struct Small {
    temperature: f64,
    hits: u64,
    samples: [u32; 16],
}

/// A region's name, which goes with it.
pub(super) struct Name(String);

impl Name {
    /// A name for this process, of a fixed length: the length makes a difference.
    pub(super) fn new() -> Self {
        Self(format!("shm-counts-{:010}", std::process::id()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        // There may be none: then there is nothing to remove.
        let _ = shm_core::region::unlink(&self.0);
    }
}

/// Returns a new region that no process has open.
fn closed<T: SharedLayout + Placeable + ValidZeroed>() -> Name {
    let name = Name::new();
    drop(Region::<T>::create(name.as_str()).expect("room in /dev/shm"));
    name
}

fn opening<T: SharedLayout + Placeable + ValidZeroed>() -> Work {
    let name = closed::<T>();
    Box::new(move || {
        drop(black_box(Region::<T>::open(name.as_str()).expect("it is there")));
    })
}

fn large() -> Work {
    let name = Name::new();
    let options = Region::<[u8]>::options().sparse(true).len(1 << 30);
    drop(options.create(name.as_str()).expect("room in /dev/shm"));
    Box::new(move || {
        drop(black_box(Region::<[u8]>::open(name.as_str()).expect("it is there")));
    })
}

fn dyn_opening<T: SharedLayout + Placeable + ValidZeroed>() -> Work {
    let name = closed::<T>();
    Box::new(move || {
        drop(black_box(DynRegion::open(name.as_str()).expect("it is there")));
    })
}
