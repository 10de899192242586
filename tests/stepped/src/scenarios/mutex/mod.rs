//! `Mutex`: one file for each way to lock it. The region, the heir and the audit are the same for all.

mod again;
mod repaired;
mod uncontended;
mod waiting;
mod woken;

use std::path::Path;

use shm_core::{Mutex, Region, SharedLayout};

use crate::scenario::Operation;

pub(super) use again::AGAIN;
pub(super) use repaired::REPAIRED;
pub(super) use uncontended::UNCONTENDED;
pub(super) use waiting::WAITING;
pub(super) use woken::WOKEN;

/// The two are equal unless a change is under way.
#[derive(SharedLayout)]
#[repr(C)]
struct Pair {
    left: u64,
    right: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Shared {
    pair: Mutex<Pair>,
    /// For attaching before the operation.
    other: Mutex<()>,
}

/// The offsets of the lock's word, and of `right`.
const WORD: u64 = 0;
const RIGHT: u64 = 16;

/// The victim, its companion and the process that set up.
const SLOTS: u32 = 3;

/// A region that stays open until the process ends.
fn open(at: &Path) -> &'static Region<Shared> {
    Box::leak(Box::new(Region::open(at).unwrap()))
}

/// Makes a region in which both parts of the pair are 1.
fn create(at: &Path) -> Region<Shared> {
    let shared = Region::<Shared>::options().participants(SLOTS).create(at).unwrap();
    let pair = shared.pair.lock().unwrap();
    pair.left.set(1);
    pair.right.set(1);
    drop(pair);
    shared
}

/// A region in which this process takes part.
fn attached(at: &Path) -> &'static Region<Shared> {
    let shared = open(at);
    drop(shared.other.lock().unwrap());
    shared
}

fn found(word: &str, left: u64, right: u64) -> String {
    format!("{word}: {left}, {right}")
}

/// Takes the lock, returns in which state it was, and leaves it in order.
fn look_and_repair(at: &Path) -> String {
    let shared = open(at);
    let pair = shared.pair.lock_as_found().unwrap();
    let (left, right) = (pair.left.get(), pair.right.get());
    if pair.owner_died() {
        pair.right.set(left);
        pair.mark_consistent();
        return found("died", left, right);
    }
    assert_eq!(left, right, "torn, and not reported");
    found("whole", left, right)
}

fn audit(at: &Path) -> String {
    let found = look_and_repair(at);
    let shared = open(at);
    let pair = shared.pair.lock().unwrap();
    assert_eq!(pair.left.get(), pair.right.get());
    pair.unlock().unwrap();
    // Marked or not, the lock that was not part of it is in order.
    drop(shared.other.lock().unwrap());
    found
}

/// Repairs, if need be, and changes the pair to 9.
fn heir(at: &Path) -> Operation {
    let shared = open(at);
    Box::new(move || {
        let repair = |pair: &PairView| pair.right.set(pair.left.get());
        let pair = shared.pair.lock_or_repair(repair).unwrap();
        pair.left.set(9);
        pair.right.set(9);
    })
}

const HEIR_DONE: &str = "whole: 9, 9";

/// Reported, or whole.
fn may_follow_an_heir(found: &str) -> bool {
    found.starts_with("died: ") || ["whole: 1, 1", "whole: 2, 2", HEIR_DONE].contains(&found)
}
