//! Runs of bytes, each an atomic of its own, which packed numbers and C text consist of.

use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::atomic::fence;

use super::Field;
use crate::access::{Access, CanWrite};

/// Reads each byte on its own; all reads are ordered as by one Acquire load.
#[inline]
pub(super) fn load_bytes<const N: usize, A: Access>(bytes: &[Field<u8, A>; N]) -> [u8; N] {
    let copy = std::array::from_fn(|i| bytes[i].get_relaxed());
    // Pairs with the Release fence of `store_bytes`.
    fence(Acquire);
    copy
}

/// Writes each byte on its own; all writes are ordered as by one Release store.
#[inline]
pub(super) fn store_bytes<const N: usize, A: CanWrite>(bytes: &[Field<u8, A>; N], values: [u8; N]) {
    // Pairs with the Acquire fence of `load_bytes`.
    fence(Release);
    for (byte, value) in bytes.iter().zip(values) {
        byte.set_relaxed(value);
    }
}
