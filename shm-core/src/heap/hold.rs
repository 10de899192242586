//! [`Hold`]: this process's share in a named object, as long as a handle to it lives.

use std::sync::Arc;

use super::claims::Claims;
use crate::arena::Arena;
use crate::arena::{Peers, Private};
use crate::attach::process_mark;
use crate::error::{Error, HeapError, LockError};
use crate::protocol::Hardware;
use crate::protocol::heap::Heap;
use crate::protocol::heap::objects::{self, Phase};
use crate::registry::Ground;

pub(super) type Object<'a> = objects::Object<'a, Hardware>;

/// A region, as its named objects need it.
pub(crate) trait Home: Send + Sync {
    /// The mappings of the region, which are kept as long as the result lives.
    ///
    /// # Errors
    /// If the region cannot be mapped once more.
    fn objects(&self) -> Result<Arc<dyn Objects>, Error>;
}

/// The mappings of a region with named objects: one for the heap, in which everything is words, and another
/// one of the same memory, for the values of objects (I16).
pub(crate) trait Objects: Send + Sync {
    /// The region.
    fn ground(&self) -> Ground<'_>;

    /// The address of the heap in the mapping for values.
    fn base(&self) -> *mut u8;

    /// What this process has of the objects.
    fn claims(&self) -> &Claims;
}

/// One handle's share in an object: as long as any participant has one, the object stays as it is, even if
/// its name is removed.
pub(crate) struct Hold {
    home: Arc<dyn Objects>,
    name: Arc<str>,
    page: usize,
    generation: u32,
    /// The process whose share it is; 0 for a reader, which has none.
    mark: u64,
}

/// Does something as a participant of a region.
pub(super) fn as_participant<T>(
    ground: Ground<'_>,
    work: impl FnOnce(&Heap<'_, Arena, Peers<'_>>) -> Result<T, HeapError>,
) -> Result<T, HeapError> {
    let (arena, me) = (ground.arena().ok_or(HeapError::NoHeap)?, ground.owner()?);
    let peers = ground.peers(None);
    work(Private::new(arena, me, &peers).heap())
}

impl Hold {
    /// A reader's, which keeps the object from nothing.
    pub(super) fn of_reader(
        home: Arc<dyn Objects>,
        name: Arc<str>,
        (page, generation): (usize, u32),
    ) -> Self {
        Self { home, name, page, generation, mark: 0 }
    }

    /// Counts a handle of this process. It is a share once the participant is marked, which the caller sees
    /// to, or drops this.
    pub(super) fn counted(
        home: Arc<dyn Objects>,
        name: Arc<str>,
        (page, generation): (usize, u32),
    ) -> Self {
        home.claims().keep(page);
        Self { home, name, page, generation, mark: process_mark() }
    }

    /// Holds an object, if it still is in one of these phases.
    pub(super) fn of(
        home: &Arc<dyn Objects>,
        name: &Arc<str>,
        (page, generation): (usize, u32),
        phases: &[Phase],
    ) -> Result<Option<Self>, HeapError> {
        // So that this process has a mark.
        home.ground().owner()?;
        let hold = Self::counted(Arc::clone(home), Arc::clone(name), (page, generation));
        let is_held = as_participant(home.ground(), |heap| {
            let Some(object) = heap.view().object(page) else { return Ok(false) };
            heap.hold_object(&object, generation, phases).map_err(|_| LockError::Busy.into())
        })?;
        Ok(is_held.then_some(hold))
    }

    /// Another share of the same process, or one of a forked child's own, if it can take part.
    fn again(&self) -> Option<Self> {
        if self.mark == 0 {
            return None;
        }
        if self.mark == process_mark() {
            return Some(Self::counted(
                Arc::clone(&self.home),
                Arc::clone(&self.name),
                (self.page, self.generation),
            ));
        }
        let place = (self.page, self.generation);
        Self::of(&self.home, &self.name, place, &[Phase::Named, Phase::Removed]).ok().flatten()
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether the name still means the object.
    pub(crate) fn is_current(&self) -> bool {
        let arena = self.home.ground().arena();
        let object = arena.and_then(|arena| arena.view().object(self.page));
        object.is_some_and(|object| object.is_named(self.generation))
    }
}

impl Clone for Hold {
    fn clone(&self) -> Self {
        self.again().unwrap_or_else(|| {
            let place = (self.page, self.generation);
            Self::of_reader(Arc::clone(&self.home), Arc::clone(&self.name), place)
        })
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        // A forked child has a copy of its parent's share, which it does not give up.
        if self.mark == 0 || self.mark != process_mark() {
            return;
        }
        self.home.claims().drop(self.page, || {
            // A mark that stays is that of a participant that is alive: until that is over, the object is held.
            let _ = as_participant(self.home.ground(), |heap| {
                if let Some(object) = heap.view().object(self.page) {
                    crate::fault::point("named: about to let go");
                    heap.let_go(&object);
                }
                Ok(())
            });
        });
    }
}
