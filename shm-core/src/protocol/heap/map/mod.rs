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

use std::collections::HashMap;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::value::{read_bytes, write_bytes};
use super::view::Found;
use super::words::Handle;
use super::{
    Block, Cache, Contended, Heap, Machine, Memory, NoBlock, Owners, Place, Sleep, View, Word,
};
use crate::protocol::ring::ATTEMPTS;

/// The offset of the place of the table in the map.
pub const TABLE: u64 = 8;
/// The offset of the place of the next table in the map.
pub const NEXT: u64 = 16;
/// The words of a table before its buckets.
const TABLE_HEAD: usize = 2;
/// The words of an entry before its key.
const ENTRY_HEAD: usize = 2;
/// The fewest buckets of a table.
const LEAST_BUCKETS: usize = 8;

/// The hash of a key. Normative: every process of a region computes the same.
#[inline]
#[must_use]
pub fn hash(key: &[u8]) -> u64 {
    let mix = |hash: u64, word: u64| {
        let product = (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        product ^ (product >> 32)
    };
    let (words, rest) = key.as_chunks::<8>();
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

/// A table, as it was found.
struct Table<'m, R: Memory> {
    handle: Handle,
    found: Found<'m, R::M>,
    words: &'m [<R::M as Machine>::U64],
    /// The number of buckets less one.
    mask: usize,
}

/// An entry, as it was found.
struct Entry<'m, M: Machine> {
    hash: u64,
    key: &'m [M::U64],
    key_len: usize,
    value: &'m [M::U64],
    value_len: usize,
}

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
        self.search(|_, table| {
            self.probe(table, hash, |entry| {
                entry.is_of(hash, key).then(|| copy(entry.value, entry.value_len))
            })
        })
    }

    /// All keys and values, each once. Takes no lock, and writes nothing.
    ///
    /// A key that is there all the time is among them. `Ok(None)` if they have more than `limit` bytes.
    ///
    /// # Errors
    /// If the map was changed during each of [`ATTEMPTS`] searches.
    pub fn entries(&self, limit: usize) -> Result<Option<Copied>, Contended> {
        let (mut all, mut bytes, mut last) = (HashMap::new(), 0_usize, 0);
        let too_many = self.search(|attempt, table| {
            if attempt != last {
                (bytes, last) = (0, attempt);
                all.clear();
            }
            for bucket in 0..=table.mask {
                let Some(copy) = self.look(table, bucket, Entry::copy) else {
                    return Search::Changed;
                };
                let Some((key, value)) = copy else { continue };
                bytes = bytes.saturating_add(key.len() + value.len());
                if bytes > limit {
                    return Search::Found(());
                }
                // An entry that is met twice was moved, and perhaps replaced.
                all.insert(key, value);
            }
            Search::Absent
        })?;
        Ok(too_many.is_none().then_some(all))
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
            match self.examine(table, bucket, &mut |entry| Some(look(entry))) {
                Bucket::Unused | Bucket::Another => return Some(None),
                Bucket::Found(seen) => return Some(Some(seen)),
                Bucket::Changed => R::M::spin(),
            }
        }
        None
    }

    /// Searches both tables, until neither changes meanwhile. `look` gets the number of the attempt.
    #[inline]
    fn search<T>(
        &self,
        mut look: impl FnMut(usize, &Table<'m, R>) -> Search<T>,
    ) -> Result<Option<T>, Contended> {
        'again: for attempt in 0..ATTEMPTS as usize {
            let words = [self.table.word.load(Relaxed), self.next.word.load(Relaxed)];
            for (at, word) in words.iter().enumerate() {
                let place = if at == 0 { self.table } else { self.next };
                let Some(table) = self.table_of(*word, place) else { continue };
                match look(attempt, &table) {
                    Search::Found(found) => return Ok(Some(found)),
                    Search::Absent if table.is_unchanged(&self.view) => {}
                    Search::Absent | Search::Changed => {
                        R::M::spin();
                        continue 'again;
                    }
                }
            }
            // It is in neither, unless the map grew meanwhile: what was seen of that, happened after the new
            // table was linked in `next`. Pairs with the Release stores of places. `table` comes last: a
            // `next` that is empty again was moved there before.
            R::M::fence(Acquire);
            let next = self.next.word.load(Relaxed);
            R::M::fence(Acquire);
            if words == [self.table.word.load(Relaxed), next] {
                return Ok(None);
            }
            R::M::spin();
        }
        Err(Contended)
    }

    /// A reader's search for a key in one table. `copy` decides whether an entry is the one.
    #[inline]
    fn probe<T>(
        &self,
        table: &Table<'m, R>,
        hash: u64,
        mut copy: impl FnMut(&Entry<'m, R::M>) -> Option<T>,
    ) -> Search<T> {
        for bucket in table.probe(hash) {
            match self.examine(table, bucket, &mut copy) {
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

    /// A reader's look at one bucket. `copy` decides whether its entry is the one.
    ///
    /// The outcome is true of one moment: an entry that is replaced is freed, and perhaps used for
    /// something else, after the bucket holds the handle of the new one. So what is not the entry
    /// may have been it.
    #[inline]
    fn examine<T>(
        &self,
        table: &Table<'m, R>,
        bucket: usize,
        copy: &mut impl FnMut(&Entry<'m, R::M>) -> Option<T>,
    ) -> Bucket<T> {
        let bucket_word = &table.words[TABLE_HEAD + bucket];
        let word = bucket_word.load(Relaxed);
        // Pairs with the Release of `put`: the entry is there.
        R::M::fence(Acquire);
        let Some(handle) = Handle::from_word(word) else { return Bucket::Unused };
        let Some(found) = self.view.owned_by(handle, table.bucket(bucket)) else {
            // A tombstone, an entry that was moved, or one that was replaced since the first look. Pairs
            // with the exchange that freed it.
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

    #[inline]
    fn table_of(&self, word: u64, place: Place<'m, R::M>) -> Option<Table<'m, R>> {
        // Pairs with the Release of `put`: the table is there.
        R::M::fence(Acquire);
        let handle = Handle::from_word(word)?;
        Table::new(&self.view, handle, self.view.owned_by(handle, place.at())?)
    }
}

impl<'m, R: Memory> Table<'m, R> {
    #[inline]
    fn new(view: &View<'m, R>, handle: Handle, found: Found<'m, R::M>) -> Option<Self> {
        let words = view.payload(&found);
        let mask = usize::try_from(words.first()?.load(Relaxed)).ok()?;
        // Stale, or a peer's nonsense, unless it is a power of two that fits.
        let fits = mask < words.len().saturating_sub(TABLE_HEAD);
        (fits && (mask + 1).is_power_of_two()).then_some(Self { handle, found, words, mask })
    }

    /// The offset of a bucket in the region.
    #[inline]
    fn bucket(&self, bucket: usize) -> u64 {
        self.found.at + 8 * (TABLE_HEAD + bucket) as u64
    }

    /// The buckets in the order in which a key is searched for.
    #[inline]
    fn probe(&self, hash: u64) -> impl Iterator<Item = usize> + use<R> {
        let mask = self.mask;
        (0..=mask).map(move |step| (hash as usize).wrapping_add(step) & mask)
    }

    #[inline]
    fn is_unchanged(&self, view: &View<'m, R>) -> bool {
        view.is_unchanged(self.handle, &self.found)
    }

    #[inline]
    fn handle_in(&self, bucket: usize) -> Option<Handle> {
        let word = self.words[TABLE_HEAD + bucket].load(Relaxed);
        R::M::fence(Acquire);
        Handle::from_word(word)
    }
}

impl<'m, M: Machine> Entry<'m, M> {
    /// The parts of an entry. `None` if its lengths are nonsense.
    #[inline]
    fn new(words: &'m [M::U64]) -> Option<Self> {
        let ([lens, hash], words) = words.split_first_chunk::<ENTRY_HEAD>()?;
        let lens = lens.load(Relaxed);
        let (key_len, value_len) = (lens as u32 as usize, (lens >> 32) as usize);
        let (key, value) = words.split_at_checked(key_len.div_ceil(8))?;
        let value = value.get(..value_len.div_ceil(8))?;
        Some(Self { hash: hash.load(Relaxed), key, key_len, value, value_len })
    }

    #[inline]
    fn is_of(&self, hash: u64, key: &[u8]) -> bool {
        self.hash == hash && self.key_len == key.len() && self.has_key(key)
    }

    #[inline]
    fn has_key(&self, key: &[u8]) -> bool {
        let (whole, rest) = key.as_chunks::<8>();
        let mut pairs = whole.iter().zip(self.key);
        pairs.all(|(bytes, word)| word.load(Relaxed) == u64::from_ne_bytes(*bytes))
            && self
                .key
                .get(whole.len())
                .is_none_or(|word| word.load(Relaxed).to_le() == last_word(rest))
    }

    fn copy(&self) -> (Vec<u8>, Vec<u8>) {
        let (mut key, mut value) = (vec![0; self.key_len], vec![0; self.value_len]);
        read_bytes::<M>(self.key, &mut key);
        read_bytes::<M>(self.value, &mut value);
        (key, value)
    }
}

/// The caller holds the lock of the map.
impl<'m, R: Memory> Map<'m, R> {
    /// Gives a key a value, instead of the one that it had. Returns whether it had one.
    ///
    /// # Errors
    /// As [`Heap::alloc`], and [`NoBlock::Contended`] as [`Map::remove`]; each key has the value that it had.
    pub fn insert<P: Owners + Sleep<R::M>>(
        &self,
        heap: &Heap<'m, R, P>,
        cache: &mut Cache,
        key: &[u8],
        value: &[u8],
    ) -> Result<bool, NoBlock> {
        let hash = hash(key);
        let entry = new_entry(heap, cache, hash, key, value)?;
        let place = self.place_for(heap, cache, hash, key);
        match place.and_then(|place| Ok((place, heap.claimed(place)?))) {
            Ok((place, old)) => {
                heap.put(place, entry);
                Ok(old.map(|old| heap.free(cache, old)).is_some())
            }
            Err(error) => {
                heap.free(cache, entry);
                Err(error)
            }
        }
    }

    /// Removes a key. Returns whether it had a value.
    ///
    /// # Errors
    /// If another living participant keeps the table, or an entry at which the search looks, for ten seconds
    /// or until the time is up. Each key has the value that it had.
    pub fn remove<P: Owners + Sleep<R::M>>(
        &self,
        heap: &Heap<'m, R, P>,
        cache: &mut Cache,
        key: &[u8],
    ) -> Result<bool, Contended> {
        self.finish_growing(heap, cache)?;
        let Some(table) = self.own_table(heap)? else { return Ok(false) };
        let Located::Here(place) = locate(heap, &table, hash(key), key)? else { return Ok(false) };
        // The handle stays, as a tombstone: the commit is that the block is freed.
        Ok(heap.claimed(place)?.is_some_and(|entry| heap.free(cache, entry)))
    }

    /// Removes all keys, and frees the table.
    ///
    /// # Errors
    /// As [`Map::remove`], of any entry.
    pub fn clear<P: Owners + Sleep<R::M>>(
        &self,
        heap: &Heap<'m, R, P>,
        cache: &mut Cache,
    ) -> Result<(), Contended> {
        self.finish_growing(heap, cache)?;
        if let Some(table) = self.own_table(heap)? {
            // Before the first key goes, so that all stay if one cannot go.
            live_entries(heap, &table)?;
            for bucket in 0..=table.mask {
                let Some(place) = self.view.place(table.bucket(bucket)) else { continue };
                if let Some(entry) = heap.claimed(place)? {
                    heap.free(cache, entry);
                }
            }
        }
        let table = heap.claimed(self.table)?;
        heap.vacate(self.table);
        if let Some(table) = table {
            heap.free(cache, table);
        }
        Ok(())
    }

    /// The bucket that has this key, or that can have it.
    fn place_for<P: Owners + Sleep<R::M>>(
        &self,
        heap: &Heap<'m, R, P>,
        cache: &mut Cache,
        hash: u64,
        key: &[u8],
    ) -> Result<Place<'m, R::M>, NoBlock> {
        self.finish_growing(heap, cache)?;
        let table = match self.own_table(heap)? {
            Some(table) => table,
            None => self.begin(heap, cache)?,
        };
        let mut room = match locate(heap, &table, hash, key)? {
            Located::Here(place) => return Ok(place),
            Located::Room(room) => room,
        };
        let (mut table, mut error) = (table, NoBlock::Full);
        if table.is_crowded() {
            let live = live_entries(heap, &table)?;
            let buckets = (2 * (live + 1)).next_power_of_two().max(LEAST_BUCKETS);
            match new_table(heap, cache, buckets) {
                Ok(new) => {
                    self.grow(heap, cache, new)?;
                    table = self.own_table(heap)?.ok_or(NoBlock::Contended)?;
                    room = self::room(heap, &table, hash)?;
                }
                // Without memory for a larger table, it may get crowded.
                Err(refused) => error = refused,
            }
        }
        let place = room.ok_or(error)?;
        if place.word.load(Relaxed) == 0 {
            table.count_one();
        }
        Ok(place)
    }

    /// The table, settled.
    fn own_table<P: Owners + Sleep<R::M>>(
        &self,
        heap: &Heap<'m, R, P>,
    ) -> Result<Option<Table<'m, R>>, Contended> {
        owned_table(heap, self.table)
    }

    /// Links a first table.
    #[cold]
    fn begin<P: Owners + Sleep<R::M>>(
        &self,
        heap: &Heap<'m, R, P>,
        cache: &mut Cache,
    ) -> Result<Table<'m, R>, NoBlock> {
        let table = new_table(heap, cache, LEAST_BUCKETS)?;
        link_table(heap, cache, self.table, table)?;
        self.own_table(heap)?.ok_or(NoBlock::Contended)
    }

    /// Links a new table in `next`, and finishes growing.
    fn grow<P: Owners + Sleep<R::M>>(
        &self,
        heap: &Heap<'m, R, P>,
        cache: &mut Cache,
        new: Block<'m, R::M>,
    ) -> Result<(), Contended> {
        link_table(heap, cache, self.next, new)?;
        self.finish_growing(heap, cache)
    }

    /// Moves everything from `table` to `next`, if there is such a table, and makes that the table.
    fn finish_growing<P: Owners + Sleep<R::M>>(
        &self,
        heap: &Heap<'m, R, P>,
        cache: &mut Cache,
    ) -> Result<(), Contended> {
        if self.next.word.load(Relaxed) == 0 {
            return Ok(());
        }
        let Some(new) = owned_table(heap, self.next)? else { return Ok(()) };
        if let Some(old) = self.own_table(heap)? {
            for bucket in 0..=old.mask {
                let Some(owned) = owned_entry(heap, &old, bucket)? else { continue };
                let Some(to) = room(heap, &new, owned.entry.hash)? else { continue };
                // Too many after a death: then the next table is made earlier.
                new.count_one();
                to.word.store(owned.handle.word(), Release);
                // The commit. The old bucket keeps the handle, so that searches go on past it.
                owned.found.place.store(to.at(), Release);
            }
        }
        if let Some(old) = heap.move_to(self.next, self.table)? {
            heap.free(cache, old);
        }
        Ok(())
    }
}

impl<R: Memory> Table<'_, R> {
    /// Whether half of the buckets are used, be it by tombstones.
    fn is_crowded(&self) -> bool {
        self.words[1].load(Relaxed) > self.mask as u64 / 2
    }

    fn count_one(&self) {
        let used = self.words[1].load(Relaxed);
        self.words[1].store(used.wrapping_add(1), Relaxed);
    }
}

/// The table that a place owns, after any other participant's share in it was settled.
fn owned_table<'m, R: Memory, P: Owners + Sleep<R::M>>(
    heap: &Heap<'m, R, P>,
    place: Place<'m, R::M>,
) -> Result<Option<Table<'m, R>>, Contended> {
    let Some(handle) = Handle::from_word(place.word.load(Acquire)) else { return Ok(None) };
    let found = heap.settled(handle)?.filter(|found| found.place.load(Relaxed) == place.at());
    Ok(found.and_then(|found| Table::new(&heap.view, handle, found)))
}

/// Makes a place own a new table.
fn link_table<'m, R: Memory, P: Owners + Sleep<R::M>>(
    heap: &Heap<'m, R, P>,
    cache: &mut Cache,
    place: Place<'m, R::M>,
    table: Block<'m, R::M>,
) -> Result<(), Contended> {
    let old = match heap.claimed(place) {
        Ok(old) => old,
        Err(contended) => {
            heap.free(cache, table);
            return Err(contended);
        }
    };
    heap.put(place, table);
    if let Some(old) = old {
        heap.free(cache, old);
    }
    Ok(())
}

/// An entry that a bucket owns.
struct Owned<'m, M: Machine> {
    handle: Handle,
    found: Found<'m, M>,
    entry: Entry<'m, M>,
}

/// The entry that a bucket owns, after any other participant's share in it was settled.
fn owned_entry<'m, R: Memory, P: Owners + Sleep<R::M>>(
    heap: &Heap<'m, R, P>,
    table: &Table<'m, R>,
    bucket: usize,
) -> Result<Option<Owned<'m, R::M>>, Contended> {
    let Some(handle) = table.handle_in(bucket) else { return Ok(None) };
    let Some(found) = heap.settled(handle)? else { return Ok(None) };
    if found.place.load(Relaxed) != table.bucket(bucket) {
        return Ok(None);
    }
    let entry = Entry::new(heap.view.payload(&found));
    Ok(entry.map(|entry| Owned { handle, found, entry }))
}

/// The number of entries that a table owns, after any other participant's share in them was settled.
fn live_entries<'m, R: Memory, P: Owners + Sleep<R::M>>(
    heap: &Heap<'m, R, P>,
    table: &Table<'m, R>,
) -> Result<usize, Contended> {
    let mut live = 0;
    for bucket in 0..=table.mask {
        live += usize::from(owned_entry(heap, table, bucket)?.is_some());
    }
    Ok(live)
}

/// Where a key is, or can be.
enum Located<'m, M: Machine> {
    /// The bucket that has it.
    Here(Place<'m, M>),
    /// It is in no bucket; the first that can have it, if there is one.
    Room(Option<Place<'m, M>>),
}

fn locate<'m, R: Memory, P: Owners + Sleep<R::M>>(
    heap: &Heap<'m, R, P>,
    table: &Table<'m, R>,
    hash: u64,
    key: &[u8],
) -> Result<Located<'m, R::M>, Contended> {
    let (mut room, place) = (None, |bucket| heap.view.place(table.bucket(bucket)));
    for bucket in table.probe(hash) {
        if table.handle_in(bucket).is_none() {
            room = room.or(Some(bucket));
            break;
        }
        match owned_entry(heap, table, bucket)? {
            None => room = room.or(Some(bucket)),
            Some(owned) if owned.entry.is_of(hash, key) => {
                if let Some(place) = place(bucket) {
                    return Ok(Located::Here(place));
                }
            }
            Some(_) => {}
        }
    }
    Ok(Located::Room(room.and_then(place)))
}

/// The first bucket that can have a key with this hash.
fn room<'m, R: Memory, P: Owners + Sleep<R::M>>(
    heap: &Heap<'m, R, P>,
    table: &Table<'m, R>,
    hash: u64,
) -> Result<Option<Place<'m, R::M>>, Contended> {
    for bucket in table.probe(hash) {
        if owned_entry(heap, table, bucket)?.is_none() {
            return Ok(heap.view.place(table.bucket(bucket)));
        }
    }
    Ok(None)
}

fn new_table<'m, R: Memory, P: Owners + Sleep<R::M>>(
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

fn new_entry<'m, R: Memory, P: Owners + Sleep<R::M>>(
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
    if let Some(([lens, hashed], words)) = heap.payload(&block).split_first_chunk::<ENTRY_HEAD>()
        && let Some((keys, values)) = words.split_at_checked(key_words)
    {
        lens.store(u64::from(key_len) | (u64::from(value_len) << 32), Relaxed);
        hashed.store(hash, Relaxed);
        write_bytes::<R::M>(keys, key);
        write_bytes::<R::M>(values, value);
    }
    Ok(block)
}
