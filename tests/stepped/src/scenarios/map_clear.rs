//! `Map::clear`: each key has its value or is gone, one after the other.

use std::path::Path;

use shm_core::Region;

use super::map::{KEY, Shared, Value, attached, create, open, warmed};
use super::on_heap::check_room;
use super::raw::{Order, word_by_word};
use crate::scenario::{Case, Flaw, Operation, Part, Scenario};

/// The keys are 1 to this one.
const KEYS: u64 = 4;

struct Clear;

impl Scenario for Clear {
    fn set_up(&self, at: &Path) {
        create(at, KEYS, |_| {});
    }

    fn victim(&self, at: &Path) -> Operation {
        let shared = warmed(at);
        Box::new(move || shared.map.clear().unwrap())
    }

    /// Clears what is left, and begins again.
    fn heir(&self, at: &Path) -> Operation {
        let shared = attached(at);
        Box::new(move || {
            shared.map.clear().unwrap();
            shared.map.insert(&KEY, &value_of(KEY)).unwrap();
        })
    }

    fn audit(&self, at: &Path) -> String {
        let found = look(at);
        let shared = open(at);
        assert_eq!(shared.heap().unwrap().audit().faults, []);
        let map = &shared.map;
        for key in 1..=2 * KEYS {
            map.insert(&key, &value_of(key)).unwrap();
        }
        for key in 1..=2 * KEYS {
            assert_eq!(map.get(&key).unwrap(), Some(value_of(key)), "another key");
        }
        map.clear().unwrap();
        assert!(map.is_empty().unwrap());
        check_room(&shared.fill, shared.heap().unwrap());
        found
    }

    fn course(&self) -> &'static [&'static str] {
        &["4 keys", "3 keys", "2 keys", "1 keys", "0 keys"]
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &["0 keys, and a new one"]
    }
}

fn value_of(key: u64) -> Value {
    [100 + key; 4]
}

/// Finds each key that is left, by itself and among all, on a mapping that cannot be written.
fn look(at: &Path) -> String {
    let shared = Region::<Shared>::open_read_only(at).unwrap();
    let map = &shared.map;
    let value = |key: u64| map.get(&key).unwrap().map(|value| (key, value));
    let left: Vec<_> = (1..=KEYS).filter_map(value).collect();
    let new = value(KEY);
    let mut all = map.entries().unwrap();
    all.sort_unstable();
    assert_eq!(all, left.iter().copied().chain(new).collect::<Vec<_>>());
    assert!(all.iter().all(|(key, value)| *value == value_of(*key)), "torn: {all:?}");
    format!("{} keys{}", left.len(), if new.is_some() { ", and a new one" } else { "" })
}

pub(crate) const CLEARED: Case = Case {
    name: "Map: clear",
    scenario: &Clear,
    flaws: &[Flaw {
        name: "the table is dropped before its keys are",
        part: Part::Victim,
        operation: |at| {
            let shared = warmed(at);
            word_by_word(at, Order::Rising, || shared.map.clear().unwrap())
        },
        caught: "PlaceDoesNotHoldIt",
    }],
};
