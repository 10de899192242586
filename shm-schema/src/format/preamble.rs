//! The first 128 bytes.

use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, FromZeros, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::error::{FormatError, HeaderPart};
use crate::layout::{Endian, fnv1a};

/// The first bytes of a region's file. As in PNG: a byte that is not ASCII, the name, and line ends
/// that a transfer in text mode would change.
pub const MAGIC: [u8; 8] = *b"\x89SHM\r\n\x1a\n";

/// The version of the format that this crate writes and reads.
pub const FORMAT_VERSION: u32 = 1;

/// Bytes in the preamble.
pub const PREAMBLE_LEN: usize = size_of::<Preamble>();

/// The offset of the ready word: a little-endian `u64`, 8-aligned. It is the only part of the header
/// that changes after it was written; processes access it as an atomic through their mappings.
pub const READY_OFFSET: usize = std::mem::offset_of!(Preamble, ready);

/// The value of the ready word once the data is initialised.
pub const READY: u64 = u64::from_le_bytes(*b"\x89READY\r\n");

/// The preamble as it is in the file. Metadata is little-endian, whatever the data is.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Preamble {
    pub(super) magic: [u8; 8],
    pub(super) format_version: U32,
    pub(super) byte_order: u8,
    pub(super) pointer_width: u8,
    pub(super) section_entry_size: U16,
    pub(super) section_count: U32,
    pub(super) creator_pid: U32,
    pub(super) header_checksum: U64,
    pub(super) directory_checksum: U64,
    pub(super) compatible: U64,
    pub(super) read_compatible: U64,
    pub(super) incompatible: U64,
    pub(super) total_size: U64,
    pub(super) fingerprint: U64,
    pub(super) tail_len: U64,
    pub(super) boot_id: [u8; 16],
    pub(super) creator_start_time: U64,
    pub(super) created_at: U64,
    pub(super) ready: U64,
}

const _: () = assert!(PREAMBLE_LEN == 128 && READY_OFFSET == 120);

/// The codes of byte orders in the preamble.
pub(super) const LITTLE: u8 = 1;
pub(super) const BIG: u8 = 2;

/// The byte order of this machine.
pub(super) const NATIVE: Endian =
    if cfg!(target_endian = "big") { Endian::Big } else { Endian::Little };

/// The boot id in a region whose creator could not read that of its machine.
pub const UNKNOWN_BOOT: [u8; 16] = [0; 16];

/// The process that made a region, and the time. For people, and to detect that the machine was
/// restarted since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Creator {
    /// The creator's process id, in its own pid namespace.
    pub pid: u32,
    /// When that process started, in clock ticks since boot: field 22 of `/proc/PID/stat`. 0 if it
    /// could not read that.
    pub start_time: u64,
    /// The machine's boot: `/proc/sys/kernel/random/boot_id`, most significant byte first. Zeros if
    /// the creator could not read that.
    pub boot_id: [u8; 16],
    /// When the region was made, in nanoseconds since 1970-01-01 00:00 UTC.
    pub created_at: u64,
}

/// The feature bits of a region. This version of the format defines none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// A program that does not know these may still open the region.
    pub compatible: u64,
    /// A program that does not know these may read the region, not write it.
    pub read_compatible: u64,
    /// A program that does not know these must not open the region.
    pub incompatible: u64,
}

impl Preamble {
    /// Returns the checksum of the preamble, with the checksum itself and the ready word as zero.
    pub(super) fn checksum(&self) -> u64 {
        let mut covered = *self;
        covered.header_checksum.zero();
        covered.ready.zero();
        fnv1a(covered.as_bytes())
    }

    /// Checks that this is the preamble of a region, of this version, and undamaged; then that this version
    /// supports its numbers.
    pub(super) fn check(&self) -> Result<(), FormatError> {
        if self.magic != MAGIC {
            return Err(FormatError::NotARegion { found: self.magic.to_vec() });
        }
        let found = self.format_version.get();
        if found != FORMAT_VERSION {
            return Err(FormatError::FormatVersion { found, expected: FORMAT_VERSION });
        }
        let (found, expected) = (self.checksum(), self.header_checksum.get());
        if found != expected {
            return Err(FormatError::Damaged { part: HeaderPart::Preamble, found, expected });
        }
        if self.incompatible.get() != 0 {
            return Err(FormatError::Feature { bits: self.incompatible.get() });
        }
        self.order()?;
        let width = self.pointer_width;
        if !matches!(width, 4 | 8) {
            return Err(self.invalid("pointer width", u64::from(width), "4 or 8"));
        }
        Ok(())
    }

    /// Returns the byte order of the data.
    pub(super) fn order(&self) -> Result<Endian, FormatError> {
        match self.byte_order {
            LITTLE => Ok(Endian::Little),
            BIG => Ok(Endian::Big),
            found => Err(self.invalid("byte order", u64::from(found), "1 or 2")),
        }
    }

    fn invalid(&self, what: &'static str, found: u64, expected: &'static str) -> FormatError {
        FormatError::Invalid { what, found, expected }
    }
}
