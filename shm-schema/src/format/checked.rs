//! [`CheckedHeader`]: the facts of a header that was checked.

use std::ops::Deref;
use std::sync::Arc;

use super::compose::{DATA_ALIGN, HEAP_ALIGN, MIRROR_LEN, PARTICIPANT_LEN};
use super::directory::{Section, SectionFault, SectionKind};
use super::error::{FormatError, HeaderPart};
use super::growth::Growth;
use super::preamble::{Creator, Features, NATIVE, Preamble, READY};
use super::source::{ReadAt, read};
use crate::layout::Endian;
use crate::limits::{MAX_HEAP_LEN, MAX_PARTICIPANTS, MAX_SCHEMA_LEN, MIN_HEAP_LEN};
use crate::schema::{Encoded, Schema};

/// The bytes of a schema section.
#[derive(Clone, Debug)]
pub(super) enum SchemaBytes {
    /// As they were read.
    Read(Vec<u8>),
    /// They were found to be those of a layout in this program.
    OfProgram(Arc<Encoded>),
}

impl Deref for SchemaBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Read(bytes) => bytes,
            Self::OfProgram(program) => program.bytes(),
        }
    }
}

impl SchemaBytes {
    /// Returns whether they are those of this layout.
    pub(super) fn are_of(&self, program: &Encoded) -> bool {
        std::ptr::eq(&raw const **self, program.bytes()) || **self == *program.bytes()
    }
}

/// A header that was checked and found to be whole.
#[derive(Clone, Debug)]
pub struct CheckedHeader {
    pub(super) preamble: Preamble,
    pub(super) data: Section,
    pub(super) sections: Vec<Section>,
    pub(super) schema: SchemaBytes,
    pub(super) growth: Option<Growth>,
}

impl CheckedHeader {
    /// Returns the offset of the data: a multiple of 64.
    #[must_use]
    pub fn data_offset(&self) -> u64 {
        self.data.offset()
    }

    /// Returns the length of the data in bytes.
    #[must_use]
    pub fn data_len(&self) -> u64 {
        self.data.len()
    }

    /// Returns the run-time length in elements; 0 if the type has none.
    #[must_use]
    pub fn tail_len(&self) -> u64 {
        self.preamble.tail_len.get()
    }

    /// Returns the size of the region. The file may be larger; the bytes after this are not part of the region.
    #[must_use]
    pub fn total_size(&self) -> u64 {
        self.preamble.total_size.get()
    }

    /// Returns the fingerprint in the preamble: that of the layout with which the region was made; see
    /// [`Layout::fingerprint`](crate::layout::Layout::fingerprint).
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.preamble.fingerprint.get()
    }

    /// Returns the id of the machine's boot during which the region was made.
    #[must_use]
    pub fn boot_id(&self) -> [u8; 16] {
        self.preamble.boot_id
    }

    /// Returns the creator of the region, and the time.
    #[must_use]
    pub fn creator(&self) -> Creator {
        Creator {
            pid: self.preamble.creator_pid.get(),
            start_time: self.preamble.creator_start_time.get(),
            boot_id: self.preamble.boot_id,
            created_at: self.preamble.created_at.get(),
        }
    }

    /// Returns the byte order of the data.
    #[must_use]
    pub fn byte_order(&self) -> Endian {
        // `check` found the byte order valid.
        self.preamble.order().unwrap_or(NATIVE)
    }

    /// Returns the size of an address in the program that made the region. Nothing in a region depends
    /// on it.
    #[must_use]
    pub fn pointer_width(&self) -> u8 {
        self.preamble.pointer_width
    }

    /// Returns the feature bits.
    #[must_use]
    pub fn features(&self) -> Features {
        Features {
            compatible: self.preamble.compatible.get(),
            read_compatible: self.preamble.read_compatible.get(),
            incompatible: self.preamble.incompatible.get(),
        }
    }

    /// Returns the offset of the participants of the region's locks and their largest number; `None` if
    /// the region has no locks.
    ///
    /// # Errors
    /// If the section is misaligned, or its length is not that of 1 to 1023 participants.
    pub fn participants(&self) -> Result<Option<(u64, u32)>, FormatError> {
        let Some(section) = self.find(SectionKind::Participants) else { return Ok(None) };
        if section.offset() % DATA_ALIGN != 0 {
            let (offset, align) = (section.offset(), DATA_ALIGN);
            return Err(section.fault(SectionFault::Misaligned { offset, align }));
        }
        let count = section.len() / PARTICIPANT_LEN;
        if !(1..=u64::from(MAX_PARTICIPANTS)).contains(&count)
            || section.len() % PARTICIPANT_LEN != 0
        {
            return Err(section.fault(SectionFault::Length { len: section.len() }));
        }
        Ok(Some((section.offset(), count as u32)))
    }

    /// Where the heap is and its length in bytes; `None` if the region was made without one.
    ///
    /// # Errors
    /// If the section is misaligned or not the last one in the file, its length is not that of a heap, or
    /// there are no participants, which own a heap's blocks.
    pub fn heap(&self) -> Result<Option<(u64, u64)>, FormatError> {
        let Some(section) = self.find(SectionKind::Heap) else { return Ok(None) };
        let (offset, len, align) = (section.offset(), section.len(), HEAP_ALIGN);
        if offset % align != 0 {
            return Err(section.fault(SectionFault::Misaligned { offset, align }));
        }
        if len % align != 0 || !(MIN_HEAP_LEN..=MAX_HEAP_LEN).contains(&len) {
            return Err(section.fault(SectionFault::Length { len }));
        }
        if self.sections.iter().any(|other| other.offset() > offset) {
            return Err(section.fault(SectionFault::NotLast));
        }
        if self.find(SectionKind::Participants).is_none() {
            let (kind, fault) = (SectionKind::Participants, SectionFault::Missing);
            return Err(FormatError::Section { kind, fault });
        }
        Ok(Some((offset, len)))
    }

    /// Returns the offset of the words that say of which region this is a mirror; `None` if it is not one.
    ///
    /// # Errors
    /// If the section is misaligned, or too short.
    pub fn mirror(&self) -> Result<Option<u64>, FormatError> {
        let Some(section) = self.find(SectionKind::Mirror) else { return Ok(None) };
        if section.offset() % DATA_ALIGN != 0 {
            let (offset, align) = (section.offset(), DATA_ALIGN);
            return Err(section.fault(SectionFault::Misaligned { offset, align }));
        }
        if section.len() < MIRROR_LEN {
            return Err(section.fault(SectionFault::Length { len: section.len() }));
        }
        Ok(Some(section.offset()))
    }

    /// Whether the creator had finished when the header was read.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.ready_word() == READY
    }

    /// Returns the ready word, as it was when the header was read.
    #[must_use]
    pub fn ready_word(&self) -> u64 {
        self.preamble.ready.get()
    }

    /// Returns the length in bytes of the section directory, which follows the preamble.
    #[must_use]
    pub fn directory_len(&self) -> u64 {
        let entries = u64::from(self.preamble.section_count.get());
        entries * u64::from(self.preamble.section_entry_size.get())
    }

    /// Returns every section, in the directory's order, unknown ones included.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    pub(super) fn find(&self, kind: SectionKind) -> Option<Section> {
        self.sections.iter().find(|section| section.kind() == kind).copied()
    }

    /// Returns the bytes of the schema section: the layout with which the region was made.
    #[must_use]
    pub fn schema_bytes(&self) -> &[u8] {
        &self.schema
    }

    /// Decodes the region's current schema, and checks that the fingerprint, the alignment and the size of
    /// the data agree with it. For programs without the types, this replaces [`CheckedHeader::expect`].
    ///
    /// # Errors
    /// The first disagreement.
    pub fn decode_schema(&self) -> Result<Schema, FormatError> {
        let made_with = Schema::decode(&self.schema)?;
        self.check_fingerprint(&made_with)?;
        let schema = self.later(made_with)?;
        self.check_alignment(u64::from(schema.root().align()))?;
        self.check_data_len(&schema)?;
        Ok(schema)
    }

    fn check_data_len(&self, schema: &Schema) -> Result<(), FormatError> {
        let (root, found) = (schema.root(), self.data_len());
        // Without a slice, a run-time length is invalid.
        let size = if self.tail_len() == 0 || root.has_tail() {
            root.size_with(self.tail_len())
        } else {
            None
        };
        match size {
            Some(size) if size == found || (size < found && self.may_grow()) => Ok(()),
            _ => Err(FormatError::DataLength { found, tail_len: self.tail_len() }),
        }
    }

    /// Like [`CheckedHeader::decode_schema`], with the names, doc comments and units, which are read from
    /// the source of the header. If the annotations are missing or damaged, the schema has none: only
    /// people depend on them.
    ///
    /// # Errors
    /// As [`CheckedHeader::decode_schema`]; or if reading the annotations fails.
    pub fn read_schema(&self, source: &(impl ReadAt + ?Sized)) -> Result<Schema, FormatError> {
        let mut schema = self.decode_schema()?;
        self.annotate(source, &mut schema)?;
        Ok(schema)
    }

    /// Adds the annotations of a region that has not grown; a later layout comes with its own.
    fn annotate(
        &self,
        source: &(impl ReadAt + ?Sized),
        schema: &mut Schema,
    ) -> Result<(), FormatError> {
        let section = self.find(SectionKind::Annotations).filter(|_| self.grown().is_none());
        let Some(section) = section.filter(|section| section.len() <= MAX_SCHEMA_LEN) else {
            return Ok(());
        };
        let bytes = read(source, section.offset(), section.len())?;
        if section.verify(&bytes, HeaderPart::Annotations).is_ok() {
            schema.annotate(&bytes);
        }
        Ok(())
    }

    /// Checks that the data is in the byte order of this machine.
    ///
    /// # Errors
    /// [`FormatError::ByteOrder`] if it is not.
    pub fn expect_native(&self) -> Result<(), FormatError> {
        let found = self.byte_order();
        if found == NATIVE {
            return Ok(());
        }
        Err(FormatError::ByteOrder { found, expected: NATIVE })
    }

    /// Checks that the creator had finished when the header was read.
    ///
    /// # Errors
    /// [`FormatError::NotReady`] if it had not.
    pub fn expect_ready(&self) -> Result<(), FormatError> {
        if self.is_ready() { Ok(()) } else { Err(FormatError::NotReady) }
    }

    /// Checks that the region has nothing unknown that a writer must understand.
    ///
    /// # Errors
    /// The unknown feature bits, or the first unknown section of this kind.
    pub fn expect_writable(&self) -> Result<(), FormatError> {
        let bits = self.preamble.read_compatible.get();
        if bits != 0 {
            return Err(FormatError::FeatureToWrite { bits });
        }
        for section in &self.sections {
            if let SectionKind::Unknown(kind) = section.kind() {
                if section.is_needed_to_write() {
                    return Err(FormatError::UnknownSectionToWrite { kind });
                }
            }
        }
        Ok(())
    }

    fn check_fingerprint(&self, schema: &Schema) -> Result<(), FormatError> {
        match schema.fingerprint() {
            Some(expected) if expected != self.fingerprint() => {
                Err(FormatError::Fingerprint { found: self.fingerprint(), expected })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn check_alignment(&self, align: u64) -> Result<(), FormatError> {
        let offset = self.data_offset();
        if offset % align == 0 {
            return Ok(());
        }
        Err(self.data.fault(SectionFault::Misaligned { offset, align }))
    }
}
