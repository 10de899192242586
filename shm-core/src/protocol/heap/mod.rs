//! The heap: blocks of any size that places in a region own.
//!
//! The truth about a block is one word, its [`State`](words::State); the truth about a run of pages is
//! one word, its [`PageWord`](words::PageWord). Each change becomes true by one store or one
//! compare-exchange, so a process that is killed has made it or has not.
//!
//! A block names its owner: a participant, or a *place*, which is a word in the region. **A place owns a
//! block if and only if the block names the place and the place holds the block's handle.** That rule
//! repairs everything: a block whose participant is dead is linked if its place holds its handle, and
//! free if not.
//!
//! | step | before, after | ordering | partner |
//! | --- | --- | --- | --- |
//! | take, under the heap's lock | (g, unowned), (g, me) | Release, then a Release fence before the payload | the fence after a reader's look, or after its copy |
//! | free into the cache | (g, me), (g + 1, me) | AcqRel | a reader's look at the generation |
//! | give up | (g, me), (g, unowned) | Release | the next take |
//! | claim | (g, linked), (g, me) | AcqRel | link |
//! | link: name the place; **the place holds the handle**; the block is linked | (g, me), (g, linked) | Relaxed; Release; AcqRel | a reader's load of the place |
//! | settle, after a death | (g, dead), (g, linked) or (g + 1, unowned) | Acquire looks, AcqRel | the death |
//! | carve: continuations, heads, **the page word** | | a Release fence, Relaxed, Relaxed, Release | the Acquire of a look |
//! | retire, under the heap's lock: **the page word** | | Release | a reader's look at the page word |
//! | grow: memory, **the frontier** | | Release | the Acquire of a look |
//!
//! Every change of a state but *take* is a compare-exchange. A reader loads the place, looks at the page
//! word, the generation and the block's place, copies, and looks again at the generation and the page
//! word. It writes nothing.
//!
//! Nothing read from the region is believed: indices are checked, lengths cut, loops bounded. Garbage in
//! the region yields wrong values, an error, or an empty place.

pub mod audit;
pub mod classes;
pub mod map;
pub mod objects;
pub mod section;
pub mod value;
pub mod words;

mod blocks;
mod cache;
mod pages;
mod place;
mod recover;

mod view;

pub use blocks::Block;
pub use cache::Cache;
pub use place::Place;
pub use section::Section;
pub use view::View;

use super::lock::Owners;
use super::sleep::Sleep;
use super::{Machine, Word};

/// The words of a page in the table: word, state, place, hint.
pub type Entry<M> = [<M as Machine>::U64; section::ENTRY_WORDS];

/// The memory of a region, as words.
///
/// Offsets are from the start of the region. An implementation checks them: those that are not aligned
/// or not inside the region yield `None`.
pub trait Memory {
    /// The machine on whose atomics the protocol runs.
    type M: Machine;

    /// Returns the word at `at`.
    fn word(&self, at: u64) -> Option<&<Self::M as Machine>::U64>;

    /// Returns the `count` words from `at` on.
    fn words(&self, at: u64, count: usize) -> Option<&[<Self::M as Machine>::U64]>;

    /// Returns the entry of a page in the table of the heap's section.
    #[inline]
    fn entry(&self, section: &Section, page: usize) -> Option<&Entry<Self::M>> {
        if page >= section.capacity() {
            return None;
        }
        self.words(section.entry(page), section::ENTRY_WORDS)?.first_chunk()
    }

    /// Returns the `count` words from the word `at` on of the pages of the heap's section.
    #[inline]
    fn paged(
        &self,
        section: &Section,
        at: usize,
        count: usize,
    ) -> Option<&[<Self::M as Machine>::U64]> {
        self.words(section.page(0).checked_add(8 * at as u64)?, count)
    }

    /// The most participants that the region can have.
    #[inline]
    fn participants(&self) -> u32 {
        super::lock::MAX_SLOTS
    }

    /// Returns the word of a robust lock at `at`.
    fn lock_word(&self, at: u64) -> Option<&<Self::M as Machine>::U32>;

    /// Backs the `len` bytes from `at` on with memory; returns whether that succeeded. May have been
    /// done before.
    fn commit(&self, at: u64, len: u64) -> bool;
}

/// The reason why there is no block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBlock {
    /// No run of pages is free that would hold it, not even after a sweep.
    Full,
    /// It is larger than the heap could ever hold.
    TooLong {
        /// The most bytes that a block can have in this heap.
        limit: u64,
    },
    /// The heap's lock was not to be had in time, or another living participant kept a block.
    Contended,
}

/// Other participants were in the way: they changed a place each time that it was read, held the heap's
/// lock, or kept a block that they had claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contended;

impl From<Contended> for NoBlock {
    fn from(Contended: Contended) -> Self {
        Self::Contended
    }
}

/// A participant's access to the heap.
#[derive(Debug)]
pub struct Heap<'m, R: Memory, P> {
    view: View<'m, R>,
    me: u32,
    peers: &'m P,
}

impl<'m, R: Memory, P: Owners + Sleep<R::M>> Heap<'m, R, P> {
    /// The access of the participant with the owner bits `me`.
    ///
    /// `peers` says which participants are dead, and sleeps while another one holds the heap's lock.
    #[inline]
    #[must_use]
    pub fn new(view: View<'m, R>, me: u32, peers: &'m P) -> Self {
        Self { view, me, peers }
    }

    /// The reader's access.
    #[inline]
    #[must_use]
    pub fn view(&self) -> View<'m, R> {
        self.view
    }
}

impl<R: Memory, P> Clone for Heap<'_, R, P> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: Memory, P> Copy for Heap<'_, R, P> {}

#[cfg(test)]
mod tests;
