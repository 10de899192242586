//! [`RemoveOnDrop`]: a handle that removes its region's name when it is dropped.

use std::fmt;
use std::ops::Deref;

use crate::attach::epoch;
use crate::error::Error;

/// A handle that removes the region's name when it is dropped, also by a panic. Made by
/// [`Region::remove_on_drop`](crate::Region::remove_on_drop) and the same method of
/// [`DynRegion`](crate::DynRegion). It derefs to the handle.
///
/// - Only the name is removed, and only if it still means this region: a region that has replaced it
///   stays. Processes that have the region mapped keep it.
/// - A child made by `fork(2)` removes nothing; only the process that made this handle does.
/// - A process that is killed, or calls `exit(3)` or `abort(3)`, removes nothing, because it drops
///   nothing. Use a [memfd](crate::region::RegionOptions::memfd) if nothing may be left even then.
/// - A region without a name has nothing to remove.
///
/// ```
/// use shm_core::Region;
///
/// let name = format!("shm-doc-remove-on-drop-{}", std::process::id());
/// let hits = Region::<u64>::create(&name)?.remove_on_drop();
/// hits.set(1);
/// drop(hits);
/// assert!(Region::<u64>::open(&name).is_err());
/// # Ok::<(), shm_core::Error>(())
/// ```
#[must_use = "the region loses its name as soon as this is dropped"]
pub struct RemoveOnDrop<R> {
    region: R,
    unlink: fn(&R) -> Result<(), Error>,
    /// The id and the mark of the process that removes the name; `None` to keep it.
    owner: Option<(u32, u64)>,
}

impl<R> RemoveOnDrop<R> {
    pub(crate) fn new(region: R, unlink: fn(&R) -> Result<(), Error>) -> Self {
        // Without memory for a mark, the id has to suffice: two processes of different pid namespaces
        // can have the same one, but hardly a parent and its child.
        let mark = epoch::begin().map_or(0, |(_, mark)| mark);
        Self { region, unlink, owner: Some((std::process::id(), mark)) }
    }

    /// Returns the handle; its region keeps the name.
    pub fn keep(mut self) -> R
    where
        R: Clone,
    {
        self.owner = None;
        self.region.clone()
    }
}

impl<R> Deref for RemoveOnDrop<R> {
    type Target = R;

    #[inline]
    fn deref(&self) -> &R {
        &self.region
    }
}

impl<R> Drop for RemoveOnDrop<R> {
    fn drop(&mut self) {
        if self.owner == Some((std::process::id(), epoch::mark())) {
            // The name stays if it means another region by now, or cannot be removed.
            let _ = (self.unlink)(&self.region);
        }
    }
}

impl<R: fmt::Debug> fmt::Debug for RemoveOnDrop<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.region.fmt(f)
    }
}
