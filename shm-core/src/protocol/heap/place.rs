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
        for _ in 0..ATTEMPTS {
            let word = place.word.load(Relaxed);
            // Pairs with the Release of `set`: the block, its place and its payload are there.
            R::M::fence(Acquire);
            let Some(handle) = Handle::from_word(word) else { return Ok(None) };
            if let Some(found) = self.owned_by(handle, place.at) {
                let copied = copy(self.payload(&found));
                if self.is_unchanged(handle, &found) {
                    return Ok(Some(copied));
                }
            } else {
                // The place was changed meanwhile, or its handle is stale.
                R::M::fence(Acquire);
                if place.word.load(Relaxed) == word {
                    return Ok(None);
                }
            }
            R::M::spin();
        }
        Err(Contended)
    }

    /// Returns whether a place owns no block, at this moment.
    #[must_use]
    pub fn is_empty(&self, place: Place<'m, R::M>) -> bool {
        let word = place.word.load(Relaxed);
        R::M::fence(Acquire);
        Handle::from_word(word).is_none_or(|handle| self.owned_by(handle, place.at).is_none())
    }

    /// A reader's first look: the block with this handle, if the place at this offset owns it.
    #[inline]
    pub(super) fn owned_by(&self, handle: Handle, place: u64) -> Option<Found<'m, R::M>> {
        let found = self.find(handle)?;
        let state = State(found.state.load(Relaxed));
        let owned = state.generation() == handle.generation()
            && state.tag() != UNOWNED
            && found.place.load(Relaxed) == place;
        owned.then_some(found)
    }

    /// A reader's second look, after its copy: whether the block was not freed meanwhile.
    #[inline]
    pub(super) fn is_unchanged(&self, handle: Handle, found: &Found<'m, R::M>) -> bool {
        // Pairs with the Release fence of a take.
        R::M::fence(Acquire);
        State(found.state.load(Relaxed)).generation() == handle.generation()
            && self.page_word(handle.page()) == found.page_word
    }
}

/// Callers exclude each other: whoever writes to a place holds the lock that belongs to it.
impl<'m, R: Memory, P: Owners + Sleep<R::M>> Heap<'m, R, P> {
    /// Makes a place own `block` instead of what it owned, which is returned to be freed: one store. The
    /// payload has been written.
    #[inline]
    #[allow(clippy::needless_pass_by_value, reason = "the block is given away")]
    pub fn set(&self, place: Place<'m, R::M>, block: Block<'m, R::M>) -> Option<Block<'m, R::M>> {
        let Block { handle, found } = block;
        found.place.store(place.at, Relaxed);
        let old = self.claim_in(place);
        // The commit. Pairs with the fence after a reader's load, and with the Acquire of `settle`.
        place.word.store(handle.word(), Release);
        self.end_link(handle, &found);
        old
    }

    /// Empties a place, and returns the block that it owned.
    #[inline]
    pub fn take(&self, place: Place<'m, R::M>) -> Option<Block<'m, R::M>> {
        let old = self.claim_in(place);
        // The commit. Pairs with the Acquire of `settle`.
        place.word.store(0, Release);
        old
    }

    /// Makes `to` own what `from` owns, and `from` own nothing. Returns the block that `to` owned, to be
    /// freed. Does nothing if `from` owns nothing.
    ///
    /// The block changes its owner in one step, but `to` loses what it owned before that.
    pub fn move_to(&self, from: Place<'m, R::M>, to: Place<'m, R::M>) -> Option<Block<'m, R::M>> {
        let handle = Handle::from_word(from.word.load(Acquire))?;
        let found = self.settled(handle)?;
        if from.at == to.at || found.place.load(Relaxed) != from.at {
            return None;
        }
        let old = self.claim_in(to);
        to.word.store(handle.word(), Release);
        // The commit. Release: whoever sees this place sees it hold the handle.
        found.place.store(to.at, Release);
        from.word.store(0, Release);
        old
    }

    /// Claims what a place owns, and leaves its handle in it, which is stale once the block is freed.
    #[inline]
    pub(super) fn claim_in(&self, place: Place<'m, R::M>) -> Option<Block<'m, R::M>> {
        let handle = Handle::from_word(place.word.load(Acquire))?;
        self.claim(handle, place.at)
    }
}
