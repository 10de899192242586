//! [`ReadAt`]: the source of a header's bytes.

use std::io;
use std::os::unix::fs::FileExt;

use super::error::FormatError;

/// Bytes at an offset. A file that is truncated while it is read gives a short read.
pub trait ReadAt {
    /// Reads up to `buffer.len()` bytes at `offset`, and returns their number, which is 0 at the end.
    ///
    /// # Errors
    /// The operating system's.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

impl ReadAt for [u8] {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..));
        let rest = rest.unwrap_or_default();
        let len = rest.len().min(buffer.len());
        buffer[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }
}

impl ReadAt for std::fs::File {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        FileExt::read_at(self, buffer, offset)
    }
}

/// Reads `len` bytes; the caller has checked that they are few.
pub(super) fn read(
    source: &(impl ReadAt + ?Sized),
    offset: u64,
    len: u64,
) -> Result<Vec<u8>, FormatError> {
    let mut bytes = vec![0; len as usize];
    let found = fill(source, offset, &mut bytes)?;
    if found < bytes.len() {
        let found = offset + found as u64;
        return Err(FormatError::Truncated { found, expected: offset + len });
    }
    Ok(bytes)
}

/// Reads until the buffer is full or the bytes end, and returns how many were read.
///
/// # Errors
/// Those of [`ReadAt::read_at`], except interruptions.
pub fn fill(source: &(impl ReadAt + ?Sized), offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut len = 0;
    while len < buffer.len() {
        match source.read_at(offset + len as u64, &mut buffer[len..]) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(len)
}
