//! A writer's search: what a dead participant had claimed is settled, and a living one is waited for.

use std::sync::atomic::Ordering::{Acquire, Relaxed};

use super::entry::Entry;
use super::table::Table;
use crate::protocol::heap::view::Found;
use crate::protocol::heap::words::Handle;
use crate::protocol::heap::{Contended, Heap, Machine, Memory, Owners, Place, Sleep, Word};

/// The table that a place owns, after any other participant's share in it was settled.
pub(super) fn owned_table<'m, R: Memory, P: Owners + Sleep<R::M>>(
    heap: &Heap<'m, R, P>,
    place: Place<'m, R::M>,
) -> Result<Option<Table<'m, R>>, Contended> {
    let Some(handle) = Handle::from_word(place.word.load(Acquire)) else { return Ok(None) };
    let found = heap.settled(handle)?.filter(|found| found.place.load(Relaxed) == place.at());
    Ok(found.and_then(|found| Table::new(&heap.view, handle, found)))
}

/// An entry that a bucket owns.
pub(super) struct Owned<'m, M: Machine> {
    pub(super) handle: Handle,
    pub(super) found: Found<'m, M>,
    pub(super) entry: Entry<'m, M>,
}

/// The entry that a bucket owns, after any other participant's share in it was settled.
pub(super) fn owned_entry<'m, R: Memory, P: Owners + Sleep<R::M>>(
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
pub(super) fn live_entries<'m, R: Memory, P: Owners + Sleep<R::M>>(
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
pub(super) enum Located<'m, M: Machine> {
    /// The bucket that has it.
    Here(Place<'m, M>),
    /// It is in no bucket; the first that can have it, if there is one.
    Room(Option<Place<'m, M>>),
}

pub(super) fn locate<'m, R: Memory, P: Owners + Sleep<R::M>>(
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
pub(super) fn room<'m, R: Memory, P: Owners + Sleep<R::M>>(
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
