//! The blocks of shm-core's heap alone: what an allocation costs before a place owns it. Users have no
//! blocks; this runs the protocol over a mapped file, with the cache in a mutex as shm-core has it.

use std::sync::atomic::{AtomicU32, AtomicU64};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shm_core::protocol::Hardware;
use shm_core::protocol::heap::classes::PAGE;
use shm_core::protocol::heap::{self, Cache, Heap, Memory, Section, View, section};
use shm_core::protocol::lock::{Owners, owner};
use shm_core::protocol::sleep::{Awake, Sleep, Who};

use super::Peer;
use super::mapped::Mapped;
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::blocks::{self, Blocks};

pub(super) const PEER: Peer = Peer {
    key: "ours-blocks",
    title: "shm-core, blocks alone",
    package: Some("shm-core"),
    entries: || blocks::entries::<Allocator>().into(),
    absent: &[("*", "blocks of memory, which no place owns")],
};

/// The bytes of the heap's section.
const LEN: usize = 64 << 20;

/// A mapped file that is a heap from end to end.
struct Words {
    section: Section,
    all: &'static [AtomicU64],
    table: &'static [heap::Entry<Hardware>],
    pages: &'static [AtomicU64],
}

impl Words {
    fn create(job: &Job) -> Result<Self, Failure> {
        let file = Mapped::<[u64; LEN / 8]>::create(&job.file("blocks"))?;
        // It stays mapped for as long as this process lives.
        let first = Box::leak(Box::new(file)).as_ptr().cast::<AtomicU64>();
        // SAFETY: so many aligned words, which are mapped for ever and only used as these atomics.
        let all = unsafe { std::slice::from_raw_parts(first, LEN / 8) };
        let section = Section::new(0, LEN as u64).ok_or("no room for a page")?;
        let (capacity, header) = (section.capacity(), section::HEADER as usize / 8);
        let pages = Section::len_for(capacity as u64) as usize / 8 - capacity * (PAGE / 8);
        let (table, pages) = (all[header..pages].as_chunks().0, &all[pages..]);
        Ok(Self { section, all, table, pages })
    }
}

impl Memory for Words {
    type M = Hardware;

    #[inline]
    fn word(&self, at: u64) -> Option<&AtomicU64> {
        self.words(at, 1)?.first()
    }

    #[inline]
    fn words(&self, at: u64, count: usize) -> Option<&[AtomicU64]> {
        self.all.get(at as usize / 8..)?.get(..count)
    }

    #[inline]
    fn entry(&self, _: &Section, page: usize) -> Option<&heap::Entry<Hardware>> {
        self.table.get(page)
    }

    #[inline]
    fn paged(&self, _: &Section, at: usize, count: usize) -> Option<&[AtomicU64]> {
        self.pages.get(at..)?.get(..count)
    }

    fn lock_word(&self, at: u64) -> Option<&AtomicU32> {
        let word = self.word(at & !7)?;
        // SAFETY: a half of a word, which is used as this atomic only.
        Some(unsafe {
            AtomicU32::from_ptr(word.as_ptr().cast::<u32>().wrapping_add(at as usize % 8 / 4))
        })
    }

    fn commit(&self, at: u64, len: u64) -> bool {
        at + len <= LEN as u64
    }
}

/// There are no other participants.
struct Alone;

impl Owners for Alone {
    fn is_dead(&self, _: u32) -> bool {
        false
    }

    fn is_this_thread(&self) -> bool {
        false
    }
}

impl Sleep<Hardware> for Alone {
    fn sleep(&self, _: &AtomicU32, _: u32, _: Duration) -> Awake {
        Awake::NapOver
    }

    fn wake(&self, _: &AtomicU32, _: Who) -> bool {
        false
    }

    fn left(&self) -> Duration {
        Duration::MAX
    }
}

struct Allocator {
    heap: Heap<'static, Words, Alone>,
    cache: Mutex<Cache>,
}

impl Allocator {
    #[inline]
    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Blocks for Allocator {
    type Block = heap::Block<'static, Hardware>;

    fn create(job: &Job) -> Result<Self, Failure> {
        let words = Box::leak(Box::new(Words::create(job)?));
        let heap = Heap::new(View::new(words, words.section), owner(0, 1), &Alone);
        Ok(Self { heap, cache: Mutex::new(Cache::new()) })
    }

    // Inlined, as the library's callers of these are, so that a block stays in registers.
    #[inline(always)]
    fn alloc(&mut self, len: usize) -> Self::Block {
        self.heap.alloc(&mut self.cache(), len).expect("there is memory")
    }

    #[inline]
    fn number(block: &Self::Block) -> u64 {
        block.offset()
    }

    #[inline(always)]
    fn free(&mut self, block: Self::Block) {
        assert!(self.heap.free(&mut self.cache(), block), "it belongs to this process");
    }
}
