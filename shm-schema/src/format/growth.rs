//! The growth section: records the layout that a region has grown to.
//!
//! The schema section is written once. A region with room to grow also has a growth section, to which
//! the first program that adds fields writes its own schema. It has two slots; the valid one with the
//! higher sequence is current, so that a writer killed in the middle leaves the other one in force.
//! [`docs/format.md`](https://docs.rs/crate/shm-core/latest/source/docs/format.md) has the bytes.

use zerocopy::little_endian::U64;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::description::Description;
use super::directory::{Section, SectionFault};
use super::error::FormatError;
use super::source::{ReadAt, read};
use crate::layout::fnv1a;
use crate::limits::{GROWTH_HEAD_LEN, MAX_GROWTH_LEN, PAGE};

/// The head of a slot.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Head {
    sequence: U64,
    schema_len: U64,
    annotations_len: U64,
    /// Of the head without this field, and of the bytes after it.
    checksum: U64,
}

const HEAD_LEN: u64 = size_of::<Head>() as u64;
const _: () = assert!(HEAD_LEN == GROWTH_HEAD_LEN);

/// Room in a slot for descriptions of new fields, in addition to twice the length of the first one.
const SPARE: u64 = PAGE as u64;

/// The growth section of a region, as it was when the header was read.
#[derive(Clone, Debug)]
pub(super) struct Growth {
    section: Section,
    /// The current slot and its contents.
    current: Option<(u64, Grown)>,
}

/// A layout that a region has grown to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grown {
    sequence: u64,
    pub(super) schema: Vec<u8>,
    pub(super) annotations: Vec<u8>,
}

/// Bytes to be written to a file.
pub struct Patch {
    pub offset: u64,
    pub bytes: Vec<u8>,
}

/// Returns the length of the section of a new region.
pub(super) fn len_for(description: &Description) -> u64 {
    let annotations = description.annotations.as_ref().map_or(0, Vec::len);
    let today = (description.schema.len() + annotations) as u64;
    let slot = HEAD_LEN + (2 * today + SPARE).next_multiple_of(8);
    2 * slot.min(MAX_GROWTH_LEN / 2)
}

impl Growth {
    /// Reads the section.
    pub(super) fn read(
        source: &(impl ReadAt + ?Sized),
        section: Section,
    ) -> Result<Self, FormatError> {
        let len = section.len();
        if len % 16 != 0 || !(2 * HEAD_LEN..=MAX_GROWTH_LEN).contains(&len) {
            return Err(section.fault(SectionFault::Length { len }));
        }
        let bytes = read(source, section.offset(), len)?;
        let slots = bytes.chunks_exact(bytes.len() / 2).enumerate();
        let valid = slots.filter_map(|(slot, bytes)| Some((slot as u64, grown(bytes)?)));
        Ok(Self { section, current: valid.max_by_key(|(_, grown)| grown.sequence) })
    }

    pub(super) fn section(&self) -> Section {
        self.section
    }

    pub(super) fn current(&self) -> Option<&Grown> {
        self.current.as_ref().map(|(_, grown)| grown)
    }

    /// Returns the bytes that make the region grow to a layout; `None` if its description is longer than
    /// a slot. Annotations that do not fit are left out, unless programs need them: for former names, or for
    /// the locks of fields.
    pub(super) fn patch(&self, description: &Description) -> Option<Patch> {
        let slot_len = self.section.len() / 2;
        let (slot, sequence) = match &self.current {
            None => (0, 1),
            Some((slot, grown)) => (1 - slot, grown.sequence.checked_add(1)?),
        };
        let room = slot_len.checked_sub(HEAD_LEN + description.schema.len() as u64)?;
        let annotations = description.annotations.as_deref().unwrap_or_default();
        let fit = annotations.len() as u64 <= room;
        if !fit && description.needs_notes {
            return None;
        }
        let annotations = if fit { annotations } else { &[] };
        let mut head = Head {
            sequence: sequence.into(),
            schema_len: (description.schema.len() as u64).into(),
            annotations_len: (annotations.len() as u64).into(),
            checksum: U64::ZERO,
        };
        let mut body = description.schema.clone();
        body.extend_from_slice(annotations);
        head.checksum = checksum(head, &body).into();
        let mut bytes = head.as_bytes().to_vec();
        bytes.extend_from_slice(&body);
        Some(Patch { offset: self.section.offset() + slot * slot_len, bytes })
    }
}

/// Returns the contents of a slot, if it was written completely.
fn grown(slot: &[u8]) -> Option<Grown> {
    let (head, rest) = Head::read_from_prefix(slot).ok()?;
    let schema_len = usize::try_from(head.schema_len.get()).ok()?;
    let annotations_len = usize::try_from(head.annotations_len.get()).ok()?;
    let (schema, rest) = rest.split_at_checked(schema_len)?;
    let (annotations, _) = rest.split_at_checked(annotations_len)?;
    let body = [schema, annotations].concat();
    let is_valid = head.sequence.get() > 0 && head.checksum.get() == checksum(head, &body);
    let (schema, annotations) = (schema.to_vec(), annotations.to_vec());
    is_valid.then(|| Grown { sequence: head.sequence.get(), schema, annotations })
}

fn checksum(head: Head, body: &[u8]) -> u64 {
    let head = Head { checksum: U64::ZERO, ..head };
    fnv1a(&[head.as_bytes(), body].concat())
}

/// Whether a slot with these lengths, and a checksum that is right wherever they can be, holds a layout.
#[cfg(test)]
pub(super) fn slot_with(sequence: u64, schema: u64, annotations: u64, room: usize) -> bool {
    let mut head = Head {
        sequence: sequence.into(),
        schema_len: schema.into(),
        annotations_len: annotations.into(),
        checksum: U64::ZERO,
    };
    let body = vec![1; room];
    let used = usize::try_from(schema.saturating_add(annotations)).unwrap_or(room).min(room);
    head.checksum = checksum(head, &body[..used]).into();
    grown(&[head.as_bytes(), &body].concat()).is_some()
}

#[cfg(test)]
mod tests;
