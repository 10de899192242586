//! The cache of this process: blocks of a heap that belong to it and to no place.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::{Arena, Peers};
use crate::attach::process_mark;
use crate::protocol::Hardware;
use crate::protocol::heap::{Block, Cache, Heap, NoBlock};
use crate::sys::fork::NoFork;

/// The cache of one process in one mapping. A forked child inherits it, and begins one of its own: the
/// blocks in the inherited one belong to its parent, and a thread that does not exist in the child may have
/// locked it.
#[derive(Debug)]
pub(super) struct Local {
    first: OnceLock<Box<Own>>,
}

/// The cache of the process with this mark, and that of the child which inherited it.
#[derive(Debug)]
struct Own {
    mark: u64,
    cache: Mutex<Cache>,
    next: OnceLock<Box<Self>>,
}

impl Local {
    pub(super) fn new() -> Self {
        Self { first: OnceLock::new() }
    }

    /// The cache of this process, which has a mark.
    #[inline]
    fn cache(&self) -> MutexGuard<'_, Cache> {
        let mark = process_mark();
        let mut place = &self.first;
        loop {
            match place.get() {
                Some(own) if own.mark == mark => return locked(own),
                Some(inherited) => place = &inherited.next,
                None => begin(place, mark),
            }
        }
    }

    /// The cache of this process, if it has begun one.
    fn known(&self) -> Option<MutexGuard<'_, Cache>> {
        let mark = process_mark();
        let mut place = &self.first;
        loop {
            match place.get()? {
                own if own.mark == mark => return Some(locked(own)),
                inherited => place = &inherited.next,
            }
        }
    }
}

#[inline]
fn locked(own: &Own) -> MutexGuard<'_, Cache> {
    // Each entry is checked before it is used: a panic in the middle does no harm.
    own.cache.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins a cache, without a fork in the middle of it: a child could not finish.
#[cold]
fn begin(place: &OnceLock<Box<Own>>, mark: u64) {
    let no_fork = NoFork::begin();
    let cache = || Mutex::new(Cache::new());
    place.get_or_init(|| Box::new(Own { mark, cache: cache(), next: OnceLock::new() }));
    drop(no_fork);
}

/// A participant's access to a heap: a [`Heap`] of the protocol and the cache of this process.
#[derive(Clone, Copy)]
pub(crate) struct Private<'a> {
    arena: &'a Arena,
    heap: Heap<'a, Arena, Peers<'a>>,
}

impl<'a> Private<'a> {
    /// The access of this process, whose owner bits are `me`; the mapping is writable.
    #[inline]
    pub(crate) fn new(arena: &'a Arena, me: u32, peers: &'a Peers<'a>) -> Self {
        Self { arena, heap: Heap::new(arena.view(), me, peers) }
    }

    /// The protocol's access, for what needs no cache.
    #[inline]
    pub(crate) fn heap(&self) -> &Heap<'a, Arena, Peers<'a>> {
        &self.heap
    }

    /// Does something that allocates and frees several blocks; it waits for no lock but the heap's.
    #[inline]
    pub(crate) fn with_cache<T>(
        &self,
        work: impl FnOnce(&Heap<'a, Arena, Peers<'a>>, &mut Cache) -> T,
    ) -> T {
        work(&self.heap, &mut self.arena.local.cache())
    }

    /// Allocates a block.
    #[inline]
    pub(crate) fn alloc(&self, size: usize) -> Result<Block<'a, Hardware>, NoBlock> {
        self.heap.alloc(&mut self.arena.local.cache(), size)
    }

    /// Frees a block.
    #[inline]
    pub(crate) fn free(&self, block: Block<'a, Hardware>) {
        // It is no longer ours if this process was judged dead: then another one has freed it.
        let _ = self.heap.free(&mut self.arena.local.cache(), block);
    }

    /// Gives back what is cached, and the pages of which no block is used.
    pub(crate) fn tidy(&self) -> Result<(), crate::protocol::heap::Contended> {
        self.heap.tidy(&mut self.arena.local.cache())
    }

    /// Gives back what is cached, if this process has cached anything; while the mapping still exists.
    pub(crate) fn flush(&self) {
        if let Some(mut cache) = self.arena.local.known() {
            self.heap.flush(&mut cache);
        }
    }
}
