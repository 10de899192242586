//! [`Units::apply`]: changes that were reported elsewhere, into a region of the same layout.

use std::sync::atomic::Ordering::Release;
use std::sync::atomic::fence;
use std::time::Duration;

use super::plan::{Item, What};
use super::{Change, Units, UnitsError};
use crate::access::CanWrite;
use crate::dynamic::locking::LockWords;
use crate::dynamic::spans::Span;
use crate::error::LockError;
use crate::fault;
use crate::protocol::once::DONE;
use crate::schema::Ring;
use crate::sys::clock::deadline;

/// The longest wait for one lock of a replica. Only a process that ignores that it is one can have it.
const PATIENCE: Duration = Duration::from_secs(1);

impl<A: CanWrite> Units<A> {
    /// Applies changes of a region of the same layout, in their order. All of them are checked before the first byte is
    /// written: each must lie in a unit of its kind and begin and end with a leaf of it, or be the whole of it; and they
    /// must be in the order of the units, at most one of each, so that none overlap.
    ///
    /// Values are not checked to be valid, as any process could write such: readers check what they read. The region's
    /// only other writers may be processes that apply the same changes.
    ///
    /// # Errors
    /// [`UnitsError`].
    pub fn apply(&self, changes: &[Change<'_>]) -> Result<(), UnitsError> {
        let found = self.check(changes)?;
        for (change, unit) in changes.iter().zip(found) {
            fault::point("units: before a change");
            self.apply_one(change, &self.plan.items[unit])?;
        }
        fault::point("units: all applied");
        Ok(())
    }

    /// The positions of the units of changes.
    ///
    /// # Errors
    /// [`UnitsError::Misplaced`] as [`Units::apply`].
    pub fn check(&self, changes: &[Change<'_>]) -> Result<Vec<usize>, UnitsError> {
        let mut found: Vec<usize> = Vec::with_capacity(changes.len());
        for change in changes {
            let misplaced = |fault| UnitsError::Misplaced {
                kind: change.kind,
                offset: change.offset,
                len: change.bytes.len() as u64,
                fault,
            };
            let unit = self.unit_of(change).map_err(misplaced)?;
            if found.last().is_some_and(|last| *last >= unit) {
                return Err(misplaced("comes after one of a later unit, or of the same"));
            }
            found.push(unit);
        }
        Ok(found)
    }

    fn unit_of(&self, change: &Change<'_>) -> Result<usize, &'static str> {
        let offset = usize::try_from(change.offset).map_err(|_| "lies outside of the value")?;
        let nowhere = "is in no unit of its kind";
        let unit = self.plan.find(change.kind, offset).ok_or(nowhere)?;
        let (item, len) = (&self.plan.items[unit], change.bytes.len());
        match item.what {
            What::Leaves { spans } => {
                let end = offset.saturating_add(len);
                if len == 0 || end > item.offset + item.len {
                    return Err("does not lie in one unit");
                }
                let spans = self.plan.spans(spans);
                let is_whole = begins_a_leaf(spans, offset) && ends_a_leaf(spans, end);
                if is_whole { Ok(unit) } else { Err("has a part of a leaf") }
            }
            What::NotMirrored { .. } => Err("is in a part that is not mirrored"),
            _ if item.offset != offset => Err(nowhere),
            _ if item.len != len => Err("has another length than the unit"),
            What::Done if !matches!(change.bytes, [0 | 1]) => Err("is neither 0 nor 1"),
            _ => Ok(unit),
        }
    }

    fn apply_one(&self, change: &Change<'_>, item: &Item) -> Result<(), UnitsError> {
        let (memory, offset) = (self.memory(), item.offset);
        let locked = |source| UnitsError::Locked { offset: change.offset, source };
        match item.what {
            What::Leaves { spans } => {
                self.store(self.plan.spans(spans), change.offset as usize, change.bytes);
            }
            What::Latest { ring } => self.publish(offset, ring, change.bytes).map_err(locked)?,
            What::Guarded { lock, spans } => {
                let spans = self.plan.spans(spans);
                self.store_locked(lock, spans, offset, change.bytes).map_err(locked)?;
            }
            What::Notified => memory.event(offset).notify_all_readers(),
            What::Done => {
                let done = if change.bytes == [1] { DONE } else { 0 };
                memory.store(offset, 4, done.into());
            }
            What::NotMirrored { .. } => {}
        }
        Ok(())
    }

    /// Stores the leaves of some spans that lie in the bytes.
    fn store(&self, spans: &[Span], start: usize, bytes: &[u8]) {
        let (memory, end) = (self.memory(), start + bytes.len());
        // Pairs with the Acquire fence of bulk loads, and with the Acquire loads of single fields.
        fence(Release);
        for span in spans {
            let (from, to) = (span.offset.max(start), (span.offset + span.len).min(end));
            if from < to {
                let part = Span { offset: from, width: span.width, len: to - from };
                memory.store_elements(part, &bytes[from - start..to - start]);
            }
        }
    }

    fn store_locked(
        &self,
        lock: LockWords,
        spans: &[Span],
        start: usize,
        bytes: &[u8],
    ) -> Result<(), LockError> {
        let (held, _) = lock.of(self.memory()).lock(deadline(PATIENCE))?;
        fault::point("units: locked, not stored");
        self.store(spans, start, bytes);
        // The whole value was replaced: whatever a follower that died here before has left.
        held.mark_consistent();
        Ok(())
    }

    /// Makes the next version of a `Latest`: its number is the region's own. A number from elsewhere could put the version
    /// into the slot that a reader copies, who would not notice.
    fn publish(&self, offset: usize, ring: Ring, bytes: &[u8]) -> Result<(), LockError> {
        let memory = self.memory();
        let _writer =
            memory.lock(offset + ring.lock as usize).lock_to_replace(deadline(PATIENCE))?;
        let words = bytes.chunks(8).map(|bytes| {
            let mut word = [0; 8];
            word[..bytes.len()].copy_from_slice(bytes);
            u64::from_ne_bytes(word)
        });
        memory.publish(offset, ring, &words.collect::<Vec<_>>());
        Ok(())
    }
}

fn begins_a_leaf(spans: &[Span], at: usize) -> bool {
    let after = spans.partition_point(|span| span.offset <= at);
    let span = after.checked_sub(1).map(|index| spans[index]);
    span.is_some_and(|Span { offset, width, len }| at < offset + len && (at - offset) % width == 0)
}

fn ends_a_leaf(spans: &[Span], end: usize) -> bool {
    let after = spans.partition_point(|span| span.offset < end);
    let span = after.checked_sub(1).map(|index| spans[index]);
    span.is_some_and(|Span { offset, width, len }| {
        end <= offset + len && (end - offset) % width == 0
    })
}
