//! [`Writer`]: one operation of this process that changes a place.

use std::sync::atomic::AtomicU64;
use std::time::Instant;

use super::HeapError;
use super::content::Content;
use super::view::OwnedView;
use crate::access::CanWrite;
use crate::arena::{Arena, Peers, Private};
use crate::error::LockError;
use crate::fault;
use crate::protocol::Hardware;
use crate::protocol::heap::{Block, Contended, NoBlock, Place};
use crate::protocol::lock::Found;
use crate::registry::{self, Ground};
use crate::sync::{Held, RawLock};

/// One operation on a place, until a deadline.
pub(super) struct Writer<'a> {
    ground: Ground<'a>,
    arena: &'a Arena,
    me: u32,
    peers: Peers<'a>,
    deadline: Option<Instant>,
}

impl<'a> Writer<'a> {
    /// The operation on the place with this handle; attaches if need be.
    #[inline]
    pub(super) fn of(handle: &'a AtomicU64, deadline: Option<Instant>) -> Result<Self, HeapError> {
        let Some(ground) = registry::ground(handle) else { return Err(HeapError::NoHeap) };
        let Some(arena) = ground.arena() else { return Err(HeapError::NoHeap) };
        let (me, peers) = (ground.owner()?, ground.peers(deadline));
        Ok(Self { ground, arena, me, peers, deadline })
    }

    /// The heap.
    #[inline]
    pub(super) fn arena(&self) -> &'a Arena {
        self.arena
    }

    #[inline]
    pub(super) fn ours(&self) -> Private<'_> {
        Private::new(self.arena, self.me, &self.peers)
    }

    /// Stores a value in a block, and makes the place own that.
    #[inline]
    pub(super) fn set<T: Content + ?Sized, A: CanWrite>(
        &self,
        place: &OwnedView<T, A>,
        value: &T,
    ) -> Result<(), HeapError> {
        if value.is_nothing() {
            return self.clear(place);
        }
        let ours = self.ours();
        let block = self.store(&ours, value)?;
        let held = match self.lock(&place.lock) {
            Ok(held) => held,
            Err(error) => {
                return Err(return_block(&ours, block, error));
            }
        };
        let at = self.at(&place.handle);
        let old = match ours.heap().claimed(at) {
            Ok(old) => old,
            Err(Contended) => return Err(return_block(&ours, block, LockError::Busy)),
        };
        ours.heap().put(at, block);
        drop(held);
        free(&ours, old);
        Ok(())
    }

    pub(super) fn clear<T: Content + ?Sized, A: CanWrite>(
        &self,
        place: &OwnedView<T, A>,
    ) -> Result<(), HeapError> {
        let held = self.lock(&place.lock)?;
        let (ours, at) = (self.ours(), self.at(&place.handle));
        let old = claimed(&ours, at)?;
        ours.heap().vacate(at);
        drop(held);
        free(&ours, old);
        Ok(())
    }

    pub(super) fn take<T: Content + ?Sized, A: CanWrite>(
        &self,
        place: &OwnedView<T, A>,
    ) -> Result<T::Loaded, HeapError> {
        let held = self.lock(&place.lock)?;
        let value = place.load()?;
        let (ours, at) = (self.ours(), self.at(&place.handle));
        let old = claimed(&ours, at)?;
        ours.heap().vacate(at);
        drop(held);
        free(&ours, old);
        Ok(value)
    }

    pub(super) fn update<T: Content + ?Sized, A: CanWrite>(
        &self,
        place: &OwnedView<T, A>,
        change: impl FnOnce(&mut T::Loaded),
    ) -> Result<(), HeapError> {
        let held = self.lock(&place.lock)?;
        let mut value = place.load()?;
        change(&mut value);
        let (ours, at) = (self.ours(), self.at(&place.handle));
        let new = T::kept(&value).map(|value| self.store(&ours, value)).transpose()?;
        let old = exchange(&ours, at, new)?;
        drop(held);
        free(&ours, old);
        Ok(())
    }

    pub(super) fn move_to<T: Content + ?Sized, A: CanWrite>(
        &self,
        from: &OwnedView<T, A>,
        to: &OwnedView<T, A>,
    ) -> Result<(), HeapError> {
        let theirs = registry::ground(&to.handle).and_then(Ground::arena);
        if !theirs.is_some_and(|theirs| std::ptr::eq(theirs, self.arena)) {
            return Err(HeapError::OtherRegion);
        }
        if std::ptr::eq(from, to) {
            return Ok(());
        }
        // In the order of their addresses, so that two that move in opposite directions do not wait for each
        // other: in every process, that is the order of their offsets.
        let in_order = std::ptr::from_ref(from).addr() < std::ptr::from_ref(to).addr();
        let (first, second) = if in_order { (from, to) } else { (to, from) };
        let outer = self.lock(&first.lock)?;
        let inner = self.lock(&second.lock)?;
        fault::point("owned: about to move");
        let (from, to) = (self.at(&from.handle), self.at(&to.handle));
        let ours = self.ours();
        let old = ours.heap().move_to(from, to).map_err(busy)?;
        drop(inner);
        drop(outer);
        free(&ours, old);
        Ok(())
    }

    /// Puts a value into a block that no place owns yet.
    #[inline]
    pub(super) fn store<'b, T: Content + ?Sized>(
        &self,
        ours: &Private<'b>,
        value: &T,
    ) -> Result<Block<'b, Hardware>, HeapError> {
        let len = value.byte_len();
        let block = match ours.alloc(len.saturating_add(8)) {
            Ok(block) => block,
            Err(fault) => return Err(self.full(len, fault)),
        };
        if let Some((first, bytes)) = ours.heap().payload(&block).split_first() {
            first.store(len as u64, std::sync::atomic::Ordering::Relaxed);
            value.store(bytes);
        }
        fault::point("owned: stored, not linked");
        Ok(block)
    }

    /// The error for a value of `len` bytes.
    #[cold]
    pub(super) fn full(&self, len: usize, fault: NoBlock) -> HeapError {
        match fault {
            NoBlock::TooLong { limit } => {
                HeapError::TooLong { len: len as u64, limit: limit.saturating_sub(8) }
            }
            NoBlock::Contended => LockError::Busy.into(),
            NoBlock::Full => {
                let region = self.ground.label().to_owned();
                let cause = match self.arena.take_shortage() {
                    Some(error) => format!("the heap could not grow: {error}"),
                    None => "all of it is in use".to_owned(),
                };
                HeapError::Full { region, needed: len, cause }
            }
        }
    }

    /// Locks a place. A dead writer leaves nothing to repair: its value is there or not.
    #[inline(always)]
    pub(super) fn lock<'l>(&self, lock: &'l RawLock) -> Result<Held<'l>, LockError> {
        let (held, found) = lock.lock(self.deadline)?;
        if found == Found::Poisoned {
            held.clear_poison();
        }
        Ok(held)
    }

    #[inline]
    pub(super) fn at<'p>(&self, handle: &'p AtomicU64) -> Place<'p, Hardware> {
        Place::new(self.arena.offset_of(handle), handle)
    }
}

/// Makes a place own a block, or nothing; returns what it owned.
fn exchange<'b>(
    ours: &Private<'b>,
    at: Place<'b, Hardware>,
    new: Option<Block<'b, Hardware>>,
) -> Result<Option<Block<'b, Hardware>>, HeapError> {
    match (ours.heap().claimed(at), new) {
        (Ok(old), None) => {
            ours.heap().vacate(at);
            Ok(old)
        }
        (Ok(old), Some(new)) => {
            ours.heap().put(at, new);
            Ok(old)
        }
        (Err(contended), None) => Err(busy(contended)),
        (Err(Contended), Some(new)) => Err(return_block(ours, new, LockError::Busy)),
    }
}

/// Claims what a place owns, to be freed once the place owns something else.
// A match, as a block goes through memory in a call of `map_err`.
#[inline(always)]
fn claimed<'b>(
    ours: &Private<'b>,
    at: Place<'b, Hardware>,
) -> Result<Option<Block<'b, Hardware>>, HeapError> {
    match ours.heap().claimed(at) {
        Ok(old) => Ok(old),
        Err(contended) => Err(busy(contended)),
    }
}

/// Another writer keeps the block that a place owns.
#[cold]
pub(super) fn busy(_: Contended) -> HeapError {
    LockError::Busy.into()
}

/// Frees the block of a value that was not set.
#[cold]
fn return_block<'b>(ours: &Private<'b>, block: Block<'b, Hardware>, error: LockError) -> HeapError {
    free(ours, Some(block));
    error.into()
}

#[inline]
pub(super) fn free<'b>(ours: &Private<'b>, block: Option<Block<'b, Hardware>>) {
    if let Some(block) = block {
        fault::point("owned: about to free");
        ours.free(block);
    }
}
