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
use crate::protocol::heap::{Block, NoBlock};
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

/// Replaces the value of a place, which consists of a lock and a handle, by the bytes that `make` returns, or
/// by nothing. No other writer replaces it while `make` runs. For callers without the type.
pub(crate) fn replace_bytes<E>(
    (lock, handle): (&RawLock, &AtomicU64),
    deadline: Option<Instant>,
    fault: impl Fn(HeapError) -> E,
    make: impl FnOnce() -> Result<Option<Vec<u8>>, E>,
) -> Result<(), E> {
    let writer = Writer::of(handle, deadline).map_err(&fault)?;
    let held = writer.lock(lock).map_err(|error| fault(error.into()))?;
    let (ours, place) = (writer.ours(), writer.at(handle));
    let old = match make()? {
        None => ours.heap().take(place),
        Some(bytes) => {
            let block = writer.store::<[u8]>(&bytes).map_err(&fault)?;
            ours.heap().set(place, block)
        }
    };
    drop(held);
    writer.free(old);
    Ok(())
}

impl<'a> Writer<'a> {
    /// The operation on the place with this handle; attaches if need be.
    #[inline]
    pub(super) fn of(handle: &'a AtomicU64, deadline: Option<Instant>) -> Result<Self, HeapError> {
        let ground = registry::ground(handle).ok_or(HeapError::NoHeap)?;
        let arena = ground.arena().ok_or(HeapError::NoHeap)?;
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
        let block = self.store(value)?;
        match self.lock(&place.lock) {
            Ok(held) => {
                let old = self.link(place, block);
                drop(held);
                self.free(old);
                Ok(())
            }
            Err(error) => {
                self.free(Some(block));
                Err(error.into())
            }
        }
    }

    pub(super) fn clear<T: Content + ?Sized, A: CanWrite>(
        &self,
        place: &OwnedView<T, A>,
    ) -> Result<(), HeapError> {
        let held = self.lock(&place.lock)?;
        let old = self.unlink(place);
        drop(held);
        self.free(old);
        Ok(())
    }

    pub(super) fn take<T: Content + ?Sized, A: CanWrite>(
        &self,
        place: &OwnedView<T, A>,
    ) -> Result<T::Loaded, HeapError> {
        let held = self.lock(&place.lock)?;
        let value = place.load()?;
        let old = self.unlink(place);
        drop(held);
        self.free(old);
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
        let old = match T::kept(&value) {
            None => self.unlink(place),
            Some(value) => self.link(place, self.store(value)?),
        };
        drop(held);
        self.free(old);
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
        let old = self.ours().heap().move_to(from, to);
        drop(inner);
        drop(outer);
        self.free(old);
        Ok(())
    }

    /// Puts a value into a block that no place owns yet.
    #[inline]
    fn store<T: Content + ?Sized>(&self, value: &T) -> Result<Block<'_, Hardware>, HeapError> {
        let len = value.byte_len();
        let ours = self.ours();
        let block = ours.alloc(len.saturating_add(8)).map_err(|fault| self.full(len, fault))?;
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
    #[inline]
    pub(super) fn lock<'l>(&self, lock: &'l RawLock) -> Result<Held<'l>, LockError> {
        let (held, found) = lock.lock(self.deadline)?;
        if found == Found::Poisoned {
            held.clear_poison();
        }
        Ok(held)
    }

    #[inline]
    fn at<'p>(&self, handle: &'p AtomicU64) -> crate::protocol::heap::Place<'p, Hardware> {
        crate::protocol::heap::Place::new(self.arena.offset_of(handle), handle)
    }

    #[inline]
    fn link<'b, T: Content + ?Sized, A: CanWrite>(
        &'b self,
        place: &'b OwnedView<T, A>,
        block: Block<'b, Hardware>,
    ) -> Option<Block<'b, Hardware>> {
        self.ours().heap().set(self.at(&place.handle), block)
    }

    fn unlink<'b, T: Content + ?Sized, A: CanWrite>(
        &'b self,
        place: &'b OwnedView<T, A>,
    ) -> Option<Block<'b, Hardware>> {
        self.ours().heap().take(self.at(&place.handle))
    }

    #[inline]
    fn free(&self, block: Option<Block<'_, Hardware>>) {
        if let Some(block) = block {
            fault::point("owned: about to free");
            self.ours().free(block);
        }
    }
}
