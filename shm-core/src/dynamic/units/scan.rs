//! [`Units::scan`]: what has changed since the last look.

use std::sync::atomic::Ordering::Acquire;
use std::sync::atomic::fence;
use std::time::{Duration, Instant};

use super::plan::{Item, What};
use super::shadow::{Shadow, first_slot};
use super::{BLOCK, Change, UnitKind, Units};
use crate::access::CanWrite;
use crate::dynamic::locking::LockWords;
use crate::dynamic::spans::Span;
use crate::fault;
use crate::protocol::once::DONE;
use crate::schema::Ring;
use crate::sys::clock::deadline;

/// The longest that one scan waits for locks, all together.
const PATIENCE: Duration = Duration::from_millis(1);

/// The result of a scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The number of changes that were reported.
    pub changes: usize,
    /// The number of units that have changed and could not be copied: a process had the lock, or wrote versions faster
    /// than they could be copied. The next scan tries again.
    pub busy: usize,
}

impl<A: CanWrite> Units<A> {
    /// Reports each unit that differs from what was last reported of it, in the order of the units, and notes that in the
    /// shadow. `each` gets the unit's position and the change.
    ///
    /// Changes between two scans coalesce. A notification or a `Once` is reported by a scan that began after it, so
    /// that what it announces was reported before. A value under a lock is compared first, and locked only if it
    /// differs; a scan waits for at most a millisecond for all its locks together. That takes part in the locks, so
    /// the region must be writable.
    pub fn scan(&self, shadow: &mut Shadow, mut each: impl FnMut(usize, Change<'_>)) -> Scan {
        self.look_at_announcements(shadow);
        let (mut result, mut patience) = (Scan::default(), None);
        for (unit, item) in self.plan.items[..self.plan.values].iter().enumerate() {
            let Item { what, offset, .. } = *item;
            let found = match what {
                What::Leaves { spans } => self.leaves(shadow, unit, item, self.plan.spans(spans)),
                What::Latest { ring } => self.version(shadow, unit, offset, ring),
                What::Guarded { lock, spans } => {
                    let spans = self.plan.spans(spans);
                    self.guarded(shadow, unit, item, (lock, spans), &mut patience)
                }
                _ => Found::Same,
            };
            match found {
                Found::Same => {}
                Found::Busy => result.busy += 1,
                Found::Changed(change) => {
                    result.changes += 1;
                    each(unit, change);
                }
            }
        }
        for (at, item) in self.plan.items[self.plan.values..].iter().enumerate() {
            if let Some(change) = announcement(shadow, (at, self.plan.values + at), item) {
                result.changes += 1;
                each(self.plan.values + at, change);
            }
        }
        result
    }

    /// Takes the tickets of all events, and the states of all `Once`s, before a look at the values: what these announce is
    /// in place then.
    fn look_at_announcements(&self, shadow: &mut Shadow) {
        let memory = self.memory();
        for (item, found) in self.plan.items[self.plan.values..].iter().zip(&mut shadow.found) {
            // Acquire: pairs with the Release of the notification, or of the end of the work.
            let word = memory.load(item.offset, 4);
            *found = match item.what {
                What::Done => u64::from(word == u64::from(DONE)),
                _ => word >> 1,
            };
        }
    }

    fn leaves<'s>(
        &self,
        shadow: &'s mut Shadow,
        unit: usize,
        item: &Item,
        spans: &[Span],
    ) -> Found<'s> {
        let mut block = [0; BLOCK as usize];
        let block = &mut block[..item.len];
        self.copy(spans, item.offset, block);
        let (is_known, old) =
            (shadow.knows(unit), &mut shadow.bytes[item.offset..item.offset + item.len]);
        let range = if !is_known {
            0..item.len
        } else if old == block {
            return Found::Same;
        } else {
            changed(old, block, item.offset, spans)
        };
        old.copy_from_slice(block);
        shadow.note(unit, 0);
        Found::Changed(Change {
            kind: UnitKind::Leaves,
            offset: (item.offset + range.start) as u64,
            version: 0,
            owner_died: false,
            bytes: &shadow.bytes[item.offset..][range],
        })
    }

    fn version<'s>(
        &self,
        shadow: &'s mut Shadow,
        unit: usize,
        offset: usize,
        ring: Ring,
    ) -> Found<'s> {
        let (memory, size) = (self.memory(), ring.size as usize);
        if shadow.has_seen(unit, memory.load(offset + ring.sequence as usize, 8)) {
            return Found::Same;
        }
        let Some((version, words)) = memory.newest(offset, ring, 0, size.div_ceil(8)) else {
            return Found::Busy;
        };
        let bytes = &mut shadow.bytes[first_slot(offset, ring.slots as usize, size)];
        for (bytes, word) in bytes.chunks_mut(8).zip(words) {
            bytes.copy_from_slice(&word.to_ne_bytes()[..bytes.len()]);
        }
        shadow.note(unit, version);
        Found::Changed(Change {
            kind: UnitKind::Latest,
            offset: offset as u64,
            version,
            owner_died: false,
            bytes: &shadow.bytes[first_slot(offset, ring.slots as usize, size)],
        })
    }

    fn guarded<'s>(
        &self,
        shadow: &'s mut Shadow,
        unit: usize,
        item: &Item,
        (lock, spans): (LockWords, &[Span]),
        patience: &mut Option<Instant>,
    ) -> Found<'s> {
        let (range, mut copy) = (item.offset..item.offset + item.len, vec![0; item.len]);
        // A look without the lock: only a change is worth it.
        self.copy(spans, item.offset, &mut copy);
        if shadow.knows(unit) && copy == shadow.bytes[range.clone()] {
            return Found::Same;
        }
        let end = *patience.get_or_insert_with(|| deadline(PATIENCE).unwrap_or_else(Instant::now));
        let Ok((held, _)) = lock.of(self.memory()).lock(Some(end)) else { return Found::Busy };
        fault::point("units: locked, not copied");
        self.copy(spans, item.offset, &mut copy);
        let owner_died = held.owner_died();
        drop(held);
        shadow.bytes[range.clone()].copy_from_slice(&copy);
        shadow.note(unit, 0);
        Found::Changed(Change {
            kind: UnitKind::Guarded,
            offset: item.offset as u64,
            version: 0,
            owner_died,
            bytes: &shadow.bytes[range],
        })
    }

    /// Copies the words of some spans, each whole; the bytes between them stay.
    fn copy(&self, spans: &[Span], start: usize, to: &mut [u8]) {
        let memory = self.memory();
        for span in spans {
            memory.load_elements(*span, &mut to[span.offset - start..][..span.len]);
        }
        // Pairs with the Release fence of bulk stores, and with the Release stores of single fields.
        fence(Acquire);
    }
}

/// The result of a look at a unit.
enum Found<'s> {
    Same,
    Busy,
    Changed(Change<'s>),
}

/// The change of an announcement: the one at that position among them, and among all units.
fn announcement<'s>(
    shadow: &'s mut Shadow,
    (at, unit): (usize, usize),
    item: &Item,
) -> Option<Change<'s>> {
    let found = shadow.found[at];
    if shadow.has_seen(unit, found) {
        return None;
    }
    shadow.note(unit, found);
    if item.what == What::Done {
        shadow.bytes[item.offset] = found as u8;
    }
    let (kind, offset) = (item.what.kind(), item.offset);
    let bytes = &shadow.bytes[offset..offset + item.len];
    Some(Change { kind, offset: offset as u64, version: 0, owner_died: false, bytes })
}

/// The bytes from the first leaf that differs to the end of the last, counted from the start of a block, whose spans these
/// are. The two differ.
fn changed(old: &[u8], new: &[u8], start: usize, spans: &[Span]) -> std::ops::Range<usize> {
    let differs = |(old, new): (&u8, &u8)| old != new;
    let first = old.iter().zip(new).position(differs).unwrap_or(0);
    let last = old.iter().zip(new).rposition(differs).unwrap_or(first);
    let leaf = |byte: usize| {
        let at = start + byte;
        let after = spans.partition_point(|span| span.offset <= at);
        let Span { offset, width, .. } = spans[after.saturating_sub(1)];
        let leaf = offset + (at - offset) / width * width;
        (leaf - start, leaf + width - start)
    };
    leaf(first).0..leaf(last).1
}
