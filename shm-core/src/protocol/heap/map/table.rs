//! A table: a block of buckets, each of which is a place that owns an entry.

use std::sync::atomic::Ordering::{Acquire, Relaxed};

use crate::protocol::heap::view::Found;
use crate::protocol::heap::words::Handle;
use crate::protocol::heap::{
    Block, Cache, Heap, Machine, Memory, NoBlock, Owners, Sleep, View, Word,
};

/// The words of a table before its buckets.
const TABLE_HEAD: usize = 2;
/// The fewest buckets of a table.
pub(super) const LEAST_BUCKETS: usize = 8;

/// A table, as it was found.
pub(super) struct Table<'m, R: Memory> {
    pub(super) handle: Handle,
    pub(super) found: Found<'m, R::M>,
    pub(super) words: &'m [<R::M as Machine>::U64],
    /// The number of buckets less one.
    pub(super) mask: usize,
}

impl<'m, R: Memory> Table<'m, R> {
    #[inline]
    pub(super) fn new(view: &View<'m, R>, handle: Handle, found: Found<'m, R::M>) -> Option<Self> {
        let words = view.payload(&found);
        let mask = usize::try_from(words.first()?.load(Relaxed)).ok()?;
        // Stale, or a peer's nonsense, unless it is a power of two that fits.
        let fits = mask < words.len().saturating_sub(TABLE_HEAD);
        (fits && (mask + 1).is_power_of_two()).then_some(Self { handle, found, words, mask })
    }

    /// The offset of a bucket in the region.
    #[inline]
    pub(super) fn bucket(&self, bucket: usize) -> u64 {
        self.found.at + 8 * (TABLE_HEAD + bucket) as u64
    }

    /// The word that a bucket is.
    #[inline]
    pub(super) fn word(&self, bucket: usize) -> &'m <R::M as Machine>::U64 {
        &self.words[TABLE_HEAD + bucket]
    }

    /// The buckets in the order in which a key is searched for.
    #[inline]
    pub(super) fn probe(&self, hash: u64) -> impl Iterator<Item = usize> + use<R> {
        let mask = self.mask;
        (0..=mask).map(move |step| (hash as usize).wrapping_add(step) & mask)
    }

    #[inline]
    pub(super) fn is_unchanged(&self, view: &View<'m, R>) -> bool {
        view.is_unchanged(self.handle, &self.found)
    }

    #[inline]
    pub(super) fn handle_in(&self, bucket: usize) -> Option<Handle> {
        let word = self.word(bucket).load(Relaxed);
        R::M::fence(Acquire);
        Handle::from_word(word)
    }

    /// Whether half of the buckets are used, be it by tombstones.
    pub(super) fn is_crowded(&self) -> bool {
        self.words[1].load(Relaxed) > self.mask as u64 / 2
    }

    pub(super) fn count_one(&self) {
        let used = self.words[1].load(Relaxed);
        self.words[1].store(used.wrapping_add(1), Relaxed);
    }
}

pub(super) fn new_table<'m, R: Memory, P: Owners + Sleep<R::M>>(
    heap: &Heap<'m, R, P>,
    cache: &mut Cache,
    buckets: usize,
) -> Result<Block<'m, R::M>, NoBlock> {
    let block = heap.alloc(cache, 8 * (TABLE_HEAD + buckets))?;
    let words = heap.payload(&block);
    words.iter().for_each(|word| word.store(0, Relaxed));
    if let Some(mask) = words.first() {
        mask.store(buckets as u64 - 1, Relaxed);
    }
    Ok(block)
}
