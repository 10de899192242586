//! `Once`: done by one process, and again by the next if that one dies.

use std::mem::offset_of;
use std::path::Path;

use shm_core::{Once, Region, SharedLayout};

use super::raw::Raw;
use crate::scenario::{Case, Flaw, Operation, Part, Scenario};

#[derive(SharedLayout)]
#[repr(C)]
struct Shared {
    filled: Once,
    values: [u64; 2],
}

/// The offset of the word that says whether it is done; the lock comes first.
const DONE: u64 = 4;

pub(crate) const CALL: Case = Case {
    name: "Once: call_once",
    scenario: &Call,
    flaws: &[Flaw {
        name: "said to be done before it is",
        part: Part::Victim,
        operation: says_so_first,
        caught: "not whole",
    }],
};

fn open(at: &Path) -> &'static Region<Shared> {
    Box::leak(Box::new(Region::open(at).unwrap()))
}

fn fill(shared: &SharedView) {
    shared.values[0].set(7);
    shared.values[1].set(7);
}

fn values(shared: &SharedView) -> [u64; 2] {
    [shared.values[0].get(), shared.values[1].get()]
}

struct Call;

impl Scenario for Call {
    fn set_up(&self, at: &Path) {
        Region::<Shared>::options().participants(2).create(at).unwrap();
    }

    fn victim(&self, at: &Path) -> Operation {
        let shared = open(at);
        Box::new(move || shared.filled.call_once(|| fill(shared)).unwrap())
    }

    fn heir(&self, at: &Path) -> Operation {
        self.victim(at)
    }

    fn audit(&self, at: &Path) -> String {
        let shared = open(at);
        let before = shared.filled.is_done();
        if before {
            assert_eq!(values(shared), [7; 2], "done, and not whole");
        }
        let mut calls = 0;
        let done = shared.filled.call_once(|| {
            calls += 1;
            fill(shared);
        });
        done.unwrap();
        assert_eq!((calls == 0, values(shared)), (before, [7; 2]));
        if before { "done" } else { "done again" }.to_owned()
    }

    fn course(&self) -> &'static [&'static str] {
        &["done again", "done"]
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &["done"]
    }
}

fn says_so_first(at: &Path) -> Operation {
    let (shared, raw) = (open(at), Raw::open(at));
    assert_eq!(offset_of!(Shared, filled), 0);
    Box::new(move || {
        raw.set(DONE, b"DONE");
        fill(shared);
    })
}
