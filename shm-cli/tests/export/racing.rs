//! A region that this process changes as fast as it can, while a program in another language reads it.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use shm_core::{Latest, Region, SharedLayout, View, field::Be};

use crate::regions::{Fixture, unique};

/// All its parts derive from one number.
#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) copies: [u64; 6],
    pub(crate) low: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Racing {
    /// All bits set, or all bits clear.
    pub(crate) hot: u64,
    pub(crate) hot_i64: i64,
    pub(crate) hot_u32: u32,
    pub(crate) hot_u16: u16,
    /// 1.0, whose bytes differ from those of -2.0 at both ends.
    pub(crate) hot_f64: f64,
    pub(crate) hot_be: Be<u64>,
    pub(crate) array: [u64; 8],
    pub(crate) version: Latest<Version>,
    /// Only two slots: readers are lapped more often.
    pub(crate) narrow: Latest<Version, 2>,
    /// Rust adds 1, the other program 2^32.
    pub(crate) sum: u64,
    /// Written before the number of the same turn.
    pub(crate) before: u64,
    pub(crate) after: u64,
}

/// Changes everything until the program has ended, which must succeed.
pub(crate) fn race(fixture: &Fixture<Racing>, mut command: Command) {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| write(&fixture.region, &done));
        let mut child = command.spawn().expect("starting the program");
        let status = finish(&mut child);
        done.store(true, Ordering::Relaxed);
        let additions = writer.join().expect("writing");
        assert!(status, "the program failed");
        let sum = fixture.region.sum.get();
        assert_eq!(sum % (1 << 32), additions % (1 << 32), "an update was lost");
    });
}

pub(crate) fn region(what: &str) -> Fixture<Racing> {
    let name = unique(what);
    let region = Region::create(&name).expect("making a region");
    Fixture::of(name, region)
}

fn finish(child: &mut std::process::Child) -> bool {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        if let Some(status) = child.try_wait().expect("waiting for the program") {
            return status.success();
        }
        if Instant::now() > deadline {
            child.kill().expect("killing a hung program");
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Returns the number of additions.
fn write(all: &View<Racing>, done: &AtomicBool) -> u64 {
    let mut versions = all.version.publisher().expect("becoming the writer");
    let mut narrow = all.narrow.publisher().expect("becoming the writer");
    let version = |number| Version { number, copies: [number; 6], low: number as u32 };
    let (mut turn, mut number) = (0_u64, 0_u64);
    while !done.load(Ordering::Relaxed) {
        turn += 1;
        let bits = if turn.is_multiple_of(2) { 0 } else { u64::MAX };
        all.before.set(turn);
        all.after.set(turn);
        all.hot.set(bits);
        all.hot_i64.set(bits as i64);
        all.hot_u32.set(bits as u32);
        all.hot_u16.set(bits as u16);
        all.hot_f64.set(if bits == 0 { 1.0 } else { f64::from_bits(0xc000_0000_0000_00ff) });
        all.hot_be.set(bits);
        for element in &all.array {
            element.set(bits);
        }
        narrow.store(&version(turn));
        all.sum.fetch_add(1);
        // Several versions in a row, without other writes in between.
        for _ in 0..turn % 8 {
            number += 1;
            versions.store(&version(number));
        }
    }
    turn
}
