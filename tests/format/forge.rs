//! Changing the bytes of a region as a later version, or somebody with bad intent, would: with
//! checksums that fit. The offsets are those of docs/format.md.

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

    /// Where the directory entry of a section is.
    pub fn entry(&self, kind: u8) -> usize {
        let mut entries = self.directory().step_by(self.entry_size());
        entries.find(|&at| self.0[at] == kind).expect("a section of this kind")
    }

    /// Where a section is.
    pub fn section(&self, kind: u8) -> Range<usize> {
        let entry = self.entry(kind);
        let start = self.u64(entry + 8) as usize;
        start..start + self.u64(entry + 16) as usize
    }

    /// Makes every checksum fit again, as far as the sections lie inside the bytes.
    pub fn seal(&mut self) {
        let directory = self.directory();
        for at in directory.clone().step_by(self.entry_size().max(32)) {
            let Some(entry) = self.0.get(at..at + 32) else { break };
            let has_checksum = entry[4] & 4 != 0;
            let (start, len) = (self.u64(at + 8) as usize, self.u64(at + 16) as usize);
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
