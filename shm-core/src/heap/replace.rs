//! [`replace_bytes`]: the values of several places, replaced together by callers without their types.

use std::sync::atomic::AtomicU64;
use std::time::Instant;

use super::HeapError;
use super::writer::{Writer, busy, free};
use crate::arena::Private;
use crate::protocol::Hardware;
use crate::protocol::heap::{Block, Place};
use crate::sync::RawLock;

/// A place whose value is about to be replaced.
struct Change<'b> {
    at: Place<'b, Hardware>,
    new: Option<Block<'b, Hardware>>,
    /// The block that the place owns, once it is claimed.
    old: Option<Block<'b, Hardware>>,
}

/// Replaces the value of each place, which consists of a lock and a handle, by the bytes that `make` returns
/// for its index, or by nothing. On an error, no place is changed. No other writer replaces any of the
/// values while `make` runs.
///
/// The places lie in one region, in the order of their addresses, so that two callers with the same places do
/// not wait for each other; and each of them is there once, as its lock is taken once.
pub(crate) fn replace_bytes<E>(
    places: &[(&RawLock, &AtomicU64)],
    deadline: Option<Instant>,
    fault: impl Fn(HeapError) -> E,
    mut make: impl FnMut(usize) -> Result<Option<Vec<u8>>, E>,
) -> Result<(), E> {
    let Some((_, first)) = places.first() else { return Ok(()) };
    let writer = Writer::of(first, deadline).map_err(&fault)?;
    let ours = writer.ours();
    let locks = places.iter().map(|(lock, _)| writer.lock(lock));
    let mut held: Vec<_> = locks.collect::<Result<_, _>>().map_err(|error| fault(error.into()))?;
    let mut changes = Vec::with_capacity(places.len());
    let stored = places.iter().enumerate().try_for_each(|(index, (_, handle))| {
        let bytes = make(index)?;
        let new = bytes.map(|bytes| writer.store::<[u8]>(&ours, &bytes)).transpose();
        changes.push(Change { at: writer.at(handle), new: new.map_err(&fault)?, old: None });
        Ok(())
    });
    let claimed = stored.and_then(|()| {
        changes.iter_mut().try_for_each(|change| change.claim(&ours).map_err(&fault))
    });
    if let Err(error) = claimed {
        changes.into_iter().for_each(|change| change.undo(&ours));
        return Err(error);
    }
    let old: Vec<_> = changes.into_iter().map(|change| change.commit(&ours)).collect();
    // The last one first: a thread finds its last lock at once.
    while held.pop().is_some() {}
    old.into_iter().for_each(|old| free(&ours, old));
    Ok(())
}

impl<'b> Change<'b> {
    fn claim(&mut self, ours: &Private<'b>) -> Result<(), HeapError> {
        self.old = ours.heap().claimed(self.at).map_err(busy)?;
        Ok(())
    }

    /// Makes the place own the new block, or nothing; returns the one that it owned.
    fn commit(self, ours: &Private<'b>) -> Option<Block<'b, Hardware>> {
        match self.new {
            Some(new) => ours.heap().put(self.at, new),
            None => ours.heap().vacate(self.at),
        }
        self.old
    }

    /// Leaves the place as it was, and frees the new block.
    #[cold]
    fn undo(self, ours: &Private<'b>) {
        if let Some(old) = self.old {
            ours.heap().put(self.at, old);
        }
        free(ours, self.new);
    }
}
