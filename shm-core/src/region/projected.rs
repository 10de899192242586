//! [`Projected`]: an owned handle to a part of a region, or of a named object in its heap.

use std::fmt;
use std::ops::{Deref, Range};
use std::ptr::NonNull;
use std::sync::Arc;

use super::OwnedGuard;
use super::mapping::Mapping;
use crate::access::Access;
use crate::error::LockError;
use crate::heap::{Hold, Named};
use crate::root::Root;
use crate::sync::Guard;

/// An owned handle to a part of a region, made by [`Region::project`](crate::Region::project), or of a named
/// object, made by [`Named::project`]. It keeps the region mapped, and the object as it is.
pub struct Projected<V: ?Sized> {
    part: NonNull<V>,
    keeper: Keeper,
}

/// What keeps the memory of a part, which is inside of it, as it is.
#[derive(Clone)]
pub(crate) enum Keeper {
    Region(Arc<Mapping>),
    /// A share in a named object, and its addresses.
    Object {
        _hold: Hold,
        addresses: Range<usize>,
    },
}

impl Keeper {
    /// The addresses that it keeps as they are.
    pub(super) fn addresses(&self) -> Range<usize> {
        match self {
            Self::Region(mapping) => {
                let (start, len) = mapping.data_range();
                start..start + len
            }
            Self::Object { addresses, .. } => addresses.clone(),
        }
    }
}

// SAFETY: a handle is a shared reference to `V`, which is Sync, and a keeper, which is both.
unsafe impl<V: ?Sized + Sync> Send for Projected<V> {}
// SAFETY: as above.
unsafe impl<V: ?Sized + Sync> Sync for Projected<V> {}

impl<V: ?Sized> Projected<V> {
    /// `part` comes from a function that takes a view of what is kept with any lifetime, so it points
    /// into that or is `'static`.
    pub(crate) fn new(part: NonNull<V>, keeper: Keeper) -> Self {
        Self { part, keeper }
    }

    /// Returns a handle to a part of this part.
    pub fn project<W: ?Sized + Sync>(&self, part: impl FnOnce(&V) -> &W) -> Projected<W> {
        Projected::new(NonNull::from(part(self)), self.keeper.clone())
    }

    /// Locks a part of this part, and keeps the guard without a lifetime; see
    /// [`Region::own`](crate::Region::own).
    ///
    /// # Errors
    /// Those of `lock`.
    ///
    /// # Panics
    /// If the guard belongs to another region or object.
    ///
    /// ```
    /// # use shm_core::{Latest, Region};
    /// let speeds = Region::<[Latest<f64>; 2]>::options().private()?;
    /// let right = speeds.project(|speeds| &speeds[1]);
    /// std::thread::spawn(move || {
    ///     let mut right = right.own(|right| right.publisher()).unwrap();
    ///     right.store(&1.5);
    /// })
    /// .join()
    /// .unwrap();
    /// assert_eq!(speeds[1].load()?, 1.5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn own<'a, G: Guard<'a>>(
        &'a self,
        lock: impl FnOnce(&'a V) -> Result<G, LockError>,
    ) -> Result<OwnedGuard<G::View>, LockError> {
        Ok(OwnedGuard::new(lock(self)?, &self.keeper))
    }
}

impl<V: ?Sized> Deref for Projected<V> {
    type Target = V;

    #[inline]
    fn deref(&self) -> &V {
        // SAFETY: `part` lives as long as the mapping (see `new`), which the keeper keeps alive (I2).
        unsafe { self.part.as_ref() }
    }
}

impl<V: ?Sized> Clone for Projected<V> {
    fn clone(&self) -> Self {
        Self { part: self.part, keeper: self.keeper.clone() }
    }
}

impl<V: ?Sized + fmt::Debug> fmt::Debug for Projected<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: Root + ?Sized, A: Access> Named<T, A> {
    fn keeper(&self) -> Keeper {
        let start = std::ptr::from_ref(&**self).addr();
        let addresses = start..start + size_of_val(&**self);
        Keeper::Object { _hold: self.hold().clone(), addresses }
    }

    /// Returns an owned handle to a part of the value, for a thread or task that works on one field. It keeps the
    /// object, as this handle does.
    ///
    /// ```
    /// # use shm_core::{Region, SharedLayout};
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Counter { hits: u64, last: f64 }
    ///
    /// let region = Region::<u64>::options().heap_max(1 << 20).private()?;
    /// let counter = region.heap().expect("it was made with one").named::<Counter>("requests")?;
    /// let hits = counter.project(|counter| &counter.hits);
    /// std::thread::spawn(move || hits.fetch_add(1)).join().unwrap();
    /// assert_eq!(counter.hits.get(), 1);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn project<V: ?Sized + Sync>(
        &self,
        part: impl FnOnce(&T::RootView<A>) -> &V,
    ) -> Projected<V> {
        Projected::new(NonNull::from(part(self)), self.keeper())
    }

    /// Locks a part of the value, and keeps the guard without a lifetime, so that a struct can have it: see
    /// [`Region::own`](crate::Region::own). It keeps the object, as this handle does.
    ///
    /// # Errors
    /// Those of `lock`.
    ///
    /// # Panics
    /// If the guard belongs to another object, or to a region.
    ///
    /// ```
    /// # use shm_core::{Mutex, Region};
    /// let region = Region::<u64>::options().heap_max(1 << 20).private()?;
    /// let heap = region.heap().expect("it was made with one");
    /// let total = heap.named::<Mutex<i64>>("total")?.own(|total| total.lock())?;
    /// total.fetch_add(5);
    /// assert!(heap.named::<Mutex<i64>>("total")?.try_lock().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn own<'a, G: Guard<'a>>(
        &'a self,
        lock: impl FnOnce(&'a T::RootView<A>) -> Result<G, LockError>,
    ) -> Result<OwnedGuard<G::View>, LockError> {
        Ok(OwnedGuard::new(lock(self)?, &self.keeper()))
    }
}
