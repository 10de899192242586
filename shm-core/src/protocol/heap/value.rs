//! A value of any length in a payload: its number of bytes in the first word, then its bytes.

use crate::chunks::as_chunks;
use std::sync::atomic::Ordering::Relaxed;

use super::{Machine, Word};

/// The bytes of the payload for a value of `len` bytes.
#[inline]
#[must_use]
pub fn payload_len(len: usize) -> Option<usize> {
    len.checked_add(8)
}

/// Writes a value into a payload of at least [`payload_len`] bytes, with relaxed stores. What does not
/// fit is cut off.
#[inline]
pub fn write<M: Machine>(payload: &[M::U64], value: &[u8]) {
    let Some((len, words)) = payload.split_first() else { return };
    len.store(value.len() as u64, Relaxed);
    write_bytes::<M>(words, value);
}

/// Writes bytes into words, the last of which is filled up with zeros, with relaxed stores.
#[inline]
pub fn write_bytes<M: Machine>(words: &[M::U64], bytes: &[u8]) {
    let (whole, rest) = as_chunks::<_, 8>(bytes);
    for (word, bytes) in words.iter().zip(whole) {
        word.store(u64::from_ne_bytes(*bytes), Relaxed);
    }
    if !rest.is_empty() {
        if let Some(word) = words.get(whole.len()) {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            word.store(u64::from_ne_bytes(last), Relaxed);
        }
    }
}

/// Copies `bytes.len()` bytes out of as many words, with relaxed loads.
#[inline]
pub fn read_bytes<M: Machine>(words: &[M::U64], bytes: &mut [u8]) {
    for (bytes, word) in bytes.chunks_mut(8).zip(words) {
        let word = word.load(Relaxed).to_ne_bytes();
        match <&mut [u8; 8]>::try_from(&mut *bytes) {
            Ok(whole) => *whole = word,
            Err(_) => bytes.copy_from_slice(&word[..bytes.len()]),
        }
    }
}

/// The value has more bytes than the limit, or claims more bytes than its block has.
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
    let (len, words) = payload.split_first().ok_or(TooLong(0))?;
    let len = len.load(Relaxed);
    if len > limit as u64 || len > 8 * words.len() as u64 {
        return Err(TooLong(len));
    }
    out.clear();
    out.resize(len as usize, 0);
    read_bytes::<M>(words, out);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;
    use crate::protocol::Hardware;

    fn payload(words: usize) -> Vec<AtomicU64> {
        (0..words).map(|_| AtomicU64::new(u64::MAX)).collect()
    }

    #[test]
    fn a_value_of_any_length_is_read_as_it_was_written() {
        let mut out = vec![7; 3];
        for len in 0..200 {
            let value: Vec<u8> = (0..len).map(|at| at as u8 ^ 0x5A).collect();
            let payload = payload(payload_len(len).unwrap().div_ceil(8));
            write::<Hardware>(&payload, &value);
            read::<Hardware>(&payload, len, &mut out).unwrap();
            assert_eq!(out, value);
        }
    }

    #[test]
    fn a_length_beyond_the_limit_or_the_block_is_refused_and_nothing_is_read() {
        let payload = payload(4);
        let mut out = vec![7; 3];
        write::<Hardware>(&payload, &[1; 24]);
        assert_eq!(read::<Hardware>(&payload, 23, &mut out), Err(TooLong(24)));
        payload[0].store(25, Relaxed);
        assert_eq!(read::<Hardware>(&payload, 1000, &mut out), Err(TooLong(25)));
        payload[0].store(u64::MAX, Relaxed);
        assert_eq!(read::<Hardware>(&payload, usize::MAX, &mut out), Err(TooLong(u64::MAX)));
        assert_eq!(read::<Hardware>(&[], 1000, &mut out), Err(TooLong(0)));
        assert_eq!(out, [7; 3]);
    }
}
