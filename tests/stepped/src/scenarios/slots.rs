//! Attaching, which the first lock of a process does, and detaching, which closing a region does.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use shm_core::{Mutex, Region, SharedLayout};

use super::raw::Raw;
use crate::process::stop;
use crate::scenario::{Case, Companion, Flaw, Operation, Part, Scenario};

#[derive(SharedLayout)]
#[repr(C)]
struct Shared {
    pair: Mutex<[u64; 2]>,
    /// For guests.
    other: Mutex<()>,
}

/// The offset of the lock's word.
const WORD: u64 = 0;
/// Of an entry in the participants' table.
const STATE: u64 = 0;
const PID: u64 = 8;

/// Just enough for an audit, if the victim's is free.
const SLOTS: u32 = 2;

pub(crate) const ATTACH: Case = Case {
    name: "attach: the first lock of a process",
    scenario: &Attach,
    flaws: &[Flaw {
        name: "taken before it is written",
        part: Part::Victim,
        operation: takes_its_slot_first,
        caught: "no second slot",
    }],
};

pub(crate) const DETACH: Case = Case {
    name: "detach: closing a region with a leaked guard",
    scenario: &Detach,
    flaws: &[Flaw {
        name: "unlocks what it still holds",
        part: Part::Victim,
        operation: unlocks_what_it_holds,
        caught: "torn, and not reported",
    }],
};

fn open(at: &Path) -> &'static Region<Shared> {
    Box::leak(Box::new(Region::open(at).unwrap()))
}

fn create(at: &Path) -> Region<Shared> {
    Region::<Shared>::options().participants(SLOTS).create(at).unwrap()
}

/// Takes the lock and returns in which state it was. Then as many processes as there are slots take
/// part.
fn audit(at: &Path) -> String {
    let shared = open(at);
    let pair = shared.pair.lock_as_found().unwrap();
    let (left, right) = (pair[0].get(), pair[1].get());
    let found = if pair.owner_died() { "died" } else { "whole" };
    assert!(pair.owner_died() || left == right, "torn, and not reported");
    pair[1].set(left);
    pair.mark_consistent();
    let program = std::env::current_exe().unwrap();
    let guest = Command::new(program).arg("guest").arg(at).output().unwrap();
    assert!(guest.status.success(), "no second slot: {}", String::from_utf8_lossy(&guest.stderr));
    format!("{found}: {left}, {right}")
}

/// Another process takes part.
pub(crate) fn guest(at: &Path) {
    drop(open(at).other.lock().unwrap());
}

fn heir(at: &Path) -> Operation {
    let shared = open(at);
    Box::new(move || {
        let pair = shared.pair.lock_or_repair(|pair| pair[1].set(pair[0].get())).unwrap();
        pair[0].set(9);
        pair[1].set(9);
    })
}

fn may_follow_an_heir(found: &str) -> bool {
    found.starts_with("died: ") || ["whole: 0, 0", "whole: 1, 1", "whole: 9, 9"].contains(&found)
}

struct Attach;

impl Scenario for Attach {
    fn set_up(&self, at: &Path) {
        create(at);
    }

    fn victim(&self, at: &Path) -> Operation {
        let shared = open(at);
        Box::new(move || drop(shared.pair.lock().unwrap()))
    }

    fn heir(&self, at: &Path) -> Operation {
        heir(at)
    }

    fn audit(&self, at: &Path) -> String {
        audit(at)
    }

    fn course(&self) -> &'static [&'static str] {
        &["whole: 0, 0", "died: 0, 0", "whole: 0, 0"]
    }

    fn may_follow(&self, found: &str) -> bool {
        may_follow_an_heir(found)
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &["whole: 9, 9"]
    }

    fn companion(&self) -> Option<&dyn Companion> {
        Some(&FormerParticipant)
    }
}

/// Took part, detached, and has the region open again: what is left of its entry in the first slot
/// names a living process.
struct FormerParticipant;

impl Companion for FormerParticipant {
    fn live(&self, at: &Path) -> String {
        let shared = Region::<Shared>::open(at).unwrap();
        drop(shared.other.lock().unwrap());
        drop(shared);
        open(at);
        stop();
        loop {
            std::thread::sleep(Duration::from_secs(1));
        }
    }

    fn expected(&self, _: &str) -> Option<(String, String)> {
        None
    }
}

fn takes_its_slot_first(at: &Path) -> Operation {
    let (shared, raw) = (open(at), Raw::open(at));
    Box::new(move || {
        raw.set_in_table(STATE, &1_u32.to_ne_bytes());
        raw.set_in_table(PID, &std::process::id().to_ne_bytes());
        // The rest is in order.
        raw.set_in_table(STATE, &0_u32.to_ne_bytes());
        drop(shared.pair.lock().unwrap());
    })
}

/// The victim holds a lock with a half-made change, and has forgotten the guard.
struct Detach;

fn holding(at: &Path) -> Region<Shared> {
    let shared = Region::<Shared>::open(at).unwrap();
    let pair = shared.pair.lock().unwrap();
    pair[0].set(1);
    std::mem::forget(pair);
    shared
}

impl Scenario for Detach {
    fn set_up(&self, at: &Path) {
        create(at);
    }

    fn victim(&self, at: &Path) -> Operation {
        let mut shared = Some(holding(at));
        Box::new(move || drop(shared.take()))
    }

    fn heir(&self, at: &Path) -> Operation {
        heir(at)
    }

    fn audit(&self, at: &Path) -> String {
        audit(at)
    }

    fn course(&self) -> &'static [&'static str] {
        &["died: 1, 0"]
    }

    fn may_follow(&self, found: &str) -> bool {
        may_follow_an_heir(found)
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &["whole: 9, 9"]
    }
}

fn unlocks_what_it_holds(at: &Path) -> Operation {
    let (mut shared, raw) = (Some(holding(at)), Raw::open(at));
    Box::new(move || {
        raw.set(WORD, &[0; 4]);
        drop(shared.take());
    })
}
