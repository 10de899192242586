//! A change and an unlock, while another process sleeps on the lock.

use std::path::Path;

use shm_core::DynRegion;

use super::{HEIR_DONE, RIGHT, audit, create, heir, look_and_repair, may_follow_an_heir, open};
use crate::scenario::{Case, Companion, Flaw, Operation, Part, Scenario};
use crate::scenarios::raw::Raw;

pub(in crate::scenarios) const WOKEN: Case = Case {
    name: "Mutex: change and unlock, while another process sleeps on the lock",
    scenario: &Woken,
    flaws: &[Flaw {
        name: "the change ends after unlocking",
        part: Part::Victim,
        operation: unlocks_too_early,
        caught: "torn, and not reported",
    }],
};

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
