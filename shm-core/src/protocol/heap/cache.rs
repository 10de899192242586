//! The private cache of a participant: blocks that it owns, and where it looks for more.

use super::classes::{SIZE_COUNT, SIZES};
use super::words::Handle;

/// The most blocks of a size that are taken at a time.
const MOST_TAKEN: usize = 16;
/// The most spans of a size that a participant remembers.
const MOST_SPANS: usize = 4096;
/// The number of remembered spans that are looked at for one refill.
pub(super) const LOOKS: usize = 64;

/// The private cache of a participant. It lies in the memory of its process alone.
///
/// A cache that is dropped without [`Heap::flush`](super::Heap::flush) leaves blocks that their
/// participant owns; once the participant is dead, they are recovered.
#[derive(Debug, Default)]
pub struct Cache {
    /// By size: blocks that the participant owns. One is believed only if its state still says so.
    pub(super) stacks: [Vec<Handle>; SIZE_COUNT],
    /// By size.
    pub(super) known: [Known; SIZE_COUNT],
    /// The page from which to look for spans that other participants made.
    pub(super) discovered: usize,
    /// The blocks freed since the last sweep.
    pub(super) frees: usize,
    /// The page at which this participant freed a large block last.
    pub(super) freed_run: usize,
}

impl Cache {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

/// The number of blocks of a size that are taken at a time: 1 KiB, at most 16, and at least one.
pub(super) const fn batch(size: usize) -> usize {
    match 1024 / SIZES[size] as usize {
        0 => 1,
        blocks if blocks > MOST_TAKEN => MOST_TAKEN,
        blocks => blocks,
    }
}

/// The most blocks of each size that a participant keeps.
pub(super) static KEPT: [usize; SIZE_COUNT] = {
    let mut all = [0; SIZE_COUNT];
    let mut size = 0;
    while size < SIZE_COUNT {
        all[size] = 2 * batch(size);
        size += 1;
    }
    all
};

/// The spans of one size that the participant remembers. They may have gone since.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Their first pages, in order.
    pub(super) spans: Vec<u32>,
    /// The index from which to look.
    pub(super) next: usize,
    /// Whether this participant gave blocks back since it last looked at all of the spans.
    pub(super) given: bool,
}

impl Known {
    /// Remembers a span. Returns its index.
    pub(super) fn add(&mut self, page: usize) -> usize {
        let page = page as u32;
        self.spans.binary_search(&page).unwrap_or_else(|at| {
            if self.spans.len() < MOST_SPANS {
                self.spans.insert(at, page);
            }
            at
        })
    }

    /// Forgets the span at which to look.
    pub(super) fn forget(&mut self) {
        self.spans.remove(self.next);
    }
}
