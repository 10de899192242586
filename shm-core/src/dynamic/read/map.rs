//! Maps in the region's heap: a list of their entries.

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

/// A key and its value.
type Bytes = (Vec<u8>, Vec<u8>);

impl<'s, A: Access> Reader<'s, '_, A> {
    /// Reads the entries of a map at `offset`, in the order of the bytes of their keys: structs of a `key` and
    /// a `value`.
    pub(super) fn map(
        &mut self,
        ty: Type<'s>,
        live: Live<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        let (key_type, value_type) = live.entry().expect("a map");
        let mut entries = Vec::new();
        for (index, (key, value)) in self.entries_of(ty, live, offset)?.into_iter().enumerate() {
            self.trail.push(Segment::Index(index as u64));
            self.spend(budget::VALUE + budget::field("key") + budget::field("value"))?;
            let key = self.content(key_type, &key)?;
            let value = self.content(value_type, &value)?;
            let fields = vec![("key".to_owned(), key), ("value".to_owned(), value)];
            entries.push(DynValue::Struct(fields));
            self.trail.pop();
        }
        Ok(DynValue::List(entries))
    }

    /// Copies of all keys and values, sorted.
    fn entries_of(
        &mut self,
        ty: Type<'s>,
        live: Live<'s>,
        offset: usize,
    ) -> Result<Vec<Bytes>, DynError> {
        let Some(arena) = self.memory.arena() else {
            return Err(self.unreadable(ty, "and the region has no heap"));
        };
        let place = |part| self.memory.place(arena, offset + live.part(part).offset() as usize);
        let left = self.budget.left();
        let copied = Map::of(arena.view(), place("table"), place("next")).entries(left as usize);
        let copied = copied.map_err(|_| DynError::Contended { field: self.field() })?;
        let Some(copied) = copied else { return Err(self.too_large(left.saturating_add(1))) };
        let mut sorted: Vec<_> = copied.into_iter().collect();
        sorted.sort_unstable();
        Ok(sorted)
    }

    /// Reads bytes that were copied: text or a list, as what owns them elsewhere, or one value.
    fn content(&mut self, ty: Type<'s>, bytes: &[u8]) -> Result<DynValue, DynError> {
        let (len, words) = (bytes.len(), words_of(bytes));
        let source = Source::<A>::Private(&words, 0);
        match ty.live().map(|live| (live.role(), live.kept())) {
            Some((Role::OwnedText, _)) => self.kept_text(ty, bytes.to_vec()),
            Some((Role::OwnedSlice, Some(element))) => match self.kept_count(ty, element, len)? {
                0 => Ok(DynValue::List(Vec::new())),
                count => self.list(source, element, 0, count),
            },
            _ => self.whole(ty, &words, len),
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
