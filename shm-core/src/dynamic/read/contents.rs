//! Values with contents, from a private copy of all of their words; see `docs/format.md`.

use super::super::memory::Copied;
use super::super::resolve::{Hop, Kept};
use super::super::source::Source;
use super::super::value::DynValue;
use super::Reader;
use crate::access::Access;
use crate::error::DynError;
use crate::layout::Role;
use crate::schema::{Contents, Live, Schema, Type};

/// The bytes of the value that is being read.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    len: u64,
    /// The bytes that no contents were read from: as each is read once, the work is bounded.
    left: u64,
}

const INSIDE: &str = "contents inside the value, which no other part of it has";
const ALIGNED: &str = "contents that begin where their elements are aligned";

impl<'s, A: Access> Reader<'s, '_, A> {
    /// Reads a value that is kept whole in the heap, of which these are all the words: one of a fixed length, or
    /// one with contents.
    pub(super) fn whole(
        &mut self,
        ty: Type<'s>,
        words: &[u64],
        len: usize,
    ) -> Result<DynValue, DynError> {
        let source = Source::<A>::Private(words, 0);
        if ty.has_contents() {
            return self.within(ty, len, |reader| reader.value(source, ty, 0));
        }
        if ty.size() != len as u64 {
            return Err(self.invalid(ty, len as u128, 8, "the size of the type".to_owned()));
        }
        self.value(source, ty, 0)
    }

    /// Reads something in a value with contents of `len` bytes.
    fn within<R>(
        &mut self,
        ty: Type<'s>,
        len: usize,
        read: impl FnOnce(&mut Self) -> Result<R, DynError>,
    ) -> Result<R, DynError> {
        let Some(left) = (len as u64).checked_sub(ty.size()) else {
            return Err(self.invalid(ty, len as u128, 8, "the size of the type".to_owned()));
        };
        self.bounds = Some(Bounds { len: len as u64, left });
        let outcome = read(self);
        self.bounds = None;
        outcome
    }

    /// Reads the part of a value with contents to which the path leads.
    pub(super) fn part_of_contents(
        &mut self,
        schema: &'s Schema,
        kept: &Kept,
    ) -> Result<DynValue, DynError> {
        let (place, ty, of) = (self.place, self.ty(schema), schema.get(kept.of));
        let Some(Copied { len, words }) = self.part_copy(of, kept, None)? else {
            return Err(self.nothing(kept));
        };
        let source = Source::<A>::Private(&words, 0);
        self.within(of, len, |reader| {
            let end = place.offset.saturating_add(place.span(schema) as usize);
            let base = reader.follow(schema, source, &kept.hops, end)?;
            reader.runs(base + place.offset, &place.runs, &mut |reader, offset| {
                reader.value(source, ty, offset)
            })
        })
    }

    /// The number of elements of the contents to which the path leads; 0 if there is no value.
    pub(in super::super) fn count_of_contents(
        &mut self,
        schema: &'s Schema,
        kept: &Kept,
    ) -> Result<u64, DynError> {
        let of = schema.get(kept.of);
        let Some(Copied { len, words }) = self.part_copy(of, kept, None)? else {
            return Ok(0);
        };
        let source = Source::<A>::Private(&words, 0);
        let Some((last, before)) = kept.hops.split_last() else { return Ok(0) };
        self.within(of, len, |reader| {
            let slice = schema.get(last.ty);
            let end = last.at.saturating_add(slice.size() as usize);
            let base = reader.follow(schema, source, before, end)?;
            Ok(reader.contents_at(source, slice, base + last.at)?.map_or(0, |(_, count)| count))
        })
    }

    /// Where the contents begin that the path leads through last, which have bytes up to `end`; 0 for the value
    /// itself.
    fn follow(
        &mut self,
        schema: &'s Schema,
        source: Source<'_, A>,
        hops: &[Hop],
        end: usize,
    ) -> Result<usize, DynError> {
        let mut base = 0;
        let ends = hops
            .iter()
            .skip(1)
            .map(|next| next.at.saturating_add(schema.get(next.ty).size() as usize));
        for (hop, end) in hops.iter().zip(ends.chain([end])) {
            let slice = schema.get(hop.ty);
            let found = self.contents_at(source, slice, base + hop.at)?;
            let (start, count) = found.unwrap_or_default();
            if end as u64 > count.saturating_mul(element(slice).map_or(0, Type::size)) {
                return Err(hop.outside(self.trail.start(), count));
            }
            base = start;
        }
        Ok(base)
    }

    /// Reads a text or a slice in a value with contents.
    pub(super) fn contents(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        let Some((start, count)) = self.contents_at(source, ty, offset)? else {
            return Ok(DynValue::None);
        };
        match element(ty) {
            None => self.kept_text(ty, source.bytes(start, count as usize)),
            Some(element) => self.list(source, element, start, count),
        }
    }

    /// Where the contents begin to which the text or slice at an offset refers, and the number of their elements;
    /// `None` if there are none.
    fn contents_at(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<Option<(usize, u64)>, DynError> {
        let role = ty.role().unwrap_or(Role::TailSlice);
        let contents = ty.live().and_then(Live::contents);
        // A part of anything but a value in the heap refers to nothing.
        let (Some(Contents { offset: start, len, element }), Some(bounds)) =
            (contents, self.bounds)
        else {
            return Err(super::malformed(&self.field(), role));
        };
        let word = |at: u64| source.bits(offset + at as usize, 8) as u64;
        let (start, len) = (word(start), word(len));
        if start == 0 {
            return Ok(None);
        }
        let (size, align) = element.map_or((1, 1), |element| (element.size(), element.align()));
        let bytes = len.checked_mul(size);
        let end = bytes.and_then(|bytes| start.checked_add(bytes));
        let left = bytes.and_then(|bytes| bounds.left.checked_sub(bytes));
        match (end, left) {
            (Some(end), Some(left)) if end <= bounds.len => {
                if start % u64::from(align) != 0 {
                    return Err(self.invalid(ty, start.into(), 8, ALIGNED.to_owned()));
                }
                self.bounds = Some(Bounds { left, ..bounds });
                Ok(Some((start as usize, len)))
            }
            _ => Err(self.invalid(ty, len.into(), 8, INSIDE.to_owned())),
        }
    }
}

/// The type of the elements of a slice in a value with contents.
fn element(ty: Type<'_>) -> Option<Type<'_>> {
    ty.live()?.contents()?.element
}
