//! `Ring`: readers get each item that was pushed, once, whole and in order.

use std::path::Path;

use shm_core::errors::FollowError;
use shm_core::sync::Follower;
use shm_core::{Region, Ring};

use super::raw::Raw;
use crate::scenario::{Case, Flaw, Operation, Part, Scenario};

/// Item `n` is `n` in every word.
type Item = [u64; 6];
const SLOTS: usize = 4;
type Shared = Ring<Item, SLOTS>;

/// The number of the newest item when the victim begins; each slot has been used before.
const BEFORE: u64 = 6;

/// The offsets of the newest item's number and of the first slot, and the bytes of a slot.
const SEQUENCE: u64 = 0;
const FIRST_SLOT: u64 = 64;
const STRIDE: u64 = 64;

pub(crate) const PUSH: Case = Case {
    name: "Ring: push",
    scenario: &Push,
    flaws: &[Flaw {
        name: "numbered before it is written",
        part: Part::Victim,
        operation: numbers_first,
        caught: "torn or out of order",
    }],
};

fn open(at: &Path) -> &'static Region<Shared> {
    Box::leak(Box::new(Region::open(at).unwrap()))
}

fn push_next(ring: &Region<Shared>) {
    let next = ring.pushed() + 1;
    assert_eq!(ring.push(&[next; 6]).unwrap(), next);
}

struct Push;

impl Scenario for Push {
    fn set_up(&self, at: &Path) {
        let ring = Region::<Shared>::options().participants(2).create(at).unwrap();
        for _ in 1..BEFORE {
            push_next(&ring);
        }
    }

    fn victim(&self, at: &Path) -> Operation {
        let ring = open(at);
        // Attaches.
        push_next(ring);
        Box::new(move || {
            ring.push(&[BEFORE + 1; 6]).unwrap();
        })
    }

    fn heir(&self, at: &Path) -> Operation {
        let ring = open(at);
        Box::new(move || push_next(ring))
    }

    /// Reads everything that is left, on a mapping that cannot be written, and pushes another item.
    fn audit(&self, at: &Path) -> String {
        let read_only = Region::<Shared>::open_read_only(at).unwrap();
        let mut seen = read_only.follow_from_oldest();
        let mut count = 0;
        while let Some(item) = seen.next() {
            assert_eq!(item.unwrap(), [seen.cursor(); 6], "torn or out of order");
            count += 1;
        }
        assert_eq!(count, SLOTS - 1);
        let newest = seen.cursor();
        push_next(open(at));
        assert_eq!(seen.next_wait().unwrap(), [newest + 1; 6]);
        newest.to_string()
    }

    fn course(&self) -> &'static [&'static str] {
        &["6", "7"]
    }

    /// The victim may have been killed before it pushed.
    fn heir_done(&self) -> &'static [&'static str] {
        &["7", "8"]
    }
}

fn numbers_first(at: &Path) -> Operation {
    let (ring, raw) = (open(at), Raw::open(at));
    push_next(ring);
    let next = BEFORE + 1;
    Box::new(move || {
        raw.set(SEQUENCE, &next.to_ne_bytes());
        let slot = FIRST_SLOT + next % SLOTS as u64 * STRIDE;
        for word in 0..6 {
            raw.set(slot + 8 * word, &next.to_ne_bytes());
        }
    })
}

pub(crate) const PUBLISHER: Case = Case {
    name: "Ring: a publisher goes round, and readers miss items",
    scenario: &Publishes,
    flaws: &[Flaw {
        name: "a publisher numbers an item before it is written",
        part: Part::Victim,
        operation: numbers_a_lap_first,
        caught: "torn or out of order",
    }],
};

/// Five items, which is more than a reader can be behind.
const LAP: u64 = 5;

/// The audit follows from where a reader was before the publisher began.
struct Publishes;

impl Scenario for Publishes {
    fn set_up(&self, at: &Path) {
        Push.set_up(at);
        push_next(open(at));
    }

    fn victim(&self, at: &Path) -> Operation {
        let mut publisher = open(at).publisher().unwrap();
        Box::new(move || {
            for next in BEFORE + 1..=BEFORE + LAP {
                assert_eq!(publisher.push(&[next; 6]), next);
            }
        })
    }

    fn heir(&self, at: &Path) -> Operation {
        Push.heir(at)
    }

    fn audit(&self, at: &Path) -> String {
        let read_only = Region::<Shared>::open_read_only(at).unwrap();
        let (mut seen, mut missed) = (Follower::new(&*read_only, BEFORE), 0);
        let mut got = 0;
        while let Some(item) = seen.next() {
            match item {
                Ok(item) => {
                    assert_eq!(item, [seen.cursor(); 6], "torn or out of order");
                    got += 1;
                }
                Err(FollowError::Missed(items)) => missed += items,
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(BEFORE + got + missed, read_only.pushed(), "an item that was not told of");
        let after = Push.audit(at);
        format!("{after}: {got} and {missed} missed")
    }

    fn course(&self) -> &'static [&'static str] {
        &[
            "6: 0 and 0 missed",
            "7: 1 and 0 missed",
            "8: 2 and 0 missed",
            "9: 3 and 0 missed",
            "10: 3 and 1 missed",
            "11: 3 and 2 missed",
        ]
    }

    /// The heir pushes one more.
    fn heir_done(&self) -> &'static [&'static str] {
        &[
            "7: 1 and 0 missed",
            "8: 2 and 0 missed",
            "9: 3 and 0 missed",
            "10: 3 and 1 missed",
            "11: 3 and 2 missed",
            "12: 3 and 3 missed",
        ]
    }
}

fn numbers_a_lap_first(at: &Path) -> Operation {
    let raw = Raw::open(at);
    Box::new(move || {
        for next in BEFORE + 1..=BEFORE + LAP {
            raw.set(SEQUENCE, &next.to_ne_bytes());
            let slot = FIRST_SLOT + next % SLOTS as u64 * STRIDE;
            for word in 0..6 {
                raw.set(slot + 8 * word, &next.to_ne_bytes());
            }
        }
    })
}
