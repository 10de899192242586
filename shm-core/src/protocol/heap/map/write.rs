//! A writer's operations, each of which becomes true by one step.

use std::sync::atomic::Ordering::{Relaxed, Release};

use super::entry::new_entry;
use super::locate::{self, Located, live_entries, locate, owned_entry, owned_table};
use super::table::{LEAST_BUCKETS, Table, new_table};
use super::{Map, hash};
use crate::protocol::heap::{
    Block, Cache, Contended, Heap, Memory, NoBlock, Owners, Place, Sleep, Word,
};

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
                    room = locate::room(heap, &table, hash)?;
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
                let Some(to) = locate::room(heap, &new, owned.entry.hash)? else { continue };
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
