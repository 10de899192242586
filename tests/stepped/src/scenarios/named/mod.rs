//! Objects that are found by their names: whole, or without a name; and their memory can be had again.

mod held;

use std::path::Path;

use shm_core::heap::{Heap, Named};
use shm_core::{Mutex, ReadWrite, Region, SharedLayout, View};

use super::on_heap::HEAP;
use super::raw::{Order, word_by_word};
use crate::scenario::{Bound, Case, Companion, Flaw, Operation, Part, Scenario};

pub(super) use held::{LET_GO, REMOVED_WHILE_HELD};

#[derive(SharedLayout)]
#[repr(C)]
struct Shared {
    /// For attaching before the operation.
    gate: Mutex<()>,
}

/// An object, whose parts agree from the moment that it has a name.
#[derive(SharedLayout)]
#[repr(C)]
struct Pair {
    one: u64,
    other: u64,
}

const NAME: &str = "pair";
/// A process that set up and died, the victim, a companion, and an audit.
const SLOTS: u32 = 4;

/// The heap of a region in which this process takes part; it knows the type of the object.
fn attached(at: &Path) -> Heap<'static, ReadWrite> {
    pages_of_one();
    let shared: &'static Region<Shared> = Box::leak(Box::new(Region::open(at).unwrap()));
    drop(shared.gate.lock().unwrap());
    shared.heap().unwrap()
}

fn make(pair: &View<Pair>) {
    assert_eq!((pair.one.get(), pair.other.get()), (0, 0), "it begins with zeros");
    pair.one.set(7);
    pair.other.set(70);
}

fn obtain(heap: &Heap<'_, ReadWrite>, name: &str) -> Named<Pair> {
    let pair = heap.named_with::<Pair, _>(name, make).unwrap();
    assert_eq!((pair.one.get(), pair.other.get()), (7, 70), "half made");
    pair
}

fn find(heap: &Heap<'_, ReadWrite>) -> Named<Pair> {
    heap.find(NAME).unwrap().expect("it has its name")
}

/// An operation on the object.
struct OnObject {
    set_up: fn(&Heap<'_, ReadWrite>),
    victim: fn(&Path) -> Operation,
    course: &'static [&'static str],
    companion: Option<&'static dyn Companion>,
    bound: Bound,
}

const THERE: OnObject = OnObject {
    set_up: |heap| drop(obtain(heap, NAME)),
    victim: |_| Box::new(|| {}),
    course: &["whole"],
    companion: None,
    bound: Bound::None,
};

impl Scenario for OnObject {
    fn set_up(&self, at: &Path) {
        let options = Region::<Shared>::options().participants(SLOTS).heap_max(HEAP);
        drop(options.create(at).unwrap());
        (self.set_up)(&attached(at));
    }

    fn victim(&self, at: &Path) -> Operation {
        (self.victim)(at)
    }

    /// Looks for what the dead held, and finds the object or makes it.
    fn heir(&self, at: &Path) -> Operation {
        let heap = attached(at);
        Box::new(move || {
            heap.recover().unwrap();
            std::mem::forget(obtain(&heap, NAME));
        })
    }

    fn audit(&self, at: &Path) -> String {
        let read_only = Region::<Shared>::open_read_only(at).unwrap();
        let found = read_only.heap().unwrap().find::<Pair>(NAME).unwrap();
        if let Some(pair) = &found {
            assert_eq!((pair.one.get(), pair.other.get()), (7, 70), "half made");
        }
        go_on(&attached(at));
        if found.is_some() { "whole" } else { "none" }.to_owned()
    }

    fn course(&self) -> &'static [&'static str] {
        self.course
    }

    fn may_follow(&self, found: &str) -> bool {
        ["whole", "none"].contains(&found)
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &["whole"]
    }

    fn companion(&self) -> Option<&dyn Companion> {
        self.companion
    }

    fn bound(&self) -> Bound {
        self.bound
    }

    /// Descriptions of types are kept in hash tables of the process, whose seeds are random.
    fn is_steady(&self) -> bool {
        false
    }
}

/// Makes the object if need be, and another; removes both. All memory that objects have is free then, and is used
/// again.
fn go_on(heap: &Heap<'_, ReadWrite>) {
    assert_eq!(heap.audit().faults, []);
    let both = [obtain(heap, NAME), obtain(heap, "another")];
    assert!(heap.remove(NAME).unwrap() && heap.remove("another").unwrap());
    assert!(!both[0].is_current());
    drop(both);
    heap.recover().unwrap();
    let (report, each) = (heap.audit(), pages_of_one());
    assert_eq!(report.faults, []);
    let stats = report.stats;
    assert_eq!((stats.objects, stats.removed_objects, stats.made_objects), (0, 0, 0), "lost");
    assert_eq!(stats.free_objects * each, stats.object_pages, "lost");
    let names: Vec<_> = (0..stats.free_objects).map(|number| format!("pair {number}")).collect();
    let all: Vec<_> = names.iter().map(|name| obtain(heap, name)).collect();
    assert_eq!(heap.stats().object_pages, stats.object_pages, "lost");
    drop(all);
    assert_eq!((stats.owned, stats.linked, stats.spans), (0, 0, 0), "lost");
}

/// The number of pages that one object takes in a new heap.
fn pages_of_one() -> usize {
    let new = Region::<Shared>::options().heap_max(HEAP).private().unwrap();
    let heap = new.heap().unwrap();
    drop(obtain(&heap, NAME));
    heap.stats().object_pages
}

fn making(at: &Path) -> Operation {
    let heap = attached(at);
    Box::new(move || std::mem::forget(obtain(&heap, NAME)))
}

fn made_in_order(at: &Path, order: Order) -> Operation {
    let heap = attached(at);
    word_by_word(at, order, || std::mem::forget(obtain(&heap, NAME)))
}

pub(crate) const MADE: Case = Case {
    name: "named: make an object",
    scenario: &OnObject { set_up: |_| {}, victim: making, course: &["none", "whole"], ..THERE },
    flaws: &[Flaw {
        name: "an object has its name before it is made",
        part: Part::Victim,
        operation: |at| made_in_order(at, Order::Rising),
        caught: "ObjectIsBroken",
    }],
};

pub(crate) const MADE_AGAIN: Case = Case {
    name: "named: make an object where another was",
    scenario: &OnObject {
        set_up: |heap| {
            drop(obtain(heap, "earlier"));
            heap.remove("earlier").unwrap();
        },
        victim: making,
        course: &["none", "whole"],
        ..THERE
    },
    flaws: &[Flaw {
        name: "an object where another was has its name before it is made",
        part: Part::Victim,
        operation: |at| made_in_order(at, Order::Rising),
        caught: "lost",
    }],
};

pub(crate) const FOUND: Case = Case {
    name: "named: find an object, and drop the handle",
    scenario: &OnObject {
        victim: |at| {
            let heap = attached(at);
            Box::new(move || drop(find(&heap)))
        },
        ..THERE
    },
    flaws: &[Flaw {
        name: "the last handle takes the name with it",
        part: Part::Victim,
        operation: |at| {
            let heap = attached(at);
            Box::new(move || {
                drop(find(&heap));
                heap.remove(NAME).unwrap();
            })
        },
        caught: "the deaths leave",
    }],
};

pub(crate) const REMOVED: Case = Case {
    name: "named: remove an object",
    scenario: &OnObject {
        victim: |at| {
            let heap = attached(at);
            Box::new(move || assert!(heap.remove(NAME).unwrap()))
        },
        course: &["whole", "none"],
        ..THERE
    },
    flaws: &[Flaw {
        name: "an object is wiped before its name is removed",
        part: Part::Victim,
        operation: |at| {
            let heap = attached(at);
            Box::new(move || {
                find(&heap).one.set(0);
                heap.remove(NAME).unwrap();
            })
        },
        caught: "half made",
    }],
};
