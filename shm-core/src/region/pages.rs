//! [`Pages`]: the part of a file that is mapped, addressed by offsets in the file.

use std::io;

use memmap2::MmapRaw;

/// Mapped memory. Its first byte is that at `start` of the file.
#[derive(Debug)]
pub(super) struct Pages {
    memory: MmapRaw,
    start: usize,
}

/// Memory that is mapped from the beginning, or belongs to no file.
impl From<MmapRaw> for Pages {
    fn from(memory: MmapRaw) -> Self {
        Self { memory, start: 0 }
    }
}

impl Pages {
    pub(super) fn new(memory: MmapRaw, start: usize) -> Self {
        Self { memory, start }
    }

    /// Returns the address of a byte of the file. It lies in the mapping if the byte does.
    pub(super) fn at(&self, offset: usize) -> *mut u8 {
        debug_assert!((self.start..=self.start + self.memory.len()).contains(&offset));
        self.memory.as_mut_ptr().wrapping_add(offset.wrapping_sub(self.start))
    }

    /// Returns whether all bytes of another mapping of the same file are in this one as well.
    pub(super) fn include(&self, other: &Self) -> bool {
        let end = |pages: &Self| pages.start + pages.memory.len();
        self.start <= other.start && end(other) <= end(self)
    }

    pub(super) fn flush(&self) -> io::Result<()> {
        self.memory.flush()
    }
}
