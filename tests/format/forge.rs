//! Changes the bytes of a region as a later version or an attacker would: with valid checksums. The
//! offsets are those of docs/format.md.

use std::ops::Range;

use shm_core::layout::fnv1a;

pub const PREAMBLE: Range<usize> = 0..128;
pub const ENTRY_SIZE: usize = 14;
pub const SECTION_COUNT: usize = 16;
pub const HEADER_CHECKSUM: usize = 24;
pub const DIRECTORY_CHECKSUM: usize = 32;
pub const READ_COMPATIBLE: usize = 48;
pub const INCOMPATIBLE: usize = 56;
pub const TOTAL_SIZE: usize = 64;
pub const READY: Range<usize> = 120..128;
/// The kind of a growth section.
pub const GROWTH: u8 = 5;
/// The head of a slot.
pub const SLOT_HEAD: usize = 32;
pub const SCHEMA_LEN: usize = 8;
pub const ANNOTATIONS_LEN: usize = 16;
pub const SLOT_CHECKSUM: usize = 24;

/// The bytes of a region.
#[derive(Clone)]
pub struct Forged(pub Vec<u8>);

impl Forged {
    pub fn u64(&self, at: usize) -> u64 {
        u64::from_le_bytes(self.0[at..at + 8].try_into().unwrap())
    }

    pub fn set(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn entries(&self) -> usize {
        usize::from(self.0[SECTION_COUNT])
    }

    fn entry_size(&self) -> usize {
        usize::from(self.0[ENTRY_SIZE])
    }

    pub fn directory(&self) -> Range<usize> {
        PREAMBLE.end..PREAMBLE.end + self.entries() * self.entry_size()
    }

    /// Returns the range of a section's directory entry.
    pub fn entry(&self, kind: u8) -> usize {
        let mut entries = self.directory().step_by(self.entry_size());
        entries.find(|&at| self.0[at] == kind).expect("a section of this kind")
    }

    /// Returns the range of a section.
    pub fn section(&self, kind: u8) -> Range<usize> {
        let entry = self.entry(kind);
        let start = self.u64(entry + 8) as usize;
        start..start + self.u64(entry + 16) as usize
    }

    /// Returns the ranges of the growth section's two slots.
    pub fn slots(&self) -> [Range<usize>; 2] {
        let section = self.section(GROWTH);
        let middle = section.start + section.len() / 2;
        [section.start..middle, middle..section.end]
    }

    /// Makes the checksum of a slot fit, if its length is valid.
    pub fn seal_slot(&mut self, slot: Range<usize>) {
        let Some(bytes) = self.0.get(slot.clone()).filter(|bytes| bytes.len() >= SLOT_HEAD) else {
            return;
        };
        let lens = [SCHEMA_LEN, ANNOTATIONS_LEN].map(|at| self.u64(slot.start + at) as usize);
        let len = lens.into_iter().try_fold(SLOT_HEAD, usize::checked_add);
        let Some(covered) = len.and_then(|len| bytes.get(..len)) else { return };
        let mut covered = covered.to_vec();
        covered[SLOT_CHECKSUM..][..8].fill(0);
        self.set(slot.start + SLOT_CHECKSUM, &fnv1a(&covered).to_le_bytes());
    }

    /// Updates every checksum of a section that is inside the bytes.
    pub fn seal(&mut self) {
        let directory = self.directory();
        for at in directory.clone().step_by(self.entry_size().max(32)) {
            let Some(entry) = self.0.get(at..at + 32) else { break };
            let (kind, has_checksum) = (entry[0], entry[4] & 4 != 0);
            let (start, len) = (self.u64(at + 8) as usize, self.u64(at + 16) as usize);
            if let (GROWTH, Some(end)) = (kind, start.checked_add(len)) {
                let middle = start + len / 2;
                self.seal_slot(start..middle);
                self.seal_slot(middle..end);
            }
            let section = start.checked_add(len).and_then(|end| self.0.get(start..end));
            if let (true, Some(section)) = (has_checksum, section) {
                let checksum = fnv1a(section);
                self.set(at + 24, &checksum.to_le_bytes());
            }
        }
        let directory = self.0.get(directory).map_or(0, fnv1a);
        self.set(DIRECTORY_CHECKSUM, &directory.to_le_bytes());
        let mut covered: [u8; 128] = self.0[PREAMBLE].try_into().unwrap();
        covered[HEADER_CHECKSUM..HEADER_CHECKSUM + 8].fill(0);
        covered[READY].fill(0);
        self.set(HEADER_CHECKSUM, &fnv1a(&covered).to_le_bytes());
    }
}
