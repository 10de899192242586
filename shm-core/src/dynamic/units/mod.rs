//! The parts of a region that mean something alone, for a program that keeps a copy of the region elsewhere: on another
//! host, in a log.
//!
//! ```text
//! origin:  DynRegion -> units() -> scan(&mut shadow) -> Change, Change, ..   (a message, say)
//! replica: Change, Change, .. -> units() of a region of the same layout -> apply()
//! ```
//!
//! | in the struct | unit | [`Units::scan`] reports | [`Units::apply`] |
//! | --- | --- | --- | --- |
//! | numbers, arrays and structs of them, C text | at most [`BLOCK`] bytes of neighbours | the leaves from the first to the last that changed | stores each leaf whole |
//! | [`Latest`](crate::Latest) | the newest version | its bytes, all of one version | makes the next version of the replica's own |
//! | [`Mutex`](crate::Mutex), [`RwLock`](crate::RwLock), a field that a lock guards | the value | its bytes, copied under the lock | stores them under the replica's lock |
//! | [`Event`](crate::Event), the one of a [`Watched`](crate::Watched) | its notifications | that there were some | notifies all waiters |
//! | [`Once`](crate::Once) | whether it is done | that | stores that |
//! | everything else | [`UnitKind::NotMirrored`] | nothing | nothing |
//!
//! A replica's locks, versions and counts are its own: only values cross. What is not mirrored, and why:
//!
//! | in the struct | why |
//! | --- | --- |
//! | [`Queue`](crate::Queue) | a value is for one process: in two regions it would be taken twice |
//! | [`Ring`](crate::Ring) | states may be skipped, and a replica could not tell its readers which items they missed |
//! | [`Semaphore`](crate::Semaphore), [`Barrier`](crate::Barrier), [`PerProcess`](crate::PerProcess) | they are about the processes of one host |
//! | [`Owned`](crate::Owned), [`Map`](crate::Map), named objects | they are handles of blocks in one region's heap |
//! | numbers of 16 bytes in place, types of unknown kinds | no process can copy them whole |
//!
//! Of a lock around live types, each part is a unit of its own: the plain ones under the lock.

mod apply;
mod bell;
mod error;
mod plan;
mod scan;
mod shadow;

pub use bell::Bell;
pub use error::UnitsError;
pub use plan::BLOCK;
pub use scan::Scan;
pub use shadow::Shadow;

use std::fmt;

use self::plan::{Item, Plan, What};
use super::memory::Memory;
use super::region::DynRegion;
use crate::access::Access;
use crate::layout::Role;

impl<A: Access> DynRegion<A> {
    /// Returns the units of the region: the parts of it that mean something alone; see [`units`](self).
    ///
    /// # Errors
    /// [`UnitsError`] if the region has too many parts, or is an object in a heap.
    ///
    /// ```
    /// use shm_core::dynamic::{DynLayout, units::Change};
    /// use shm_core::{DynRegion, Latest, Region, SharedLayout, Watched};
    ///
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Station { temperature: f64, mode: Watched<u32>, wind: Latest<[f32; 2]> }
    ///
    /// let origin = Region::<Station>::options().anonymous()?;
    /// let by_name = DynRegion::options().from_fd(origin.as_fd().unwrap().try_clone_to_owned()?)?;
    /// let units = by_name.units()?;
    /// let mut shadow = units.shadow();
    /// units.scan(&mut shadow, |_, _| ()); // the first scan reports everything
    ///
    /// let replica = DynRegion::options().anonymous(&DynLayout::from_schema(by_name.schema().clone())?)?;
    /// origin.temperature.set(21.5);
    /// origin.wind.store(&[3.0, -1.0])?;
    /// let mut message: Vec<(Change<'static>, Vec<u8>)> = Vec::new();
    /// units.scan(&mut shadow, |_, change| message.push((change.without_bytes(), change.bytes.to_vec())));
    /// let changes: Vec<_> = message.iter().map(|(head, bytes)| head.with_bytes(bytes)).collect();
    /// assert_eq!(changes.len(), 2);
    ///
    /// replica.units()?.apply(&changes)?;
    /// assert_eq!(replica.get("temperature")?.to_string(), "21.5");
    /// assert_eq!(replica.get("wind")?.to_string(), "[3.0, -1.0]");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn units(&self) -> Result<Units<A>, UnitsError> {
        if self.as_object().is_some() {
            return Err(UnitsError::Object);
        }
        let plan = Plan::of(self.schema(), self.tail_len(), self.data().len())?;
        Ok(Units { region: self.clone(), plan })
    }
}

/// The units of a region, in the order in which a message has their changes: all values in the order of the schema,
/// then all notifications and `Once`s, so that no process hears of a change before it is there.
pub struct Units<A: Access> {
    region: DynRegion<A>,
    plan: Plan,
}

impl<A: Access> Units<A> {
    /// The number of units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.plan.items.len()
    }

    /// Whether there are none: the region has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plan.items.is_empty()
    }

    /// Iterates over the units.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Unit> + '_ {
        self.plan.items.iter().map(|item| Unit(*item))
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &DynRegion<A> {
        &self.region
    }

    /// A memory of what was reported of each unit: so far, nothing.
    #[must_use]
    pub fn shadow(&self) -> Shadow {
        Shadow::new(&self.plan, self.region.data().len())
    }

    fn memory(&self) -> Memory<'_, A> {
        Memory::of(self.region.mapping())
    }
}

impl<A: Access> fmt::Debug for Units<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// One part of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit(Item);

impl Unit {
    /// Its kind.
    #[must_use]
    pub fn kind(self) -> UnitKind {
        self.0.what.kind()
    }

    /// Where it starts, in bytes from the start of the value.
    #[must_use]
    pub fn offset(self) -> u64 {
        self.0.offset as u64
    }

    /// The bytes that a change of the whole unit has. A [`UnitKind::NotMirrored`] one has as many as it takes in the region.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "the length of a notification is always 0")]
    pub fn len(self) -> u64 {
        self.0.len as u64
    }

    /// The reason why it is not mirrored, if it is not.
    #[must_use]
    pub fn reason(self) -> Option<&'static str> {
        match self.0.what {
            What::NotMirrored { reason, .. } => Some(reason),
            _ => None,
        }
    }
}

/// The kinds of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnitKind {
    /// Leaves that are each whole. A change may have some of them.
    Leaves,
    /// One version of a `Latest`.
    Latest,
    /// A value under a lock: all of it, as the lock's last holder left it.
    Guarded,
    /// Notifications of an `Event`; no bytes.
    Notified,
    /// A `Once`: one byte, 1 if it is done.
    Done,
    /// A part whose changes are not reported; [`Unit::reason`] says why. `None` is a type without a role.
    NotMirrored(Option<Role>),
}

/// A change of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// The kind of the unit.
    pub kind: UnitKind,
    /// Where the bytes are, from the start of the value.
    pub offset: u64,
    /// Of a `Latest`, the number of the version in the region that it is from; otherwise 0.
    pub version: u64,
    /// Of a value under a lock, whether the lock's last holder died and the value has not been repaired since. A replica's
    /// lock does not take this over: only its follower writes there.
    pub owner_died: bool,
    /// The bytes. Those between leaves are zeros.
    pub bytes: &'a [u8],
}

impl Change<'_> {
    /// The same with other bytes.
    #[must_use]
    pub fn with_bytes(self, bytes: &[u8]) -> Change<'_> {
        let Self { kind, offset, version, owner_died, .. } = self;
        Change { kind, offset, version, owner_died, bytes }
    }

    /// The same without bytes, to be kept apart from them.
    #[must_use]
    pub fn without_bytes(self) -> Change<'static> {
        let Self { kind, offset, version, owner_died, .. } = self;
        Change { kind, offset, version, owner_died, bytes: &[] }
    }
}
