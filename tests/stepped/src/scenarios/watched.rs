//! `Watched`: the value is there before its change is counted.

use std::path::Path;

use shm_core::{Region, Watched};

use super::raw::Raw;
use crate::scenario::{Case, Flaw, Operation, Part, Scenario};

type Shared = Watched<u64>;

/// The offsets of the count, of padding, and of the value.
const COUNT: u64 = 0;
const PADDING: u64 = 4;
const VALUE: u64 = 8;

pub(crate) const SET: Case = Case {
    name: "Watched: set",
    scenario: &Set,
    flaws: &[
        Flaw {
            name: "counted before it is stored",
            part: Part::Victim,
            operation: counts_first,
            caught: "1, counted",
        },
        Flaw {
            name: "different bytes each time",
            part: Part::Victim,
            operation: writes_its_number,
            caught: "it leaves another state than when it was stepped",
        },
    ],
};

fn open(at: &Path) -> &'static Region<Shared> {
    Box::leak(Box::new(Region::open(at).unwrap()))
}

struct Set;

impl Scenario for Set {
    fn set_up(&self, at: &Path) {
        let watched = Region::<Shared>::create(at).unwrap();
        watched.set(1);
    }

    fn victim(&self, at: &Path) -> Operation {
        let watched = open(at);
        Box::new(move || watched.set(2))
    }

    fn heir(&self, at: &Path) -> Operation {
        let watched = open(at);
        Box::new(move || watched.set(9))
    }

    fn audit(&self, at: &Path) -> String {
        // Setting up was counted once, and the lowest bit is the sleepers' flag.
        let count = u32::from_ne_bytes(Raw::open(at).get(COUNT)) >> 1;
        let watched = open(at);
        let value = watched.get().unwrap();
        // Waiters find what they wait for, by the value and by the count.
        assert_eq!(watched.wait_until(|seen| seen == value).unwrap(), value);
        let ticket = watched.ticket();
        watched.set(5);
        watched.wait(ticket);
        assert_eq!(watched.get().unwrap(), 5);
        format!("{value}, {}", ["not counted", "counted", "counted twice"][count as usize - 1])
    }

    fn course(&self) -> &'static [&'static str] {
        &["1, not counted", "2, not counted", "2, counted"]
    }

    fn may_follow(&self, found: &str) -> bool {
        found == "9, not counted"
            || self.course().contains(&found)
            || self.heir_done().contains(&found)
    }

    /// The victim may have been killed before it counted.
    fn heir_done(&self) -> &'static [&'static str] {
        &["9, counted", "9, counted twice"]
    }
}

fn counts_first(at: &Path) -> Operation {
    let (watched, raw) = (open(at), Raw::open(at));
    Box::new(move || {
        raw.set(COUNT, &4_u32.to_ne_bytes());
        raw.set(VALUE, &2_u64.to_ne_bytes());
        let _ = watched;
    })
}

/// No audit sees it, but a victim that is killed leaves other bytes than one that was stepped.
fn writes_its_number(at: &Path) -> Operation {
    let (watched, raw) = (open(at), Raw::open(at));
    Box::new(move || {
        watched.set(2);
        raw.set(PADDING, &std::process::id().to_ne_bytes());
    })
}
