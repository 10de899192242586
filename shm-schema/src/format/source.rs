//! [`ReadAt`]: the source of a header's bytes.

use std::borrow::Cow;
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

    /// Returns `len` bytes at `offset` without reading, if they are in memory that does not change.
    fn in_memory(&self, _offset: u64, _len: u64) -> Option<&[u8]> {
        None
    }
}

impl ReadAt for [u8] {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..));
        let rest = rest.unwrap_or_default();
        let len = rest.len().min(buffer.len());
        buffer[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }

    fn in_memory(&self, offset: u64, len: u64) -> Option<&[u8]> {
        let rest = self.get(usize::try_from(offset).ok()?..)?;
        rest.get(..usize::try_from(len).ok()?)
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
) -> Result<Cow<'_, [u8]>, FormatError> {
    if let Some(bytes) = source.in_memory(offset, len) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut bytes = vec![0; len as usize];
    let found = fill(source, offset, &mut bytes)?;
    if found < bytes.len() {
        let found = offset + found as u64;
        return Err(FormatError::Truncated { found, expected: offset + len });
    }
    Ok(Cow::Owned(bytes))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_in_memory_are_not_copied() {
        let whole = [1, 2, 3, 4, 5];
        let part = read(&whole[..], 1, 3).expect("all of them are there");
        assert!(matches!(part, Cow::Borrowed([2, 3, 4])), "{part:?}");
    }

    #[test]
    fn a_part_that_ends_after_the_bytes_in_memory_is_truncated() {
        for (offset, len, found) in
            [(2, 4, 5), (5, 1, 5), (9, 1, 9), (u64::MAX - 1, 1, u64::MAX - 1)]
        {
            let error = read(&[0; 5][..], offset, len).expect_err("too few");
            let expected = offset + len;
            assert!(
                matches!(error, FormatError::Truncated { found: f, expected: e } if f == found && e == expected),
                "{error:?}"
            );
        }
    }
}
