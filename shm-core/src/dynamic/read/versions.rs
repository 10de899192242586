//! Versions of a `Latest`, and items of a `Ring`: whole, from a private copy.

use super::Reader;
use crate::access::Access;
use crate::dynamic::resolve::{Run, Versions};
use crate::dynamic::source::Source;
use crate::dynamic::value::DynValue;
use crate::error::DynError;
use crate::protocol::ring::Missed;
use crate::schema::{Ring, Schema};

impl<'s, A: Access> Reader<'s, '_, A> {
    /// The value's bytes in the newest version of a `Latest`, if it is part of one.
    pub(in super::super) fn version_bytes(
        mut self,
        schema: &'s Schema,
    ) -> Result<Option<(Vec<u8>, u64)>, DynError> {
        let place = self.place;
        let Some(latest) = place.latest.filter(|latest| latest.outer == 0) else { return Ok(None) };
        let size = self.ty(schema).size() as usize;
        let (copy, start) = self.newest_span(schema, latest.at, latest)?;
        let (source, mut bytes) = (Source::<A>::Private(&copy, start), Vec::new());
        gather(source, (place.offset, size), &place.runs, &mut bytes);
        Ok(self.version.map(|version| (bytes, version)))
    }

    /// Reads the requested part of one version of the `Latest` there.
    pub(super) fn version(
        &mut self,
        schema: &'s Schema,
        at: usize,
        latest: Versions,
    ) -> Result<DynValue, DynError> {
        let (copy, start) = self.newest_span(schema, at, latest)?;
        self.copied(schema, &copy, start)
    }

    /// A copy of the requested part, and the byte of the value at which it starts. Only the words of that
    /// part are copied, and all of them belong to one version.
    pub(super) fn newest_span(
        &mut self,
        schema: &Schema,
        at: usize,
        latest: Versions,
    ) -> Result<(Vec<u64>, usize), DynError> {
        let (offset, span) = (self.place.offset, self.place.span(schema) as usize);
        let (first, end) = (offset / 8, (offset + span).div_ceil(8));
        Ok((self.newest(at, latest.ring, first, end - first)?, first * 8))
    }

    pub(super) fn newest(
        &mut self,
        at: usize,
        ring: Ring,
        first: usize,
        count: usize,
    ) -> Result<Vec<u64>, DynError> {
        self.affordable(count as u64 * 8)?;
        self.look(Source::Shared(self.memory), at + ring.slots as usize + 8 * first, 8 * count)?;
        let copy = self.memory.newest(at, ring, first, count);
        let (version, words) = copy.ok_or_else(|| DynError::Contended { field: self.field() })?;
        self.version = Some(version);
        Ok(words)
    }

    /// Reads the part that is asked for of the item after the one of the number `cursor`, which then is
    /// that item's. `None` if there is no further item yet.
    pub(in super::super) fn item_after(
        &mut self,
        schema: &'s Schema,
        stream: Versions,
        cursor: &mut u64,
    ) -> Option<Result<DynValue, DynError>> {
        let (offset, span) = (self.place.offset, self.place.span(schema) as usize);
        let (first, end) = (offset / 8, (offset + span).div_ceil(8));
        // Bounded before it is copied: one item takes at most what any value may.
        if let Err(error) = self.affordable((end - first) as u64 * 8) {
            return Some(Err(error));
        }
        let next = self.memory.next(stream.at, stream.ring, (first, end - first), cursor)?;
        Some(match next {
            Ok(copy) => self.copied(schema, &copy, first * 8),
            Err(Missed(count)) => Err(DynError::Missed { field: self.field(), count }),
        })
    }
}

/// Adds the bytes of the value that starts at an offset, or of one in each element of some ranges.
fn gather<A: Access>(
    source: Source<'_, A>,
    (offset, size): (usize, usize),
    runs: &[Run],
    bytes: &mut Vec<u8>,
) {
    match runs.split_first() {
        None => bytes.extend(source.bytes(offset, size)),
        Some((run, [])) if run.stride == size => {
            bytes.extend(source.bytes(offset, size * run.count as usize));
        }
        Some((run, inner)) => (0..run.count as usize)
            .for_each(|index| gather(source, (offset + index * run.stride, size), inner, bytes)),
    }
}
