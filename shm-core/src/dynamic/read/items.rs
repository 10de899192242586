//! The values in queues and rings, of which none is taken.

use super::super::budget;
use super::super::resolve::Versions;
use super::super::source::Source;
use super::super::value::DynValue;
use super::Reader;
use crate::access::Access;
use crate::error::DynError;
use crate::path::Segment;
use crate::protocol::ring::Missed;
use crate::schema::{Held, Live, Queue, Ring, Schema, Type};

/// The number of times that all items of a ring may be missed while they are copied.
const ATTEMPTS: u64 = 100;

impl<'s, A: Access> Reader<'s, '_, A> {
    /// Reads the values in the queue or ring at an offset, the oldest first.
    pub(super) fn items(&mut self, live: Live<'s>, offset: usize) -> Result<DynValue, DynError> {
        let (ty, words) = match (live.queue(), live.value()) {
            (Some(queue), _) => (queue.value, self.queued(queue, offset)?),
            (None, Some(value)) => match value.held {
                Held::Copied(ring) => (value.ty, self.kept_items(ring, offset)?),
                _ => unreachable!("a `{}` has items", live.role().name()),
            },
            (None, None) => unreachable!("a `{}` has items", live.role().name()),
        };
        self.listed(ty, &words)
    }

    /// Reads the items in a ring on the way.
    pub(in super::super) fn items_of(
        &mut self,
        schema: &'s Schema,
        stream: Versions,
    ) -> Result<DynValue, DynError> {
        let words = self.kept_items(stream.ring, stream.at)?;
        self.listed(schema.get(stream.ty), &words)
    }

    fn queued(&mut self, queue: Queue<'s>, offset: usize) -> Result<Vec<u64>, DynError> {
        self.affordable(queue.capacity.saturating_mul(queue.value.size().next_multiple_of(8)))?;
        let copied = self.memory.queue(offset, queue).values();
        copied.map_err(|_| DynError::Contended { field: self.field() })
    }

    /// The items that a ring still has, as they follow each other.
    fn kept_items(&mut self, ring: Ring, offset: usize) -> Result<Vec<u64>, DynError> {
        let words = ring.size.div_ceil(8) as usize;
        self.affordable(ring.count.saturating_mul(words as u64 * 8))?;
        let (mut found, mut position) = (Vec::new(), 0);
        for _ in 0..ring.count.saturating_mul(ATTEMPTS) {
            // The slot after the newest item is being written to.
            let is_full = found.len() as u64 == (ring.count - 1) * words as u64;
            let next = if is_full {
                None
            } else {
                self.memory.next(offset, ring, (0, words), &mut position)
            };
            match next {
                None => return Ok(found),
                Some(Ok(words)) => found.extend(words),
                Some(Err(Missed(_))) => found.clear(),
            }
        }
        Err(DynError::Contended { field: self.field() })
    }

    /// The values in private copies, one after the other.
    fn listed(&mut self, ty: Type<'s>, words: &[u64]) -> Result<DynValue, DynError> {
        let each = ty.size().div_ceil(8).max(1) as usize;
        let mut values = Vec::new();
        for (index, words) in (0..).zip(words.chunks_exact(each)) {
            self.spend(budget::VALUE)?;
            self.trail.push(Segment::Index(index));
            values.push(self.value(Source::Private(words, 0), ty, 0)?);
            self.trail.pop();
        }
        Ok(DynValue::List(values))
    }
}
