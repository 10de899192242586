//! Arrays that one side fills flat out, element by element, while the other copies slices of them.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use shm_core::{Bulk, Region, SharedLayout, View};

use crate::regions::{Fixture, finished, unique};

/// All elements have all bits set, or all clear. The field before an array moves it to an odd offset.
#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Slices {
    pub(crate) before: u16,
    pub(crate) halves: [u16; 40_001],
    pub(crate) words: [u32; 40_001],
    pub(crate) floats: [f32; 3],
    pub(crate) longs: [u64; 40_001],
    /// Python fills these.
    pub(crate) from_python_halves: [u16; 40_001],
    pub(crate) from_python_words: [u32; 40_001],
    pub(crate) from_python_longs: [i64; 40_001],
}

pub(crate) fn region(what: &str) -> Fixture<Slices> {
    let name = unique(what);
    let region = Region::create(&name).expect("making a region");
    Fixture::of(name, region)
}

/// Fills the arrays that Python reads, and checks those that it writes, until the program succeeds.
pub(crate) fn race(fixture: &Fixture<Slices>, command: Command) {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| write_and_look(&fixture.region, &done));
        let output = finished(command);
        done.store(true, Ordering::Relaxed);
        let (ones, zeros) = other.join().expect("no element is torn");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        assert!(ones > 0 && zeros > 0, "it was a race: {ones} and {zeros}");
    });
}

fn write_and_look(all: &View<Slices>, done: &AtomicBool) -> (u64, u64) {
    let (mut ones, mut zeros, mut bits) = (0, 0, 0_u64);
    let mut longs = vec![0; all.from_python_longs.len()];
    while !done.load(Ordering::Relaxed) {
        bits = !bits;
        all.halves.iter().for_each(|one| one.set(bits as u16));
        all.words.iter().for_each(|one| one.set(bits as u32));
        all.longs.iter().for_each(|one| one.set(bits));
        for half in all.from_python_halves.iter().map(shm_core::Field::get) {
            assert!(half == 0 || half == u16::MAX, "{half:#x}");
        }
        for word in all.from_python_words.iter().map(shm_core::Field::get) {
            assert!(word == 0 || word == u32::MAX, "{word:#x}");
        }
        all.from_python_longs.load_into(&mut longs).expect("as many");
        for long in &longs {
            assert!(*long == 0 || *long == -1, "{long:#x}");
            ones += u64::from(*long == -1);
            zeros += u64::from(*long == 0);
        }
    }
    (ones, zeros)
}
