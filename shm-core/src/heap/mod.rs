//! Values of any length: [`Owned`] and [`Map`], and the [`Heap`] in which they are.
//!
//! A region can have a heap: memory from which any process takes what it needs for a value and gives it
//! back. An [`Owned`] is a place in a struct that owns one value there; a [`Map`] owns any number of them,
//! by keys. No process holds an address or a
//! handle of its own, so nothing can dangle or be freed twice.
//!
//! ```
//! use shm_core::{Owned, Region, SharedLayout};
//!
//! #[derive(SharedLayout)]
//! #[repr(C)]
//! struct Board {
//!     title: Owned<str>,
//!     samples: Owned<[f32]>,
//! }
//!
//! let name = format!("shm-doc-heap-{}", std::process::id());
//! let board = Region::<Board>::options().heap_max(1 << 20).create(&name)?;
//! board.title.set("today")?;
//! board.samples.set(&[0.5, 1.5])?;
//!
//! let reader = Region::<Board>::open_read_only(&name)?; // usually in another process
//! assert_eq!(reader.title.load()?, "today");
//! assert_eq!(reader.samples.load()?, [0.5, 1.5]);
//! # board.unlink()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a death leaves
//!
//! A process that is killed, at any instruction, leaves the old value or the new one, whole. Readers take
//! no lock and wait for no process. What a dead process had in hand, at most about 50 KiB, is found when the
//! heap is short of memory, or by [`Heap::recover`].
//!
//! # Memory
//!
//! The file is as long as the heap can become ([`heap_max`](crate::region::RegionOptions::heap_max)), and
//! sparse: memory is reserved as the heap grows, before it is used, so that a full file system is a
//! [`HeapError::Full`] and not a SIGBUS. A value takes 8 bytes more than it has, rounded up to the next
//! size of a block. Memory that was reserved stays with the region.

mod claims;
mod content;
mod decoder;
mod elements;
mod encoder;
mod entries;
mod finder;
mod heap_value;
mod hold;
mod map;
mod map_change;
mod map_view;
mod map_writer;
mod named;
mod objects;
mod owned;
mod part;
mod parts;
mod replace;
mod view;
mod writer;
mod zero;

use std::fmt;
use std::marker::PhantomData;

use crate::access::{Access, CanWrite};
use crate::error::LockError;
use crate::registry::Ground;

pub use crate::error::HeapError;
pub use crate::protocol::heap::audit::{Contradiction, Fault, Report, Stats};
pub(crate) use claims::Claims;
pub use content::Content;
#[doc(hidden)]
pub use decoder::{Decoded, Decoder};
#[doc(hidden)]
pub use encoder::Encoder;
pub(crate) use entries::{change_entry, clear_entries};
pub use heap_value::HeapValue;
pub(crate) use hold::{Hold, Home, Objects};
pub use map::Map;
pub use map_view::MapView;
pub use named::Named;
pub use objects::NamedObject;
pub use owned::Owned;
pub use part::Part;
#[doc(hidden)]
pub use part::Shown;
#[doc(hidden)]
pub use parts::{Each, Tail};
pub(crate) use replace::replace_bytes;
pub use shm_derive::HeapValue;
pub use view::OwnedView;

/// The heap of a region; from [`Region::heap`](crate::Region::heap).
#[derive(Clone, Copy)]
pub struct Heap<'a, A: Access> {
    ground: Ground<'a>,
    home: &'a dyn Home,
    access: PhantomData<A>,
}

impl<'a, A: Access> Heap<'a, A> {
    /// The heap of a region, if it has one; the mapping is writable if `A` writes (I3).
    pub(crate) fn of(ground: Ground<'a>, home: &'a dyn Home) -> Option<Self> {
        ground.arena().map(|_| Self { ground, home, access: PhantomData })
    }

    /// Returns the figures of the heap, which other processes may be changing meanwhile. Looks at every
    /// block.
    ///
    /// ```
    /// use shm_core::{Owned, Region};
    ///
    /// let note = Region::<Owned<str>>::options().heap_max(1 << 20).private()?;
    /// note.set("some text")?;
    /// let stats = note.heap().expect("it was made with one").stats();
    /// assert_eq!(stats.linked, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.ground.arena().map(|arena| arena.view().stats()).unwrap_or_default()
    }

    /// Looks at every word of the heap, and reports what contradicts something else. While a process is at
    /// work in the heap, that may be a change in the middle.
    #[must_use]
    pub fn audit(&self) -> Report {
        self.ground.arena().map(|arena| arena.view().audit()).unwrap_or_default()
    }

    /// Takes back what dead processes had in hand, and what this process keeps for its next values. Returns
    /// the number of blocks that were settled. Waits for no process but for the one that holds the heap's
    /// lock; may be interrupted and repeated.
    ///
    /// A process that finds no room for a value does the same before it gives up.
    ///
    /// # Errors
    /// If this process cannot take part in the region.
    pub fn recover(&self) -> Result<usize, HeapError>
    where
        A: CanWrite,
    {
        let (arena, me) = (self.ground.arena().ok_or(HeapError::NoHeap)?, self.ground.owner()?);
        let peers = self.ground.peers(None);
        let ours = crate::arena::Private::new(arena, me, &peers);
        let busy = |_| LockError::Busy;
        let settled = ours.heap().recover() + ours.heap().settle_objects().map_err(busy)?;
        ours.tidy().map_err(busy)?;
        Ok(settled)
    }
}

/// The figures.
impl<A: Access> fmt::Debug for Heap<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Heap").field(&self.stats()).finish()
    }
}
