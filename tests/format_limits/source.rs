//! Sources of bytes: a few at a time, with interruptions, or fewer than expected.

use std::cell::Cell;
use std::io;

use shm_core::SharedLayout;
use shm_core::format::{self, FormatError, HeaderPart, PREAMBLE_LEN, ReadAt};
use shm_core::limits::MAX_SCHEMA_LEN;

use crate::forge::{Forged, TOTAL_SIZE};
use crate::{ANNOTATIONS, DATA, DATA_LEN, FLAGS, LEN, OFFSET, SCHEMA, Station, station};

/// A source that gives a byte at a time, and is interrupted before each.
struct Slow<'a> {
    bytes: &'a [u8],
    is_interrupted: Cell<bool>,
}

impl ReadAt for Slow<'_> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.is_interrupted.set(!self.is_interrupted.get());
        if self.is_interrupted.get() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let len = buffer.len().min(1);
        self.bytes.read_at(offset, &mut buffer[..len])
    }
}

#[test]
fn a_source_that_gives_little_and_is_interrupted_is_read_to_its_end() {
    let whole = station();
    let slow = Slow { bytes: &whole.0, is_interrupted: Cell::new(false) };
    let checked = format::check(&slow, whole.0.len() as u64).unwrap();
    assert!(checked.expect(&slow, Station::LAYOUT).unwrap().is_same());
    assert!(checked.read_schema(&slow).unwrap().annotations().is_some());
}

struct Broken;

impl ReadAt for Broken {
    fn read_at(&self, _: u64, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::PermissionDenied.into())
    }
}

#[test]
fn a_source_that_cannot_be_read_is_an_error_with_its_reason() {
    let error = format::check(&Broken, 4096).unwrap_err();
    let FormatError::Read(reason) = error else { panic!("{error}") };
    assert_eq!(reason.kind(), io::ErrorKind::PermissionDenied);
}

/// The file is truncated after its size was read: the message gives the size that it has by then.
#[test]
fn bytes_that_are_gone_when_they_are_read_are_a_truncation() {
    let whole = station();
    let size = whole.0.len() as u64;
    let of_first = |len: usize| format::check(&whole.0[..len], size).unwrap_err();
    for len in 0..whole.section(SCHEMA).end {
        let (found, expected) = match of_first(len) {
            FormatError::NotARegion { found } => {
                assert!(len < 8 && found == whole.0[..len], "{len}");
                continue;
            }
            FormatError::Truncated { found, expected } => (found, expected),
            other => panic!("{len}: {other}"),
        };
        let part = [PREAMBLE_LEN, whole.directory().end, whole.section(SCHEMA).end];
        let part = part.into_iter().find(|end| len < *end).unwrap();
        assert_eq!((found, expected), (len as u64, part as u64));
    }
}

/// Bytes followed by many zeros. Remembers the longest read.
struct Sparse {
    bytes: Vec<u8>,
    longest: Cell<usize>,
}

impl ReadAt for Sparse {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.longest.set(self.longest.get().max(buffer.len()));
        let start = self.bytes.len().min(usize::try_from(offset).unwrap_or(usize::MAX));
        let len = buffer.len().min(self.bytes.len() - start);
        buffer[..len].copy_from_slice(&self.bytes[start..start + len]);
        buffer[len..].fill(0);
        Ok(buffer.len())
    }
}

/// A section of this kind moved to the end of the file, where it has that many bytes.
fn stretched(kind: u8, len: u64) -> (Sparse, u64) {
    let whole = station();
    let end = whole.0.len() as u64;
    let forged: Forged = whole.with(|file| {
        let entry = file.entry(kind);
        file.set_u64(entry + OFFSET, end);
        file.set_u64(entry + LEN, len);
        file.0[entry + FLAGS] |= 4;
        file.set_u64(TOTAL_SIZE, end + len);
    });
    (Sparse { bytes: forged.0, longest: Cell::new(0) }, end + len)
}

#[test]
fn a_schema_of_more_than_16_mib_is_refused_before_it_is_read() {
    let (source, size) = stretched(SCHEMA, MAX_SCHEMA_LEN);
    let error = format::check(&source, size).unwrap_err();
    assert!(matches!(error, FormatError::Damaged { part: HeaderPart::Schema, .. }), "{error}");
    for len in [MAX_SCHEMA_LEN + 1, 1 << 40, i64::MAX as u64 / 2] {
        let (source, size) = stretched(SCHEMA, len);
        let error = format::check(&source, size).unwrap_err();
        assert!(
            matches!(error, FormatError::TooLarge { what, found, limit }
                if what.contains("schema") && (found, limit) == (len, MAX_SCHEMA_LEN)),
            "{error}"
        );
        assert!(source.longest.get() < 4096);
    }
}

#[test]
fn annotations_of_more_than_16_mib_are_absent_and_not_read() {
    for (len, is_read) in [(MAX_SCHEMA_LEN, true), (MAX_SCHEMA_LEN + 1, false), (1 << 40, false)] {
        let (source, size) = stretched(ANNOTATIONS, len);
        let checked = format::check(&source, size).unwrap();
        assert!(checked.read_schema(&source).unwrap().annotations().is_none());
        assert_eq!(source.longest.get() > 4096, is_read, "{len}");
    }
}

/// The required alignment of a position is at most a page, as for types, however far into the file it is.
#[test]
fn data_are_aligned_as_their_offset_is_and_to_a_page_at_most() {
    let whole = station();
    for (offset, align) in [
        (64 * 33, 64),
        (128 * 33, 128),
        (2048 * 3, 2048),
        (4096 * 5, 4096),
        (8192, 4096),
        (1 << 31, 4096),
        (1 << 32, 4096),
        (1 << 62, 4096),
    ] {
        let forged = whole.with(|file| {
            file.set_u64(file.entry(DATA) + OFFSET, offset);
            file.set_u64(TOTAL_SIZE, offset + DATA_LEN);
        });
        let source = Sparse { bytes: forged.0, longest: Cell::new(0) };
        let checked = format::check(&source, offset + DATA_LEN).unwrap();
        let room = checked.room();
        assert_eq!((room.align, room.bytes, room.participants), (align, DATA_LEN, true));
    }
}
