//! [`Projected`]: an owned handle to a part of a region.

use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;

use super::OwnedGuard;
use super::mapping::Mapping;
use crate::error::LockError;
use crate::sync::Guard;

/// An owned handle to a part of a region, made by [`Region::project`](crate::Region::project). It
/// keeps the region mapped.
pub struct Projected<V: ?Sized> {
    part: NonNull<V>,
    mapping: Arc<Mapping>,
}

// SAFETY: a handle is a shared reference to `V`, which is Sync, and an Arc.
unsafe impl<V: ?Sized + Sync> Send for Projected<V> {}
// SAFETY: as above.
unsafe impl<V: ?Sized + Sync> Sync for Projected<V> {}

impl<V: ?Sized> Projected<V> {
    /// `part` comes from a function that takes a view of this mapping with any lifetime, so it points
    /// into the mapping or is `'static`.
    pub(super) fn new(part: NonNull<V>, mapping: Arc<Mapping>) -> Self {
        Self { part, mapping }
    }

    /// Returns a handle to a part of this part.
    pub fn project<W: ?Sized + Sync>(&self, part: impl FnOnce(&V) -> &W) -> Projected<W> {
        Projected::new(NonNull::from(part(self)), Arc::clone(&self.mapping))
    }

    /// Locks a part of this part, and keeps the guard without a lifetime; see
    /// [`Region::own`](crate::Region::own).
    /// [`Region::own`](crate::Region::own).
    ///
    /// # Errors
    /// Those of `lock`.
    ///
    /// # Panics
    /// If the guard belongs to another region.
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
        Ok(OwnedGuard::new(lock(self)?, &self.mapping))
    }
}

impl<V: ?Sized> Deref for Projected<V> {
    type Target = V;

    #[inline]
    fn deref(&self) -> &V {
        // SAFETY: `part` lives as long as the mapping (see `new`), which `self` keeps alive (I2).
        unsafe { self.part.as_ref() }
    }
}

impl<V: ?Sized> Clone for Projected<V> {
    fn clone(&self) -> Self {
        Self { part: self.part, mapping: Arc::clone(&self.mapping) }
    }
}

impl<V: ?Sized + fmt::Debug> fmt::Debug for Projected<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
