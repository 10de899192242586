//! [`Ground`]: the region around a word of a value, with its heap and this process's seat in it.

use std::cell::Cell;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use super::{Entered, Site, around_any};
use crate::arena::{Arena, Peers, Private};
use crate::attach::epoch;
use crate::error::LockError;

/// A mapped region, for as long as something keeps it mapped.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a>(&'a Site);

/// A thread's memory of the last region in which it looked for a heap.
#[derive(Clone, Copy)]
struct Hit {
    epoch: u64,
    start: usize,
    len: usize,
    site: *const Site,
}

thread_local! {
    static LAST_GROUND: Cell<Hit> =
        const { Cell::new(Hit { epoch: u64::MAX, start: 0, len: 0, site: std::ptr::null() }) };
}

/// The region around a word of a value, if the word is in one.
#[inline]
pub(crate) fn ground(word: &AtomicU64) -> Option<Ground<'_>> {
    let hit = LAST_GROUND.get();
    let within = std::ptr::from_ref(word).addr().wrapping_sub(hit.start) < hit.len;
    if hit.epoch != epoch::now() || !within {
        return find(word);
    }
    // SAFETY: nothing was unmapped since this site was found, so it is still the one around its addresses,
    // and `word` keeps it mapped and entered (I13).
    Some(Ground(unsafe { &*hit.site }))
}

#[cold]
fn find(word: &AtomicU64) -> Option<Ground<'_>> {
    let site = around_any(word)?;
    // Without an epoch, nothing can be remembered.
    if let Ok((epoch, _)) = epoch::begin() {
        let (start, len) = (site.data.start, site.data.len());
        LAST_GROUND.set(Hit { epoch, start, len, site });
    }
    Some(Ground(site))
}

impl Entered {
    /// The region that was entered.
    pub(crate) fn ground(&self) -> Ground<'_> {
        Ground(&self.0)
    }
}

impl<'a> Ground<'a> {
    /// The name of the region in error messages.
    pub(crate) fn label(self) -> &'a str {
        &self.0.label
    }

    /// The region's heap, if it has one.
    #[inline]
    pub(crate) fn arena(self) -> Option<&'a Arena> {
        self.0.arena.as_ref()
    }

    /// The owner bits of this process; attaches if need be.
    #[inline]
    pub(crate) fn owner(self) -> Result<u32, LockError> {
        match self.0.seat.known_owner() {
            Some(owner) => Ok(owner),
            None => self.0.seat.owner(&self.0.label),
        }
    }

    /// The other participants, while an operation lasts that waits until `deadline` at most.
    #[inline]
    pub(crate) fn peers(self, deadline: Option<Instant>) -> Peers<'a> {
        Peers::new(&self.0.seat, deadline)
    }
}

impl Site {
    /// Gives back the blocks of the heap that this process has cached, while it still takes part.
    pub(super) fn flush(&self) {
        if let (Some(arena), Some(me)) = (&self.arena, self.seat.known_owner()) {
            Private::new(arena, me, &Peers::new(&self.seat, None)).flush();
        }
    }
}
