//! `Mutex`: locked, contended, and repaired.

use std::path::Path;
use std::time::Duration;

use shm_core::{DynRegion, LockError, Mutex, Region, SharedLayout};

use super::raw::Raw;
use crate::process::{end, stop};
use crate::scenario::{Bound, Case, Companion, Flaw, Operation, Scenario};

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

pub(crate) const UNCONTENDED: Case = Case {
    name: "Mutex: lock, change, unlock",
    scenario: &Uncontended,
    flaw: Flaw { name: "unlocking is two stores", victim: unlocks_in_halves, caught: "it hangs" },
};

pub(crate) const WOKEN: Case = Case {
    name: "Mutex: change and unlock, while another process sleeps on the lock",
    scenario: &Woken,
    flaw: Flaw {
        name: "the change ends after unlocking",
        victim: unlocks_too_early,
        caught: "torn, and not reported",
    },
};

pub(crate) const WAITING: Case = Case {
    name: "Mutex: wait for a living holder, sleep, and give up",
    scenario: &Waiting,
    flaw: Flaw {
        name: "a waiter that gives up frees the lock",
        victim: frees_the_lock,
        caught: "the deaths leave",
    },
};

pub(crate) const REPAIR: Case = Case {
    name: "Mutex: repair after a dead holder",
    scenario: &Repair,
    flaw: Flaw {
        name: "marked as whole before it is",
        victim: marks_too_early,
        caught: "torn, and not reported",
    },
};

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

struct Uncontended;

impl Scenario for Uncontended {
    fn set_up(&self, at: &Path) {
        drop(create(at));
    }

    fn victim(&self, at: &Path) -> Operation {
        let shared = attached(at);
        Box::new(move || {
            let pair = shared.pair.lock().unwrap();
            pair.left.set(2);
            pair.right.set(2);
        })
    }

    fn heir(&self, at: &Path) -> Operation {
        heir(at)
    }

    fn audit(&self, at: &Path) -> String {
        audit(at)
    }

    fn course(&self) -> &'static [&'static str] {
        &["whole: 1, 1", "died: 1, 1", "died: 2, 1", "died: 2, 2", "whole: 2, 2"]
    }

    fn may_follow(&self, found: &str) -> bool {
        may_follow_an_heir(found)
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &[HEIR_DONE]
    }
}

/// The word first loses the half that says which slot has it, and names no process then.
fn unlocks_in_halves(at: &Path) -> Operation {
    let (shared, raw) = (attached(at), Raw::open(at));
    Box::new(move || {
        let pair = shared.pair.lock().unwrap();
        pair.left.set(2);
        pair.right.set(2);
        std::mem::forget(pair);
        raw.set(WORD + 2, &[0; 2]);
        raw.set(WORD, &[0; 2]);
    })
}

/// The victim has the lock, and its companion sleeps on it.
struct Woken;

impl Scenario for Woken {
    fn set_up(&self, at: &Path) {
        drop(create(at));
    }

    fn victim(&self, at: &Path) -> Operation {
        let mut pair = Some(open(at).pair.lock().unwrap());
        Box::new(move || {
            let pair = pair.take().unwrap();
            pair.left.set(2);
            pair.right.set(2);
        })
    }

    fn heir(&self, at: &Path) -> Operation {
        heir(at)
    }

    fn audit(&self, at: &Path) -> String {
        audit(at)
    }

    fn course(&self) -> &'static [&'static str] {
        &["died: 1, 1", "died: 2, 1", "died: 2, 2", "whole: 2, 2"]
    }

    fn may_follow(&self, found: &str) -> bool {
        may_follow_an_heir(found)
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &[HEIR_DONE]
    }

    fn companion(&self) -> Option<&dyn Companion> {
        Some(&Sleeper)
    }
}

/// Waits for the lock.
struct Sleeper;

impl Companion for Sleeper {
    fn live(&self, at: &Path) -> String {
        look_and_repair(at)
    }

    fn is_asleep(&self, at: &Path) -> bool {
        let shared = DynRegion::open_read_only(at).unwrap();
        shared.lock_state("pair").unwrap().has_sleepers
    }

    /// It finds the same as an heir, which then finds the pair as it left it.
    fn expected(&self, found: &str) -> Option<(String, String)> {
        let left = found.split([' ', ',']).nth(1).unwrap();
        Some((found.to_owned(), format!("whole: {left}, {left}")))
    }
}

fn unlocks_too_early(at: &Path) -> Operation {
    let shared = open(at);
    let (mut pair, raw) = (Some(shared.pair.lock().unwrap()), Raw::open(at));
    Box::new(move || {
        let pair = pair.take().unwrap();
        pair.left.set(2);
        drop(pair);
        raw.set(RIGHT, &2_u64.to_ne_bytes());
    })
}

/// The companion has the lock, for longer than the victim waits.
struct Waiting;

/// Longer than the steps until it sleeps take, and a few naps more.
const WAITS: Duration = Duration::from_secs(20);

impl Scenario for Waiting {
    fn set_up(&self, at: &Path) {
        drop(create(at));
    }

    fn victim(&self, at: &Path) -> Operation {
        let shared = attached(at);
        Box::new(move || {
            assert!(matches!(shared.pair.lock_timeout(WAITS), Err(LockError::Busy)));
        })
    }

    fn heir(&self, at: &Path) -> Operation {
        heir(at)
    }

    fn audit(&self, at: &Path) -> String {
        audit(at)
    }

    /// In a copy of the memory the holder is dead. That there was a waiter changes nothing.
    fn course(&self) -> &'static [&'static str] {
        &["died: 1, 1"]
    }

    fn may_follow(&self, found: &str) -> bool {
        may_follow_an_heir(found)
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &[HEIR_DONE]
    }

    fn companion(&self) -> Option<&dyn Companion> {
        Some(&Holder)
    }

    /// Most of it reads the holder's `/proc/PID/maps`, after its nap.
    fn bound(&self) -> Bound {
        Bound::First(75_000)
    }

    /// It looks at the clock.
    fn is_steady(&self) -> bool {
        false
    }
}

/// Has the lock until the victim is dead.
struct Holder;

impl Companion for Holder {
    fn live(&self, at: &Path) -> String {
        let pair = open(at).pair.lock().unwrap();
        stop();
        // The victim is dead.
        pair.left.set(3);
        pair.right.set(3);
        pair.unlock().unwrap();
        "unlocked".to_owned()
    }

    fn expected(&self, _: &str) -> Option<(String, String)> {
        Some(("unlocked".to_owned(), "whole: 3, 3".to_owned()))
    }
}

fn frees_the_lock(at: &Path) -> Operation {
    let raw = Raw::open(at);
    Box::new(move || raw.set(WORD, &[0; 4]))
}

/// The process that set up died in the middle of a change.
struct Repair;

impl Scenario for Repair {
    fn set_up(&self, at: &Path) {
        let shared = create(at);
        let pair = shared.pair.lock().unwrap();
        pair.left.set(2);
        end();
    }

    fn victim(&self, at: &Path) -> Operation {
        let shared = attached(at);
        Box::new(move || {
            let repair = |pair: &PairView| pair.right.set(pair.left.get());
            drop(shared.pair.lock_or_repair(repair).unwrap());
        })
    }

    fn heir(&self, at: &Path) -> Operation {
        heir(at)
    }

    fn audit(&self, at: &Path) -> String {
        audit(at)
    }

    /// A death in the middle of the repair is reported again. One behind it is that of a holder.
    fn course(&self) -> &'static [&'static str] {
        &["died: 2, 1", "died: 2, 2", "whole: 2, 2"]
    }

    fn may_follow(&self, found: &str) -> bool {
        may_follow_an_heir(found)
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &[HEIR_DONE]
    }
}

fn marks_too_early(at: &Path) -> Operation {
    let (shared, raw) = (attached(at), Raw::open(at));
    Box::new(move || {
        let pair = shared.pair.lock_as_found().unwrap();
        pair.mark_consistent();
        drop(pair);
        raw.set(RIGHT, &2_u64.to_ne_bytes());
    })
}
