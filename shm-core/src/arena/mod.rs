//! The heap of a mapped region: its memory as the protocol's words, and what this process has of it.
//!
//! The offsets of the protocol count from the start of the region. Nothing in a region becomes an address
//! here before it was compared with the bounds of the mapping, which the checked header gave.

mod local;
mod peers;
mod places;

use std::io;
use std::ops::Range;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicU64};

use local::Local;
pub(crate) use local::Private;
pub(crate) use peers::Peers;
pub(crate) use places::Places;

use crate::protocol::Hardware;
use crate::protocol::heap::classes::PAGE;
use crate::protocol::heap::section::STILL;
use crate::protocol::heap::{Entry, Memory, Section, View};
use crate::sys;
use crate::sys::descriptor::Descriptor;

/// The heap of a mapped region.
#[derive(Debug)]
pub(crate) struct Arena {
    /// The start of the mapping, from which offsets count.
    base: NonNull<u8>,
    section: Section,
    /// The number of words in the section after its lock.
    words: u64,
    /// The section's table of pages.
    table: NonNull<[Entry<Hardware>]>,
    /// The words of its pages.
    pages: NonNull<[AtomicU64]>,
    /// The offsets of the value.
    data: Range<u64>,
    places: Places,
    /// The most participants that the region can have.
    participants: u32,
    /// The region's file; `None` for memory without one.
    descriptor: Option<Arc<Descriptor>>,
    local: Local,
    /// The system's error when memory was last asked for in vain; 0 for none.
    shortage: AtomicI32,
}

// SAFETY: the memory is accessed as atomics, which any thread may use.
unsafe impl Send for Arena {}
// SAFETY: as above.
unsafe impl Sync for Arena {}

/// Where the parts of a region are that matter to its heap, from the start of the mapping.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    pub(crate) data: Range<usize>,
    pub(crate) heap: Range<usize>,
    /// The most participants that the region can have.
    pub(crate) participants: u32,
}

impl Arena {
    /// The heap of the region that is mapped at `base`; `None` if it has no room for a page.
    ///
    /// # Safety
    /// The bytes of `extent` lie inside a mapping that outlives every use of this (I2), which is writable
    /// if a [`Private`] is ever made of it. Those of the heap are accessed as atomic words of 8 bytes only,
    /// except for its lock (I14).
    pub(crate) unsafe fn new(
        base: NonNull<u8>,
        extent: Extent,
        places: Places,
        descriptor: Option<Arc<Descriptor>>,
    ) -> Option<Self> {
        let Extent { data, heap, participants } = extent;
        let section = Section::new(heap.start as u64, heap.len() as u64)?;
        let (words, data) = (heap.len() as u64 / 8 - 1, data.start as u64..data.end as u64);
        let at = |offset: u64| base.map_addr(|base| base.saturating_add(offset as usize));
        let (table, pages) = (at(section.entry(0)).cast(), at(section.page(0)).cast());
        let table = NonNull::slice_from_raw_parts(table, section.capacity());
        let pages = NonNull::slice_from_raw_parts(pages, section.capacity() * (PAGE / 8));
        let (local, shortage) = (Local::new(), AtomicI32::new(0));
        Some(Self {
            base,
            section,
            words,
            table,
            pages,
            data,
            places,
            participants,
            descriptor,
            local,
            shortage,
        })
    }

    /// A reader's access.
    #[inline]
    pub(crate) fn view(&self) -> View<'_, Self> {
        View::new(self, self.section)
    }

    /// The number of bytes of the section.
    pub(crate) fn len(&self) -> usize {
        8 * (self.words as usize + 1)
    }

    /// The offset in the region of a word in the value.
    #[inline]
    pub(crate) fn offset_of(&self, word: &AtomicU64) -> u64 {
        (std::ptr::from_ref(word).addr() - self.base.as_ptr().addr()) as u64
    }

    /// Returns why there was no memory, and forgets it.
    pub(crate) fn take_shortage(&self) -> Option<io::Error> {
        match self.shortage.swap(0, Relaxed) {
            0 => None,
            code => Some(io::Error::from_raw_os_error(code)),
        }
    }

    /// Returns whether `count` words at `at` lie in the heap, after its lock.
    #[inline]
    fn has(&self, at: u64, count: usize) -> bool {
        // What is not at a multiple of 8, or comes before, becomes a number that is larger than any count
        // of words.
        let first = at.wrapping_sub(self.section.at() + 8).rotate_right(3);
        self.words.checked_sub(count as u64).is_some_and(|last| first <= last)
    }

    /// The address of the byte at `at`, which is inside the mapping.
    #[inline]
    fn address(&self, at: u64) -> *mut u8 {
        self.base.as_ptr().wrapping_add(at as usize)
    }

    /// The word at an offset in the value, if something there owns blocks by it: other words of the value
    /// may have other widths (I5).
    #[cold]
    fn word_of_the_value(&self, at: u64) -> Option<&AtomicU64> {
        let (within, end) = (at.checked_sub(self.data.start)?, at.checked_add(8)?);
        if at % 8 != 0 || end > self.data.end || !self.places.has_handle_at(within) {
            return None;
        }
        // SAFETY: inside the value and so inside the mapping (I2), 8-aligned, and accessed by every user of
        // this mapping as this atomic or not at all (I5).
        Some(unsafe { AtomicU64::from_ptr(self.address(at).cast()) })
    }
}

impl Memory for Arena {
    type M = Hardware;

    #[inline]
    fn word(&self, at: u64) -> Option<&AtomicU64> {
        if !self.has(at, 1) {
            return self.word_of_the_value(at);
        }
        // SAFETY: inside the heap and so inside the mapping (I2), 8-aligned, and accessed as atomic words
        // of 8 bytes only (I14).
        Some(unsafe { AtomicU64::from_ptr(self.address(at).cast()) })
    }

    #[inline]
    fn words(&self, at: u64, count: usize) -> Option<&[AtomicU64]> {
        if !self.has(at, count) {
            return None;
        }
        // SAFETY: as in `word`, for each of them.
        Some(unsafe { std::slice::from_raw_parts(self.address(at).cast(), count) })
    }

    /// This is the heap of one section only.
    #[inline]
    fn entry(&self, _: &Section, page: usize) -> Option<&Entry<Hardware>> {
        // SAFETY: the table lies in the section and so inside the mapping (I2), 8-aligned, and is accessed
        // as atomic words of 8 bytes only (I14).
        unsafe { self.table.as_ref() }.get(page)
    }

    #[inline]
    fn paged(&self, _: &Section, at: usize, count: usize) -> Option<&[AtomicU64]> {
        // SAFETY: as in `entry`, for the pages.
        unsafe { self.pages.as_ref() }.get(at..)?.get(..count)
    }

    #[inline]
    fn participants(&self) -> u32 {
        self.participants
    }

    #[inline]
    fn lock_word(&self, at: u64) -> Option<&AtomicU32> {
        if at != self.section.at() && at != self.section.at() + STILL {
            return None;
        }
        // SAFETY: in the first eight bytes of the heap, inside the mapping (I2) and aligned; it is accessed as this
        // atomic only (I14).
        Some(unsafe { AtomicU32::from_ptr(self.address(at).cast()) })
    }

    /// Memory without a file has no need of it: the kernel gives each page when it is first written.
    #[cold]
    fn commit(&self, at: u64, len: u64) -> bool {
        let Some(descriptor) = &self.descriptor else { return true };
        let last = self.section.at() + 8 * (self.words + 1);
        let Some(end) = at.checked_add(len).filter(|end| *end <= last) else { return false };
        crate::fault::point("heap: about to grow");
        let lost = || io::Error::from_raw_os_error(EBADF);
        let reserve = |file| sys::space::reserve_part(file, at, end);
        let outcome = descriptor.trusted().ok_or_else(lost).and_then(reserve);
        if let Err(error) = &outcome {
            self.shortage.store(error.raw_os_error().unwrap_or(EBADF), Relaxed);
        }
        outcome.is_ok()
    }
}

/// Linux's `EBADF`: the descriptor of the region's file was closed by other code.
const EBADF: i32 = 9;
