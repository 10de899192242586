//! A map in the heap: from keys to values, both of any length.
//!
//! The map is two places, `table` and `next`. A table is a block of words: the number of its buckets less
//! one, the number of them that were ever used, and the buckets. A bucket is a place that owns an entry.
//! An entry is a block that is never changed once it is linked:
//!
//! | word | |
//! | --- | --- |
//! | 0 | bytes of the key (low half), bytes of the value (high half) |
//! | 1 | [`hash`] of the key |
//! | then | the key, in words; the value, in words |
//!
//! To update is to replace; to remove is to free: the stale handle that stays in the bucket is the
//! tombstone. The bucket of a key is the first one, from its hash on, that is not used by another; a search
//! ends at a bucket that was never used.
//!
//! To grow is to link a new table in `next`, to move the entries over one by one, and then to move the
//! new table to `table`. The handle of an entry that was moved stays in its old bucket, too, so that
//! searches go on past it. A map that is being grown can be left at any step: the next writer finishes it.
//!
//! Readers take no lock. They look in `table` and then in `next`, which is the way that entries move, and
//! then whether both tables are still the same: so they do not miss a key that is always there.

mod entry;
mod locate;
mod read;
mod table;
mod write;

use crate::chunks::as_chunks;
use std::collections::HashMap;

use super::{Memory, Place, View};

/// The offset of the place of the table in the map.
pub const TABLE: u64 = 8;
/// The offset of the place of the next table in the map.
pub const NEXT: u64 = 16;

/// The hash of a key. Normative: every process of a region computes the same.
#[inline]
#[must_use]
pub fn hash(key: &[u8]) -> u64 {
    let mix = |hash: u64, word: u64| {
        let product = (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        product ^ (product >> 32)
    };
    let (words, rest) = as_chunks::<_, 8>(key);
    let hash =
        words.iter().fold(key.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    mix(hash, last_word(rest))
}

/// At most eight bytes as a number, the first as its lowest bits.
#[inline]
fn last_word(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// Copies of the keys and values of a map, in bytes.
pub type Copied = HashMap<Vec<u8>, Vec<u8>>;

/// A map.
#[derive(Debug)]
pub struct Map<'m, R: Memory> {
    view: View<'m, R>,
    table: Place<'m, R::M>,
    next: Place<'m, R::M>,
}

impl<R: Memory> Clone for Map<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: Memory> Copy for Map<'_, R> {}

impl<'m, R: Memory> Map<'m, R> {
    /// The map at a byte offset in the region. `None` if it is not aligned or not inside.
    #[inline]
    #[must_use]
    pub fn new(view: View<'m, R>, at: u64) -> Option<Self> {
        let table = view.place(at.checked_add(TABLE)?)?;
        let next = view.place(at.checked_add(NEXT)?)?;
        Some(Self::of(view, table, next))
    }

    /// The map that is these two places.
    #[inline]
    #[must_use]
    pub fn of(view: View<'m, R>, table: Place<'m, R::M>, next: Place<'m, R::M>) -> Self {
        Self { view, table, next }
    }
}
