//! Entries of a map, changed by callers without its types.

use std::sync::atomic::AtomicU64;
use std::time::Instant;

use super::HeapError;
use super::writer::{Writer, busy};
use crate::arena::Arena;
use crate::protocol::heap::map::Map;
use crate::sync::RawLock;

/// The lock of a map, and the words of its two places: `table` and `next`.
type Parts<'a> = (&'a RawLock, [&'a AtomicU64; 2]);

/// Gives a key the value that `make` returns, or removes it if that is `None`; returns whether it had a value.
/// On an error, the map is as it was. No other writer changes the map while `make` runs.
pub(crate) fn change_entry<E>(
    (lock, tables): Parts<'_>,
    key: &[u8],
    deadline: Option<Instant>,
    fault: impl Fn(HeapError) -> E,
    make: impl FnOnce() -> Result<Option<Vec<u8>>, E>,
) -> Result<bool, E> {
    let writer = Writer::of(tables[0], deadline).map_err(&fault)?;
    let _held = writer.lock(lock).map_err(|error| fault(error.into()))?;
    let (map, value) = (map(&writer, tables), make()?);
    let outcome = match value {
        Some(value) => writer.insert_bytes(map, key, &value),
        None => writer.remove_bytes(map, key),
    };
    outcome.map_err(fault)
}

/// Removes all keys.
pub(crate) fn clear_entries(
    (lock, tables): Parts<'_>,
    deadline: Option<Instant>,
) -> Result<(), HeapError> {
    let writer = Writer::of(tables[0], deadline)?;
    let _held = writer.lock(lock)?;
    let map = map(&writer, tables);
    writer.ours().with_cache(|heap, cache| map.clear(heap, cache)).map_err(busy)
}

fn map<'a>(writer: &Writer<'a>, [table, next]: [&'a AtomicU64; 2]) -> Map<'a, Arena> {
    Map::of(writer.arena().view(), writer.at(table), writer.at(next))
}
