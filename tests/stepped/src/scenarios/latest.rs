//! `Latest`: a store that takes the writers' lock, and that of a publisher, which has it already.

use std::path::Path;

use shm_core::{Latest, Region};

use super::raw::Raw;
use crate::scenario::{Case, Flaw, Operation, Part, Scenario};

/// A value that shows when it is torn.
type Value = [u64; 6];
type Shared = Latest<Value, 3>;

/// The offsets of the version's number and of the first slot, and the bytes of a slot.
const SEQUENCE: u64 = 0;
const SLOTS: u64 = 64;
const STRIDE: u64 = 64;

pub(crate) const STORE: Case = Case {
    name: "Latest: store",
    scenario: &Store,
    flaws: &[Flaw {
        name: "published before it is written",
        part: Part::Victim,
        operation: publishes_first,
        caught: "torn",
    }],
};

pub(crate) const PUBLISHER: Case = Case {
    name: "Latest: a publisher's store",
    scenario: &Publisher,
    flaws: &[Flaw {
        name: "written over the newest version",
        part: Part::Victim,
        operation: overwrites,
        caught: "torn",
    }],
};

fn open(at: &Path) -> &'static Region<Shared> {
    Box::leak(Box::new(Region::open(at).unwrap()))
}

/// Stores 1 often enough that each slot has been used before.
fn create(at: &Path) {
    let latest = Region::<Shared>::options().participants(2).create(at).unwrap();
    for _ in 0..4 {
        latest.store(&[1; 6]).unwrap();
    }
}

/// Reads, on a mapping that cannot be written, and stores.
fn audit(at: &Path) -> String {
    let value = Region::<Shared>::open_read_only(at).unwrap().load().unwrap();
    assert!(value.iter().all(|word| *word == value[0]), "torn: {value:?}");
    let latest = open(at);
    let before = latest.version();
    assert_eq!(latest.store(&[5; 6]).unwrap(), before + 1);
    assert_eq!(latest.load().unwrap(), [5; 6]);
    value[0].to_string()
}

fn heir(at: &Path) -> Operation {
    let latest = open(at);
    Box::new(move || {
        latest.store(&[9; 6]).unwrap();
    })
}

struct Store;

impl Scenario for Store {
    fn set_up(&self, at: &Path) {
        create(at);
    }

    fn victim(&self, at: &Path) -> Operation {
        let latest = open(at);
        // Attaches.
        latest.store(&[1; 6]).unwrap();
        Box::new(move || {
            latest.store(&[2; 6]).unwrap();
        })
    }

    fn heir(&self, at: &Path) -> Operation {
        heir(at)
    }

    fn audit(&self, at: &Path) -> String {
        audit(at)
    }

    fn course(&self) -> &'static [&'static str] {
        &["1", "2"]
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &["9"]
    }
}

fn publishes_first(at: &Path) -> Operation {
    let (latest, raw) = (open(at), Raw::open(at));
    latest.store(&[1; 6]).unwrap();
    let next = latest.version() + 1;
    Box::new(move || {
        raw.set(SEQUENCE, &next.to_ne_bytes());
        for word in 0..6 {
            raw.set(SLOTS + next % 3 * STRIDE + 8 * word, &2_u64.to_ne_bytes());
        }
    })
}

struct Publisher;

impl Scenario for Publisher {
    fn set_up(&self, at: &Path) {
        create(at);
    }

    fn victim(&self, at: &Path) -> Operation {
        let mut publisher = open(at).publisher().unwrap();
        Box::new(move || {
            publisher.store(&[2; 6]);
            publisher.store(&[3; 6]);
        })
    }

    fn heir(&self, at: &Path) -> Operation {
        heir(at)
    }

    fn audit(&self, at: &Path) -> String {
        audit(at)
    }

    fn course(&self) -> &'static [&'static str] {
        &["1", "2", "3"]
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &["9"]
    }
}

fn overwrites(at: &Path) -> Operation {
    let (publisher, raw) = (open(at).publisher().unwrap(), Raw::open(at));
    let version = open(at).version();
    Box::new(move || {
        let _writer = &publisher;
        for word in 0..6 {
            raw.set(SLOTS + version % 3 * STRIDE + 8 * word, &2_u64.to_ne_bytes());
        }
        raw.set(SEQUENCE, &(version + 1).to_ne_bytes());
    })
}
