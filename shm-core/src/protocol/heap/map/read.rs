//! A reader's search, which takes no lock and writes nothing.

use std::collections::HashMap;
use std::sync::atomic::Ordering::{Acquire, Relaxed};

use super::entry::Entry;
use super::table::Table;
use super::{Copied, Map, hash};
use crate::protocol::heap::words::Handle;
use crate::protocol::heap::{Contended, Machine, Memory, Place, Word};
use crate::protocol::ring::ATTEMPTS;

/// The outcome of a reader's search in one table.
enum Search<T> {
    Found(T),
    Absent,
    /// Something was freed meanwhile.
    Changed,
}

/// The outcome of a reader's look at one bucket.
enum Bucket<T> {
    /// It was never used.
    Unused,
    /// It owns no entry, or not the one that was searched for.
    Another,
    Found(T),
    /// Its entry was freed meanwhile.
    Changed,
}

impl<'m, R: Memory> Map<'m, R> {
    /// Reads the value of a key; `None` if it has none. Takes no lock, and writes nothing.
    ///
    /// `copy` gets the words of the value and the number of its bytes, and copies with relaxed loads; its
    /// result is returned if the entry was not freed meanwhile. Otherwise it may have seen anything, and
    /// is called again.
    ///
    /// # Errors
    /// If the map was changed during each of [`ATTEMPTS`] searches.
    #[inline]
    pub fn get<T>(
        &self,
        key: &[u8],
        mut copy: impl FnMut(&[<R::M as Machine>::U64], usize) -> T,
    ) -> Result<Option<T>, Contended> {
        let hash = hash(key);
        match self.glance(hash, key, &mut copy) {
            Some(outcome) => Ok(outcome),
            None => self.get_again(hash, key, copy),
        }
    }

    /// As [`Map::get`], when the first look has not answered the question.
    #[cold]
    fn get_again<T>(
        &self,
        hash: u64,
        key: &[u8],
        mut copy: impl FnMut(&[<R::M as Machine>::U64], usize) -> T,
    ) -> Result<Option<T>, Contended> {
        self.search(|_, table| self.probe(table, hash, key, &mut copy))
    }

    /// All keys and values, each once. Takes no lock, and writes nothing.
    ///
    /// A key that is there all the time is among them. `Ok(None)` if they have more than `limit` bytes.
    ///
    /// # Errors
    /// If the map was changed during each of [`ATTEMPTS`] searches.
    pub fn entries(&self, limit: usize) -> Result<Option<Copied>, Contended> {
        self.some_entries(usize::MAX, limit)
    }

    /// As [`Map::entries`]; of more than `most` keys, as many as that, whichever come first.
    ///
    /// # Errors
    /// As [`Map::entries`].
    pub fn some_entries(&self, most: usize, limit: usize) -> Result<Option<Copied>, Contended> {
        let (mut all, mut bytes, mut last) = (HashMap::new(), 0_usize, 0);
        let is_too_long = self.search(|attempt, table| {
            if attempt != last {
                (bytes, last) = (0, attempt);
                all.clear();
            }
            for bucket in 0..=table.mask {
                if all.len() >= most {
                    return Search::Found(false);
                }
                let Some(copy) = self.look(table, bucket, Entry::copy) else {
                    return Search::Changed;
                };
                let Some((key, value)) = copy else { continue };
                bytes = bytes.saturating_add(key.len() + value.len());
                if bytes > limit {
                    return Search::Found(true);
                }
                // An entry that is met twice was moved, and perhaps replaced.
                all.insert(key, value);
            }
            Search::Absent
        })?;
        Ok((is_too_long != Some(true)).then_some(all))
    }

    /// The number of keys: exact unless the map is changed meanwhile. Takes no lock, and writes nothing.
    ///
    /// # Errors
    /// If the map was changed during each of [`ATTEMPTS`] searches.
    pub fn count(&self) -> Result<usize, Contended> {
        let (mut count, mut last) = (0, 0);
        self.search::<()>(|attempt, table| {
            if attempt != last {
                (count, last) = (0, attempt);
            }
            for bucket in 0..=table.mask {
                let Some(entry) = self.look(table, bucket, |_| ()) else { return Search::Changed };
                count += usize::from(entry.is_some());
            }
            Search::Absent
        })?;
        Ok(count)
    }

    /// Looks at the entry that a bucket owns until it does not change meanwhile; `None` if it always does.
    fn look<T>(
        &self,
        table: &Table<'m, R>,
        bucket: usize,
        mut look: impl FnMut(&Entry<'m, R::M>) -> T,
    ) -> Option<Option<T>> {
        for _ in 0..ATTEMPTS {
            match self.examine(table, bucket, None, &mut |entry| Some(look(entry))) {
                Bucket::Unused | Bucket::Another => return Some(None),
                Bucket::Found(seen) => return Some(Some(seen)),
                Bucket::Changed => R::M::spin(),
            }
        }
        None
    }

    /// Searches `table` alone, once; `None` if that does not answer the question: the map grows, or something
    /// was freed meanwhile.
    // Inlined, as are the functions that it calls, so that what they find stays in registers.
    #[inline(always)]
    fn glance<T>(
        &self,
        hash: u64,
        key: &[u8],
        copy: &mut impl FnMut(&[<R::M as Machine>::U64], usize) -> T,
    ) -> Option<Option<T>> {
        let word = self.table.word.load(Relaxed);
        let table = self.table_of(word, self.table)?;
        match self.probe(&table, hash, key, copy) {
            Search::Found(found) => return Some(Some(found)),
            Search::Absent if table.is_unchanged(&self.view) => {}
            Search::Absent | Search::Changed => return None,
        }
        // As in `search`, where `next` is empty.
        self.is_still(word, 0).then_some(None)
    }

    /// Returns whether the words of the two tables are these, after what was seen of them.
    #[inline]
    fn is_still(&self, table: u64, next: u64) -> bool {
        // What was seen of a map that grows, happened after the new table was linked in `next`. Pairs with
        // the Release stores of places. `table` comes last: a `next` that is empty again was moved there
        // before.
        R::M::fence(Acquire);
        let seen = self.next.word.load(Relaxed);
        R::M::fence(Acquire);
        seen == next && self.table.word.load(Relaxed) == table
    }

    /// Searches both tables, until neither changes meanwhile. `look` gets the number of the attempt.
    fn search<T>(
        &self,
        mut look: impl FnMut(usize, &Table<'m, R>) -> Search<T>,
    ) -> Result<Option<T>, Contended> {
        'again: for attempt in 0..ATTEMPTS as usize {
            let table = self.table.word.load(Relaxed);
            // Pairs with the Release store of `table`: a reader that sees the new table there does not see
            // `next` as it was before that table was linked.
            R::M::fence(Acquire);
            let words = [table, self.next.word.load(Relaxed)];
            let mut looked = false;
            for (at, word) in words.iter().enumerate() {
                let place = if at == 0 { self.table } else { self.next };
                let Some(table) = self.table_of(*word, place) else { continue };
                looked = true;
                match look(attempt, &table) {
                    Search::Found(found) => return Ok(Some(found)),
                    Search::Absent if table.is_unchanged(&self.view) => {}
                    Search::Absent | Search::Changed => {
                        R::M::spin();
                        continue 'again;
                    }
                }
            }
            // It is in neither, unless the map grew meanwhile. A table that both hold was moved between the two
            // looks if neither owned it.
            let met = looked || words[0] == 0 || words[0] != words[1];
            if met && self.is_still(words[0], words[1]) {
                return Ok(None);
            }
            R::M::spin();
        }
        Err(Contended)
    }

    /// A reader's search for a key in one table.
    #[inline(always)]
    fn probe<T>(
        &self,
        table: &Table<'m, R>,
        hash: u64,
        key: &[u8],
        copy: &mut impl FnMut(&[<R::M as Machine>::U64], usize) -> T,
    ) -> Search<T> {
        let mut copy = |entry: &Entry<'m, R::M>| {
            entry.is_of(hash, key).then(|| copy(entry.value, entry.value_len))
        };
        for bucket in table.probe(hash) {
            match self.examine(table, bucket, Some(hash), &mut copy) {
                Bucket::Unused => break,
                Bucket::Another => {}
                Bucket::Found(copied) if table.is_unchanged(&self.view) => {
                    return Search::Found(copied);
                }
                Bucket::Found(_) | Bucket::Changed => return Search::Changed,
            }
        }
        Search::Absent
    }

    /// A reader's look at one bucket. `copy` decides whether its entry is the one; with a hash, it is only
    /// asked about an entry that has it.
    ///
    /// The outcome is true of one moment: an entry that is replaced is freed, and perhaps used for
    /// something else, after the bucket holds the handle of the new one. So what is not the entry
    /// may have been it.
    #[inline(always)]
    fn examine<T>(
        &self,
        table: &Table<'m, R>,
        bucket: usize,
        hash: Option<u64>,
        copy: &mut impl FnMut(&Entry<'m, R::M>) -> Option<T>,
    ) -> Bucket<T> {
        let bucket_word = table.word(bucket);
        let word = bucket_word.load(Relaxed);
        // Pairs with the Release of `put`: the entry is there.
        R::M::fence(Acquire);
        let Some(handle) = Handle::from_word(word) else { return Bucket::Unused };
        let found = self.view.find(handle).filter(|found| {
            // Whose block it is, need not be asked if it is not the one anyway.
            hash.is_none_or(|hash| Entry::<R::M>::has_hash(self.view.payload(found), hash))
                && self.view.is_owned_by(handle, found, table.bucket(bucket))
        });
        let Some(found) = found else {
            // Another entry, a tombstone, an entry that was moved, or one that was replaced since the first
            // look. Pairs with the exchange that freed it, and with the fence after the next take.
            R::M::fence(Acquire);
            let same = bucket_word.load(Relaxed) == word;
            return if same { Bucket::Another } else { Bucket::Changed };
        };
        let copied = Entry::new(self.view.payload(&found)).and_then(|entry| copy(&entry));
        if !self.view.is_unchanged(handle, &found) {
            return Bucket::Changed;
        }
        copied.map_or(Bucket::Another, Bucket::Found)
    }

    #[inline(always)]
    fn table_of(&self, word: u64, place: Place<'m, R::M>) -> Option<Table<'m, R>> {
        // Pairs with the Release of `put`: the table is there.
        R::M::fence(Acquire);
        let handle = Handle::from_word(word)?;
        Table::new(&self.view, handle, self.view.owned_by(handle, place.at())?)
    }
}
