//! A value of any length in a payload: its number of bytes in the first word, then its bytes.

use super::{Machine, Word};

/// The bytes of the payload for a value of `len` bytes.
#[inline]
#[must_use]
pub fn payload_len(len: usize) -> Option<usize> {
    len.checked_add(8)
}

/// Writes a value into a payload of at least [`payload_len`] bytes, with relaxed stores.
#[inline]
pub fn write<M: Machine>(payload: &[M::U64], value: &[u8]) {
    unimplemented!()
}

/// The value does not fit into the limit, or claims more bytes than its block has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong(pub u64);

/// Copies a value of at most `limit` bytes out of a payload, with relaxed loads, over `out`.
///
/// # Errors
/// If the value is longer than that, or than the payload.
#[inline]
pub fn read<M: Machine>(
    payload: &[M::U64],
    limit: usize,
    out: &mut Vec<u8>,
) -> Result<(), TooLong> {
    unimplemented!()
}
