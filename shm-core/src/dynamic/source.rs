//! Bytes to be read: in a region, or in a private copy of a part of it.

use super::memory::Memory;
use super::value::DynValue;
use crate::access::Access;
use crate::layout::Endian;

/// The place that bytes are read from.
#[derive(Clone, Copy)]
pub(super) enum Source<'a, A> {
    /// In the region.
    Shared(Memory<'a, A>),
    /// In a private copy of words, which starts at that offset.
    Private(&'a [u64], usize),
}

/// The number of bytes of C text that are read at once.
const PIECE: usize = 64;

impl<A: Access> Source<'_, A> {
    /// The bytes up to the first NUL, or all of them. The room that a text does not fill may be large, and
    /// is not touched.
    pub(super) fn bytes_to_nul(self, offset: usize, len: usize) -> Vec<u8> {
        let mut found = Vec::new();
        while found.len() < len {
            let piece = self.bytes(offset + found.len(), PIECE.min(len - found.len()));
            let nul = piece.iter().position(|byte| *byte == 0);
            found.extend(&piece[..nul.unwrap_or(piece.len())]);
            if nul.is_some() {
                break;
            }
        }
        found
    }

    pub(super) fn bits(self, offset: usize, width: usize) -> u128 {
        match self {
            Self::Shared(memory) => memory.load(offset, width).into(),
            Self::Private(..) => native(&self.bytes(offset, width)),
        }
    }

    pub(super) fn bytes(self, offset: usize, len: usize) -> Vec<u8> {
        match self {
            Self::Shared(memory) => memory.bytes(offset, len),
            Self::Private(words, start) => {
                let byte = |at: usize| words[at / 8].to_ne_bytes()[at % 8];
                (offset - start..offset - start + len).map(byte).collect()
            }
        }
    }
}

/// The number that bytes in the processor's order represent.
pub(super) fn native(bytes: &[u8]) -> u128 {
    let digit = |number, byte: &u8| number << 8 | u128::from(*byte);
    if cfg!(target_endian = "little") {
        bytes.iter().rev().fold(0, digit)
    } else {
        bytes.iter().fold(0, digit)
    }
}

/// The bytes of a number, in the processor's order.
pub(super) fn native_bytes(bits: u128, width: usize) -> Vec<u8> {
    let mut bytes = bits.to_le_bytes()[..width].to_vec();
    if cfg!(target_endian = "big") {
        bytes.reverse();
    }
    bytes
}

/// Brings the bytes of a number from the processor's order into the given one, or back.
pub(super) fn reorder(bytes: &mut [u8], order: Endian) {
    if (order == Endian::Big) != cfg!(target_endian = "big") {
        bytes.reverse();
    }
}

/// The bytes before the NUL as a value.
pub(super) fn c_text(mut bytes: Vec<u8>) -> DynValue {
    bytes.shrink_to_fit();
    String::from_utf8(bytes)
        .map_or_else(|error| DynValue::Bytes(error.into_bytes()), DynValue::Text)
}
