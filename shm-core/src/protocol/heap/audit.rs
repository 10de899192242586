//! The audit of a heap: whether everything in it agrees.

use super::{Memory, View};

/// The figures of a heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// The pages that the section has room for.
    pub capacity: usize,
    /// The pages that have memory behind them.
    pub frontier: usize,
    /// Of these, the pages in no span.
    pub free_pages: usize,
    /// The spans.
    pub spans: usize,
    /// The blocks in all spans.
    pub blocks: usize,
    /// The blocks that no one owns.
    pub free: usize,
    /// Of these, the blocks whose generations are used up.
    pub worn: usize,
    /// The blocks that participants own: in their caches, or in use.
    pub owned: usize,
    /// The blocks that places own.
    pub linked: usize,
    /// The bytes of the blocks that no one owns.
    pub free_bytes: u64,
    /// The bytes of the blocks that participants own.
    pub owned_bytes: u64,
    /// The bytes of the blocks that places own.
    pub linked_bytes: u64,
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
    /// No one: it is free.
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
}

/// The outcome of an audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The figures.
    pub stats: Stats,
    /// The first contradictions: at most 100.
    pub faults: Vec<Fault>,
}

impl<R: Memory> View<'_, R> {
    /// The figures of the heap, which other processes may be changing.
    #[must_use]
    pub fn stats(&self) -> Stats {
        unimplemented!()
    }

    /// Calls `each` with every span and its blocks, which other processes may be changing.
    pub fn visit(&self, each: impl FnMut(Span, &mut dyn Iterator<Item = BlockInfo>)) {
        unimplemented!()
    }

    /// Looks at every word. Contradictions mean nothing while a process is at work in the heap.
    #[must_use]
    pub fn audit(&self) -> Report {
        unimplemented!()
    }
}
