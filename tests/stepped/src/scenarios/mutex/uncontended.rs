//! A lock, a change and an unlock that no other process disturbs.

use std::path::Path;

use super::{HEIR_DONE, WORD, attached, audit, create, heir, may_follow_an_heir};
use crate::scenario::{Case, Flaw, HANGS, Operation, Part, Scenario};
use crate::scenarios::raw::Raw;

pub(in crate::scenarios) const UNCONTENDED: Case = Case {
    name: "Mutex: lock, change, unlock",
    scenario: &Uncontended,
    flaws: &[
        Flaw {
            name: "unlocking is two stores",
            part: Part::Victim,
            operation: unlocks_in_halves,
            caught: HANGS,
        },
        Flaw {
            name: "an heir that does not wait for its repair",
            part: Part::Heir,
            operation: marks_and_repairs,
            caught: "torn, and not reported",
        },
    ],
};

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

/// Dead between the mark and the repair, this heir leaves a torn pair that is not reported.
fn marks_and_repairs(at: &Path) -> Operation {
    let shared = attached(at);
    Box::new(move || {
        let pair = shared.pair.lock_as_found().unwrap();
        pair.mark_consistent();
        pair.unlock().unwrap();
        let pair = shared.pair.lock().unwrap();
        let left = pair.left.get();
        pair.right.set(left);
        pair.left.set(9);
        pair.right.set(9);
    })
}
