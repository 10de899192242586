//! Waiting for a value or for room.

use std::path::Path;
use std::time::Duration;

use super::{
    EMPTY, HEAD, Handed, LAST, POPPED, PUSHED, attached, open, pops, publishes_first, pushes,
    shown, wipes,
};
use crate::scenario::{Case, Companion, Flaw, Part};
use crate::scenarios::raw::Raw;

/// Sleeps until there is a value, and takes it.
struct Consumer;

impl Companion for Consumer {
    fn live(&self, at: &Path) -> String {
        shown(&open(at).queue.pop_wait().unwrap()[..1])
    }

    fn is_asleep(&self, at: &Path) -> bool {
        u32::from_ne_bytes(Raw::open(at).get(PUSHED)) & 1 == 1
    }

    fn expected(&self, found: &str) -> Option<(String, String)> {
        (found == "1").then(|| ("1".to_owned(), "-".to_owned()))
    }
}

/// Sleeps until there is room, and pushes a value.
struct Pusher;

impl Companion for Pusher {
    fn live(&self, at: &Path) -> String {
        open(at).queue.push_wait([LAST; 3]).unwrap();
        "pushed".to_owned()
    }

    fn is_asleep(&self, at: &Path) -> bool {
        u32::from_ne_bytes(Raw::open(at).get(POPPED)) & 1 == 1
    }

    fn expected(&self, found: &str) -> Option<(String, String)> {
        (found == "2 3 4").then(|| ("pushed".to_owned(), "2 3 4 90".to_owned()))
    }
}

pub(in crate::scenarios) const PUSH_WAKES: Case = Case {
    name: "Queue: push, while a consumer sleeps",
    scenario: &Handed {
        victim: |at| pushes(at, 1),
        course: &["-", "1"],
        companion: Some(&Consumer),
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "the consumer is woken for a value that is not written",
        part: Part::Victim,
        operation: |at| publishes_first(at, 1),
        caught: "torn",
    }],
};

pub(in crate::scenarios) const POP_WAKES: Case = Case {
    name: "Queue: pop, while a producer sleeps",
    scenario: &Handed {
        pushed: 4,
        victim: |at| pops(at, 1),
        course: &["1 2 3 4", "2 3 4"],
        companion: Some(&Pusher),
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "makes room by a value that it has not taken",
        part: Part::Victim,
        operation: |at| wipes(at, 0),
        caught: "torn",
    }],
};

pub(in crate::scenarios) const POP_WAITS: Case = Case {
    name: "Queue: wait for a value, sleep, and give up",
    scenario: &Handed {
        victim: |at| {
            let shared = attached(at);
            let time = Duration::from_secs(1);
            Box::new(move || assert_eq!(shared.queue.pop_timeout(time).unwrap(), None))
        },
        course: &["-"],
        is_steady: false,
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "gives up and takes what comes next",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || raw.set(HEAD, &1_u64.to_ne_bytes()))
        },
        caught: "other values than a reader sees",
    }],
};
