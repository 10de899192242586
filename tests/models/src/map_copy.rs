//! Flawed copies of the map's protocol, over two tables of two buckets and entries that do not move.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use loom::sync::atomic::fence;
use shm_core::protocol::Word;
use shm_core::protocol::heap::words::{Handle, LINKED, State, UNOWNED};

use crate::LoomU64;
use crate::heap::DEAD;

const BUCKETS: usize = 2;
const ENTRIES: usize = 3;
const FIRST: u32 = 1;
const WRITER: u32 = 1;
/// The attempts of a reader: then it says nothing.
const ATTEMPTS: usize = 3;

/// A way to get the protocol wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// None: the copy is a true one.
    None,
    /// A block is taken with a relaxed store: a reader that sees who took it need not see where the value
    /// is by now that was in it before.
    TakingIsRelaxed,
    /// A bucket is written with a relaxed store.
    BucketIsLinkedRelaxed,
    /// An entry names its new bucket with a relaxed store: a reader that sees it gone need not see the next
    /// table. (That one's own link could be relaxed: no reader needs it before.)
    EntryMovesRelaxed,
    /// The next table takes over before the entries were moved.
    TakeoverComesFirst,
    /// An entry names its new bucket before that holds it.
    EntryMovesFirst,
    /// An entry that a dead writer had claimed is not moved.
    ClaimedEntryStays,
    /// An entry is removed without a new generation.
    RemovalKeepsTheGeneration,
    /// A reader that finds nothing does not look whether the tables are still the same.
    ReaderDoesNotLookBack,
    /// A reader loads the next table's handle without a fence after the table's.
    ReaderLoadsBothAtOnce,
    /// A reader believes that neither place owns the table that both hold.
    ReaderMissesTheTakeover,
    /// A reader looks in the next table first.
    ReaderLooksInNextFirst,
    /// A reader does not look at the generation of an entry again.
    ReaderBelievesItsCopy,
}

/// What the writer does beside a reader of key 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Key 1 is inserted.
    Insert,
    /// Key 1 is replaced.
    Update,
    /// Key 1 is removed, and key 2 gets its block and its bucket.
    Reuse,
    /// The map is made anew; key 1 is always there.
    Grow,
}

#[derive(Debug)]
struct Table {
    state: LoomU64,
    /// The index of the place that owns it.
    place: LoomU64,
    buckets: [LoomU64; BUCKETS],
}

#[derive(Debug)]
struct Entry {
    state: LoomU64,
    /// The bucket that owns it.
    place: LoomU64,
    key: LoomU64,
    value: LoomU64,
}

/// A map.
#[derive(Debug)]
pub struct Copy {
    flaw: Flaw,
    /// The handles of the table and of the next one.
    places: [LoomU64; 2],
    tables: [Table; 2],
    entries: [Entry; ENTRIES],
}

fn handle(generation: u32, index: usize) -> u64 {
    Handle::new(generation, 0, index).map_or(0, Handle::word)
}

fn parts(word: u64) -> Option<(u32, usize)> {
    Handle::from_word(word).map(|handle| (handle.generation(), handle.block()))
}

fn bucket_id(table: usize, bucket: usize) -> u64 {
    (100 + 10 * table + bucket) as u64
}

/// The value of a key in this version.
fn value(key: u64, version: u64) -> u64 {
    10 * key + version
}

impl Copy {
    /// A map with one table; unless it is inserted, key 1 is there.
    #[must_use]
    pub fn new(flaw: Flaw, scenario: Scenario) -> Self {
        let word = LoomU64::new;
        let copy = Self {
            flaw,
            places: [word(handle(FIRST, 0)), word(0)],
            tables: std::array::from_fn(|at| Table {
                state: word(State::new(FIRST, LINKED).0),
                place: word(at as u64),
                buckets: std::array::from_fn(|_| word(0)),
            }),
            entries: std::array::from_fn(|_| Entry {
                state: word(State::new(FIRST, UNOWNED).0),
                place: word(0),
                key: word(0),
                value: word(0),
            }),
        };
        if scenario != Scenario::Insert {
            copy.insert(0, 1, 1);
        }
        copy
    }

    /// As new, with an entry that a dead writer had claimed.
    #[must_use]
    pub fn claimed(flaw: Flaw) -> Self {
        let copy = Self::new(flaw, Scenario::Grow);
        copy.entries[0].state.store(State::new(FIRST, DEAD).0, Relaxed);
        copy
    }

    fn table(&self) -> usize {
        parts(self.places[0].load(Acquire)).map_or(0, |(_, table)| table)
    }

    fn take(&self, entry: usize) {
        let state = &self.entries[entry].state;
        let generation = State(state.load(Acquire)).generation();
        let order = if self.flaw == Flaw::TakingIsRelaxed { Relaxed } else { Release };
        state.store(State::new(generation, WRITER).0, order);
        fence(Release);
    }

    /// Takes a free entry, writes to it, and makes the first bucket of the table own it.
    fn insert(&self, entry: usize, key: u64, version: u64) {
        let block = &self.entries[entry];
        let generation = State(block.state.load(Acquire)).generation();
        self.take(entry);
        block.key.store(key, Relaxed);
        block.value.store(value(key, version), Relaxed);
        let table = self.table();
        block.place.store(bucket_id(table, 0), Relaxed);
        let relaxed = self.flaw == Flaw::BucketIsLinkedRelaxed;
        let order = if relaxed { Relaxed } else { Release };
        self.tables[table].buckets[0].store(handle(generation, entry), order);
        let mine = State::new(generation, WRITER).0;
        let linked = State::new(generation, LINKED).0;
        block.state.compare_exchange(mine, linked, AcqRel, Relaxed).expect("it is mine");
    }

    fn free(&self, entry: usize) {
        let state = &self.entries[entry].state;
        let seen = State(state.load(Acquire));
        let more = u32::from(self.flaw != Flaw::RemovalKeepsTheGeneration);
        let free = State::new(seen.generation() + more, UNOWNED).0;
        state.compare_exchange(seen.0, free, AcqRel, Relaxed).expect("it is linked");
    }

    /// Does what the scenario says.
    pub fn write(&self, scenario: Scenario) {
        match scenario {
            Scenario::Insert => self.insert(0, 1, 1),
            Scenario::Update => {
                self.insert(1, 1, 2);
                self.free(0);
                // The block of the old value is used for another key, elsewhere.
                self.take(0);
                self.entries[0].key.store(1, Relaxed);
                self.entries[0].value.store(u64::MAX, Relaxed);
            }
            Scenario::Reuse => {
                self.free(0);
                self.insert(0, 2, 1);
            }
            Scenario::Grow => self.grow(),
        }
    }

    fn grow(&self) {
        // What the block of the new table was before.
        self.tables[1].buckets.iter().for_each(|bucket| bucket.store(0, Relaxed));
        self.places[1].store(handle(FIRST, 1), Release);
        if self.flaw == Flaw::TakeoverComesFirst {
            self.take_over();
            self.move_entry();
        } else {
            self.move_entry();
            self.take_over();
        }
    }

    fn move_entry(&self) {
        let Some((generation, entry)) = parts(self.tables[0].buckets[0].load(Acquire)) else {
            return;
        };
        let block = &self.entries[entry];
        let seen = State(block.state.load(Acquire));
        if seen.tag() == DEAD {
            if self.flaw == Flaw::ClaimedEntryStays {
                return;
            }
            let linked = State::new(generation, LINKED).0;
            block
                .state
                .compare_exchange(seen.0, linked, AcqRel, Relaxed)
                .expect("it is the dead's");
        }
        let (holds, names) = (&self.tables[1].buckets[1], &block.place);
        if self.flaw == Flaw::EntryMovesFirst {
            names.store(bucket_id(1, 1), Release);
            holds.store(handle(generation, entry), Release);
        } else {
            holds.store(handle(generation, entry), Release);
            let relaxed = self.flaw == Flaw::EntryMovesRelaxed;
            names.store(bucket_id(1, 1), if relaxed { Relaxed } else { Release });
        }
    }

    fn take_over(&self) {
        self.places[0].store(handle(FIRST, 1), Release);
        self.tables[1].place.store(0, Release);
        self.places[1].store(0, Release);
        let free = State::new(FIRST + 1, UNOWNED).0;
        self.tables[0].state.store(free, Release);
    }

    /// Whether the table with this handle is still that.
    fn is_unchanged(&self, word: u64) -> bool {
        fence(Acquire);
        parts(word).is_some_and(|(generation, table)| {
            State(self.tables[table].state.load(Relaxed)).generation() == generation
        })
    }

    /// Searches for key 1: its value, `Some(None)` if it is not there, `None` if the map was changed each
    /// time.
    ///
    /// # Panics
    /// If the value is not one that it had.
    pub fn read(&self) -> Option<Option<u64>> {
        'again: for _ in 0..ATTEMPTS {
            let table = self.places[0].load(Relaxed);
            if self.flaw != Flaw::ReaderLoadsBothAtOnce {
                fence(Acquire);
            }
            let words = [table, self.places[1].load(Relaxed)];
            let order = if self.flaw == Flaw::ReaderLooksInNextFirst { [1, 0] } else { [0, 1] };
            let mut looked = self.flaw == Flaw::ReaderMissesTheTakeover;
            for at in order {
                fence(Acquire);
                let word = words[at];
                let Some(table) = self.table_of(word, at) else { continue };
                looked = true;
                match self.search(table) {
                    Some(Some(found)) if self.is_unchanged(word) => {
                        assert!(matches!(found, 11 | 12), "the value of another key: {found}");
                        return Some(Some(found));
                    }
                    Some(None) if self.is_unchanged(word) => {}
                    _ => continue 'again,
                }
            }
            if self.flaw == Flaw::ReaderDoesNotLookBack {
                return Some(None);
            }
            fence(Acquire);
            let next = self.places[1].load(Relaxed);
            fence(Acquire);
            let met = looked || words[0] == 0 || words[0] != words[1];
            if met && words == [self.places[0].load(Relaxed), next] {
                return Some(None);
            }
        }
        None
    }

    /// The table with this handle, if the place with this index owns it.
    fn table_of(&self, word: u64, at: usize) -> Option<usize> {
        let (generation, table) = parts(word)?;
        let state = State(self.tables[table].state.load(Relaxed));
        let owned = state.generation() == generation && state.tag() != UNOWNED;
        (owned && self.tables[table].place.load(Relaxed) == at as u64).then_some(table)
    }

    /// Searches in one table; `None` if an entry was changed meanwhile.
    fn search(&self, table: usize) -> Option<Option<u64>> {
        for bucket in 0..BUCKETS {
            let word = self.tables[table].buckets[bucket].load(Relaxed);
            fence(Acquire);
            // Key 1 is looked for in every bucket.
            let Some((generation, entry)) = parts(word) else { continue };
            let block = &self.entries[entry];
            let state = || State(block.state.load(Relaxed));
            let first = state();
            let owned = first.generation() == generation && first.tag() != UNOWNED;
            if !owned || block.place.load(Relaxed) != bucket_id(table, bucket) {
                fence(Acquire);
                if self.tables[table].buckets[bucket].load(Relaxed) != word {
                    return None;
                }
                continue;
            }
            let (key, found) = (block.key.load(Relaxed), block.value.load(Relaxed));
            if self.flaw != Flaw::ReaderBelievesItsCopy {
                fence(Acquire);
                if state().generation() != generation {
                    return None;
                }
            }
            if key == 1 {
                return Some(Some(found));
            }
        }
        Some(None)
    }
}
