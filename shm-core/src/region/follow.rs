//! [`Follow`]: a handle to the region that currently has a name.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Settings;
use crate::error::Error;

/// A handle to the region that currently has a name: when a new region gets the name, it opens that one.
/// Made by [`RegionOptions::follow`](crate::region::RegionOptions::follow), for typed regions and for regions by
/// name.
///
/// While the name means the same region, a check costs one system call (`stat(2)`) for a handle that
/// writes; a read-only one needs a second (`statfs(2)`) where the file system has no device of its own,
/// as in `/dev/shm`. Check once per round, not once per field.
///
/// ```
/// use shm_core::Region;
///
/// let name = format!("shm-doc-follow-{}", std::process::id());
/// let first = Region::<u64>::create_from(&name, &1)?;
/// let mut hits = Region::<u64>::options().read_only().follow(&name)?;
/// assert_eq!(hits.get()?.get(), 1);
///
/// // The other program was started again.
/// let second = Region::<u64>::options().create_or_replace_with(&name, |hits| hits.set(2))?;
/// assert_eq!(hits.get()?.get(), 2); // all that a reader's loop needs assert_eq!(first.get(), 1);
/// # second.unlink()?;
/// # Ok::<(), shm_core::Error>(())
/// ```
pub struct Follow<R> {
    region: R,
    path: PathBuf,
    settings: Settings,
    way: Way<R>,
}

/// How regions of one kind are opened and checked.
pub(crate) struct Way<R> {
    /// Opens the region at a path.
    pub(crate) open: fn(&Path, &Settings) -> Result<R, Error>,
    /// Returns whether the path still means the region.
    pub(crate) is_current: fn(&R) -> bool,
}

impl<R> Follow<R> {
    /// Opens the region that currently has the name.
    pub(crate) fn begin(path: PathBuf, settings: Settings, way: Way<R>) -> Result<Self, Error> {
        let region = open(&path, &settings, &way)?;
        Ok(Self { region, path, settings, way })
    }

    /// Returns the region that currently has the name.
    ///
    /// # Errors
    /// As [`refresh`](Self::refresh).
    pub fn get(&mut self) -> Result<&R, Error> {
        self.refresh()?;
        Ok(&self.region)
    }

    /// Checks whether the name means a new region; if so, opens it and returns `true`.
    ///
    /// # Errors
    /// As opening, if the name means no region or one that cannot be opened. The last region then stays
    /// available as [`last`](Self::last), and the next call tries again. With a time to
    /// [wait](crate::region::RegionOptions::wait), this waits for a name that does not exist.
    ///
    /// ```
    /// use shm_core::{Error, Region};
    ///
    /// let name = format!("shm-doc-follow-refresh-{}", std::process::id());
    /// let first = Region::<u64>::create_from(&name, &1)?;
    /// let mut hits = Region::<u64>::options().follow(&name)?;
    /// assert!(!hits.refresh()?);
    ///
    /// first.unlink()?;
    /// assert!(matches!(hits.refresh(), Err(Error::NotFound { .. })));
    /// assert_eq!(hits.last().get(), 1);
    ///
    /// let second = Region::<u64>::create_from(&name, &2)?;
    /// assert!(hits.refresh()?);
    /// assert_eq!(hits.last().get(), 2);
    /// # second.unlink()?;
    /// # Ok::<(), Error>(())
    /// ```
    pub fn refresh(&mut self) -> Result<bool, Error> {
        if (self.way.is_current)(&self.region) {
            return Ok(false);
        }
        self.region = open(&self.path, &self.settings, &self.way)?;
        Ok(true)
    }

    /// Returns the region that had the name at the last check, without checking again.
    #[must_use]
    pub fn last(&self) -> &R {
        &self.region
    }
}

fn open<R>(path: &Path, settings: &Settings, way: &Way<R>) -> Result<R, Error> {
    settings.wait_for(&path.display(), || (way.open)(path, settings))
}

impl<R: fmt::Debug> fmt::Debug for Follow<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follow").field("path", &self.path).field("last", &self.region).finish()
    }
}
