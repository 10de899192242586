//! [`HeapState`]: the blocks of a heap and their owners, seen from outside.

use std::collections::BTreeMap;

use super::lock_state::{Holder, process};
use crate::access::Access;
use crate::attach::{Liveness, Participant};
use crate::dynamic::DynRegion;
use crate::heap::{NamedObject, Stats};
use crate::protocol::Hardware;
use crate::protocol::heap::audit::{Owner, Span};
use crate::protocol::heap::classes::PAGE;
use crate::protocol::heap::objects::{Object, Phase};
use crate::protocol::lock;
use crate::region::Mapping;

/// The most spans that are listed one by one.
const MOST_SPANS: usize = 1 << 16;

/// The blocks of a region's heap and their owners, while other processes may be changing them. Every block
/// was looked at with plain loads, which disturb no process.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct HeapState {
    /// The figures.
    pub stats: Stats,
    /// The bytes of a page.
    pub page_size: u64,
    /// The longest run of pages in no span, below the frontier: the largest value that can be stored without
    /// more memory.
    pub longest_free: u64,
    /// The blocks by their size, smallest first; then those that have whole pages.
    pub sizes: Vec<HeapSize>,
    /// The participants that have blocks which no place owns: in their caches, or in hand.
    pub holders: Vec<HeapHolder>,
    /// The spans in the order of their pages: the first 65,536.
    pub spans: Vec<HeapSpan>,
    /// The named objects, in the order of their pages, and those whose names were removed and which are still
    /// held.
    pub objects: Vec<HeapObject>,
}

/// A named object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeapObject {
    /// Its name, type and size.
    pub object: NamedObject,
    /// The first of its pages, which are behind those of blocks.
    pub page: u64,
    /// The number of its pages.
    pub pages: u64,
    /// Whether its name was removed: it goes when no process holds it any more.
    pub is_removed: bool,
    /// The participants that hold it. A dead one counts for nothing.
    pub holders: Vec<Holder>,
}

impl HeapObject {
    fn of(object: &Object<'_, Hardware>, mapping: &Mapping) -> Option<Self> {
        let (name, generation) = object.name()?;
        let listed = Self {
            object: NamedObject::of(object, &name),
            page: object.page as u64,
            pages: object.pages as u64,
            is_removed: object.phase() == Some(Phase::Removed),
            holders: object.holders().filter_map(|word| Holder::of(word, mapping)).collect(),
        };
        (object.generation() == generation).then_some(listed)
    }
}

/// The blocks of one size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeapSize {
    /// The bytes of a block; `None` for all blocks that have whole pages.
    pub block_size: Option<u64>,
    /// The spans.
    pub spans: u64,
    /// The pages of these.
    pub pages: u64,
    /// The blocks in them.
    pub blocks: u64,
    /// Of these, the blocks that places own.
    pub linked: u64,
    /// Of these, the blocks that participants have.
    pub held: u64,
}

/// A participant that has blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeapHolder {
    /// The slot of the participant.
    pub slot: u32,
    /// The process that has the slot, if it is the one that took the blocks.
    pub process: Option<Participant>,
    /// Its blocks.
    pub blocks: u64,
    /// The bytes of these.
    pub bytes: u64,
}

impl HeapHolder {
    /// Returns whether the participant is alive. The blocks of a dead one are found when the heap is short of
    /// memory.
    #[must_use]
    pub fn liveness(&self) -> Liveness {
        self.process.as_ref().map_or(Liveness::Dead, |process| process.liveness)
    }
}

/// A run of pages that is divided into blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeapSpan {
    /// The first page.
    pub page: u64,
    /// The number of pages.
    pub pages: u64,
    /// The bytes of a block; `None` if one block has all of the pages.
    pub block_size: Option<u64>,
    /// The number of blocks.
    pub blocks: u64,
    /// Of these, the blocks that places own.
    pub linked: u64,
    /// Of these, the blocks that participants have.
    pub held: u64,
}

impl HeapSpan {
    fn of(span: Span) -> Self {
        let is_large = span.block_size == span.pages * PAGE;
        Self {
            page: span.page as u64,
            pages: span.pages as u64,
            block_size: (!is_large).then_some(span.block_size as u64),
            blocks: span.blocks as u64,
            linked: 0,
            held: 0,
        }
    }
}

/// The figures while the blocks are visited.
#[derive(Default)]
struct Census {
    /// Blocks of whole pages come last.
    sizes: BTreeMap<(bool, u64), HeapSize>,
    /// Blocks and bytes by the owner bits.
    holders: BTreeMap<u32, (u64, u64)>,
    spans: Vec<HeapSpan>,
    /// The end of the span before.
    end: u64,
    longest_free: u64,
}

impl Census {
    fn gap_until(&mut self, page: u64) {
        self.longest_free = self.longest_free.max(page.saturating_sub(self.end));
    }

    fn add(&mut self, span: HeapSpan) {
        self.gap_until(span.page);
        self.end = self.end.max(span.page + span.pages);
        let size = span.block_size;
        let sum = self.sizes.entry((size.is_none(), size.unwrap_or(0))).or_default();
        sum.block_size = size;
        sum.spans += 1;
        sum.pages += span.pages;
        sum.blocks += span.blocks;
        sum.linked += span.linked;
        sum.held += span.held;
        if self.spans.len() < MOST_SPANS {
            self.spans.push(span);
        }
    }

    fn holders(&self, mapping: &Mapping) -> Vec<HeapHolder> {
        let holder = |(owner, (blocks, bytes)): (&u32, &(u64, u64))| {
            let (slot, generation) = lock::slot_of(*owner)?;
            let process = process(slot, mapping).filter(|found| found.generation == generation);
            Some(HeapHolder { slot, process, blocks: *blocks, bytes: *bytes })
        };
        self.holders.iter().filter_map(holder).collect()
    }
}

impl<A: Access> DynRegion<A> {
    /// Returns the blocks of the region's heap and their owners; `None` if it has no heap.
    ///
    /// ```
    /// use shm_core::{DynRegion, Owned, Region};
    ///
    /// let name = format!("shm-doc-heap-state-{}", std::process::id());
    /// let note = Region::<Owned<str>>::options().heap_max(1 << 20).create(&name)?;
    /// note.set("some text")?;
    /// let state = DynRegion::open_read_only(&name)?.heap_state().expect("it has a heap");
    /// assert_eq!(state.sizes.iter().map(|size| size.linked).sum::<u64>(), 1);
    /// # note.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn heap_state(&self) -> Option<HeapState> {
        let view = self.whole().ground().arena()?.view();
        let mut census = Census::default();
        view.visit(|span, blocks| {
            let mut span = HeapSpan::of(span);
            for block in blocks {
                match block.owner {
                    Owner::Free => {}
                    Owner::Place(_) => span.linked += 1,
                    Owner::Participant(owner) => {
                        span.held += 1;
                        let (blocks, bytes) = census.holders.entry(owner).or_default();
                        (*blocks, *bytes) = (*blocks + 1, *bytes + block.size as u64);
                    }
                }
            }
            census.add(span);
        });
        let stats = view.stats();
        census.gap_until(stats.frontier as u64);
        Some(HeapState {
            stats,
            page_size: PAGE as u64,
            longest_free: census.longest_free,
            holders: census.holders(self.whole()),
            sizes: census.sizes.into_values().collect(),
            spans: census.spans,
            objects: view
                .objects()
                .filter_map(|object| HeapObject::of(&object, self.whole()))
                .collect(),
        })
    }
}
