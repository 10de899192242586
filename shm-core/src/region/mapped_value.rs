//! [`MappedValue`]: where a value is in a mapping, and the layout by which it is accessed.

use std::num::NonZero;
use std::sync::Arc;

use crate::layout::Layout;
use crate::schema::Schema;

/// The value in the mapping: its position and type.
#[derive(Clone, Debug)]
pub(crate) struct MappedValue {
    pub(super) offset: usize,
    pub(super) len: usize,
    pub(super) tail_len: usize,
    /// The offset of the participants' table, and the number of its entries.
    pub(super) participants: Option<(usize, u32)>,
    /// The offset and the length of the heap.
    pub(super) heap: Option<(usize, usize)>,
    /// The offset of the words of a mirror.
    pub(super) mirror: Option<NonZero<usize>>,
    /// The layout by which it is accessed.
    pub(super) meaning: Meaning,
}

/// The layout by which a value is accessed.
#[derive(Clone, Debug)]
pub(crate) enum Meaning {
    /// The layout of a type in this program.
    Type(&'static Layout),
    /// The region's own schema.
    Schema(Arc<Schema>),
    /// A heap, as the values of its named objects.
    Objects,
}

impl Meaning {
    /// Returns whether both access each byte at the same width: their schemas are equal, byte for byte.
    /// Fingerprints are not trusted, since any writer of the file can choose one.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Type(one), Self::Type(other)) if std::ptr::eq(*one, *other) => true,
            (Self::Schema(one), Self::Schema(other)) => one == other,
            (Self::Objects, Self::Objects) => true,
            _ => self.bytes().is_some_and(|bytes| other.bytes() == Some(bytes)),
        }
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Type(layout) => Schema::of(layout).ok().map(|schema| schema.to_bytes()),
            Self::Schema(schema) => Some(schema.to_bytes()),
            Self::Objects => None,
        }
    }
}

impl MappedValue {
    /// Elements in the part whose length is known at run time.
    pub(crate) fn tail_len(&self) -> usize {
        self.tail_len
    }

    /// The offset of the first byte that is accessed through a mapping. In a region with a heap, that is the first
    /// one: places in the heap are counted from there.
    pub(super) fn first(&self) -> usize {
        if self.heap.is_some() {
            return 0;
        }
        let table = self.participants.map_or(self.offset, |(offset, _)| offset);
        let mirror = self.mirror.map_or(self.offset, NonZero::get);
        self.offset.min(table).min(mirror)
    }

    /// Returns whether both describe the same bytes. The header of a file that was rewritten in place
    /// may differ from the one it had when it was first mapped.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        let place = |contents: &Self| {
            let Self { offset, len, tail_len, participants, heap, mirror, .. } = contents;
            (*offset, *len, *tail_len, *participants, *heap, *mirror)
        };
        // Compared by meaning, so that no mapping is ever accessed at the widths of two layouts (I5).
        place(self) == place(other) && self.meaning.is_same(&other.meaning)
    }
}
