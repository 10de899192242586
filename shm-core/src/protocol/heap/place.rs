//! Places: the words in a region that own blocks.

use std::fmt;

use super::{Block, Contended, Heap, Machine, Memory, Owners, Sleep, View};

/// A word in a region that owns a block, or none.
pub struct Place<'m, M: Machine> {
    at: u64,
    word: &'m M::U64,
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
    /// If the place was changed during each of [`ATTEMPTS`](crate::protocol::ring::ATTEMPTS) reads.
    #[inline]
    pub fn read<T>(
        &self,
        place: Place<'m, R::M>,
        copy: impl FnMut(&[<R::M as Machine>::U64]) -> T,
    ) -> Result<Option<T>, Contended> {
        unimplemented!()
    }
}

/// Callers exclude each other: whoever writes to a place holds the lock that belongs to it.
impl<'m, R: Memory, P: Owners + Sleep<R::M>> Heap<'m, R, P> {
    /// Makes a place own `block` instead of what it owned, which is returned to be freed: one store.
    #[inline]
    pub fn set(&self, place: Place<'m, R::M>, block: Block<'m, R::M>) -> Option<Block<'m, R::M>> {
        unimplemented!()
    }

    /// Empties a place, and returns the block that it owned.
    #[inline]
    pub fn take(&self, place: Place<'m, R::M>) -> Option<Block<'m, R::M>> {
        unimplemented!()
    }

    /// Makes `to` own what `from` owns, and `from` own nothing. Returns the block that `to` owned, to be
    /// freed. Does nothing if `from` owns nothing.
    pub fn move_to(&self, from: Place<'m, R::M>, to: Place<'m, R::M>) -> Option<Block<'m, R::M>> {
        unimplemented!()
    }
}
