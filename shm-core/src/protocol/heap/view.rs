//! The reader's access to a heap, which writes nothing and knows no participant.

use crate::chunks::as_chunks;
use std::sync::atomic::Ordering::{Acquire, Relaxed};

use super::classes::{self, PAGE};
use super::section::{ENTRY_WORDS, FRONTIER, Section};
use super::words::{CONT, FREE, Handle, LARGE, PageWord};
use super::{Entry, Machine, Memory, Word};

/// A reader's access to a heap.
#[derive(Debug)]
pub struct View<'m, R> {
    pub(super) memory: &'m R,
    pub(super) section: Section,
}

impl<R> Clone for View<'_, R> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for View<'_, R> {}

/// The words of a block, where the page word says they are.
pub(super) struct Found<'m, M: Machine> {
    /// The word of the span's first page, as it was.
    pub(super) page_word: PageWord,
    /// That word.
    pub(super) page: &'m M::U64,
    pub(super) state: &'m M::U64,
    pub(super) place: &'m M::U64,
    /// The offset of the payload in the region.
    pub(super) at: u64,
    /// The bytes of the payload.
    pub(super) size: usize,
}

impl<M: Machine> Clone for Found<'_, M> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for Found<'_, M> {}

impl<'m, R: Memory> View<'m, R> {
    /// A reader's access to the heap in `section` of the region whose memory this is.
    #[inline]
    #[must_use]
    pub fn new(memory: &'m R, section: Section) -> Self {
        Self { memory, section }
    }

    /// The memory.
    #[inline]
    #[must_use]
    pub fn memory(&self) -> &'m R {
        self.memory
    }

    /// Where the parts of the heap are.
    #[inline]
    #[must_use]
    pub fn section(&self) -> Section {
        self.section
    }

    /// The number of pages that are backed by memory. A hostile value is cut to the capacity.
    #[inline]
    #[must_use]
    pub fn frontier(&self) -> usize {
        let frontier = self.memory.word(self.section.at() + FRONTIER);
        // Pairs with the Release of `grow`. An Acquire load may not work on read-only memory.
        let pages = frontier.map_or(0, |word| word.load(Relaxed));
        R::M::fence(Acquire);
        pages.min(self.section.capacity() as u64) as usize
    }

    /// The word of a page; [`FREE`] outside.
    #[inline]
    pub(super) fn page_word(&self, page: usize) -> PageWord {
        PageWord(self.page(page).map_or(0, |word| word.load(Relaxed)))
    }

    #[inline]
    pub(super) fn page(&self, page: usize) -> Option<&'m <R::M as Machine>::U64> {
        let [word, ..] = self.memory.entry(&self.section, page)?;
        Some(word)
    }

    #[inline]
    pub(super) fn hint(&self, page: usize) -> Option<&'m <R::M as Machine>::U64> {
        let [.., hint] = self.memory.entry(&self.section, page)?;
        Some(hint)
    }

    /// The entries of the pages from `from` up to `to`, four words each.
    pub(super) fn entries(&self, from: usize, to: usize) -> Option<&'m [Entry<R::M>]> {
        if from > to || to > self.section.capacity() {
            return None;
        }
        let words = self.memory.words(self.section.entry(from), ENTRY_WORDS * (to - from))?;
        Some(as_chunks(words).0)
    }

    /// The heads of the blocks in the span of small blocks that starts at `page`.
    pub(super) fn heads(
        &self,
        page: usize,
        class: &classes::Class,
    ) -> Option<&'m [[<R::M as Machine>::U64; 2]]> {
        if class.pages as usize > self.section.capacity().checked_sub(page)? {
            return None;
        }
        let words = self.memory.words(self.section.page(page), 2 * class.blocks as usize)?;
        Some(as_chunks(words).0)
    }

    /// The block that a handle names, if there is such a block. Its generation is not looked at.
    // Inlined, as its callers are on the way of each load and set.
    #[inline(always)]
    pub(super) fn find(&self, handle: Handle) -> Option<Found<'m, R::M>> {
        let page = handle.page();
        let entry = self.memory.entry(&self.section, page)?;
        let word = PageWord(entry[0].load(Relaxed));
        // Pairs with the Release of `carve`: the heads are there.
        R::M::fence(Acquire);
        match classes::class(word.kind()) {
            Some(class) => self.find_small(entry, word, class, page, handle.block()),
            None => self.find_large(entry, word, page, handle.block()),
        }
    }

    /// The block with this index in the span that starts at `page`, whose word is `word`.
    pub(super) fn find_in(
        &self,
        word: PageWord,
        page: usize,
        block: usize,
    ) -> Option<Found<'m, R::M>> {
        let entry = self.memory.entry(&self.section, page)?;
        match classes::class(word.kind()) {
            Some(class) => self.find_small(entry, word, class, page, block),
            None => self.find_large(entry, word, page, block),
        }
    }

    /// The same in a span of small blocks; `page` is below the capacity.
    #[inline(always)]
    fn find_small(
        &self,
        entry: &'m Entry<R::M>,
        word: PageWord,
        class: &classes::Class,
        page: usize,
        block: usize,
    ) -> Option<Found<'m, R::M>> {
        if block >= class.blocks as usize || class.pages as usize > self.section.capacity() - page {
            return None;
        }
        let head = self.memory.paged(&self.section, page * (PAGE / 8) + 2 * block, 2)?;
        let [state, place] = head else { return None };
        let size = class.size as usize;
        let at = self.section.page(page) + (class.data as usize + block * size) as u64;
        Some(Found { page_word: word, page: &entry[0], state, place, at, size })
    }

    /// The same for a large block; `page` is below the capacity.
    fn find_large(
        &self,
        entry: &'m Entry<R::M>,
        word: PageWord,
        page: usize,
        block: usize,
    ) -> Option<Found<'m, R::M>> {
        let pages = word.count();
        let left = self.section.capacity() - page;
        if word.kind() != LARGE || block != 0 || pages == 0 || pages > left {
            return None;
        }
        let ([first, state, place, _], at) = (entry, self.section.page(page));
        Some(Found { page_word: word, page: first, state, place, at, size: pages * PAGE })
    }

    /// The words of a block's payload.
    #[inline]
    pub(super) fn payload(&self, found: &Found<'m, R::M>) -> &'m [<R::M as Machine>::U64] {
        // A block that was found lies inside.
        let first = (found.at - self.section.page(0)) / 8;
        self.memory.paged(&self.section, first as usize, found.size / 8).unwrap_or_default()
    }

    /// Calls `each` with the first page of every span, and its word. Other processes may carve and retire
    /// meanwhile: then what is passed may be a page that no longer starts a span.
    pub(super) fn for_each_span(&self, mut each: impl FnMut(usize, PageWord)) {
        let (mut page, frontier) = (0, self.frontier());
        while page < frontier {
            let word = self.page_word(page);
            // Pairs with the Release of `carve`: the heads are there.
            R::M::fence(Acquire);
            if !matches!(word.kind(), FREE | CONT) {
                each(page, word);
            }
            page += Self::step(word);
        }
    }

    /// The blocks of a span.
    pub(super) fn blocks(
        &self,
        page: usize,
        word: PageWord,
    ) -> impl Iterator<Item = Found<'m, R::M>> + use<'m, R> {
        let count = match word.kind() {
            LARGE => 1,
            kind => classes::class(kind).map_or(0, |class| class.blocks as usize),
        };
        let view = *self;
        (0..count).map_while(move |block| view.find_in(word, page, block))
    }

    /// Calls `each` with every block: page, index, words.
    pub(super) fn for_each_block(&self, mut each: impl FnMut(usize, usize, Found<'m, R::M>)) {
        self.for_each_span(|page, word| {
            for (block, found) in self.blocks(page, word).enumerate() {
                each(page, block, found);
            }
        });
    }

    /// The distance from the start of a span, or from a page in no span, to the next one.
    #[inline]
    pub(super) fn step(word: PageWord) -> usize {
        match word.kind() {
            FREE | CONT => 1,
            LARGE => word.count().max(1),
            kind => classes::class(kind).map_or(1, |class| class.pages as usize),
        }
    }
}
