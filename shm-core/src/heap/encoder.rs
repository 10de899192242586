//! [`Encoder`]: the bytes of a value with contents, as they are written.

use super::part::Part;

/// The bytes of a value, zeroed at first: the fixed part, then the contents in the order in which they are
/// written.
pub struct Encoder<'a> {
    bytes: &'a mut [u8],
    /// Where the contents end that were written.
    end: usize,
}

impl<'a> Encoder<'a> {
    /// Starts with a fixed part of that size. There are bytes for all that will be written.
    #[inline]
    pub(super) fn new(bytes: &'a mut [u8], fixed: usize) -> Self {
        Self { bytes, end: fixed }
    }

    /// Writes a field.
    #[inline]
    pub fn field<P: Part>(&mut self, at: usize, value: &P::Value) {
        P::write(value, at, self);
    }

    /// The bytes at an offset.
    #[inline]
    pub(super) fn fixed(&mut self, at: usize, len: usize) -> &mut [u8] {
        &mut self.bytes[at..at + len]
    }

    /// Writes at `at` that there are `len` elements, of that size in bytes each, and takes the next bytes for
    /// them. Returns where these begin.
    #[inline]
    pub(super) fn contents(
        &mut self,
        at: usize,
        len: usize,
        (size, align): (usize, usize),
    ) -> usize {
        let start = self.end.next_multiple_of(align);
        self.end = start + len * size;
        self.fixed(at, 8).copy_from_slice(&(start as u64).to_ne_bytes());
        self.fixed(at + 8, 8).copy_from_slice(&(len as u64).to_ne_bytes());
        start
    }
}
