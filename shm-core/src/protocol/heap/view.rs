//! The reader's access to a heap, which writes nothing and knows no participant.

use std::sync::atomic::Ordering::{Acquire, Relaxed};

use super::classes::{self, PAGE};
use super::section::{ENTRY, FRONTIER, Section};
use super::words::{CONT, FREE, Handle, LARGE, PageWord};
use super::{Machine, Memory, Word};

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
    pub(super) page_word: PageWord,
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

/// The words of a page in the table.
const STATE: u64 = 8;
const HINT: u64 = 24;
/// The words of an entry in the table.
const ENTRY_WORDS: usize = ENTRY as usize / 8;

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
        if page >= self.section.capacity() {
            return None;
        }
        self.memory.word(self.section.entry(page))
    }

    #[inline]
    pub(super) fn hint(&self, page: usize) -> Option<&'m <R::M as Machine>::U64> {
        if page >= self.section.capacity() {
            return None;
        }
        self.memory.word(self.section.entry(page) + HINT)
    }

    /// The entries of the pages from `from` up to `to`, four words each.
    pub(super) fn entries(
        &self,
        from: usize,
        to: usize,
    ) -> Option<&'m [[<R::M as Machine>::U64; ENTRY_WORDS]]> {
        if from > to || to > self.section.capacity() {
            return None;
        }
        let words = self.memory.words(self.section.entry(from), ENTRY_WORDS * (to - from))?;
        Some(words.as_chunks().0)
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
        Some(words.as_chunks().0)
    }

    /// The block that a handle names, if there is such a block. Its generation is not looked at.
    #[inline]
    pub(super) fn find(&self, handle: Handle) -> Option<Found<'m, R::M>> {
        let page = handle.page();
        let word = PageWord(self.page(page)?.load(Relaxed));
        // Pairs with the Release of `carve`: the heads are there.
        R::M::fence(Acquire);
        self.find_in(word, page, handle.block())
    }

    /// The block with this index in the span that starts at `page`, whose word is `word`.
    #[inline]
    pub(super) fn find_in(
        &self,
        word: PageWord,
        page: usize,
        block: usize,
    ) -> Option<Found<'m, R::M>> {
        let left = self.section.capacity().checked_sub(page)?;
        let at = self.section.page(page);
        if word.kind() == LARGE {
            let pages = word.count();
            if block != 0 || pages == 0 || pages > left {
                return None;
            }
            let head = self.memory.words(self.section.entry(page) + STATE, 2)?;
            return found(word, head, at, pages * PAGE);
        }
        let class = classes::class(word.kind())?;
        if block >= class.blocks as usize || class.pages as usize > left {
            return None;
        }
        let head = self.memory.words(at + 16 * block as u64, 2)?;
        let offset = class.data as usize + block * class.size as usize;
        found(word, head, at + offset as u64, class.size as usize)
    }

    /// The words of a block's payload.
    #[inline]
    pub(super) fn payload(&self, found: &Found<'m, R::M>) -> &'m [<R::M as Machine>::U64] {
        // A block that was found lies inside.
        self.memory.words(found.at, found.size / 8).unwrap_or_default()
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

#[inline]
fn found<'m, M: Machine>(
    page_word: PageWord,
    head: &'m [M::U64],
    at: u64,
    size: usize,
) -> Option<Found<'m, M>> {
    let [state, place] = head else { return None };
    Some(Found { page_word, state, place, at, size })
}
