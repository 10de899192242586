//! A wait for a living holder, which ends without the lock.

use std::path::Path;
use std::time::Duration;

use shm_core::LockError;

use super::{HEIR_DONE, WORD, attached, audit, create, heir, may_follow_an_heir, open};
use crate::process::stop;
use crate::scenario::{Bound, Case, Companion, Flaw, Operation, Part, Scenario};
use crate::scenarios::raw::Raw;

pub(in crate::scenarios) const WAITING: Case = Case {
    name: "Mutex: wait for a living holder, sleep, and give up",
    scenario: &Waiting,
    flaws: &[Flaw {
        name: "a waiter that gives up frees the lock",
        part: Part::Victim,
        operation: frees_the_lock,
        caught: "the deaths leave",
    }],
};

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
