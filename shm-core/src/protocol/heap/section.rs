//! Where the parts of a heap section are.

use super::classes::PAGE;
use super::words::PAGE_BITS;

/// The section is at a multiple of this many bytes.
pub const ALIGNMENT: u64 = 4096;
/// The bytes before the table of pages.
pub const HEADER: u64 = 4096;
/// The bytes of a page's entry in the table: word, state, place, hint.
pub const ENTRY: u64 = 32;
/// The words of an entry in the table.
pub const ENTRY_WORDS: usize = ENTRY as usize / 8;
/// The offset of the heap's lock in the section.
pub const LOCK: u64 = 0;
/// The offset of a `u32` that stays zero: participants that wait for something other than the lock sleep on
/// it, as a sleeper on the lock would take the turn of one that is waiting for it.
pub const STILL: u64 = 4;
/// The offset of the number of pages that are backed by memory.
pub const FRONTIER: u64 = 8;
/// The offset of a hint: the pages below are in use.
pub const LOW: u64 = 16;
/// The offset of the number of pages at the end that named objects have. It only grows.
pub const OBJECTS: u64 = 24;

const PAGE_BYTES: u64 = PAGE as u64;

/// Where the parts of a heap section are. Everything follows from its offset and its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    at: u64,
    pages: u64,
    capacity: usize,
}

impl Section {
    /// The section of `len` bytes at `at`. `None` if it is not aligned, overflows, or has no room for a
    /// page.
    #[must_use]
    pub fn new(at: u64, len: u64) -> Option<Self> {
        let end = at.checked_add(len)?;
        if at % ALIGNMENT != 0 || end > i64::MAX as u64 {
            return None;
        }
        let mut capacity = (len.checked_sub(HEADER)? / (ENTRY + PAGE_BYTES)).min(1 << PAGE_BITS);
        if Self::len_for(capacity) > len {
            capacity -= 1;
        }
        let pages = at + HEADER + table_len(capacity);
        (capacity > 0).then_some(Self { at, pages, capacity: capacity as usize })
    }

    /// The bytes of a section of `pages` pages, which are at most 2^26.
    #[must_use]
    pub const fn len_for(pages: u64) -> u64 {
        HEADER + table_len(pages) + pages * PAGE_BYTES
    }

    /// The offset of the section in the region.
    #[inline]
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The number of pages.
    #[inline]
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The offset in the region of a page's entry in the table. The page is below the capacity.
    #[inline]
    pub(crate) fn entry(&self, page: usize) -> u64 {
        self.at + HEADER + ENTRY * page as u64
    }

    /// The offset in the region of a page. The page is below the capacity.
    #[inline]
    pub(crate) fn page(&self, page: usize) -> u64 {
        self.pages + PAGE_BYTES * page as u64
    }
}

const fn table_len(pages: u64) -> u64 {
    (pages * ENTRY).next_multiple_of(PAGE_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_has_as_many_pages_as_fit_into_it() {
        for pages in (1..300).chain([4096, 65_537, 1 << PAGE_BITS]) {
            let len = Section::len_for(pages);
            for more in [0, 1, PAGE_BYTES - 1] {
                let section = Section::new(8192, len + more).unwrap();
                assert_eq!(section.capacity() as u64, pages);
                let end = section.page(section.capacity() - 1) + PAGE_BYTES;
                assert_eq!(end, 8192 + len);
            }
            assert_eq!(
                Section::new(8192, len - 1).map_or(0, |section| section.capacity() as u64),
                pages - 1
            );
        }
    }

    #[test]
    fn a_section_that_is_not_aligned_or_too_short_or_too_far_has_no_pages() {
        let len = Section::len_for(4);
        assert_eq!(Section::new(1024, len), None);
        assert_eq!(Section::new(4096, HEADER), None);
        assert_eq!(Section::new(4096, 0), None);
        assert_eq!(Section::new(u64::MAX - 4095, len), None);
        assert_eq!(Section::new(1 << 63, len), None);
    }
}
