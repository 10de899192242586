//! Checking the header of a file from any source.

use std::sync::Arc;

use zerocopy::{FromZeros, IntoBytes};

use super::checked::{CheckedHeader, SchemaBytes};
use super::compose::DATA_ALIGN;
use super::directory::{self, Section, SectionFault, SectionKind};
use super::error::{FormatError, HeaderPart};
use super::growth::Growth;
use super::preamble::{MAGIC, PREAMBLE_LEN, Preamble};
use super::source::{ReadAt, fill, read};
use crate::limits::MAX_SCHEMA_LEN;
use crate::schema::Encoded;

/// Checks the header of a file of `file_size` bytes. Each byte is read once, and the copy is checked, so
/// that a concurrent change of the file cannot bypass a check.
///
/// A header that passes is whole and understood. [`CheckedHeader::expect`] checks whether a program can
/// use the region.
///
/// # Errors
/// The first fault, in the order that `docs/format.md` gives.
pub fn check(
    source: &(impl ReadAt + ?Sized),
    file_size: u64,
) -> Result<CheckedHeader, FormatError> {
    check_for(source, file_size, None)
}

/// As [`check`], for a program that has encoded its layout before: a schema of the same bytes need not be
/// hashed.
///
/// # Errors
/// As [`check`].
pub fn check_for(
    source: &(impl ReadAt + ?Sized),
    file_size: u64,
    program: Option<&Arc<Encoded>>,
) -> Result<CheckedHeader, FormatError> {
    let preamble = read_preamble(source)?;
    preamble.check()?;
    let total_size = preamble.total_size.get();
    if total_size > file_size {
        return Err(FormatError::Truncated { found: file_size, expected: total_size });
    }
    let extent = directory::extent(&preamble)?;
    if extent.end > total_size {
        let (what, found) = ("end of the section directory in bytes", extent.end);
        return Err(FormatError::TooLarge { what, found, limit: total_size });
    }
    let directory = read(source, extent.start, extent.end - extent.start)?;
    let sections = directory::sections(&directory, &preamble)?;
    let data = find(&sections, SectionKind::Data)?;
    if data.offset() % DATA_ALIGN != 0 {
        let fault = SectionFault::Misaligned { offset: data.offset(), align: DATA_ALIGN };
        return Err(data.fault(fault));
    }
    let schema = read_schema(source, find(&sections, SectionKind::Schema)?, program)?;
    let growth = find(&sections, SectionKind::Growth).ok();
    let growth = growth.map(|section| Growth::read(source, section)).transpose()?;
    Ok(CheckedHeader { preamble, data, sections, schema, growth })
}

fn read_preamble(source: &(impl ReadAt + ?Sized)) -> Result<Preamble, FormatError> {
    let mut preamble = Preamble::new_zeroed();
    let len = fill(source, 0, preamble.as_mut_bytes())?;
    if len < PREAMBLE_LEN {
        let start = &preamble.as_bytes()[..len.min(MAGIC.len())];
        if start != MAGIC {
            return Err(FormatError::NotARegion { found: start.to_vec() });
        }
        return Err(FormatError::Truncated { found: len as u64, expected: PREAMBLE_LEN as u64 });
    }
    Ok(preamble)
}

fn read_schema(
    source: &(impl ReadAt + ?Sized),
    section: Section,
    program: Option<&Arc<Encoded>>,
) -> Result<SchemaBytes, FormatError> {
    let (found, limit) = (section.len(), MAX_SCHEMA_LEN);
    if found > limit {
        return Err(FormatError::TooLarge { what: "length of the schema in bytes", found, limit });
    }
    if !section.has_checksum() {
        return Err(section.fault(SectionFault::NoChecksum));
    }
    let bytes = read(source, section.offset(), found)?;
    let is_known =
        |program: &&Arc<Encoded>| section.has_hash(program.hash()) && *bytes == *program.bytes();
    if let Some(program) = program.filter(is_known) {
        return Ok(SchemaBytes::OfProgram(Arc::clone(program)));
    }
    section.verify(&bytes, HeaderPart::Schema)?;
    Ok(SchemaBytes::Read(bytes.into_owned()))
}

fn find(sections: &[Section], kind: SectionKind) -> Result<Section, FormatError> {
    let missing = FormatError::Section { kind, fault: SectionFault::Missing };
    sections.iter().find(|section| section.kind() == kind).copied().ok_or(missing)
}
