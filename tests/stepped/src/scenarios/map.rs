//! `Map`: a key has the old value or the new one, and all other keys have theirs.

use std::path::Path;

use shm_core::heap::MapView;
use shm_core::{Map, Mutex, Region, SharedLayout, traits::Access};

use super::on_heap::{Fill, HEAP, check_room};
use super::raw::{Order, word_by_word};
use crate::scenario::{Case, Flaw, Operation, Part, Scenario};

/// The value of a key: a number in each word.
pub(super) type Value = [u64; 4];

#[derive(SharedLayout)]
#[repr(C)]
pub(super) struct Shared {
    pub(super) map: Map<u64, Value>,
    /// For attaching before the operation.
    pub(super) gate: Mutex<()>,
    pub(super) fill: Fill,
}

/// The process that set up, the victim, and an audit.
const SLOTS: u32 = 3;
/// The key that the victim changes.
pub(super) const KEY: u64 = 70;

pub(super) type Opened = &'static Region<Shared>;

pub(super) fn open(at: &Path) -> Opened {
    Box::leak(Box::new(Region::open(at).unwrap()))
}

/// A region in which this process takes part.
pub(super) fn attached(at: &Path) -> Opened {
    let shared = open(at);
    drop(shared.gate.lock().unwrap());
    shared
}

/// A region in which this process takes part, with blocks for entries in its cache.
pub(super) fn warmed(at: &Path) -> Opened {
    let shared = attached(at);
    shared.fill[0].set(&[0; 6]).unwrap();
    shared.fill[0].clear().unwrap();
    shared
}

/// A map whose keys are 1 to `keys`; `before` does something else with it.
pub(super) fn create(at: &Path, keys: u64, before: fn(&MapView<u64, Value>)) {
    let options = Region::<Shared>::options().participants(SLOTS).heap_max(HEAP);
    let shared = options.create(at).unwrap();
    for key in 1..=keys {
        shared.map.insert(&key, &[100 + key; 4]).unwrap();
    }
    before(&shared.map);
}

/// A change of one key in a map of others.
struct Change {
    /// The other keys are 1 to this one.
    keys: u64,
    before: fn(&MapView<u64, Value>),
    victim: Does,
    course: &'static [&'static str],
    /// As for [`OnHeap`](super::on_heap::OnHeap).
    is_steady: bool,
}

type Does = fn(Opened);

impl Scenario for Change {
    fn set_up(&self, at: &Path) {
        create(at, self.keys, self.before);
    }

    fn victim(&self, at: &Path) -> Operation {
        let (shared, does) = (warmed(at), self.victim);
        Box::new(move || does(shared))
    }

    /// Finishes what the dead began, and changes the same key.
    fn heir(&self, at: &Path) -> Operation {
        let shared = attached(at);
        Box::new(move || {
            shared.map.insert(&KEY, &[9; 4]).unwrap();
        })
    }

    fn audit(&self, at: &Path) -> String {
        let read_only = Region::<Shared>::open_read_only(at).unwrap();
        let found = look(&read_only.map, self.keys);
        let shared = open(at);
        assert_eq!(shared.heap().unwrap().audit().faults, []);
        go_on(&shared.map, self.keys);
        shared.map.clear().unwrap();
        check_room(&shared.fill, shared.heap().unwrap());
        found.map_or_else(|| "-".to_owned(), |number| number.to_string())
    }

    fn course(&self) -> &'static [&'static str] {
        self.course
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &["9"]
    }

    fn is_steady(&self) -> bool {
        self.is_steady
    }
}

/// Finds each key that is always there, by itself and among all; returns the number that the changed key has.
fn look(map: &MapView<u64, Value, impl Access>, keys: u64) -> Option<u64> {
    for key in 1..=keys {
        assert_eq!(map.get(&key).unwrap(), Some([100 + key; 4]), "another key");
    }
    let value = map.get(&KEY).unwrap();
    let mut all = map.entries().unwrap();
    all.sort_unstable();
    let others = (1..=keys).map(|key| (key, [100 + key; 4]));
    assert_eq!(all, others.chain(value.map(|value| (KEY, value))).collect::<Vec<_>>());
    assert_eq!(map.len().unwrap(), all.len());
    value.map(|value| {
        assert_eq!(value, [value[0]; 4], "torn");
        value[0]
    })
}

/// Changes everything; the map grows.
fn go_on(map: &MapView<u64, Value>, keys: u64) {
    map.remove(&KEY).unwrap();
    for key in 1..=keys {
        assert_eq!(map.take(&key).unwrap(), Some([100 + key; 4]));
    }
    assert!(map.is_empty().unwrap());
    for key in 1..=12 {
        assert!(!map.insert(&key, &[100 + key; 4]).unwrap());
    }
    assert_eq!(look(map, 12), None);
}

fn inserts(shared: Opened) {
    assert!(!shared.map.insert(&KEY, &[2; 4]).unwrap());
}

fn replaces(shared: Opened) {
    assert!(shared.map.insert(&KEY, &[2; 4]).unwrap());
}

fn updates(shared: Opened) {
    let change = |value: &mut Option<Value>| value.as_mut().unwrap().fill(2);
    shared.map.update(&KEY, change).unwrap();
}

fn removes(shared: Opened) {
    assert!(shared.map.remove(&KEY).unwrap());
}

fn has_the_key(map: &MapView<u64, Value>) {
    map.insert(&KEY, &[1; 4]).unwrap();
}

fn had_the_key(map: &MapView<u64, Value>) {
    has_the_key(map);
    map.remove(&KEY).unwrap();
}

fn in_order(at: &Path, order: Order, does: Does) -> Operation {
    let shared = warmed(at);
    word_by_word(at, order, || does(shared))
}

/// A change of a map that has the key.
const CHANGE: Change =
    Change { keys: 2, before: has_the_key, victim: replaces, course: &["1", "2"], is_steady: true };
/// One of a map that does not.
const INSERT: Change = Change { before: |_| {}, victim: inserts, course: &["-", "2"], ..CHANGE };

pub(crate) const FIRST: Case = Case {
    name: "Map: the first insert",
    scenario: &Change { keys: 0, ..INSERT },
    flaws: &[Flaw {
        name: "the first table's span begins after its block is in use",
        part: Part::Victim,
        operation: |at| in_order(at, Order::Falling, inserts),
        caught: "lost",
    }],
};

pub(crate) const INSERTED: Case = Case {
    name: "Map: insert",
    scenario: &INSERT,
    flaws: &[Flaw {
        name: "an entry is linked before its bucket holds it",
        part: Part::Victim,
        operation: |at| in_order(at, Order::Rising, inserts),
        caught: "PlaceDoesNotHoldIt",
    }],
};

pub(crate) const OVER_A_TOMBSTONE: Case = Case {
    name: "Map: insert where another entry was",
    scenario: &Change { before: had_the_key, ..INSERT },
    flaws: &[Flaw {
        name: "an entry is linked before the bucket of a tombstone holds it",
        part: Part::Victim,
        operation: |at| in_order(at, Order::Rising, inserts),
        caught: "PlaceDoesNotHoldIt",
    }],
};

pub(crate) const GROWS: Case = Case {
    name: "Map: insert, and grow",
    scenario: &Change { keys: 4, is_steady: false, ..INSERT },
    flaws: &[
        Flaw {
            name: "the new table is the table before the entries are in it",
            part: Part::Victim,
            operation: |at| in_order(at, Order::Rising, inserts),
            caught: "another key",
        },
        Flaw {
            name: "the entries name buckets that do not hold them yet",
            part: Part::Victim,
            operation: |at| in_order(at, Order::Falling, inserts),
            caught: "another key",
        },
    ],
};

pub(crate) const REPLACED: Case = Case {
    name: "Map: insert over a value",
    scenario: &CHANGE,
    flaws: &[Flaw {
        name: "the bucket loses the old entry before it has the new one",
        part: Part::Victim,
        operation: |at| in_order(at, Order::Rising, replaces),
        caught: "PlaceDoesNotHoldIt",
    }],
};

pub(crate) const UPDATED: Case = Case {
    name: "Map: update an entry",
    scenario: &Change { victim: updates, ..CHANGE },
    flaws: &[Flaw {
        name: "an updated entry is linked before its bucket holds it",
        part: Part::Victim,
        operation: |at| in_order(at, Order::Falling, updates),
        caught: "PlaceDoesNotHoldIt",
    }],
};

pub(crate) const REMOVED: Case = Case {
    name: "Map: remove",
    scenario: &Change { victim: removes, course: &["1", "-"], ..CHANGE },
    flaws: &[Flaw {
        name: "the table is dropped, and all keys with it",
        part: Part::Victim,
        operation: |at| in_order(at, Order::Rising, |shared| shared.map.clear().unwrap()),
        caught: "another key",
    }],
};
