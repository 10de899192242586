//! The common parts of the map's models: a heap of two pages in loom's memory, one for tables and one for
//! entries, and a map in it.
//!
//! The map's lock is loom's: `lock.rs` has the models of the library's own.

use std::sync::atomic::Ordering::Relaxed;

use shm_core::protocol::Word;
use shm_core::protocol::heap::classes::{CLASSES, SIZES};
use shm_core::protocol::heap::map::{Map, hash};
use shm_core::protocol::heap::words::{PageWord, State, UNOWNED, WORN};
use shm_core::protocol::heap::{Cache, Heap, Memory, Section, View, section};
use shm_core::protocol::lock;

use crate::heap::{DEAD, Peers};
use crate::machine::die_before;
use crate::{Loom, LoomU32, LoomU64};

/// The buckets of a table: the fewest that the protocol makes.
pub const BUCKETS: u64 = 8;
/// The tables for which there is room.
const TABLES: usize = 3;
/// The entries for which there is room.
const ENTRIES: usize = 8;
/// The bytes of a table: two words, and the buckets.
const TABLE_SIZE: u32 = 80;
/// The bytes of an entry: two words, the key, a value of two words, and one more.
const ENTRY_SIZE: u32 = 48;
const MAP: u64 = 64;
const SECTION: u64 = section::ALIGNMENT;
const TABLE: u64 = SECTION + section::HEADER;
/// The table of two pages takes up as much as a page.
const PAGE: u64 = TABLE + 1024;

/// The memory of a region, as far as it is used: words from an offset on.
#[derive(Debug)]
pub struct Region {
    parts: Vec<(u64, Vec<LoomU64>)>,
    lock: LoomU32,
}

impl Memory for Region {
    type M = Loom;

    fn word(&self, at: u64) -> Option<&LoomU64> {
        self.words(at, 1).map(|words| &words[0])
    }

    fn words(&self, at: u64, count: usize) -> Option<&[LoomU64]> {
        self.parts.iter().find_map(|(start, words)| {
            let from = usize::try_from(at.checked_sub(*start)? / 8).ok()?;
            words.get(from..from + count)
        })
    }

    fn lock_word(&self, at: u64) -> Option<&LoomU32> {
        (at == SECTION + section::LOCK).then_some(&self.lock)
    }

    fn commit(&self, _: u64, _: u64) -> bool {
        false
    }
}

/// The page with this index, of which so many blocks are there: its entry in the table, and its own parts.
/// The blocks that are not there are worn out.
fn page(index: u64, size: u32, there: usize) -> ([u64; 4], Vec<(u64, Vec<LoomU64>)>) {
    let kind = 1 + SIZES.iter().position(|&known| known == size).expect("it is a size");
    let class = CLASSES[kind];
    assert_eq!(class.pages, 1);
    let at = PAGE + 1024 * index;
    let state = |block: usize| State::new(if block < there { 1 } else { WORN }, UNOWNED).0;
    let heads = (0..class.blocks as usize).flat_map(|block| [state(block), 0]);
    let mut parts = vec![(at, heads.map(LoomU64::new).collect())];
    for block in 0..there as u64 {
        let payload = at + u64::from(class.data) + u64::from(size) * block;
        parts.push((payload, (0..size / 8).map(|_| LoomU64::new(0)).collect()));
    }
    ([PageWord::new(1, 1, kind as u8).0, 0, 0, 0], parts)
}

impl Default for Region {
    fn default() -> Self {
        let (tables, entries) = (page(0, TABLE_SIZE, TABLES), page(1, ENTRY_SIZE, ENTRIES));
        let words = |words: &[u64]| words.iter().copied().map(LoomU64::new).collect();
        let mut parts = vec![
            (MAP + 8, words(&[0, 0])),
            (SECTION + section::FRONTIER, words(&[2, 2])),
            (TABLE, words(&[tables.0, entries.0].concat())),
        ];
        parts.extend(tables.1);
        parts.extend(entries.1);
        Self { parts, lock: LoomU32::new(0) }
    }
}

/// The key with this number of those whose search begins at this bucket.
///
/// # Panics
/// Never: there are enough keys.
#[must_use]
pub fn key(bucket: u64, number: usize) -> u64 {
    let begins = |key: &u64| hash(&key.to_ne_bytes()) % BUCKETS == bucket;
    (0..).filter(begins).nth(number).expect("there are enough keys")
}

impl Region {
    fn view(&self) -> View<'_, Self> {
        let len = section::HEADER + 1024 + 2 * 1024;
        View::new(self, Section::new(SECTION, len).expect("it is aligned"))
    }

    fn heap(&self, number: u32) -> Heap<'_, Self, Peers> {
        Heap::new(self.view(), lock::owner(number, 1), &Peers)
    }

    fn map(&self) -> Map<'_, Self> {
        Map::new(self.view(), MAP).expect("it is there")
    }

    /// Takes so many tables and entries into a participant's cache, as far as they are free.
    ///
    /// # Panics
    /// If there are not that many.
    pub fn fill(&self, number: u32, tables: usize, entries: usize) -> Cache {
        let (heap, mut cache) = (self.heap(number), Cache::new());
        let sizes = [(TABLE_SIZE, tables), (ENTRY_SIZE, entries)];
        let alloc = |size| heap.alloc(&mut cache, size as usize).expect("a block is free");
        let sizes = sizes.into_iter().flat_map(|(size, count)| std::iter::repeat_n(size, count));
        let taken: Vec<_> = sizes.map(alloc).collect();
        // All that was free was taken with them.
        heap.flush(&mut cache);
        for block in taken {
            assert!(heap.free(&mut cache, block));
        }
        cache
    }

    /// Gives back what is cached.
    pub fn flush(&self, number: u32, cache: &mut Cache) {
        self.heap(number).flush(cache);
    }

    /// Gives a key this value, in both words.
    ///
    /// # Panics
    /// If there is no room.
    pub fn insert(&self, number: u32, cache: &mut Cache, key: u64, value: u64) -> bool {
        let words = [value.to_ne_bytes(); 2].concat();
        let inserted = self.map().insert(&self.heap(number), cache, &key.to_ne_bytes(), &words);
        inserted.expect("there is room")
    }

    /// Removes a key.
    ///
    /// # Panics
    /// If another participant keeps it.
    pub fn remove(&self, number: u32, cache: &mut Cache, key: u64) -> bool {
        let removed = self.map().remove(&self.heap(number), cache, &key.to_ne_bytes());
        removed.expect("no participant keeps it")
    }

    /// Runs an operation of the dead participant up to before a store. Whether it died.
    pub fn dies_before(&self, store: u64, operation: impl FnOnce(u32)) -> bool {
        die_before(store, || operation(DEAD)).is_none()
    }

    /// Settles what the dead owned.
    #[must_use]
    pub fn recover(&self, number: u32) -> usize {
        self.heap(number).recover()
    }

    /// Reads.
    ///
    /// # Panics
    /// If the value is not whole.
    #[must_use]
    pub fn get(&self, key: u64) -> Option<u64> {
        let copy = |words: &[LoomU64], len: usize| {
            (
                len,
                words.first().map(|word| word.load(Relaxed)),
                words.get(1).map(|word| word.load(Relaxed)),
            )
        };
        let found = self.map().get(&key.to_ne_bytes(), copy);
        found.expect("no writer is faster a thousand times").map(|(len, first, second)| {
            assert!(len == 16 && first == second, "torn: {len} bytes, {first:?}, {second:?}");
            first.expect("it has a word")
        })
    }

    /// All keys and values, as a reader lists them.
    ///
    /// # Panics
    /// If a value is torn.
    pub fn listed(&self) -> Vec<(u64, u64)> {
        let all = self.map().entries(usize::MAX).expect("no writer is faster a thousand times");
        let number = |bytes: &[u8]| u64::from_ne_bytes(bytes.try_into().expect("it has a word"));
        let all = all.expect("they are not too long").into_iter().map(|(key, value)| {
            let (first, second) = value.split_at(8);
            assert_eq!(first, second, "torn");
            (number(&key), number(first))
        });
        all.collect()
    }

    /// Checks that all is settled: the map has these keys and no others, one table, and nothing is lost.
    /// `caches` are those of the living.
    ///
    /// # Panics
    /// If not.
    pub fn check(&self, caches: Vec<(u32, Cache)>, expected: &[(u64, u64)]) {
        for (number, mut cache) in caches {
            self.heap(number).flush(&mut cache);
        }
        let _ = self.recover(1);
        for (key, value) in expected {
            assert_eq!(self.get(*key), Some(*value), "key {key}");
        }
        let entries = self.map().entries(usize::MAX).expect("no writer is there");
        assert_eq!(entries.expect("they are not too long").len(), expected.len());
        let report = self.view().audit();
        assert_eq!(report.faults, []);
        assert_eq!((report.stats.linked, report.stats.owned), (1 + expected.len(), 0));
    }
}
