//! The constructors of [`Region`], each with the default [`RegionOptions`].

use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Duration;

use super::{Region, RegionOptions};
use crate::access::{ReadOnly, ReadWrite};
use crate::error::Error;
use crate::placeable::Placeable;
use crate::root::{Root, RootValue, TailRoot, View};
use crate::shared_layout::{SharedLayout, ValidZeroed};

const DEFAULT: RegionOptions = RegionOptions::new();

/// Creating a region by name. A plain name, such as `station`, means `/dev/shm/station`; anything
/// with a slash is a path. `/station` is refused: shm_open(3) means another file by it than open(2).
impl<T: Root + ?Sized> Region<T> {
    /// Creates a region that holds `value`: a plain value, or a slice of them.
    ///
    /// # Errors
    /// As [`Region::create`].
    ///
    /// ```
    /// use shm_core::Region;
    ///
    /// let name = format!("shm-doc-create-from-{}", std::process::id());
    /// let numbers = Region::<[i32]>::create_from(&name, &[3, 1, 4])?;
    /// assert_eq!(numbers[2].get(), 4);
    /// numbers.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn create_from(name: impl AsRef<Path>, value: &T) -> Result<Self, Error>
    where
        T: RootValue + Placeable,
    {
        DEFAULT.create_from(name, value)
    }

    /// Creates a region, zeroed, and has `init` fill it in before anybody else can see it. If `init`
    /// panics or the process dies, no region comes to exist.
    ///
    /// # Errors
    /// As [`Region::create`].
    ///
    /// ```
    /// # use shm_core::{Region, SharedLayout};
    /// # #[derive(SharedLayout)] #[repr(C)] struct Station { temperature: f64, hits: u64 }
    /// let name = format!("shm-doc-create-with-{}", std::process::id());
    /// let station = Region::<Station>::create_with(&name, |station| station.temperature.set(20.0))?;
    /// assert_eq!(station.temperature.get(), 20.0);
    /// station.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn create_with(name: impl AsRef<Path>, init: impl FnMut(&View<T>)) -> Result<Self, Error>
    where
        T: Placeable,
    {
        DEFAULT.create_with(name, init)
    }

    /// Opens the region or, if there is none, creates it and has `init` fill it in. Of any number of
    /// processes that do this at once, exactly one creates; see [`Region::created`].
    ///
    /// # Errors
    /// As [`Region::open`] and [`Region::create`].
    ///
    /// ```
    /// # use shm_core::{Region, SharedLayout};
    /// # #[derive(SharedLayout)] #[repr(C)] struct Station { temperature: f64, hits: u64 }
    /// let name = format!("shm-doc-open-or-create-with-{}", std::process::id());
    /// for _ in 0..2 {
    ///     let station = Region::<Station>::open_or_create_with(&name, |new| new.temperature.set(20.0))?;
    ///     station.hits.fetch_add(1);
    /// }
    /// let station = Region::<Station>::open(&name)?;
    /// assert_eq!((station.temperature.get(), station.hits.get()), (20.0, 2));
    /// station.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn open_or_create_with(
        name: impl AsRef<Path>,
        init: impl FnMut(&View<T>),
    ) -> Result<Self, Error>
    where
        T: Placeable,
    {
        DEFAULT.open_or_create_with(name, init)
    }

    /// Creates a region that `init` fills in, and gives it the name, whatever had it before, in one
    /// step: at any time the name means the old region or the new one. Processes that have the old
    /// one mapped keep it; [`Region::is_current`] tells them. A process that is killed between making
    /// the region and replacing the old one leaves a hidden file `.shm-new.*` beside it, which the next
    /// region that is made in this directory removes. See [`Leftover`](super::Leftover).
    ///
    /// # Errors
    /// As [`Region::create`], but for [`Error::AlreadyExists`].
    ///
    /// ```
    /// # use shm_core::Region;
    /// let name = format!("shm-doc-replace-with-{}", std::process::id());
    /// let old = Region::<u64>::create_from(&name, &1)?;
    /// let new = Region::<u64>::create_or_replace_with(&name, |value| value.set(2))?;
    /// assert_eq!((old.get(), new.get()), (1, 2));
    /// new.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn create_or_replace_with(
        name: impl AsRef<Path>,
        init: impl FnMut(&View<T>),
    ) -> Result<Self, Error>
    where
        T: Placeable,
    {
        DEFAULT.create_or_replace_with(name, init)
    }

    /// As [`Region::create_with`], sealed and without a name: see [`Region::memfd`].
    ///
    /// # Errors
    /// As [`Region::memfd`].
    ///
    /// ```
    /// use std::num::NonZeroU32;
    /// use shm_core::Region;
    ///
    /// let id = Region::<NonZeroU32>::memfd_with("id", |id| id.set(NonZeroU32::MIN))?;
    /// assert_eq!(id.get()?, NonZeroU32::MIN);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn memfd_with(label: &str, init: impl FnMut(&View<T>)) -> Result<Self, Error>
    where
        T: Placeable,
    {
        DEFAULT.memfd_with(label, init)
    }

    /// Opens a region for reading and writing, after its header was checked and its layout found to
    /// be `T`'s, or one that goes together with `T`'s. If `T` has more fields than the region, and the region
    /// room for them, they are noted in the region first; see [`RegionOptions::capacity`](super::RegionOptions::capacity).
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::PermissionDenied`], [`Error::ForeignOwner`],
    /// [`Error::NotRegularFile`], [`Error::Rebooted`], or [`Error::Format`] with what is wrong with
    /// its bytes: no region, another version, damaged, truncated, another layout. [`Error::Io`] of kind `TimedOut`
    /// if another process keeps new fields from being noted.
    ///
    /// ```
    /// use shm_core::{Error, Region};
    ///
    /// let name = format!("shm-doc-open-{}", std::process::id());
    /// assert!(matches!(Region::<u64>::open(&name), Err(Error::NotFound { .. })));
    /// let hits = Region::<u64>::create(&name)?;
    /// Region::<u64>::open(&name)?.set(5);
    /// assert_eq!(hits.get(), 5);
    /// assert!(matches!(Region::<f64>::open(&name), Err(Error::Format { .. }))); // another layout
    /// hits.unlink()?;
    /// # Ok::<(), Error>(())
    /// ```
    pub fn open(name: impl AsRef<Path>) -> Result<Self, Error> {
        DEFAULT.open(name)
    }

    /// As [`Region::open`], but waits for the region to be created: the reader may start first.
    ///
    /// # Errors
    /// [`Error::TimedOut`] after `timeout`; as [`Region::open`] at once for anything that waiting
    /// cannot mend.
    ///
    /// ```
    /// use std::time::Duration;
    /// use shm_core::Region;
    ///
    /// let name = format!("shm-doc-wait-{}", std::process::id());
    /// let reader = std::thread::spawn({
    ///     let name = name.clone(); // in another process, as a rule
    ///     move || Region::<u64>::open_wait(name, Duration::from_secs(10)).map(|r| r.get())
    /// });
    /// let writer = Region::<u64>::create_from(&name, &7)?;
    /// assert_eq!(reader.join().unwrap()?, 7);
    /// writer.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn open_wait(name: impl AsRef<Path>, timeout: Duration) -> Result<Self, Error> {
        DEFAULT.open_wait(name, timeout)
    }

    /// Opens a region for reading: the file with `O_RDONLY`, the memory with `PROT_READ`. Nothing
    /// this process does can change the region, and its view has no method that would.
    ///
    /// # Errors
    /// As [`Region::open`]; and `NotGrown` if the region has room for fields that only `T` has: a program
    /// that writes has to note them first.
    ///
    /// ```
    /// use shm_core::{Access, Region, View};
    ///
    /// /// Takes both kinds of region.
    /// fn show(hits: &View<u64, impl Access>) -> String {
    ///     format!("{} hits", hits.get())
    /// }
    ///
    /// let name = format!("shm-doc-read-only-{}", std::process::id());
    /// let hits = Region::<u64>::create_from(&name, &3)?;
    /// let reader = Region::<u64>::open_read_only(&name)?;
    /// assert_eq!(show(&reader), "3 hits");
    /// assert_eq!(show(&reader), show(&hits));
    /// // reader.set(4);   does not compile: "this view is read-only"
    /// hits.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn open_read_only(name: impl AsRef<Path>) -> Result<Region<T, ReadOnly>, Error> {
        DEFAULT.open_read_only(name)
    }

    /// As [`Region::open_wait`], for reading only.
    ///
    /// # Errors
    /// As [`Region::open_wait`].
    pub fn open_wait_read_only(
        name: impl AsRef<Path>,
        timeout: Duration,
    ) -> Result<Region<T, ReadOnly>, Error> {
        DEFAULT.open_wait(name, timeout)
    }

    /// Opens a region from a descriptor that another process passed or left open: a memfd, sealed
    /// against changes of its size, so that nothing a peer does can make an access here fail.
    ///
    /// # Errors
    /// [`Error::SealsMissing`] for anything else; then as [`Region::open`].
    ///
    /// ```
    /// use shm_core::Region;
    ///
    /// let ours = Region::<u64>::memfd("hits")?;
    /// let passed = ours.as_fd().unwrap().try_clone_to_owned().unwrap(); // over a socket, as a rule
    /// let theirs = Region::<u64>::from_fd(passed)?;
    /// ours.set(5);
    /// assert_eq!(theirs.get(), 5);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn from_fd(fd: impl Into<OwnedFd>) -> Result<Self, Error> {
        DEFAULT.from_fd::<T, ReadWrite>(fd)
    }

    /// As [`Region::from_fd`], for reading only.
    ///
    /// # Errors
    /// As [`Region::from_fd`].
    pub fn from_fd_read_only(fd: impl Into<OwnedFd>) -> Result<Region<T, ReadOnly>, Error> {
        DEFAULT.from_fd::<T, ReadOnly>(fd)
    }
}

/// Types for which zero is valid.
impl<T: SharedLayout> Region<T> {
    /// Creates a region full of zeros.
    ///
    /// The file gets mode 0600 and all the space it needs. It appears under its name only when it is
    /// complete; if the process dies before, nothing is left behind. The exception are file systems
    /// that cannot make files without a name (and processes without `/proc`): there a hidden file
    /// `.shm-new.*` is left in the same directory, for the next region that is made there to remove.
    /// See [`Leftover`](super::Leftover).
    ///
    /// # Errors
    /// [`Error::AlreadyExists`], [`Error::NotEnoughSpace`], [`Error::PermissionDenied`],
    /// [`Error::NoDirectory`], [`Error::BadName`].
    ///
    /// ```
    /// use shm_core::Region;
    ///
    /// let name = format!("shm-doc-create-{}", std::process::id());
    /// let temperature = Region::<f64>::create(&name)?;
    /// assert_eq!(temperature.get(), 0.0);
    /// temperature.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn create(name: impl AsRef<Path>) -> Result<Self, Error>
    where
        T: ValidZeroed + Placeable,
    {
        DEFAULT.create(name)
    }

    /// Opens the region or, if there is none, creates it full of zeros. Of any number of processes
    /// that do this at once, exactly one creates; see [`Region::created`].
    ///
    /// # Errors
    /// As [`Region::open`] and [`Region::create`].
    ///
    /// ```
    /// use shm_core::Region;
    ///
    /// let name = format!("shm-doc-open-or-create-{}", std::process::id());
    /// let first = Region::<u64>::open_or_create(&name)?;
    /// let second = Region::<u64>::open_or_create(&name)?;
    /// assert!(first.created() && !second.created());
    /// first.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn open_or_create(name: impl AsRef<Path>) -> Result<Self, Error>
    where
        T: ValidZeroed + Placeable,
    {
        DEFAULT.open_or_create_with(name, |_| {})
    }

    /// Creates a region full of zeros and gives it the name, whatever had it before; see
    /// [`Region::create_or_replace_with`].
    ///
    /// # Errors
    /// As [`Region::create`], but for [`Error::AlreadyExists`].
    ///
    /// ```
    /// use shm_core::Region;
    ///
    /// let name = format!("shm-doc-replace-{}", std::process::id());
    /// let old = Region::<u64>::create(&name)?;
    /// let new = Region::<u64>::create_or_replace(&name)?;
    /// assert!(!old.is_current() && new.is_current());
    /// new.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn create_or_replace(name: impl AsRef<Path>) -> Result<Self, Error>
    where
        T: ValidZeroed + Placeable,
    {
        DEFAULT.create_or_replace_with(name, |_| {})
    }

    /// Creates a sealed region without a name (`memfd_create(2)`), to be passed to another process
    /// as a descriptor: see [`Region::as_fd`] and [`Region::from_fd`]. Nobody can shrink it.
    ///
    /// # Errors
    /// [`Error::BadName`] for a label of more than 249 bytes; [`Error::NotEnoughSpace`].
    pub fn memfd(label: &str) -> Result<Self, Error>
    where
        T: ValidZeroed + Placeable,
    {
        DEFAULT.memfd_with(label, |_| {})
    }

    /// Creates a region that child processes inherit through `fork` and nobody else can open: a
    /// memfd without a label.
    ///
    /// # Errors
    /// As [`Region::memfd`].
    ///
    /// ```
    /// # use shm_core::Region;
    /// let counter = Region::<u64>::anonymous()?;
    /// // .. fork: parent and child now both have `counter`, and it is the same memory ..
    /// counter.fetch_add(1);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn anonymous() -> Result<Self, Error>
    where
        T: ValidZeroed + Placeable,
    {
        Self::memfd("anonymous")
    }

    /// Maps zeroed memory of this process alone (after a `fork`, a copy for each side): for unit
    /// tests of code that works on views.
    ///
    /// # Errors
    /// [`Error::NotEnoughSpace`] if the kernel has no memory.
    ///
    /// ```
    /// # use shm_core::{Region, SharedLayout, View};
    /// # #[derive(SharedLayout)] #[repr(C)] struct Station { temperature: f64, hits: u64 }
    /// fn heat(station: &View<Station>) {
    ///     station.temperature.set(station.temperature.get() + 1.0);
    /// }
    ///
    /// let station = Region::<Station>::private()?;
    /// heat(&station);
    /// assert_eq!(station.temperature.get(), 1.0);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn private() -> Result<Self, Error>
    where
        T: ValidZeroed + Placeable,
    {
        DEFAULT.private_with(|_| {})
    }
}

/// Types whose length is known at run time.
impl<T: TailRoot + ?Sized> Region<T> {
    /// Creates a region full of zeros with `len` elements in its run-time part.
    ///
    /// # Errors
    /// As [`Region::create`].
    ///
    /// ```
    /// use shm_core::Region;
    ///
    /// let name = format!("shm-doc-len-{}", std::process::id());
    /// let samples = Region::<[f64]>::create_with_len(&name, 1000)?;
    /// assert_eq!(Region::<[f64]>::open_read_only(&name)?.len(), 1000);
    /// samples.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn create_with_len(name: impl AsRef<Path>, len: usize) -> Result<Self, Error>
    where
        T: ValidZeroed + Placeable,
    {
        DEFAULT.len(len).create(name)
    }

    /// As [`Region::private`], with `len` elements in its run-time part.
    ///
    /// # Errors
    /// As [`Region::private`].
    pub fn private_with_len(len: usize) -> Result<Self, Error>
    where
        T: ValidZeroed + Placeable,
    {
        DEFAULT.len(len).private_with(|_| {})
    }

    /// As [`Region::memfd`], with `len` elements in its run-time part.
    ///
    /// # Errors
    /// As [`Region::memfd`].
    pub fn memfd_with_len(label: &str, len: usize) -> Result<Self, Error>
    where
        T: ValidZeroed + Placeable,
    {
        DEFAULT.len(len).memfd_with(label, |_| {})
    }
}
