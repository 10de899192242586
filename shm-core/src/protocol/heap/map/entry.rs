//! An entry: a key and its value in a block that is never changed once it is linked.

use std::sync::atomic::Ordering::Relaxed;

use super::last_word;
use crate::chunks::as_chunks;
use crate::protocol::heap::value::{read_bytes, write_bytes};
use crate::protocol::heap::{Block, Cache, Heap, Machine, Memory, NoBlock, Owners, Sleep, Word};

/// The words of an entry before its key.
const ENTRY_HEAD: usize = 2;

/// An entry, as it was found.
pub(super) struct Entry<'m, M: Machine> {
    pub(super) hash: u64,
    pub(super) key: &'m [M::U64],
    pub(super) key_len: usize,
    pub(super) value: &'m [M::U64],
    pub(super) value_len: usize,
}

impl<'m, M: Machine> Entry<'m, M> {
    /// The parts of an entry. `None` if its lengths are nonsense.
    #[inline]
    pub(super) fn new(words: &'m [M::U64]) -> Option<Self> {
        let ([lens, hash], words) = words.split_first_chunk::<ENTRY_HEAD>()?;
        let lens = lens.load(Relaxed);
        let (key_len, value_len) = (lens as u32 as usize, (lens >> 32) as usize);
        let (key, value) = words.split_at_checked(key_len.div_ceil(8))?;
        let value = value.get(..value_len.div_ceil(8))?;
        Some(Self { hash: hash.load(Relaxed), key, key_len, value, value_len })
    }

    /// Returns whether the words of an entry have this hash.
    #[inline]
    pub(super) fn has_hash(words: &[M::U64], hash: u64) -> bool {
        words.get(1).is_some_and(|word| word.load(Relaxed) == hash)
    }

    #[inline]
    pub(super) fn is_of(&self, hash: u64, key: &[u8]) -> bool {
        self.hash == hash && self.key_len == key.len() && self.has_key(key)
    }

    #[inline]
    pub(super) fn has_key(&self, key: &[u8]) -> bool {
        let (whole, rest) = as_chunks::<_, 8>(key);
        let mut pairs = whole.iter().zip(self.key);
        pairs.all(|(bytes, word)| word.load(Relaxed) == u64::from_ne_bytes(*bytes))
            && self
                .key
                .get(whole.len())
                .is_none_or(|word| word.load(Relaxed).to_le() == last_word(rest))
    }

    pub(super) fn copy(&self) -> (Vec<u8>, Vec<u8>) {
        let (mut key, mut value) = (vec![0; self.key_len], vec![0; self.value_len]);
        read_bytes::<M>(self.key, &mut key);
        read_bytes::<M>(self.value, &mut value);
        (key, value)
    }
}

pub(super) fn new_entry<'m, R: Memory, P: Owners + Sleep<R::M>>(
    heap: &Heap<'m, R, P>,
    cache: &mut Cache,
    hash: u64,
    key: &[u8],
    value: &[u8],
) -> Result<Block<'m, R::M>, NoBlock> {
    let too_long = |_| NoBlock::TooLong { limit: u64::from(u32::MAX) };
    let key_len = u32::try_from(key.len()).map_err(too_long)?;
    let value_len = u32::try_from(value.len()).map_err(too_long)?;
    let key_words = key.len().div_ceil(8);
    let block = heap.alloc(cache, 8 * (ENTRY_HEAD + key_words + value.len().div_ceil(8)))?;
    if let Some(([lens, hashed], words)) = heap.payload(&block).split_first_chunk::<ENTRY_HEAD>() {
        if let Some((keys, values)) = words.split_at_checked(key_words) {
            lens.store(u64::from(key_len) | (u64::from(value_len) << 32), Relaxed);
            hashed.store(hash, Relaxed);
            write_bytes::<R::M>(keys, key);
            write_bytes::<R::M>(values, value);
        }
    }
    Ok(block)
}
