//! Maps in the region's heap: their entries.

use std::cmp::Ordering;

use super::super::budget;
use super::super::memory::Memory;
use super::super::source::Source;
use super::super::value::DynValue;
use super::Reader;
use super::kept::NO_HEAP;
use crate::access::Access;
use crate::error::DynError;
use crate::layout::Role;
use crate::schema::{Live, Schema, Type};

/// Entries of a map: their keys and values.
pub(in super::super) type Entries = Vec<(DynValue, DynValue)>;

/// Copies of a key and its value.
type Bytes = (Vec<u8>, Vec<u8>);

impl<'s, A: Access> Reader<'s, '_, A> {
    /// Reads the entries of a map at `offset`: structs of a `key` and a `value`.
    pub(super) fn map(
        &mut self,
        ty: Type<'s>,
        live: Live<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        self.spend(budget::VALUE)?;
        let entries = self.entries_of(ty, live, offset, usize::MAX)?.into_iter();
        let entry = |(key, value)| {
            DynValue::Struct(vec![("key".to_owned(), key), ("value".to_owned(), value)])
        };
        Ok(DynValue::List(entries.map(entry).collect()))
    }

    /// Reads at most so many entries of the map that the path leads to.
    pub(in super::super) fn entries(
        &mut self,
        schema: &'s Schema,
        most: usize,
    ) -> Result<Entries, DynError> {
        let ty = self.ty(schema);
        let live = ty.live().expect("a map");
        self.entries_of(ty, live, self.place.offset, most)
    }

    /// The entries, in the order of their keys.
    fn entries_of(
        &mut self,
        ty: Type<'s>,
        live: Live<'s>,
        offset: usize,
        most: usize,
    ) -> Result<Entries, DynError> {
        let (key_type, value_type) = live.entry().expect("a map");
        let mut entries = Vec::new();
        for (key, value) in self.copied_entries(ty, live, offset, most)? {
            self.spend(budget::VALUE + budget::field("key") + budget::field("value"))?;
            let key = self.content(key_type, &words_of(&key), key.len())?;
            self.trail.push_key(key.to_string());
            let value = self.content(value_type, &words_of(&value), value.len())?;
            self.trail.pop();
            entries.push((key, value));
        }
        entries.sort_by(|(one, _), (other, _)| order(one, other));
        Ok(entries)
    }

    /// Copies of the keys and values, in the order of the bytes of the keys.
    fn copied_entries(
        &mut self,
        ty: Type<'s>,
        live: Live<'s>,
        offset: usize,
        most: usize,
    ) -> Result<Vec<Bytes>, DynError> {
        let Some(arena) = self.memory.arena() else { return Err(self.unreadable(ty, NO_HEAP)) };
        let map = Memory::map(self.memory, arena, tables(live, offset));
        let left = self.budget.left();
        let copied = map.some_entries(most, left as usize);
        let copied = copied.map_err(|_| DynError::Contended { field: self.field() })?;
        let Some(copied) = copied else { return Err(self.too_large(left.saturating_add(1))) };
        let mut sorted: Vec<_> = copied.into_iter().collect();
        sorted.sort_unstable();
        Ok(sorted)
    }

    /// Reads the content of an entry in a private copy of its words: text or a list, as what owns them
    /// elsewhere, or one value.
    pub(super) fn content(
        &mut self,
        ty: Type<'s>,
        words: &[u64],
        len: usize,
    ) -> Result<DynValue, DynError> {
        let source = Source::<A>::Private(words, 0);
        match ty.live().map(|live| (live.role(), live.kept())) {
            Some((Role::OwnedText, _)) => self.kept_text(ty, source.bytes(0, len)),
            Some((Role::OwnedSlice, Some(element))) => match self.kept_count(ty, element, len)? {
                0 => Ok(DynValue::List(Vec::new())),
                count => self.list(source, element, 0, count),
            },
            _ => self.whole(ty, words, len),
        }
    }
}

/// The offsets of the handles of both tables of the map at an offset.
pub(in super::super) fn tables(live: Live<'_>, offset: usize) -> (usize, usize) {
    let part = |name| offset + live.part(name).offset() as usize;
    (part("table"), part("next"))
}

/// The order of keys: of numbers by size, of texts by their characters, of others as they are stored.
fn order(one: &DynValue, other: &DynValue) -> Ordering {
    use DynValue::{I64, I128, Text, U64, U128, Variant};
    match (one, other) {
        (U64(one), U64(other)) => one.cmp(other),
        (I64(one), I64(other)) => one.cmp(other),
        (U128(one), U128(other)) => one.cmp(other),
        (I128(one), I128(other)) => one.cmp(other),
        (Text(one), Text(other)) => one.cmp(other),
        (Variant { discriminant: one, .. }, Variant { discriminant: other, .. }) => one.cmp(other),
        _ => Ordering::Equal,
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
