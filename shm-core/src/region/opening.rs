//! The verbs of [`RegionOptions`] that open a region of a type that the program has.

use std::os::fd::OwnedFd;
use std::path::Path;

use super::follow::Way;
use super::open::Sender;
use super::settings::{Settings, Verb};
use super::{Follow, Mapped, Region, RegionOptions, name, open, pass};
use crate::access::{Access, ReadOnly};
use crate::error::Error;
use crate::root::Root;

/// Opening.
impl<T: Root + ?Sized, A: Access> RegionOptions<Region<T, A>> {
    /// Opens for reading only: the file with `O_RDONLY`, the memory with `PROT_READ`. The opened region
    /// has no method that writes, and these options have no verb that creates.
    ///
    /// ```
    /// use shm_core::{ReadOnly, Region};
    ///
    /// let name = format!("shm-doc-read-only-options-{}", std::process::id());
    /// let numbers = Region::<[i32]>::create_from(&name, &[3, 1, 4])?;
    /// let reader: Region<[i32], ReadOnly> = Region::<[i32]>::options().len(3).read_only().open(&name)?;
    /// assert_eq!(reader[2].get(), 4);
    /// numbers.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub const fn read_only(&self) -> RegionOptions<Region<T, ReadOnly>> {
        RegionOptions::with(self.settings)
    }

    /// Opens a region; see [`Region::open`].
    ///
    /// # Errors
    /// As [`Region::open`]; [`Error::TimedOut`] after the time to [wait](Self::wait); any other error is
    /// returned at once.
    pub fn open(&self, name: impl AsRef<Path>) -> Result<Region<T, A>, Error> {
        self.settings.expect(Verb::OPEN)?;
        let (name, path) = (name.as_ref(), name::resolve(name.as_ref())?);
        self.settings.wait_for(&name.display(), || open_at(&path, &self.settings))
    }

    /// Opens the region that has the name now, and on request the one that has it later: for programs
    /// that keep running when the region is created again. See [`Follow`].
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn follow(&self, name: impl AsRef<Path>) -> Result<Follow<Region<T, A>>, Error> {
        self.settings.expect(Verb::FOLLOW)?;
        let way = Way { open: open_at, is_current: Region::is_current };
        Follow::begin(name::resolve(name.as_ref())?, self.settings, way)
    }

    /// Opens the region that the parent process passed with [`Region::pass_to`], under the same name.
    /// Can be called repeatedly.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no region was passed under this name, or its descriptor was closed. As
    /// [`Region::open`] otherwise.
    pub fn passed(&self, name: &str) -> Result<Region<T, A>, Error> {
        self.settings.expect(Verb::PASSED)?;
        let (fd, sender) = (pass::receive(name)?, Sender::Parent);
        let mapping = open::descriptor::<T>(fd, sender, &self.settings, A::WRITABLE)?;
        Ok(Region::over(Mapped::found_at(mapping, None)))
    }

    /// Opens a region from a descriptor that another process passed or left open: a memfd, sealed
    /// against changes of its size, so that a peer cannot make an access here fail.
    ///
    /// # Errors
    /// [`Error::SealsMissing`] for anything else; then as [`Region::open`].
    ///
    /// ```
    /// use shm_core::Region;
    ///
    /// let ours = Region::<u64>::options().memfd("hits")?;
    /// let passed = ours.as_fd().unwrap().try_clone_to_owned().unwrap(); // usually over a socket
    /// let theirs = Region::<u64>::options().from_fd(passed)?;
    /// ours.set(5);
    /// assert_eq!(theirs.get(), 5);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn from_fd(&self, fd: impl Into<OwnedFd>) -> Result<Region<T, A>, Error> {
        self.settings.expect(Verb::FROM_FD)?;
        let mapping = open::descriptor::<T>(fd.into(), Sender::Any, &self.settings, A::WRITABLE)?;
        Ok(Region::over(Mapped::found_at(mapping, None)))
    }
}

pub(super) fn open_at<T: Root + ?Sized, A: Access>(
    path: &Path,
    settings: &Settings,
) -> Result<Region<T, A>, Error> {
    let mapping = open::named::<T>(path, settings, A::WRITABLE)?;
    Ok(Region::over(Mapped::found_at(mapping, Some(path))))
}
