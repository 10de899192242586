//! Popping: the oldest value is taken, or it is not.

use super::{EMPTY, HEAD, Handed, attached, pops, wipes};
use crate::scenario::{Case, Flaw, Part};
use crate::scenarios::raw::Raw;

pub(in crate::scenarios) const POP_LAST: Case = Case {
    name: "Queue: pop the only value",
    scenario: &Handed { pushed: 1, victim: |at| pops(at, 1), course: &["1", "-"], ..EMPTY },
    flaws: &[Flaw {
        name: "the only value is wiped before it is taken",
        part: Part::Victim,
        operation: |at| wipes(at, 0),
        caught: "torn",
    }],
};

pub(in crate::scenarios) const POP: Case = Case {
    name: "Queue: pop from a full one",
    scenario: &Handed {
        pushed: 4,
        victim: |at| pops(at, 1),
        course: &["1 2 3 4", "2 3 4"],
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "takes two",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || raw.set(HEAD, &2_u64.to_ne_bytes()))
        },
        caught: "the deaths leave",
    }],
};

pub(in crate::scenarios) const POP_ROUND: Case = Case {
    name: "Queue: pop from a slot that was used before",
    scenario: &Handed {
        pushed: 6,
        popped: 4,
        victim: |at| pops(at, 5),
        course: &["5 6", "6"],
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "a value is wiped before it is taken",
        part: Part::Victim,
        operation: |at| wipes(at, 0),
        caught: "torn",
    }],
};

pub(in crate::scenarios) const POP_NONE: Case = Case {
    name: "Queue: pop from an empty one",
    scenario: &Handed {
        victim: |at| {
            let shared = attached(at);
            Box::new(move || assert_eq!(shared.queue.pop().unwrap(), None))
        },
        course: &["-"],
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "takes what is not there",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || raw.set(HEAD, &1_u64.to_ne_bytes()))
        },
        caught: "other values than a reader sees",
    }],
};
