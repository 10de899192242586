//! [`OnDisk`]: the header of a region's file, most of which is read at once.

use std::io;
use std::os::fd::BorrowedFd;

use crate::format::ReadAt;
use crate::sys;

/// The length of the part of a file that is read at once, unless a longer schema is expected.
const FIRST: usize = 4096;
/// Longer than everything that comes before a schema, for all sections that there are so far.
const BEFORE_SCHEMA: usize = 1024;

/// A region's file. Its first bytes were read when this was made; the rest is read when it is asked for: from
/// the file, not from a mapping, so that a truncation meanwhile is a short read and not a signal.
pub(super) struct OnDisk<'a> {
    file: BorrowedFd<'a>,
    first: Vec<u8>,
}

impl<'a> OnDisk<'a> {
    /// Reads the first bytes, with the schema of a region that was made with a schema of that length.
    ///
    /// # Errors
    /// Those of `pread(2)`.
    pub(super) fn read(file: BorrowedFd<'a>, schema: usize) -> io::Result<Self> {
        Ok(Self { file, first: sys::file::start_of(file, FIRST.max(BEFORE_SCHEMA + schema))? })
    }
}

impl ReadAt for OnDisk<'_> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        match usize::try_from(offset).ok().and_then(|offset| self.first.get(offset..)) {
            Some(known) if !known.is_empty() => known.read_at(0, buffer),
            _ => sys::file::read_at(self.file, offset, buffer),
        }
    }

    fn in_memory(&self, offset: u64, len: u64) -> Option<&[u8]> {
        self.first.in_memory(offset, len)
    }
}
