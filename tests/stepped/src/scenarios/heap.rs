//! The heap: making and giving back pages, caches, and what the dead leave in them.

use std::mem::offset_of;
use std::path::Path;

use shm_core::{Owned, Region};

use super::on_heap::{
    LONG, MIDDLE, OnHeap, Opened, SHORT, Shared, VALUE, Words, attached, create, create_with,
    fill_with_middles, open, warmed,
};
use super::raw::{Order, Raw, word_by_word};
use crate::process::end;
use crate::scenario::{Case, Flaw, Operation, Part};

pub(crate) const FIRST: Case = Case {
    name: "heap: the first value: grow, make a span",
    scenario: &OnHeap {
        set_up: |at| drop(create(at)),
        victim: |at| setting(attached(at), 2, SHORT),
        course: &["- - -", "2 - -"],
        heir_done: &["9 - -"],
        ..OnHeap::SHORT
    },
    flaws: &[Flaw {
        name: "a span begins before its blocks are there",
        part: Part::Victim,
        operation: |at| {
            let shared = attached(at);
            word_by_word(at, Order::Rising, || shared.value.set(&[2; SHORT]).unwrap())
        },
        caught: "lost",
    }],
};

pub(crate) const WARM: Case = Case {
    name: "heap: a block from the cache, back into it, and back into its span",
    scenario: &OnHeap {
        victim: |at| {
            let shared = warmed(at);
            Box::new(move || {
                shared.value.set(&[2; SHORT]).unwrap();
                shared.value.clear().unwrap();
                shared.heap().unwrap().recover().unwrap();
            })
        },
        course: &["- - 7", "2 - 7", "- - 7"],
        ..OnHeap::SHORT
    },
    flaws: &[Flaw {
        name: "a place is emptied, and its block stays linked",
        part: Part::Victim,
        operation: |at| {
            let (shared, raw) = (warmed(at), Raw::open(at));
            Box::new(move || {
                shared.value.set(&[2; SHORT]).unwrap();
                raw.set(VALUE, &[0; 8]);
            })
        },
        caught: "PlaceDoesNotHoldIt",
    }],
};

pub(crate) const DETACH: Case = Case {
    name: "heap: detaching gives back what is cached",
    scenario: &OnHeap {
        set_up: |at| create_with(at, 1, 0, 7),
        victim: |at| {
            let mut shared = Some(with_a_cache(at));
            Box::new(move || drop(shared.take()))
        },
        course: &["1 - 7"],
        ..OnHeap::SHORT
    },
    flaws: &[Flaw {
        name: "gives back what a place owns as well",
        part: Part::Victim,
        operation: |at| {
            let (mut shared, raw) = (Some(with_a_cache(at)), Raw::open(at));
            Box::new(move || {
                raw.set_tag(VALUE, 0);
                drop(shared.take());
            })
        },
        caught: "the deaths leave",
    }],
};

pub(crate) const RECOVER: Case = Case {
    name: "heap: recover, after a death with a block that a place owns",
    scenario: &OnHeap {
        set_up: leave_a_claim,
        victim: |at| {
            let shared = attached(at);
            Box::new(move || {
                // Its cache, and the block.
                assert!(shared.heap().unwrap().recover().unwrap() > 10);
            })
        },
        course: &["1 - 7"],
        is_steady: false,
        ..OnHeap::SHORT
    },
    flaws: &[Flaw {
        name: "frees what the dead owned without a look at its place",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || raw.set_tag(VALUE, 0))
        },
        caught: "the deaths leave",
    }],
};

pub(crate) const SWEEP: Case = Case {
    name: "heap: a full one: sweep, retire, make a span",
    scenario: &OnHeap {
        set_up: leave_spans_without_values,
        victim: |at| setting(attached(at), 2, SHORT),
        course: &["- - -", "2 - -"],
        heir_done: &["9 - -"],
        is_steady: false,
        ..OnHeap::SHORT
    },
    flaws: &[Flaw {
        name: "the block of a new span is linked before its place holds it",
        part: Part::Victim,
        operation: |at| {
            let shared = attached(at);
            word_by_word(at, Order::Falling, || shared.value.set(&[2; SHORT]).unwrap())
        },
        caught: "PlaceDoesNotHoldIt",
    }],
};

pub(crate) const SHORTAGE: Case = Case {
    name: "heap: a full one, of which the dead have a part",
    scenario: &OnHeap {
        set_up: leave_no_room,
        victim: |at| setting(attached(at), 2, MIDDLE),
        heir: |at| setting(attached(at), 9, MIDDLE),
        course: &["- - -, and 108", "2 - -, and 108"],
        heir_done: &["9 - -, and 108"],
        is_steady: false,
        ..OnHeap::SHORT
    },
    flaws: &[Flaw {
        name: "takes the block of a value",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || raw.set_tag(FIFTH_OF_FILL, 0))
        },
        caught: "the deaths leave",
    }],
};

pub(crate) const LARGE_SET: Case = Case {
    name: "heap: a large block: set",
    scenario: &OnHeap {
        victim: |at| setting(warmed(at), 2, LONG),
        course: &["- - 7", "2 - 7"],
        ..OnHeap::SHORT
    },
    flaws: &[Flaw {
        name: "a large block is linked before its place holds it",
        part: Part::Victim,
        operation: |at| {
            let shared = warmed(at);
            word_by_word(at, Order::Falling, || shared.value.set(&[2; LONG]).unwrap())
        },
        caught: "PlaceDoesNotHoldIt",
    }],
};

pub(crate) const LARGE_REPLACE: Case = Case {
    name: "heap: a large block: replace",
    scenario: &OnHeap {
        set_up: with_a_large_one,
        victim: |at| setting(warmed(at), 2, LONG),
        course: &["1 - 7", "2 - 7"],
        ..OnHeap::SHORT
    },
    flaws: &[Flaw {
        name: "the place holds the new block before that is written",
        part: Part::Victim,
        operation: |at| {
            let shared = warmed(at);
            word_by_word(at, Order::Rising, || shared.value.set(&[2; LONG]).unwrap())
        },
        caught: "PlaceDoesNotHoldIt",
    }],
};

pub(crate) const LARGE_CLEAR: Case = Case {
    name: "heap: a large block: clear",
    scenario: &OnHeap {
        set_up: with_a_large_one,
        victim: |at| {
            let shared = warmed(at);
            Box::new(move || shared.value.clear().unwrap())
        },
        course: &["1 - 7", "- - 7"],
        ..OnHeap::SHORT
    },
    flaws: &[Flaw {
        name: "the place is empty before the block is claimed",
        part: Part::Victim,
        operation: |at| {
            let shared = warmed(at);
            word_by_word(at, Order::Rising, || shared.value.clear().unwrap())
        },
        caught: "PlaceDoesNotHoldIt",
    }],
};

/// The offsets of the handle of one of the places with which the heap is filled, and of the lock's word.
const FIFTH_OF_FILL: u64 = (offset_of!(Shared, fill) + 4 * size_of::<Owned<Words>>() + 8) as u64;
const GATE: u64 = offset_of!(Shared, gate) as u64;

fn setting(shared: Opened, number: u64, len: usize) -> Operation {
    let value = vec![number; len];
    Box::new(move || shared.value.set(&value).unwrap())
}

/// A region to be closed, whose cache has blocks.
fn with_a_cache(at: &Path) -> Region<Shared> {
    let shared = Region::<Shared>::open(at).unwrap();
    shared.other.set(&[0; SHORT]).unwrap();
    shared.other.clear().unwrap();
    shared
}

/// This process dies with a cache, after it has claimed the block of `value`.
fn leave_a_claim(at: &Path) {
    create_with(at, 1, 0, 7);
    let (shared, raw) = (warmed(at), Raw::open(at));
    let gate = shared.gate.lock().unwrap();
    let me = u32::from_ne_bytes(raw.get(GATE));
    drop(gate);
    raw.set_tag(VALUE, me);
    end();
}

/// All pages are in spans of which no block has a value, and this process dies with some blocks.
fn leave_spans_without_values(at: &Path) {
    let shared = create(at);
    fill_with_middles(&shared.fill);
    shared.fill.iter().for_each(|place| place.clear().unwrap());
    drop(shared);
    let shared = open(at);
    shared.value.set(&[0; MIDDLE]).unwrap();
    shared.value.clear().unwrap();
    end();
}

/// All blocks have values, but for those with which this process dies.
fn leave_no_room(at: &Path) {
    let shared = create(at);
    fill_with_middles(&shared.fill);
    for place in &shared.fill[..4] {
        place.clear().unwrap();
    }
    end();
}

fn with_a_large_one(at: &Path) {
    create_with(at, 0, 0, 7);
    open(at).value.set(&[1; LONG]).unwrap();
}
