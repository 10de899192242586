//! Values in the region's heap: a private copy of the bytes, then values of it.

use super::super::memory::{Copied, NotCopied, Part};
use super::super::resolve::Kept;
use super::super::source::Source;
use super::super::value::DynValue;
use super::Reader;
use crate::access::Access;
use crate::error::DynError;
use crate::layout::Role;
use crate::schema::{Live, Schema, Type};

/// Follows the type of what cannot be read then.
pub(super) const NO_HEAP: &str = "and the region has no heap";

impl<'s, A: Access> Reader<'s, '_, A> {
    /// Reads the value that a place at `offset` owns: text, a list, one value, or [`DynValue::None`].
    pub(super) fn kept(
        &mut self,
        ty: Type<'s>,
        live: Live<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        let handle = live.handle().expect("a live type that keeps something in the heap");
        let copy = self.kept_copy(ty, offset + handle as usize, None)?;
        let is_empty = copy.is_none();
        let Copied { len, words } = copy.unwrap_or_default();
        let source = Source::<A>::Private(&words, 0);
        match (live.role(), live.kept()) {
            (Role::OwnedSlice, Some(element)) => match self.kept_count(ty, element, len)? {
                0 => Ok(DynValue::List(Vec::new())),
                count => self.list(source, element, 0, count),
            },
            (_, Some(_)) if is_empty => Ok(DynValue::None),
            (_, Some(value)) => self.whole(value, &words, len),
            (_, None) => self.kept_text(ty, source.bytes(0, len)),
        }
    }

    /// Reads the part of a value in the heap to which the path leads.
    #[inline(never)]
    pub(super) fn kept_part(
        &mut self,
        schema: &'s Schema,
        kept: &Kept,
    ) -> Result<DynValue, DynError> {
        let (place, ty, of) = (self.place, self.ty(schema), schema.get(kept.of));
        if of.has_contents() {
            return self.part_of_contents(schema, kept);
        }
        let span = place.span(schema) as usize;
        let part = Some((place.offset, span));
        if let Some((kept, _)) = place.whole_entry() {
            let Some(Copied { len, words }) = self.part_copy(ty, kept, None)? else {
                return Err(self.nothing(kept));
            };
            return self.content(ty, &words, len);
        }
        let Some(Copied { len, words }) = self.part_copy(of, kept, part)? else {
            return Err(self.nothing(kept));
        };
        if kept.is_slice {
            let count = self.kept_count(of, of, len)?;
            if place.offset.saturating_add(span) > len {
                return Err(kept.outside(self.trail.start(), count));
            }
        } else if of.size() != len as u64 {
            return Err(self.invalid(of, len as u128, 8, "the size of the type".to_owned()));
        }
        let start = place.offset / 8 * 8;
        self.runs(place.offset, &place.runs, &mut |reader, offset| {
            reader.value(Source::Private(&words, start), ty, offset)
        })
    }

    /// The number of elements in `len` bytes.
    pub(super) fn kept_count(
        &self,
        ty: Type<'_>,
        element: Type<'_>,
        len: usize,
    ) -> Result<u64, DynError> {
        match (len as u64).checked_rem(element.size()) {
            Some(0) => Ok(len as u64 / element.size()),
            _ => Err(self.invalid(ty, len as u128, 8, "whole elements".to_owned())),
        }
    }

    pub(super) fn kept_text(&mut self, ty: Type<'s>, bytes: Vec<u8>) -> Result<DynValue, DynError> {
        self.spend(bytes.len() as u64)?;
        String::from_utf8(bytes).map(DynValue::Text).map_err(|error| {
            let byte = error.as_bytes()[error.utf8_error().valid_up_to()];
            self.invalid(ty, byte.into(), 1, "UTF-8".into())
        })
    }

    /// A copy of the value that the handle at `offset` owns, or of some bytes of it; `None` if there is no
    /// value.
    pub(super) fn kept_copy(
        &mut self,
        ty: Type<'s>,
        offset: usize,
        bytes: Option<(usize, usize)>,
    ) -> Result<Option<Copied>, DynError> {
        if self.memory.arena().is_none() {
            return Err(self.unreadable(ty, NO_HEAP));
        }
        let part = Part { bytes, most: self.budget.left() };
        self.memory.kept(offset, part).map_err(|fault| self.not_copied(ty, part, fault))
    }

    /// The same of an `Owned` or an entry that the path leads into.
    pub(super) fn part_copy(
        &mut self,
        ty: Type<'s>,
        kept: &Kept,
        bytes: Option<(usize, usize)>,
    ) -> Result<Option<Copied>, DynError> {
        if self.memory.arena().is_none() {
            return Err(self.unreadable(ty, NO_HEAP));
        }
        let part = Part { bytes, most: self.budget.left() };
        self.memory.part(kept, part).map_err(|fault| self.not_copied(ty, part, fault))
    }

    #[cold]
    fn not_copied(&self, ty: Type<'_>, part: Part, fault: NotCopied) -> DynError {
        match fault {
            NotCopied::Contended => DynError::Contended { field: self.field() },
            NotCopied::TooLong(len) if len > part.most => self.too_large(len),
            NotCopied::TooLong(len) => {
                self.invalid(ty, len.into(), 8, "a length of at most the block's".to_owned())
            }
        }
    }

    #[cold]
    pub(super) fn nothing(&self, kept: &Kept) -> DynError {
        kept.nothing(self.trail.start(), |kept| self.memory.entries(kept))
    }
}
