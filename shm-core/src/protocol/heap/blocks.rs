//! Blocks: taking, freeing, claiming, settling.

use std::fmt;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::time::Duration;

use super::cache::KEPT;
use super::classes::{PAGE, size_index, size_index_of};
use super::section::STILL;
use super::view::Found;
use super::words::{Handle, LARGE, LINKED, MAX_COUNT, State, UNOWNED, WORN};
use super::{Cache, Contended, Heap, Machine, Memory, NoBlock, Owners, Sleep, Word};

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

/// The number of looks at a block that another living participant has claimed, before this one sleeps.
/// Whoever holds the lock of a place has its block to itself, but for a participant that found the handle
/// in a place from which it was moved: that one gives the block back within a few instructions.
const LOOKS: u32 = 100;
/// The time of a sleep between two looks.
const NAP: Duration = Duration::from_millis(1);
/// The number of sleeps before this participant gives up: ten seconds, or more. A participant that does
/// not run for so long is stopped, or the block is garbage.
const NAPS: u32 = 10_000;

impl<'m, R: Memory, P: Owners + Sleep<R::M>> Heap<'m, R, P> {
    /// Allocates a block of `size` bytes or more. Its payload is anything.
    ///
    /// # Errors
    /// If the heap is full even after what the dead left was recovered, if no block can be that large, or
    /// if the heap's lock was not to be had in time.
    // Inlined, so that the block stays in registers.
    #[inline(always)]
    pub fn alloc(&self, cache: &mut Cache, size: usize) -> Result<Block<'m, R::M>, NoBlock> {
        let cached = size_index(size).and_then(|index| cache.stacks[index].pop());
        if let Some(block) = cached.and_then(|handle| self.mine(handle)) {
            return Ok(block);
        }
        // The call returns a handle: if it returned a block, that would be in memory, and so would be the
        // one from the cache.
        let handle = self.alloc_slowly(cache, size)?;
        self.mine(handle).ok_or(NoBlock::Contended)
    }

    /// Takes a block of this size out of the cache.
    pub(super) fn pop(&self, cache: &mut Cache, size: usize) -> Option<Handle> {
        let stack = &mut cache.stacks[size];
        while let Some(handle) = stack.pop() {
            if self.mine(handle).is_some() {
                return Some(handle);
            }
        }
        None
    }

    /// The block with this handle, if its state names this participant: it does, unless the participant
    /// was judged dead.
    #[inline(always)]
    fn mine(&self, handle: Handle) -> Option<Block<'m, R::M>> {
        let found = self.view.find(handle)?;
        if found.state.load(Relaxed) != State::new(handle.generation(), self.me).0 {
            return None;
        }
        // Pairs with the fence after a reader's copy: a reader that sees a word of the next payload also
        // sees this generation.
        R::M::fence(Release);
        Some(Block { handle, found })
    }

    #[cold]
    fn alloc_slowly(&self, cache: &mut Cache, size: usize) -> Result<Handle, NoBlock> {
        let limit = self.view.section.capacity().min(MAX_COUNT) * PAGE;
        if size > limit {
            return Err(NoBlock::TooLong { limit: limit as u64 });
        }
        if let Some(handle) = self.alloc_locked(cache, size)? {
            return Ok(handle);
        }
        // Memory is short: first, what the dead owned goes back.
        self.recover();
        self.tidy(cache)?;
        self.alloc_locked(cache, size)?.ok_or(NoBlock::Full)
    }

    fn alloc_locked(&self, cache: &mut Cache, size: usize) -> Result<Option<Handle>, NoBlock> {
        let index = size_index(size);
        // One that is left if the last one was no longer this participant's.
        if let Some(handle) = index.and_then(|index| self.pop(cache, index)) {
            return Ok(Some(handle));
        }
        let _held = self.lock()?;
        Ok(match index {
            Some(index) if self.refill(cache, index) => self.pop(cache, index),
            Some(index) => self
                .pop_larger(cache, index)
                .or_else(|| self.carve(cache, size.div_ceil(PAGE).max(1), LARGE)),
            None => self.carve(cache, size.div_ceil(PAGE), LARGE),
        })
    }

    /// Frees a block. Returns `false` if it was no longer this participant's, which had been judged dead.
    // So that the block stays in registers.
    #[inline(always)]
    #[allow(clippy::needless_pass_by_value, reason = "the block is given away")]
    pub fn free(&self, cache: &mut Cache, block: Block<'m, R::M>) -> bool {
        let Block { handle, found } = block;
        let mine = State::new(handle.generation(), self.me);
        let next = handle.generation().saturating_add(1);
        cache.frees += 1;
        let Some(size) = size_index_of(found.page_word.kind()) else {
            return self.free_large(cache, handle, &found);
        };
        let stack = &mut cache.stacks[size];
        let keep = next != WORN && stack.len() < KEPT[size];
        let freed = State::new(next, if keep { self.me } else { UNOWNED });
        // Release: what this participant read from the payload, it has read. Acquire: no later step
        // comes before.
        if found.state.compare_exchange(mine.0, freed.0, AcqRel, Relaxed).is_err() {
            return false;
        }
        if keep {
            stack.extend(Handle::new(next, handle.page(), handle.block()));
        } else {
            self.trim(cache, size, handle.page());
        }
        true
    }

    #[cold]
    fn free_large(&self, cache: &mut Cache, handle: Handle, found: &Found<'m, R::M>) -> bool {
        let mine = State::new(handle.generation(), self.me);
        let freed = State::new(handle.generation().saturating_add(1), UNOWNED);
        if found.state.compare_exchange(mine.0, freed.0, AcqRel, Relaxed).is_err() {
            return false;
        }
        // Without the lock, the next sweep retires it.
        if let Ok(_held) = self.lock() {
            self.retire(handle.page());
        }
        cache.freed_run = handle.page();
        true
    }

    /// Gives back half of the blocks of this size, besides one of this page that was given back.
    #[cold]
    fn trim(&self, cache: &mut Cache, size: usize, page: usize) {
        self.unhide(page);
        cache.known[size].given = true;
        let stack = &mut cache.stacks[size];
        // It has fewer if the block was worn out.
        for handle in stack.drain(stack.len().min(KEPT[size] / 2)..) {
            self.give_up(handle);
            cache.known[size].given = true;
        }
    }

    fn give_up(&self, handle: Handle) {
        let Some(found) = self.view.find(handle) else { return };
        let mine = State::new(handle.generation(), self.me);
        let unowned = State::new(handle.generation(), UNOWNED);
        // Release: pairs with the Acquire of the next take.
        if found.state.compare_exchange(mine.0, unowned.0, Release, Relaxed).is_ok() {
            self.unhide(handle.page());
        }
    }

    /// Gives back all cached blocks: before the participant detaches.
    pub fn flush(&self, cache: &mut Cache) {
        for (stack, known) in cache.stacks.iter_mut().zip(&mut cache.known) {
            for handle in stack.drain(..) {
                self.give_up(handle);
                known.given = true;
            }
        }
    }

    /// Gives back all cached blocks, and makes the pages free of every span in which no block is used.
    ///
    /// # Errors
    /// If the heap's lock was not to be had in time.
    pub fn tidy(&self, cache: &mut Cache) -> Result<(), Contended> {
        self.flush(cache);
        let _held = self.lock()?;
        self.sweep(cache);
        Ok(())
    }

    /// The words of a block's payload, which this participant writes with relaxed stores before it links
    /// the block.
    #[inline]
    #[must_use]
    pub fn payload(&self, block: &Block<'m, R::M>) -> &'m [<R::M as Machine>::U64] {
        self.view.payload(&block.found)
    }

    /// Claims the block that the place at this offset owns: readers still find it there, and so do the
    /// heirs of this participant. The caller holds the lock of the place.
    #[inline(always)]
    pub(super) fn claim(
        &self,
        handle: Handle,
        place: u64,
    ) -> Result<Option<Block<'m, R::M>>, Contended> {
        let linked = State::new(handle.generation(), LINKED);
        let mine = State::new(handle.generation(), self.me);
        let Some(found) = self.view.find(handle) else { return Ok(None) };
        // Acquire: pairs with the Release of `link`, so that the place is the one it wrote.
        if found.state.compare_exchange(linked.0, mine.0, AcqRel, Relaxed).is_err()
            && !self.claim_slowly(handle, &found)?
        {
            return Ok(None);
        }
        if found.place.load(Relaxed) != place {
            // Another place owns it: this handle was left by a move that a death cut short.
            self.end_link(handle, &found);
            return Ok(None);
        }
        Ok(Some(Block { handle, found }))
    }

    /// Claims a block that was not linked at the first look, once it is. Returns whether it ever was.
    #[cold]
    fn claim_slowly(&self, handle: Handle, found: &Found<'m, R::M>) -> Result<bool, Contended> {
        let linked = State::new(handle.generation(), LINKED);
        let mine = State::new(handle.generation(), self.me);
        for _ in 0..LOOKS {
            if self.settled_slowly(handle)?.is_none() {
                return Ok(false);
            }
            if found.state.compare_exchange(linked.0, mine.0, AcqRel, Relaxed).is_ok() {
                return Ok(true);
            }
        }
        Err(Contended)
    }

    /// The block with this handle, if it is linked, after any dead owner's share in it was settled and any
    /// living participant that had claimed it has given it back.
    ///
    /// # Errors
    /// If a living participant keeps it for ten seconds, or until the time is up.
    #[inline]
    pub(super) fn settled(&self, handle: Handle) -> Result<Option<Found<'m, R::M>>, Contended> {
        let Some(found) = self.view.find(handle) else { return Ok(None) };
        if State(found.state.load(Acquire)) == State::new(handle.generation(), LINKED) {
            return Ok(Some(found));
        }
        self.settled_slowly(handle)
    }

    /// As [`Heap::settled`], for a block that was not linked at the first look.
    #[cold]
    fn settled_slowly(&self, handle: Handle) -> Result<Option<Found<'m, R::M>>, Contended> {
        for look in 0..LOOKS + NAPS {
            let Some(found) = self.view.find(handle) else { return Ok(None) };
            let state = State(found.state.load(Acquire));
            if state.generation() != handle.generation() {
                return Ok(None);
            }
            let Some(owner) = state.participant() else {
                return Ok((state.tag() == LINKED).then_some(found));
            };
            let ask = look == 0 || look >= LOOKS;
            if ask && owner != self.me && self.peers.is_dead(owner) {
                self.settle(handle.page(), handle.block(), &found, state);
            } else if look < LOOKS {
                R::M::spin();
            } else if self.peers.left().is_zero() {
                return Err(Contended);
            } else {
                self.nap();
            }
        }
        Err(Contended)
    }

    /// Sleeps on a word that never changes and on which no process is ever woken.
    fn nap(&self) {
        let word = self.view.memory.lock_word(self.view.section.at() + STILL);
        let Some(word) = word else { return R::M::spin() };
        self.peers.sleep(word, word.load(Relaxed), NAP.min(self.peers.left()));
    }

    /// The last step of linking a block.
    #[inline]
    pub(super) fn end_link(&self, handle: Handle, found: &Found<'m, R::M>) {
        let mine = State::new(handle.generation(), self.me);
        let linked = State::new(handle.generation(), LINKED);
        // If it fails, this participant was judged dead, and an heir has done the same.
        let _ = found.state.compare_exchange(mine.0, linked.0, AcqRel, Relaxed);
    }

    /// The one rule, for a block whose owner is dead: it is linked if its place holds its handle, and
    /// free if not. Returns whether this participant settled it.
    ///
    /// One look and one exchange: only its owner could make the place hold it, and only a participant
    /// that has settled it can take it away.
    pub(super) fn settle(
        &self,
        page: usize,
        block: usize,
        found: &Found<'m, R::M>,
        seen: State,
    ) -> bool {
        let place = found.place.load(Acquire);
        let holds = self.view.memory.word(place).map_or(0, |word| word.load(Acquire));
        let handle = Handle::new(seen.generation(), page, block);
        let linked = handle.is_some_and(|handle| handle.word() == holds);
        let settled = if linked {
            State::new(seen.generation(), LINKED)
        } else {
            State::new(seen.generation().saturating_add(1), UNOWNED)
        };
        let done = found.state.compare_exchange(seen.0, settled.0, AcqRel, Relaxed).is_ok();
        if done && !linked {
            self.unhide(page);
        }
        done
    }
}
