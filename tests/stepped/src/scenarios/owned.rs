//! `Owned`: a value is replaced as a whole.

use std::path::Path;

use shm_core::Region;

use super::on_heap::{LONG, OnHeap, Opened, SHORT, Shared, attached, create_with, warmed};
use super::raw::{Order, word_by_word};
use crate::scenario::{Case, Flaw, Operation, Part};

/// The heir meets the dead owner's blocks and locks on its way: nothing was recovered before.
const OWNED: OnHeap = OnHeap {
    set_up: |at| create_with(at, 1, 0, 7),
    heir: |at| {
        let shared = attached(at);
        Box::new(move || shared.value.set(&[9; SHORT]).unwrap())
    },
    ..OnHeap::SHORT
};

/// What a victim does, with a filled cache.
type Does = fn(Opened);

fn victim(at: &Path, does: Does) -> Operation {
    let shared = warmed(at);
    Box::new(move || does(shared))
}

/// The same, word by word in another order than the library's.
fn flawed(at: &Path, order: Order, does: Does) -> Operation {
    let shared = warmed(at);
    word_by_word(at, order, || does(shared))
}

fn sets(shared: Opened) {
    shared.value.set(&[2; SHORT]).unwrap();
}

fn clears(shared: Opened) {
    shared.value.clear().unwrap();
}

fn takes(shared: Opened) {
    assert_eq!(shared.value.take().unwrap(), [1; SHORT]);
}

fn moves(shared: Opened) {
    shared.value.move_to(&shared.other).unwrap();
}

fn updates(shared: Opened) {
    shared.value.update(|value| value.fill(2)).unwrap();
}

pub(crate) const SET: Case = Case {
    name: "Owned: set an empty place",
    scenario: &OnHeap {
        set_up: |at| create_with(at, 0, 0, 7),
        victim: |at| victim(at, sets),
        course: &["- - 7", "2 - 7"],
        ..OWNED
    },
    flaws: &[Flaw {
        name: "a new block is linked before it names its place",
        part: Part::Victim,
        operation: |at| flawed(at, Order::Rising, sets),
        caught: "PlaceDoesNotHoldIt",
    }],
};

pub(crate) const REPLACE: Case = Case {
    name: "Owned: replace",
    scenario: &OnHeap { victim: |at| victim(at, sets), course: &["1 - 7", "2 - 7"], ..OWNED },
    flaws: &[
        Flaw {
            name: "the place holds the new block before the old one is claimed",
            part: Part::Victim,
            operation: |at| flawed(at, Order::Rising, sets),
            caught: "PlaceDoesNotHoldIt",
        },
        Flaw {
            name: "the new block is linked and the old one free before the place holds it",
            part: Part::Victim,
            operation: |at| flawed(at, Order::Falling, sets),
            caught: "PlaceDoesNotHoldIt",
        },
    ],
};

pub(crate) const CLEAR: Case = Case {
    name: "Owned: clear",
    scenario: &OnHeap { victim: |at| victim(at, clears), course: &["1 - 7", "- - 7"], ..OWNED },
    flaws: &[Flaw {
        name: "the place is emptied before its block is claimed",
        part: Part::Victim,
        operation: |at| flawed(at, Order::Rising, clears),
        caught: "PlaceDoesNotHoldIt",
    }],
};

pub(crate) const TAKE: Case = Case {
    name: "Owned: take",
    scenario: &OnHeap { victim: |at| victim(at, takes), course: &["1 - 7", "- - 7"], ..OWNED },
    flaws: &[Flaw {
        name: "a taken place is emptied before its block is claimed",
        part: Part::Victim,
        operation: |at| flawed(at, Order::Rising, takes),
        caught: "PlaceDoesNotHoldIt",
    }],
};

/// Where the value moved from counts as empty from the moment on at which the other place owns it.
pub(crate) const MOVE: Case = Case {
    name: "Owned: move to an empty place",
    scenario: &OnHeap {
        victim: |at| victim(at, moves),
        course: &["1 - 7", "- 1 7"],
        heir_done: &["9 - 7", "9 1 7"],
        ..OWNED
    },
    flaws: &[Flaw {
        name: "the first place is emptied before the block names the second",
        part: Part::Victim,
        operation: |at| flawed(at, Order::Rising, moves),
        caught: "PlaceDoesNotHoldIt",
    }],
};

/// The value of the place that is moved to goes first.
pub(crate) const MOVE_OVER: Case = Case {
    name: "Owned: move over another value",
    scenario: &OnHeap {
        set_up: |at| create_with(at, 1, 3, 7),
        victim: |at| victim(at, moves),
        course: &["1 3 7", "1 - 7", "- 1 7"],
        heir_done: &["9 3 7", "9 - 7", "9 1 7"],
        ..OWNED
    },
    flaws: &[Flaw {
        name: "the first place is emptied before the value is in the second",
        part: Part::Victim,
        operation: |at| flawed(at, Order::Rising, moves),
        caught: "PlaceDoesNotHoldIt",
    }],
};

pub(crate) const UPDATE: Case = Case {
    name: "Owned: update",
    scenario: &OnHeap { victim: |at| victim(at, updates), course: &["1 - 7", "2 - 7"], ..OWNED },
    flaws: &[Flaw {
        name: "an update links its block before that names its place",
        part: Part::Victim,
        operation: |at| flawed(at, Order::Falling, updates),
        caught: "PlaceDoesNotHoldIt",
    }],
};

/// The heir only reads, on a mapping that cannot be written, after the death of a writer in the middle of a
/// large value; it can die as well, and changes nothing.
pub(crate) const LOAD: Case = Case {
    name: "Owned: replace a large value, and load it after the writer's death",
    scenario: &OnHeap {
        set_up: |at| {
            create_with(at, 0, 0, 7);
            Region::<Shared>::open(at).unwrap().value.set(&[1; LONG]).unwrap();
        },
        victim: |at| {
            let shared = warmed(at);
            Box::new(move || shared.value.set(&[2; LONG]).unwrap())
        },
        heir: |at| loading(at, &[1, 2]),
        course: &["1 - 7", "2 - 7"],
        heir_done: &["1 - 7", "2 - 7"],
        ..OWNED
    },
    flaws: &[
        Flaw {
            name: "the place holds a large block before that is written",
            part: Part::Victim,
            operation: |at| {
                let shared = warmed(at);
                word_by_word(at, Order::Rising, || shared.value.set(&[2; LONG]).unwrap())
            },
            caught: "PlaceDoesNotHoldIt",
        },
        Flaw {
            name: "a reader that takes no value but the old one for whole",
            part: Part::Heir,
            operation: |at| loading(at, &[1]),
            caught: "neither the old value nor the new one",
        },
    ],
};

/// Loads `value`, which is one of these.
fn loading(at: &Path, allowed: &'static [u64]) -> Operation {
    let shared: &Region<Shared, _> = Box::leak(Box::new(Region::open_read_only(at).unwrap()));
    let mut found = vec![0; 2 * LONG];
    Box::new(move || {
        shared.value.load_into(&mut found).unwrap();
        let is_whole = found.len() == LONG && found.iter().all(|word| *word == found[0]);
        assert!(is_whole && allowed.contains(&found[0]), "neither the old value nor the new one");
    })
}
