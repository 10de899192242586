//! Blocks: taking, freeing, claiming, linking.

use std::fmt;

use super::view::Found;
use super::words::Handle;
use super::{Cache, Heap, Machine, Memory, NoBlock, Owners, Sleep};

/// A block that this participant owns, and no place does. If it is dropped, the participant owns it
/// until it dies.
#[must_use = "a block that is dropped is lost until its participant dies"]
pub struct Block<'m, M: Machine> {
    pub(super) handle: Handle,
    pub(super) found: Found<'m, M>,
}

impl<M: Machine> fmt::Debug for Block<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Block").field("handle", &self.handle).finish_non_exhaustive()
    }
}

impl<M: Machine> Block<'_, M> {
    /// The name of the block, until it is freed.
    #[inline]
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle
    }

    /// The bytes of the payload: those asked for, or more.
    #[inline]
    #[must_use]
    pub fn size(&self) -> usize {
        self.found.size
    }

    /// The offset of the payload in the region.
    #[inline]
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.found.at
    }
}

impl<'m, R: Memory, P: Owners + Sleep<R::M>> Heap<'m, R, P> {
    /// Allocates a block of `size` bytes or more. Its payload is anything.
    ///
    /// # Errors
    /// If the heap is full even after what the dead left was recovered, if no block can be that large, or
    /// if the heap's lock was not to be had in time.
    #[inline]
    pub fn alloc(&self, cache: &mut Cache, size: usize) -> Result<Block<'m, R::M>, NoBlock> {
        unimplemented!()
    }

    /// Frees a block. Returns `false` if it was no longer this participant's, which had been judged dead.
    #[inline]
    pub fn free(&self, cache: &mut Cache, block: Block<'m, R::M>) -> bool {
        unimplemented!()
    }

    /// The words of a block's payload, which this participant writes with relaxed stores before it links
    /// the block.
    #[inline]
    #[must_use]
    pub fn payload(&self, block: &Block<'m, R::M>) -> &'m [<R::M as Machine>::U64] {
        unimplemented!()
    }

    /// Gives back all cached blocks: before the participant detaches.
    pub fn flush(&self, cache: &mut Cache) {
        unimplemented!()
    }

    /// Gives back all cached blocks, and makes the pages free of every span in which no block is used.
    ///
    /// # Errors
    /// If the heap's lock was not to be had in time.
    pub fn tidy(&self, cache: &mut Cache) -> Result<(), super::Contended> {
        unimplemented!()
    }
}
