//! The lock of a dead holder, taken over and repaired.

use std::path::Path;

use super::{HEIR_DONE, PairView, RIGHT, attached, audit, create, heir, may_follow_an_heir};
use crate::process::end;
use crate::scenario::{Case, Flaw, Operation, Part, Scenario};
use crate::scenarios::raw::Raw;

pub(in crate::scenarios) const REPAIRED: Case = Case {
    name: "Mutex: repair after a dead holder",
    scenario: &Repair,
    flaws: &[Flaw {
        name: "marked as whole before it is",
        part: Part::Victim,
        operation: marks_too_early,
        caught: "torn, and not reported",
    }],
};

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

    /// A death in the middle of the repair is reported again, and so is one between the repair and the
    /// unlocking.
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
