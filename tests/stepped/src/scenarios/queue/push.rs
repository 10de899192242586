//! Pushing: the value is there, after the others, or it is not.

use shm_core::errors::PushError;

use super::{EMPTY, Handed, SLOTS, TAIL, attached, publishes_first, pushes};
use crate::scenario::{Case, Flaw, Part};
use crate::scenarios::raw::Raw;

pub(in crate::scenarios) const PUSH_FIRST: Case = Case {
    name: "Queue: push to an empty one",
    scenario: &Handed { victim: |at| pushes(at, 1), course: &["-", "1"], ..EMPTY },
    flaws: &[Flaw {
        name: "a value counts before it is written",
        part: Part::Victim,
        operation: |at| publishes_first(at, 1),
        caught: "torn",
    }],
};

pub(in crate::scenarios) const PUSH: Case = Case {
    name: "Queue: push",
    scenario: &Handed { pushed: 2, victim: |at| pushes(at, 3), course: &["1 2", "1 2 3"], ..EMPTY },
    flaws: &[Flaw {
        name: "a value after others counts before it is written",
        part: Part::Victim,
        operation: |at| publishes_first(at, 3),
        caught: "torn",
    }],
};

pub(in crate::scenarios) const PUSH_ROUND: Case = Case {
    name: "Queue: push to a slot that was used before",
    scenario: &Handed {
        pushed: 6,
        popped: 4,
        victim: |at| pushes(at, 7),
        course: &["5 6", "5 6 7"],
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "a value counts while the one before is in its slot",
        part: Part::Victim,
        operation: |at| publishes_first(at, 7),
        caught: "torn",
    }],
};

pub(in crate::scenarios) const PUSH_FULL: Case = Case {
    name: "Queue: push to a full one",
    scenario: &Handed {
        pushed: 4,
        victim: |at| {
            let shared = attached(at);
            Box::new(move || {
                assert!(matches!(shared.queue.push([5; 3]), Err(PushError::Full(_))));
            })
        },
        course: &["1 2 3 4"],
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "writes before it looks for room",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || raw.set(SLOTS, &5_u64.to_ne_bytes()))
        },
        caught: "torn",
    }],
};

pub(in crate::scenarios) const PRODUCER: Case = Case {
    name: "Queue: a producer's pushes",
    scenario: &Handed {
        pushed: 1,
        victim: |at| {
            let mut producer = attached(at).queue.producer().unwrap();
            Box::new(move || {
                producer.push([2; 3]).unwrap();
                producer.push([3; 3]).unwrap();
            })
        },
        course: &["1", "1 2", "1 2 3"],
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "both count at once, before the second is written",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || {
                for word in 0..3 {
                    raw.set(SLOTS + 24 + 8 * word, &2_u64.to_ne_bytes());
                }
                raw.set(TAIL, &3_u64.to_ne_bytes());
                for word in 0..3 {
                    raw.set(SLOTS + 48 + 8 * word, &3_u64.to_ne_bytes());
                }
            })
        },
        caught: "torn or out of order",
    }],
};
