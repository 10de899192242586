//! Values in the region's heap: a private copy of the bytes, then values of it.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use super::super::budget;
use super::super::source::Source;
use super::super::value::DynValue;
use super::Reader;
use crate::access::Access;
use crate::error::DynError;
use crate::layout::Role;
use crate::path::Segment;
use crate::protocol::heap::map::Map;
use crate::schema::{Live, Type};

impl<'s, A: Access> Reader<'s, '_, A> {
    /// Reads the value that a place at `offset` owns: text, a list, one value, or [`DynValue::None`].
    pub(super) fn kept(
        &mut self,
        ty: Type<'s>,
        live: Live<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        let handle = live.handle().expect("a live type that keeps something in the heap");
        let copy = self.kept_words(ty, offset + handle as usize)?;
        let is_empty = copy.is_none();
        let (len, words) = copy.unwrap_or_default();
        match (live.role(), live.kept()) {
            (Role::Owned, Some(_)) if is_empty => Ok(DynValue::None),
            (Role::Owned, Some(value)) => self.content(value, &words, len),
            _ => self.content(ty, &words, len),
        }
    }

    /// Reads the entries of a map at `offset`, in the order of the bytes of their keys.
    pub(super) fn map(
        &mut self,
        ty: Type<'s>,
        live: Live<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        let (Some(key_type), Some(value_type)) = (live.key(), live.kept()) else {
            return Err(self.unreadable(ty, "and has no keys"));
        };
        let Some(arena) = self.memory.arena() else {
            return Err(self.unreadable(ty, "and the region has no heap"));
        };
        let place = |part| self.memory.place(arena, offset + live.part(part).offset() as usize);
        let (Some(table), Some(next)) = (place("table"), place("next")) else {
            return Ok(DynValue::List(Vec::new()));
        };
        let left = self.budget.left();
        let copied = Map::of(arena.view(), table, next).entries(left as usize);
        let copied = copied.map_err(|_| DynError::Contended { field: self.field() })?;
        let Some(copied) = copied else { return Err(self.too_large(left.saturating_add(1))) };
        let mut sorted: Vec<_> = copied.into_iter().collect();
        sorted.sort_unstable();
        self.spend((sorted.len() as u64).saturating_mul(budget::VALUE))?;
        let mut entries = Vec::with_capacity(sorted.len());
        for (index, (key, value)) in sorted.into_iter().enumerate() {
            self.trail.push(Segment::Index(index as u64));
            self.spend(budget::field("key") + budget::field("value"))?;
            let key = self.content(key_type, &words_of(&key), key.len())?;
            let value = self.content(value_type, &words_of(&value), value.len())?;
            let fields = vec![("key".to_owned(), key), ("value".to_owned(), value)];
            entries.push(DynValue::Struct(fields));
            self.trail.pop();
        }
        Ok(DynValue::List(entries))
    }

    /// Reads `len` bytes that were copied: text or a list, as what owns them elsewhere, or one value.
    fn content(&mut self, ty: Type<'s>, words: &[u64], len: usize) -> Result<DynValue, DynError> {
        let source = Source::<A>::Private(words, 0);
        match ty.live().map(|live| (live.role(), live.kept())) {
            Some((Role::OwnedText, _)) => self.kept_text(ty, source.bytes(0, len)),
            Some((Role::OwnedSlice, Some(element))) => {
                let size = element.size() as usize;
                match len.checked_rem(size) {
                    Some(0) => self.list(source, element, 0, (len / size) as u64),
                    _ => Err(self.invalid(ty, len as u128, 8, "whole elements".to_owned())),
                }
            }
            _ if ty.size() == len as u64 => self.value(source, ty, 0),
            _ => Err(self.invalid(ty, len as u128, 8, "the size of the type".to_owned())),
        }
    }

    fn kept_text(&mut self, ty: Type<'s>, bytes: Vec<u8>) -> Result<DynValue, DynError> {
        self.spend(bytes.len() as u64)?;
        String::from_utf8(bytes).map(DynValue::Text).map_err(|error| {
            let byte = error.as_bytes()[error.utf8_error().valid_up_to()];
            self.invalid(ty, byte.into(), 1, "UTF-8".into())
        })
    }

    /// A copy of the value that the handle at `offset` owns, and its length in bytes; `None` if there is none.
    fn kept_words(
        &mut self,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<Option<(usize, Vec<u64>)>, DynError> {
        let Some(arena) = self.memory.arena() else {
            return Err(self.unreadable(ty, "and the region has no heap"));
        };
        let Some(place) = self.memory.place(arena, offset) else { return Ok(None) };
        let left = self.budget.left();
        let copied = arena.view().read(place, |words| copy(words, left));
        match copied {
            Ok(None) => Ok(None),
            Ok(Some(Ok(copy))) => {
                self.affordable(copy.0 as u64)?;
                Ok(Some(copy))
            }
            Ok(Some(Err(len))) => Err(self.too_large(len)),
            Err(_) => Err(DynError::Contended { field: self.field() }),
        }
    }
}

/// Bytes as words, the last of which is filled up with zeros.
fn words_of(bytes: &[u8]) -> Vec<u64> {
    let word = |bytes: &[u8]| {
        let mut whole = [0; 8];
        whole[..bytes.len()].copy_from_slice(bytes);
        u64::from_ne_bytes(whole)
    };
    bytes.chunks(8).map(word).collect()
}

/// Copies a value out of the words of its block, if it has at most that many bytes; or else its length.
fn copy(words: &[AtomicU64], most: u64) -> Result<(usize, Vec<u64>), u64> {
    let Some((len, bytes)) = words.split_first() else { return Err(0) };
    let len = len.load(Relaxed);
    if len > most || len > size_of_val(bytes) as u64 {
        return Err(len);
    }
    let words = &bytes[..len.div_ceil(8) as usize];
    Ok((len as usize, words.iter().map(|word| word.load(Relaxed)).collect()))
}
