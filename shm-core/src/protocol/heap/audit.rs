//! The audit of a heap: whether everything in it agrees.

use std::sync::atomic::Ordering::{Acquire, Relaxed};

use super::classes::class;
use super::view::Found;
use super::words::{CONT, Handle, LARGE, PageWord, State, UNOWNED, WORN};
use super::{Machine, Memory, View, Word};

/// The figures of a heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// The pages that the section has room for.
    pub capacity: usize,
    /// The pages that are backed by memory.
    pub frontier: usize,
    /// Of these, the pages in no span.
    pub free_pages: usize,
    /// The spans.
    pub spans: usize,
    /// The blocks in all spans.
    pub blocks: usize,
    /// The free blocks.
    pub free: usize,
    /// Of these, the blocks whose generations are used up.
    pub worn: usize,
    /// The blocks that participants own: in their caches, or in use.
    pub owned: usize,
    /// The blocks that places own.
    pub linked: usize,
    /// The bytes of the free blocks.
    pub free_bytes: u64,
    /// The bytes of the blocks that participants own.
    pub owned_bytes: u64,
    /// The bytes of the blocks that places own.
    pub linked_bytes: u64,
    /// The pages that named objects have, at the end of the section. They are not behind the frontier, and
    /// stay theirs.
    pub object_pages: usize,
    /// The objects that have their names.
    pub objects: usize,
    /// The objects whose names were removed, and which may still be held.
    pub removed_objects: usize,
    /// The objects that participants are making.
    pub made_objects: usize,
    /// The objects that are free, for others of the same type and length.
    pub free_objects: usize,
}

/// The state of one span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first page.
    pub page: usize,
    /// The number of pages.
    pub pages: usize,
    /// The bytes of each block.
    pub block_size: usize,
    /// The number of blocks.
    pub blocks: usize,
}

/// The state of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockInfo {
    /// The offset of the payload in the region.
    pub at: u64,
    /// The bytes of the payload.
    pub size: usize,
    /// The generation.
    pub generation: u32,
    /// The owner.
    pub owner: Owner,
}

/// The owner of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The block is free.
    Free,
    /// The participant with these owner bits.
    Participant(u32),
    /// The place at this byte offset in the region.
    Place(u64),
}

/// A contradiction in a heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The page.
    pub page: usize,
    /// The block in the span that starts at the page.
    pub block: usize,
    /// The contradiction.
    pub what: Contradiction,
}

/// The kinds of contradictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Contradiction {
    /// The page word names no kind.
    UnknownKind(u8),
    /// The span does not end before the frontier.
    SpanIsOutside,
    /// A page inside a span does not say so.
    SpanIsBroken,
    /// The generation is below the page's floor.
    GenerationIsBelowFloor,
    /// The block is linked to this offset, and the word there does not hold its handle.
    PlaceDoesNotHoldIt(u64),
    /// The pages of named objects begin before the frontier.
    ObjectsOverlapBlocks,
    /// What should be a named object is none.
    ObjectIsBroken,
    /// Another object has the name of this one.
    NameIsNotUnique,
}

/// The outcome of an audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The figures.
    pub stats: Stats,
    /// The first contradictions: at most 100.
    pub faults: Vec<Fault>,
}

/// The most contradictions that a report lists.
const MOST_FAULTS: usize = 100;

impl<R: Memory> View<'_, R> {
    /// The figures of the heap, which other processes may be changing.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let frontier = self.frontier();
        let mut stats = Stats {
            capacity: self.section.capacity(),
            frontier,
            free_pages: frontier,
            ..Stats::default()
        };
        self.visit(|span, blocks| {
            stats.spans += 1;
            stats.free_pages = stats.free_pages.saturating_sub(span.pages);
            blocks.for_each(|block| stats.count(&block));
        });
        self.count_objects(&mut stats);
        stats
    }

    /// Calls `each` with every span and its blocks, which other processes may be changing.
    pub fn visit(&self, mut each: impl FnMut(Span, &mut dyn Iterator<Item = BlockInfo>)) {
        self.for_each_span(|page, word| {
            let pages = Self::step(word);
            let block_size = self.blocks(page, word).next().map_or(0, |block| block.size);
            let span = Span { page, pages, block_size, blocks: self.blocks(page, word).count() };
            each(span, &mut self.blocks(page, word).map(|found| BlockInfo::of::<R::M>(&found)));
        });
    }

    /// Looks at every word. Contradictions mean nothing while a process is at work in the heap.
    #[must_use]
    pub fn audit(&self) -> Report {
        let mut report = Report { stats: self.stats(), ..Report::default() };
        self.for_each_span(|page, word| self.audit_span(page, word, &mut report));
        self.audit_objects(&mut report);
        report
    }

    fn audit_span(&self, page: usize, word: PageWord, report: &mut Report) {
        if word.kind() != LARGE && class(word.kind()).is_none() {
            return report.add(page, 0, Contradiction::UnknownKind(word.kind()));
        }
        let pages = Self::step(word);
        if word.count() != pages || page + pages > self.frontier() {
            return report.add(page, 0, Contradiction::SpanIsOutside);
        }
        for distance in 1..pages {
            let inner = self.page_word(page + distance);
            if inner.kind() != CONT || inner.count() != distance {
                report.add(page + distance, 0, Contradiction::SpanIsBroken);
            }
        }
        for (block, found) in self.blocks(page, word).enumerate() {
            let info = BlockInfo::of::<R::M>(&found);
            if info.generation < word.floor() {
                report.add(page, block, Contradiction::GenerationIsBelowFloor);
            }
            if let Owner::Place(at) = info.owner {
                let holds = self.memory.word(at).map_or(0, |word| word.load(Relaxed));
                let handle = Handle::new(info.generation, page, block);
                if handle.is_none_or(|handle| handle.word() != holds) {
                    report.add(page, block, Contradiction::PlaceDoesNotHoldIt(at));
                }
            }
        }
    }
}

impl Stats {
    fn count(&mut self, block: &BlockInfo) {
        self.blocks += 1;
        let (blocks, bytes) = match block.owner {
            Owner::Free => (&mut self.free, &mut self.free_bytes),
            Owner::Participant(_) => (&mut self.owned, &mut self.owned_bytes),
            Owner::Place(_) => (&mut self.linked, &mut self.linked_bytes),
        };
        *blocks += 1;
        *bytes += block.size as u64;
        if block.owner == Owner::Free && block.generation == WORN {
            self.worn += 1;
        }
    }
}

impl BlockInfo {
    fn of<M: Machine>(found: &Found<'_, M>) -> Self {
        let state = State(found.state.load(Relaxed));
        // Pairs with the exchanges of a state: the place is the one of this state, or of a later one.
        M::fence(Acquire);
        let owner = match (state.tag(), state.participant()) {
            (UNOWNED, _) => Owner::Free,
            (_, Some(participant)) => Owner::Participant(participant),
            (_, None) => Owner::Place(found.place.load(Relaxed)),
        };
        Self { at: found.at, size: found.size, generation: state.generation(), owner }
    }
}

impl Report {
    pub(super) fn add(&mut self, page: usize, block: usize, what: Contradiction) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { page, block, what });
        }
    }
}
