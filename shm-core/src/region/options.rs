//! [`RegionOptions`]: how to create and open.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::mapping::Mapping;
use super::temporary::Taken;
use super::{Region, create, name, open};
use crate::access::{Access, ReadOnly, ReadWrite};
use crate::dynamic::DynRegion;
use crate::error::Error;
use crate::placeable::Placeable;
use crate::root::{Root, RootValue, View};
use crate::shared_layout::ValidZeroed;

/// Whether a new region's space is set aside at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    Reserved,
    Sparse,
}

/// How many processes can take part in a region's locks unless more are asked for.
const PARTICIPANTS: u32 = 128;

/// How to create and open regions, where the shortcuts on [`Region`] do not do.
///
/// ```
/// use shm_core::RegionOptions;
///
/// let name = format!("shm-doc-options-{}", std::process::id());
/// let samples =
///     RegionOptions::new().mode(0o640).len(1000).populate(true).create::<[f64]>(&name)?;
/// assert_eq!(samples.len(), 1000);
/// samples.unlink()?;
/// # Ok::<(), shm_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RegionOptions {
    pub(super) mode: u32,
    pub(super) populate: bool,
    pub(super) space: Space,
    pub(super) allowed_owner: Option<u32>,
    pub(super) len: Option<usize>,
    pub(super) after_reboot: bool,
    pub(super) participants: u32,
    pub(super) capacity: Option<usize>,
    pub(super) named_temporary: bool,
}

impl Default for RegionOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// The options themselves.
impl RegionOptions {
    /// Mode 0600, space reserved, not populated, own files only, no length, nothing from before a
    /// reboot.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            mode: 0o600,
            populate: false,
            space: Space::Reserved,
            allowed_owner: None,
            len: None,
            after_reboot: false,
            participants: PARTICIPANTS,
            capacity: None,
            named_temporary: false,
        }
    }

    /// The permission bits of a new file, such as `0o640`; the umask does not matter. Others who
    /// open it must also allow this user, with [`RegionOptions::allow_owner`].
    #[must_use]
    pub const fn mode(mut self, mode: u32) -> Self {
        self.mode = mode;
        self
    }

    /// Whether to fault all pages in while mapping (`MAP_POPULATE`), so that no later access does.
    #[must_use]
    pub const fn populate(mut self, populate: bool) -> Self {
        self.populate = populate;
        self
    }

    /// Whether to leave the space of a new region unreserved: pages take memory when they are first
    /// touched. If there is none left then, the process dies of SIGBUS.
    #[must_use]
    pub const fn sparse(mut self, sparse: bool) -> Self {
        self.space = if sparse { Space::Sparse } else { Space::Reserved };
        self
    }

    /// Opens files of this user too, beside one's own: that user can then change the region, and
    /// truncate it.
    ///
    /// In a user namespace, the overflow user (65534, unless `/proc/sys/kernel/overflowuid` says
    /// otherwise) is every user that has no number there, this process's own included: allowing it
    /// trusts all of them. It is not taken for this process's user without that, unless
    /// `/proc/self/uid_map` shows that every user has a number.
    #[must_use]
    pub const fn allow_owner(mut self, user: u32) -> Self {
        self.allowed_owner = Some(user);
        self
    }

    /// The run-time length: elements of a new `[T]` or trailing slice. When opening, the length that
    /// the region must have.
    #[must_use]
    pub const fn len(mut self, len: usize) -> Self {
        self.len = Some(len);
        self
    }

    /// How many processes can take part in the locks of a new region at the same time: 1 to 1023, 128
    /// if not given. Each takes 64 bytes; a region without locks has none.
    #[must_use]
    pub const fn participants(mut self, count: u32) -> Self {
        self.participants = count;
        self
    }

    /// How many bytes a new region sets aside for its value, at least the value's size: room for
    /// fields that later programs add. Goes before what `#[shm(capacity = N)]` says. A value with a
    /// run-time length has none.
    ///
    /// ```
    /// use shm_core::{Region, RegionOptions, SharedLayout};
    ///
    /// mod today {
    ///     #[derive(shm_core::SharedLayout)]
    ///     #[repr(C)]
    ///     pub struct Station { pub temperature: f64 }
    /// }
    /// mod tomorrow {
    ///     #[derive(shm_core::SharedLayout)]
    ///     #[repr(C)]
    ///     pub struct Station { pub temperature: f64, pub humidity: f32 }
    /// }
    ///
    /// let name = format!("shm-doc-capacity-{}", std::process::id());
    /// let old = RegionOptions::new().capacity(256).create::<today::Station>(&name)?;
    /// old.temperature.set(21.5);
    ///
    /// let new = Region::<tomorrow::Station>::open(&name)?; // while the old program goes on
    /// assert_eq!((new.temperature.get(), new.humidity.get()), (21.5, 0.0));
    /// # new.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub const fn capacity(mut self, bytes: usize) -> Self {
        self.capacity = Some(bytes);
        self
    }

    /// Opens a region that was made before the machine was last started, as a file on a disk can be.
    /// [`Boot`](super::Boot) says how that is told.
    #[must_use]
    pub const fn after_reboot(mut self, accept: bool) -> Self {
        self.after_reboot = accept;
        self
    }

    /// Creates under a temporary name even where the file system can do without one.
    #[doc(hidden)]
    #[must_use]
    pub const fn named_temporary(mut self, named: bool) -> Self {
        self.named_temporary = named;
        self
    }
}

/// Opening.
impl RegionOptions {
    /// Opens a region for reading and writing; see [`Region::open`].
    ///
    /// # Errors
    /// As [`Region::open`].
    pub fn open<T: Root + ?Sized>(&self, name: impl AsRef<Path>) -> Result<Region<T>, Error> {
        self.open_as(name.as_ref())
    }

    /// Opens a region for reading only; see [`Region::open_read_only`].
    ///
    /// # Errors
    /// As [`Region::open`].
    pub fn open_read_only<T: Root + ?Sized>(
        &self,
        name: impl AsRef<Path>,
    ) -> Result<Region<T, ReadOnly>, Error> {
        self.open_as(name.as_ref())
    }

    /// Opens a region, waiting for it to be created; see [`Region::open_wait`].
    ///
    /// # Errors
    /// [`Error::TimedOut`], or as [`Region::open`] for anything that waiting cannot mend.
    pub fn open_wait<T: Root + ?Sized, A: Access>(
        &self,
        name: impl AsRef<Path>,
        timeout: Duration,
    ) -> Result<Region<T, A>, Error> {
        let deadline = Instant::now().checked_add(timeout);
        let mut pause = Duration::from_millis(1);
        loop {
            let error = match self.open_as(name.as_ref()) {
                Err(error @ Error::NotFound { .. }) => error,
                other => return other,
            };
            let left =
                deadline.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                let region = name.as_ref().display().to_string();
                return Err(Error::TimedOut { region, source: Box::new(error) });
            }
            std::thread::sleep(pause.min(left));
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }

    /// Opens a region for reading and writing without its type; see [`DynRegion::open`].
    ///
    /// # Errors
    /// As [`DynRegion::open`].
    pub fn open_dynamic(&self, name: impl AsRef<Path>) -> Result<DynRegion, Error> {
        self.open_dynamic_as(name.as_ref())
    }

    /// Opens a region for reading only, without its type; see [`DynRegion::open_read_only`].
    ///
    /// # Errors
    /// As [`DynRegion::open`].
    pub fn open_dynamic_read_only(
        &self,
        name: impl AsRef<Path>,
    ) -> Result<DynRegion<ReadOnly>, Error> {
        self.open_dynamic_as(name.as_ref())
    }

    fn open_dynamic_as<A: Access>(&self, name: &Path) -> Result<DynRegion<A>, Error> {
        let path = name::resolve(name)?;
        let explained = open::by_schema(&path, self, A::WRITABLE)?;
        Ok(DynRegion::over(explained, &path))
    }

    /// Opens a region from a passed descriptor; see [`Region::from_fd`].
    ///
    /// # Errors
    /// As [`Region::from_fd`].
    pub fn from_fd<T: Root + ?Sized, A: Access>(
        &self,
        fd: impl Into<OwnedFd>,
    ) -> Result<Region<T, A>, Error> {
        let mapping = open::descriptor::<T>(fd.into(), self, A::WRITABLE)?;
        Ok(Region::over(mapping, None, false))
    }

    fn open_as<T: Root + ?Sized, A: Access>(&self, name: &Path) -> Result<Region<T, A>, Error> {
        let path = name::resolve(name)?;
        let mapping = open::named::<T>(&path, self, A::WRITABLE)?;
        Ok(Region::over(mapping, Some(path.into()), false))
    }
}

/// Creating.
impl RegionOptions {
    /// Creates a region full of zeros; see [`Region::create`].
    ///
    /// # Errors
    /// As [`Region::create`].
    pub fn create<T: Root + Placeable + ValidZeroed + ?Sized>(
        &self,
        name: impl AsRef<Path>,
    ) -> Result<Region<T>, Error> {
        self.create_as(name.as_ref(), Taken::Refuse, &mut |_| {})
    }

    /// Creates a region that holds `value`; see [`Region::create_from`].
    ///
    /// # Errors
    /// As [`Region::create`].
    pub fn create_from<T: RootValue + Placeable + ?Sized>(
        &self,
        name: impl AsRef<Path>,
        value: &T,
    ) -> Result<Region<T>, Error> {
        self.for_value(value).create_with(name, |view| T::store_root(view, value))
    }

    /// Creates a region that `init` fills in; see [`Region::create_with`].
    ///
    /// # Errors
    /// As [`Region::create`].
    pub fn create_with<T: Root + Placeable + ?Sized>(
        &self,
        name: impl AsRef<Path>,
        mut init: impl FnMut(&View<T>),
    ) -> Result<Region<T>, Error> {
        self.create_as(name.as_ref(), Taken::Refuse, &mut init)
    }

    /// Creates a region that `init` fills in and gives it the name, whatever had it before; see
    /// [`Region::create_or_replace`].
    ///
    /// # Errors
    /// As [`Region::create`], but for [`Error::AlreadyExists`].
    pub fn create_or_replace_with<T: Root + Placeable + ?Sized>(
        &self,
        name: impl AsRef<Path>,
        mut init: impl FnMut(&View<T>),
    ) -> Result<Region<T>, Error> {
        self.create_as(name.as_ref(), Taken::Replace, &mut init)
    }

    /// Opens the region or, if there is none, creates it with `init`; see
    /// [`Region::open_or_create`].
    ///
    /// # Errors
    /// As [`Region::open`] and [`Region::create`].
    pub fn open_or_create_with<T: Root + Placeable + ?Sized>(
        &self,
        name: impl AsRef<Path>,
        mut init: impl FnMut(&View<T>),
    ) -> Result<Region<T>, Error> {
        let name = name.as_ref();
        loop {
            match self.open_as(name) {
                Err(Error::NotFound { .. }) => {}
                other => return other,
            }
            match self.create_as(name, Taken::Refuse, &mut init) {
                // Somebody else was faster: theirs is the region.
                Err(Error::AlreadyExists { .. }) => {}
                other => return other,
            }
        }
    }

    /// Creates a sealed region without a name; see [`Region::memfd`].
    ///
    /// # Errors
    /// As [`Region::create`].
    pub fn memfd_with<T: Root + Placeable + ?Sized>(
        &self,
        label: &str,
        mut init: impl FnMut(&View<T>),
    ) -> Result<Region<T>, Error> {
        let mapping = create::memfd::<T>(label, self, &mut init)?;
        Ok(Region::over(mapping, None, true))
    }

    /// Maps memory of this process alone; see [`Region::private`].
    ///
    /// # Errors
    /// As [`Region::private`].
    pub fn private_with<T: Root + Placeable + ?Sized>(
        &self,
        mut init: impl FnMut(&View<T>),
    ) -> Result<Region<T>, Error> {
        let region = Region::over(create::private::<T>(self)?, None, true);
        init(&*region);
        Ok(region)
    }

    /// These options with the run-time length of `value`, where it has one.
    pub(super) fn for_value<T: RootValue + ?Sized>(&self, value: &T) -> Self {
        let mut options = self.clone();
        options.len = T::TAIL.map(|_| value.tail_len());
        options
    }

    fn create_as<T: Root + ?Sized>(
        &self,
        name: &Path,
        taken: Taken,
        init: &mut dyn FnMut(&View<T, ReadWrite>),
    ) -> Result<Region<T>, Error> {
        let path = name::resolve(name)?;
        let mapping: Arc<Mapping> = create::named::<T>(&path, self, taken, init)?;
        Ok(Region::over(mapping, Some(path.into()), true))
    }
}
