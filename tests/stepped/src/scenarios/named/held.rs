//! Objects whose names are removed while processes hold them.

use std::path::Path;

use super::{NAME, OnObject, THERE, attached, find, obtain};
use crate::process::stop;
use crate::scenario::{Bound, Case, Companion, Flaw, Part};

/// Holds the object, and looks at it when the victim is dead.
struct Holder;

impl Companion for Holder {
    fn live(&self, at: &Path) -> String {
        let heap = attached(at);
        let pair = find(&heap);
        stop();
        // More of them: none takes the memory of the one that is held.
        let others = ["first", "second", "third"].map(|name| obtain(&heap, name));
        others.iter().for_each(|other| other.one.set(1));
        let held = format!("{}, {}", pair.one.get(), pair.other.get());
        for name in ["first", "second", "third"] {
            heap.remove(name).unwrap();
        }
        held
    }

    fn expected(&self, found: &str) -> Option<(String, String)> {
        Some(("7, 70".to_owned(), found.to_owned()))
    }
}

pub(in crate::scenarios) const REMOVED_WHILE_HELD: Case = Case {
    name: "named: remove an object that another process holds, and make one",
    scenario: &OnObject {
        victim: |at| {
            let heap = attached(at);
            Box::new(move || {
                assert!(heap.remove(NAME).unwrap());
                std::mem::forget(obtain(&heap, "another"));
            })
        },
        course: &["whole", "none"],
        companion: Some(&Holder),
        // Without most of the reading of the holder's mappings.
        bound: Bound::First(2_000),
        ..THERE
    },
    flaws: &[Flaw {
        name: "takes the memory of an object that is held",
        part: Part::Victim,
        operation: |at| {
            let heap = attached(at);
            let pair = find(&heap);
            Box::new(move || {
                heap.remove(NAME).unwrap();
                pair.one.set(0);
            })
        },
        caught: "and the companion found",
    }],
};

pub(in crate::scenarios) const LET_GO: Case = Case {
    name: "named: drop the last handle of a removed object",
    scenario: &OnObject {
        victim: |at| {
            let heap = attached(at);
            let mut pair = Some(find(&heap));
            heap.remove(NAME).unwrap();
            Box::new(move || drop(pair.take()))
        },
        course: &["none"],
        ..THERE
    },
    flaws: &[Flaw {
        name: "the name is back with the last handle",
        part: Part::Victim,
        operation: |at| {
            let heap = attached(at);
            heap.remove(NAME).unwrap();
            Box::new(move || drop(obtain(&heap, NAME)))
        },
        caught: "the deaths leave",
    }],
};
