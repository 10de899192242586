//! `RwLock`: whole, or reported; and all seats can be had again.

mod waiting;

use std::path::Path;

use shm_core::sync::RwLockView;
use shm_core::{LockError, Mutex, Region, RwLock, SharedLayout};

use super::raw::Raw;
use crate::process::end;
use crate::scenario::{Bound, Case, Companion, Flaw, Operation, Part, Scenario};

pub(super) use waiting::{WAITING, WOKEN};

/// The two are equal unless a change is under way.
#[derive(SharedLayout)]
#[repr(C)]
struct Pair {
    left: u64,
    right: u64,
}

const SEATS: usize = 2;

#[derive(SharedLayout)]
#[repr(C)]
struct Shared {
    pair: RwLock<Pair, SEATS>,
    /// For attaching before the operation.
    gate: Mutex<()>,
}

/// The offsets of the turnstile, of the word that says that a writer is at work, of the seats, and of `right`.
const TURNSTILE: u64 = 0;
const DIRTY: u64 = 4;
const FIRST_SEAT: u64 = 8;
const RIGHT: u64 = 24;
/// The flag in a lock's word.
const SLEEPERS: u32 = 1 << 31;

type Opened = &'static Region<Shared>;

fn open(at: &Path) -> Opened {
    Box::leak(Box::new(Region::open(at).unwrap()))
}

fn attached(at: &Path) -> Opened {
    let shared = open(at);
    drop(shared.gate.lock().unwrap());
    shared
}

fn change(pair: &PairView, number: u64) {
    pair.left.set(number);
    pair.right.set(number);
}

fn repair(pair: &PairView) {
    pair.right.set(pair.left.get());
}

/// An operation on a lock whose pair is 1 and 1.
struct OnLock {
    /// Goes on after that.
    set_up: fn(Opened),
    victim: fn(&Path) -> Operation,
    course: &'static [&'static str],
    companion: Option<&'static dyn Companion>,
    bound: Bound,
    is_steady: bool,
}

const WHOLE: OnLock = OnLock {
    set_up: |_| {},
    victim: |_| Box::new(|| {}),
    course: &["whole: 1, 1"],
    companion: None,
    bound: Bound::None,
    is_steady: true,
};

impl Scenario for OnLock {
    fn set_up(&self, at: &Path) {
        drop(Region::<Shared>::options().participants(4).create(at).unwrap());
        let shared = open(at);
        change(&shared.pair.write().unwrap(), 1);
        (self.set_up)(shared);
    }

    fn victim(&self, at: &Path) -> Operation {
        (self.victim)(at)
    }

    /// Repairs, if need be, and changes the pair to 9.
    fn heir(&self, at: &Path) -> Operation {
        let shared = attached(at);
        Box::new(move || change(&shared.pair.write_or_repair(repair).unwrap(), 9))
    }

    fn audit(&self, at: &Path) -> String {
        look_and_repair(&open(at).pair)
    }

    fn course(&self) -> &'static [&'static str] {
        self.course
    }

    fn may_follow(&self, found: &str) -> bool {
        let whole = ["whole: 1, 1", "whole: 2, 2", "whole: 9, 9"];
        found.starts_with("died: ") || whole.contains(&found)
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &["whole: 9, 9"]
    }

    fn companion(&self) -> Option<&dyn Companion> {
        self.companion
    }

    fn bound(&self) -> Bound {
        self.bound
    }

    fn is_steady(&self) -> bool {
        self.is_steady
    }
}

/// Reads; then takes all seats, and leaves the pair in order.
fn look_and_repair(lock: &RwLockView<Pair, SEATS>) -> String {
    let pair = lock.read_as_found().unwrap();
    let (left, right, died) = (pair.left.get(), pair.right.get(), pair.owner_died());
    drop(pair);
    assert!(died || left == right, "torn, and not reported");
    assert_eq!(matches!(lock.read(), Err(LockError::OwnerDied)), died);
    let pair = lock.write_as_found().unwrap();
    assert_eq!(pair.owner_died(), died);
    repair(&pair);
    pair.mark_consistent();
    drop(pair);
    let pair = lock.read().unwrap();
    assert_eq!((pair.left.get(), pair.right.get()), (left, left));
    drop(pair);
    drop(lock.write().unwrap());
    format!("{}: {left}, {right}", if died { "died" } else { "whole" })
}

pub(crate) const READ: Case = Case {
    name: "RwLock: read and unlock",
    scenario: &OnLock {
        victim: |at| {
            let shared = attached(at);
            Box::new(move || {
                let pair = shared.pair.read().unwrap();
                assert_eq!(pair.left.get(), pair.right.get());
            })
        },
        ..WHOLE
    },
    flaws: &[Flaw {
        name: "a reader marks the value as half changed",
        part: Part::Victim,
        operation: |at| {
            let (shared, raw) = (attached(at), Raw::open(at));
            Box::new(move || {
                let pair = shared.pair.read().unwrap();
                raw.set(DIRTY, &1_u32.to_ne_bytes());
                raw.set(DIRTY, &[0; 4]);
                drop(pair);
            })
        },
        caught: "the deaths leave",
    }],
};

pub(crate) const WRITE: Case = Case {
    name: "RwLock: write, change, unlock",
    scenario: &OnLock {
        victim: |at| {
            let shared = attached(at);
            Box::new(move || change(&shared.pair.write().unwrap(), 2))
        },
        course: &["whole: 1, 1", "died: 1, 1", "died: 2, 1", "died: 2, 2", "whole: 2, 2"],
        ..WHOLE
    },
    flaws: &[Flaw {
        name: "a writer does not say that it is at work",
        part: Part::Victim,
        operation: |at| {
            let (shared, raw) = (attached(at), Raw::open(at));
            Box::new(move || {
                let pair = shared.pair.write().unwrap();
                raw.set(DIRTY, &[0; 4]);
                change(&pair, 2);
            })
        },
        caught: "torn, and not reported",
    }],
};

pub(crate) const REPAIR: Case = Case {
    name: "RwLock: repair after a dead writer",
    scenario: &OnLock {
        set_up: |shared| {
            let pair = shared.pair.write().unwrap();
            pair.left.set(2);
            end();
        },
        victim: |at| {
            let shared = attached(at);
            Box::new(move || drop(shared.pair.write_or_repair(repair).unwrap()))
        },
        course: &["died: 2, 1", "died: 2, 2", "whole: 2, 2"],
        is_steady: false,
        ..WHOLE
    },
    flaws: &[Flaw {
        name: "a writer marks the value as whole before it is",
        part: Part::Victim,
        operation: |at| {
            let (shared, raw) = (attached(at), Raw::open(at));
            Box::new(move || {
                let pair = shared.pair.write_as_found().unwrap();
                pair.mark_consistent();
                drop(pair);
                raw.set(RIGHT, &2_u64.to_ne_bytes());
            })
        },
        caught: "torn, and not reported",
    }],
};
