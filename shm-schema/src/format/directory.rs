//! The section directory: what follows the preamble, and where.

use std::ops::Range;

use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::error::{FormatError, HeaderPart};
use super::preamble::{PREAMBLE_LEN, Preamble};
use crate::layout::fnv1a;
use crate::limits::MAX_SECTIONS;

/// The largest directory entry that a later version may write, in bytes.
const MAX_ENTRY_LEN: usize = 256;

/// An entry as it is in the file. Later versions may append to it: the preamble gives the length of an
/// entry.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Entry {
    pub(super) kind: U32,
    pub(super) flags: U32,
    pub(super) offset: U64,
    pub(super) len: U64,
    pub(super) checksum: U64,
}

/// Bytes in an entry of this version.
pub(super) const ENTRY_LEN: usize = size_of::<Entry>();
const _: () = assert!(ENTRY_LEN == 32);

/// A program that does not know the section's kind must not open the region.
pub(super) const NEEDED_TO_OPEN: u32 = 1;
/// A program that does not know the section's kind must not open the region for writing.
pub(super) const NEEDED_TO_WRITE: u32 = 1 << 1;
/// The entry's checksum is that of the section.
pub(super) const CHECKSUMMED: u32 = 1 << 2;

/// The contents of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SectionKind {
    /// The layout of the data.
    Schema,
    /// Names, doc comments and units of its types.
    Annotations,
    /// The value.
    Data,
    /// The processes that use its locks; only if there are locks.
    Participants,
    /// The layout that the region has grown to; only if it has room to grow.
    Growth,
    /// The memory of values whose length changes; only in a region that was made with a heap.
    Heap,
    /// The place of the region of which this is a mirror, and how current it is; only in a mirror.
    Mirror,
    /// Something that a later version defines.
    Unknown(u32),
}

impl SectionKind {
    /// Returns the kind with this number on disk.
    #[must_use]
    pub fn from_code(code: u32) -> Self {
        match code {
            1 => Self::Schema,
            2 => Self::Annotations,
            3 => Self::Data,
            4 => Self::Participants,
            5 => Self::Growth,
            6 => Self::Heap,
            7 => Self::Mirror,
            code => Self::Unknown(code),
        }
    }

    /// Returns the number on disk.
    #[must_use]
    pub fn code(self) -> u32 {
        match self {
            Self::Schema => 1,
            Self::Annotations => 2,
            Self::Data => 3,
            Self::Participants => 4,
            Self::Growth => 5,
            Self::Heap => 6,
            Self::Mirror => 7,
            Self::Unknown(code) => code,
        }
    }
}

impl std::fmt::Display for SectionKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Schema => f.write_str("schema section"),
            Self::Annotations => f.write_str("annotation section"),
            Self::Data => f.write_str("data section"),
            Self::Participants => f.write_str("participant section"),
            Self::Growth => f.write_str("growth section"),
            Self::Heap => f.write_str("heap section"),
            Self::Mirror => f.write_str("mirror section"),
            Self::Unknown(code) => write!(f, "section of kind {code}"),
        }
    }
}

/// The fault in a section's entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SectionFault {
    /// The section is missing.
    Missing,
    /// There is more than one.
    Twice,
    /// It reaches past the end of the region that the preamble gives.
    Outside {
        /// Where it starts.
        offset: u64,
        /// Its length in bytes.
        len: u64,
        /// The size of the region.
        total_size: u64,
    },
    /// It starts inside the preamble or the directory, or inside another section.
    Overlap {
        /// Where it starts.
        offset: u64,
        /// Where the part before it ends.
        taken_to: u64,
    },
    /// It is not aligned.
    Misaligned {
        /// Where it starts.
        offset: u64,
        /// The number of which that must be a multiple.
        align: u64,
    },
    /// Its length is not valid for a section of this kind.
    Length {
        /// Its length in bytes.
        len: u64,
    },
    /// The region cannot have grown to the layout in it.
    NotLater,
    /// It has no checksum, and this kind of section must have one.
    NoChecksum,
    /// Another section starts after it, and nothing may.
    NotLast,
}

impl std::fmt::Display for SectionFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::Twice => f.write_str("occurs twice"),
            Self::Outside { offset, len, total_size } => write!(
                f,
                "has {len} bytes at offset {offset}, outside of the region of {total_size} bytes"
            ),
            Self::Overlap { offset, taken_to } => {
                write!(f, "at offset {offset} overlaps the part that ends at {taken_to}")
            }
            Self::Misaligned { offset, align } => {
                write!(f, "starts at offset {offset}, expected a multiple of {align}")
            }
            Self::Length { len } => {
                write!(f, "has {len} bytes, which is not a valid length for it")
            }
            Self::NotLater => f.write_str("holds a layout that the region cannot have grown to"),
            Self::NoChecksum => f.write_str("has no checksum"),
            Self::NotLast => f.write_str("is not the last one in the file"),
        }
    }
}

/// One section of a region, inside the file and not overlapping another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    kind: SectionKind,
    offset: u64,
    len: u64,
    flags: u32,
    checksum: u64,
}

impl Section {
    pub(super) fn of(entry: &Entry) -> Self {
        Self {
            kind: SectionKind::from_code(entry.kind.get()),
            offset: entry.offset.get(),
            len: entry.len.get(),
            flags: entry.flags.get(),
            checksum: entry.checksum.get(),
        }
    }

    /// Returns the kind of its contents.
    #[must_use]
    pub fn kind(&self) -> SectionKind {
        self.kind
    }

    /// Returns its offset in the file.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns its length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns its end. This does not overflow: the section is inside the file.
    fn end(&self) -> u64 {
        self.offset + self.len
    }

    pub(super) fn is_needed_to_write(&self) -> bool {
        self.flags & NEEDED_TO_WRITE != 0
    }

    pub(super) fn fault(&self, fault: SectionFault) -> FormatError {
        FormatError::Section { kind: self.kind, fault }
    }

    /// Compares the section's bytes with its checksum, if it has one.
    pub(super) fn verify(&self, bytes: &[u8], part: HeaderPart) -> Result<(), FormatError> {
        let (found, expected) = (fnv1a(bytes), self.checksum);
        if self.flags & CHECKSUMMED == 0 || found == expected {
            return Ok(());
        }
        Err(FormatError::Damaged { part, found, expected })
    }

    /// Returns whether its checksum is this hash, so that bytes with that hash are undamaged.
    pub(super) fn has_hash(&self, hash: u64) -> bool {
        self.has_checksum() && self.checksum == hash
    }

    pub(super) fn has_checksum(&self) -> bool {
        self.flags & CHECKSUMMED != 0
    }
}

/// Returns the range of the directory, if its size is plausible.
pub(super) fn extent(preamble: &Preamble) -> Result<Range<u64>, FormatError> {
    let entry = usize::from(preamble.section_entry_size.get());
    if !(ENTRY_LEN..=MAX_ENTRY_LEN).contains(&entry) || entry % 8 != 0 {
        let (what, expected) = ("size of a directory entry", "a multiple of 8 from 32 to 256");
        return Err(FormatError::Invalid { what, found: entry as u64, expected });
    }
    let (found, limit) = (u64::from(preamble.section_count.get()), u64::from(MAX_SECTIONS));
    if found > limit {
        return Err(FormatError::TooLarge { what: "number of sections", found, limit });
    }
    let start = PREAMBLE_LEN as u64;
    Ok(start..start + found * entry as u64)
}

/// Reads the directory's entries from its bytes, and checks each of them and all together.
pub(super) fn sections(bytes: &[u8], preamble: &Preamble) -> Result<Vec<Section>, FormatError> {
    let (found, expected) = (fnv1a(bytes), preamble.directory_checksum.get());
    if found != expected {
        return Err(FormatError::Damaged { part: HeaderPart::Directory, found, expected });
    }
    let entry_len = usize::from(preamble.section_entry_size.get());
    let mut sections = Vec::with_capacity(bytes.len() / entry_len);
    for bytes in bytes.chunks_exact(entry_len) {
        let Ok((entry, _)) = Entry::ref_from_prefix(bytes) else { break };
        let section = Section::of(entry);
        check_section(&section, preamble.total_size.get(), &sections)?;
        sections.push(section);
    }
    check_overlaps(&sections, (PREAMBLE_LEN + bytes.len()) as u64)?;
    Ok(sections)
}

/// Checks one entry, alone and against those before it.
fn check_section(
    section: &Section,
    total_size: u64,
    before: &[Section],
) -> Result<(), FormatError> {
    let &Section { kind, offset, len, flags, .. } = section;
    if let SectionKind::Unknown(kind) = kind {
        if flags & NEEDED_TO_OPEN != 0 {
            return Err(FormatError::UnknownSection { kind });
        }
    } else if before.iter().any(|other| other.kind == kind) {
        return Err(section.fault(SectionFault::Twice));
    }
    if offset.checked_add(len).is_none_or(|end| end > total_size) {
        return Err(section.fault(SectionFault::Outside { offset, len, total_size }));
    }
    Ok(())
}

/// Checks that each section starts after the end of the previous one, and the first after the directory.
fn check_overlaps(sections: &[Section], header_end: u64) -> Result<(), FormatError> {
    let mut by_offset: Vec<&Section> = sections.iter().collect();
    by_offset.sort_by_key(|section| (section.offset, section.len));
    let mut taken_to = header_end;
    for section in by_offset {
        if section.offset < taken_to {
            let offset = section.offset;
            return Err(section.fault(SectionFault::Overlap { offset, taken_to }));
        }
        taken_to = section.end();
    }
    Ok(())
}
