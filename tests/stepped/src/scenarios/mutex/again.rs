//! A lock that its holder takes again: the last guard unlocks.

use std::path::Path;

use super::{HEIR_DONE, RIGHT, attached, audit, create, heir, may_follow_an_heir};
use crate::scenario::{Case, Flaw, Operation, Part, Scenario};
use crate::scenarios::raw::Raw;

pub(in crate::scenarios) const AGAIN: Case = Case {
    name: "Mutex: lock_again, and unlock the outer guard first",
    scenario: &Again,
    flaws: &[Flaw {
        name: "the first guard that goes unlocks",
        part: Part::Victim,
        operation: unlocks_too_early,
        caught: "torn, and not reported",
    }],
};

struct Again;

impl Scenario for Again {
    fn set_up(&self, at: &Path) {
        drop(create(at));
    }

    fn victim(&self, at: &Path) -> Operation {
        let shared = attached(at);
        Box::new(move || {
            let outer = shared.pair.lock_again().unwrap();
            let inner = shared.pair.lock_again().unwrap();
            inner.left.set(2);
            drop(outer);
            inner.right.set(2);
            drop(inner);
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

fn unlocks_too_early(at: &Path) -> Operation {
    let (shared, raw) = (attached(at), Raw::open(at));
    Box::new(move || {
        let outer = shared.pair.lock_again().unwrap();
        outer.left.set(2);
        drop(outer);
        raw.set(RIGHT, &2_u64.to_ne_bytes());
    })
}
