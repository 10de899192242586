//! Places: the words in a region that own blocks.

use std::fmt;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::view::Found;
use super::words::{Handle, State, UNOWNED};
use super::{Block, Contended, Heap, Machine, Memory, Owners, Sleep, View, Word};
use crate::protocol::ring::ATTEMPTS;

/// A word in a region that owns a block, or none.
pub struct Place<'m, M: Machine> {
    at: u64,
    pub(super) word: &'m M::U64,
}

impl<M: Machine> Clone for Place<'_, M> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for Place<'_, M> {}

impl<M: Machine> fmt::Debug for Place<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").field("at", &self.at).finish_non_exhaustive()
    }
}

impl<'m, M: Machine> Place<'m, M> {
    /// The place that is this word, at a byte offset in the region.
    #[inline]
    #[must_use]
    pub fn new(at: u64, word: &'m M::U64) -> Self {
        Self { at, word }
    }
}

impl<M: Machine> Place<'_, M> {
    /// The byte offset of the word in the region.
    #[inline]
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }
}

impl<'m, R: Memory> View<'m, R> {
    /// The place at a byte offset in the region. `None` if it is not aligned or outside.
    #[inline]
    #[must_use]
    pub fn place(&self, at: u64) -> Option<Place<'m, R::M>> {
        self.memory.word(at).map(|word| Place { at, word })
    }

    /// Reads the block that a place owns; `None` if it owns none.
    ///
    /// `copy` gets the words of the payload, all of them, and copies with relaxed loads what it needs; its
    /// result is returned if the block was not freed meanwhile. Otherwise it may have seen anything, and
    /// is called again. It writes nothing to the region, and works on read-only memory.
    ///
    /// # Errors
    /// If the place was changed during each of [`ATTEMPTS`] reads.
    #[inline]
    pub fn read<T>(
        &self,
        place: Place<'m, R::M>,
        mut copy: impl FnMut(&[<R::M as Machine>::U64]) -> T,
    ) -> Result<Option<T>, Contended> {
        match self.attempt(place, &mut copy) {
            Some(outcome) => Ok(outcome),
            None => self.read_again(place, copy),
        }
    }

    /// As [`View::read`], after a first [`View::attempt`].
    ///
    /// # Errors
    /// As for [`View::read`].
    #[cold]
    pub fn read_again<T>(
        &self,
        place: Place<'m, R::M>,
        mut copy: impl FnMut(&[<R::M as Machine>::U64]) -> T,
    ) -> Result<Option<T>, Contended> {
        for _ in 1..ATTEMPTS {
            R::M::spin();
            if let Some(outcome) = self.attempt(place, &mut copy) {
                return Ok(outcome);
            }
        }
        Err(Contended)
    }

    /// As [`View::read`], once; `None` if the place was changed meanwhile.
    // Inlined, so that the first attempt needs no more than its own instructions.
    #[inline(always)]
    pub fn attempt<T>(
        &self,
        place: Place<'m, R::M>,
        mut copy: impl FnMut(&[<R::M as Machine>::U64]) -> T,
    ) -> Option<Option<T>> {
        let word = place.word.load(Relaxed);
        // Pairs with the Release of `put`: the block, its place and its payload are there.
        R::M::fence(Acquire);
        let Some(handle) = Handle::from_word(word) else { return Some(None) };
        let Some(found) = self.owned_by(handle, place.at) else {
            // The place was changed meanwhile, or its handle is stale.
            R::M::fence(Acquire);
            return (place.word.load(Relaxed) == word).then_some(None);
        };
        let copied = copy(self.payload(&found));
        self.is_unchanged(handle, &found).then_some(Some(copied))
    }

    /// Returns whether a place owns no block, at this moment.
    #[must_use]
    pub fn is_empty(&self, place: Place<'m, R::M>) -> bool {
        let word = place.word.load(Relaxed);
        R::M::fence(Acquire);
        Handle::from_word(word).is_none_or(|handle| self.owned_by(handle, place.at).is_none())
    }

    /// A reader's first look: the block with this handle, if the place at this offset owns it.
    // Inlined, so that what it found stays in registers.
    #[inline(always)]
    pub(super) fn owned_by(&self, handle: Handle, place: u64) -> Option<Found<'m, R::M>> {
        self.find(handle).filter(|found| self.is_owned_by(handle, found, place))
    }

    /// The same of a block that was found.
    #[inline(always)]
    pub(super) fn is_owned_by(&self, handle: Handle, found: &Found<'m, R::M>, place: u64) -> bool {
        let state = State(found.state.load(Relaxed));
        state.generation() == handle.generation()
            && state.tag() != UNOWNED
            && found.place.load(Relaxed) == place
    }

    /// A reader's second look, after its copy: whether the block was not freed meanwhile.
    #[inline]
    pub(super) fn is_unchanged(&self, handle: Handle, found: &Found<'m, R::M>) -> bool {
        // Pairs with the Release fence of a take.
        R::M::fence(Acquire);
        State(found.state.load(Relaxed)).generation() == handle.generation()
            && found.page.load(Relaxed) == found.page_word.0
    }
}

/// Callers exclude each other: whoever writes to a place holds the lock that belongs to it.
impl<'m, R: Memory, P: Owners + Sleep<R::M>> Heap<'m, R, P> {
    /// Makes a place own `block`. What it owned was claimed before.
    // Inlined, so that the block stays in registers.
    #[inline(always)]
    #[allow(clippy::needless_pass_by_value, reason = "the block is given away")]
    pub fn put(&self, place: Place<'m, R::M>, block: Block<'m, R::M>) {
        let Block { handle, found } = block;
        found.place.store(place.at, Relaxed);
        // The commit. Pairs with the fence after a reader's load, and with the Acquire of `settle`.
        place.word.store(handle.word(), Release);
        self.end_link(handle, &found);
    }

    /// Makes a place own nothing. What it owned was claimed before.
    #[inline]
    pub fn vacate(&self, place: Place<'m, R::M>) {
        // The commit. Pairs with the Acquire of `settle`.
        place.word.store(0, Release);
    }

    /// Makes `to` own what `from` owns, and `from` own nothing. Returns the block that `to` owned, to be
    /// freed. Does nothing if `from` owns nothing.
    ///
    /// The block changes its owner in one step, but `to` loses what it owned before that.
    ///
    /// # Errors
    /// As for [`Heap::claimed`], of either block; both places own what they owned.
    pub fn move_to(
        &self,
        from: Place<'m, R::M>,
        to: Place<'m, R::M>,
    ) -> Result<Option<Block<'m, R::M>>, Contended> {
        let Some(handle) = Handle::from_word(from.word.load(Acquire)) else { return Ok(None) };
        let Some(found) = self.settled(handle)? else { return Ok(None) };
        if from.at == to.at || found.place.load(Relaxed) != from.at {
            return Ok(None);
        }
        let old = self.claimed(to)?;
        to.word.store(handle.word(), Release);
        // The commit. Release: whoever sees this place sees it hold the handle.
        found.place.store(to.at, Release);
        from.word.store(0, Release);
        Ok(old)
    }

    /// Claims what a place owns, to be freed after [`Heap::put`] or [`Heap::vacate`]. Until then, the place
    /// holds its handle.
    ///
    /// # Errors
    /// If a living participant keeps the block for ten seconds, or until the time is up. The place owns it
    /// as before.
    // Inlined, so that the block stays in registers.
    #[inline(always)]
    pub fn claimed(&self, place: Place<'m, R::M>) -> Result<Option<Block<'m, R::M>>, Contended> {
        match Handle::from_word(place.word.load(Acquire)) {
            Some(handle) => self.claim(handle, place.at),
            None => Ok(None),
        }
    }
}
