//! [`RegionOptions`]: the builder for everything that the shortcuts on [`Region`](super::Region) do not
//! cover.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use super::settings::{Set, Settings, Space};

/// A builder for an `R`, a [`Region`](crate::Region) or a [`DynRegion`](crate::DynRegion): settings
/// first, then one verb. Made by [`Region::options`](crate::Region::options) and
/// [`DynRegion::options`](crate::DynRegion::options).
///
/// | verb | gives |
/// | --- | --- |
/// | `create` | a new region, under a name that was free |
/// | `create_or_replace` | a new region, replacing any file of that name |
/// | `open_or_create` | the region of that name, new if it did not exist |
/// | `memfd`, `anonymous` | a new region without a name, to pass on or inherit |
/// | `private` | memory that only this process has |
/// | `open` | the region of that name |
/// | `follow` | the region of that name, and later the ones that replace it |
/// | `passed` | the region that the parent process passed |
/// | `from_fd` | the region of a descriptor |
///
/// Each verb that creates also has a `_with` form, such as `create_with`, with a function that fills in
/// the value before another process can see it; [`Outcome`](crate::region::Outcome) lists what it may return. A
/// created region is writable; verbs that open can also open [for reading
/// only](RegionOptions::read_only).
///
/// A setting that has no effect on the verb is an
/// [`Error::OptionWithoutEffect`](crate::Error::OptionWithoutEffect).
///
/// ```
/// use shm_core::Region;
///
/// let name = format!("shm-doc-options-{}", std::process::id());
/// let samples = Region::<[f64]>::options().mode(0o640).len(1000).populate(true).create(&name)?;
/// assert_eq!(samples.len(), 1000);
///
/// let error = Region::<[f64]>::options().mode(0o640).open(&name).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the option `mode` has no effect on `open`: it sets the permissions of a new file"
/// );
/// samples.unlink()?;
/// # Ok::<(), shm_core::Error>(())
/// ```
pub struct RegionOptions<R> {
    pub(crate) settings: Settings,
    of: PhantomData<fn() -> R>,
}

impl<R> RegionOptions<R> {
    pub(crate) const fn with(settings: Settings) -> Self {
        Self { settings, of: PhantomData }
    }
}

/// The settings.
impl<R> RegionOptions<R> {
    /// The permission bits of a new file, such as `0o640`; the umask does not matter. Other users who
    /// open it must also allow this user, with [`RegionOptions::allow_owner`]. 0600 if not given.
    #[must_use]
    pub const fn mode(mut self, mode: u32) -> Self {
        self.settings.mode = mode;
        self.settings.given = self.settings.given.with(Set::MODE);
        self
    }

    /// Whether to fault in all pages while mapping (`MAP_POPULATE`), so that no later access page-faults:
    /// except for those of a heap, which take memory only as they are used.
    #[must_use]
    pub const fn populate(mut self, populate: bool) -> Self {
        self.settings.populate = populate;
        self.settings.given = self.settings.given.set(Set::POPULATE, populate);
        self
    }

    /// Whether to leave the space of a new region unreserved: pages take memory when they are first
    /// touched. If no memory is left then, the process dies of SIGBUS.
    #[must_use]
    pub const fn sparse(mut self, sparse: bool) -> Self {
        self.settings.space = if sparse { Space::Sparse } else { Space::Reserved };
        self.settings.given = self.settings.given.set(Set::SPARSE, sparse);
        self
    }

    /// Also opens files of this user: that user can then change the region, and truncate it.
    ///
    /// In a user namespace, the overflow user (65534, unless `/proc/sys/kernel/overflowuid` says
    /// otherwise) stands for every user without a number there, possibly including this process's own:
    /// allowing it trusts all of them. Otherwise it does not count as this process's user, unless
    /// `/proc/self/uid_map` shows that every user has a number.
    #[must_use]
    pub const fn allow_owner(mut self, user: u32) -> Self {
        self.settings.allowed_owner = Some(user);
        self.settings.given = self.settings.given.with(Set::ALLOW_OWNER);
        self
    }

    /// The run-time length: elements of a new `[T]` or trailing slice. When opening, the length that
    /// the region must have.
    #[must_use]
    pub const fn len(mut self, len: usize) -> Self {
        self.settings.len = Some(len);
        self.settings.given = self.settings.given.with(Set::LEN);
        self
    }

    /// The number of processes that can take part in the locks of a new region at the same time: 1 to
    /// 1023, 128 by default. Each takes 64 bytes; a region without locks has no participants.
    #[must_use]
    pub const fn participants(mut self, count: u32) -> Self {
        self.settings.participants = count;
        self.settings.given = self.settings.given.with(Set::PARTICIPANTS);
        self
    }

    /// The number of bytes that a new region reserves for its value, at least the value's size: room for
    /// fields that later programs add. Overrides `#[shm(capacity = N)]`. Not for a value with a run-time
    /// length.
    ///
    /// ```
    /// use shm_core::{Region, SharedLayout};
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
    /// let old = Region::<today::Station>::options().capacity(256).create(&name)?;
    /// old.temperature.set(21.5);
    ///
    /// let new = Region::<tomorrow::Station>::open(&name)?; // while the old program keeps running
    /// assert_eq!((new.temperature.get(), new.humidity.get()), (21.5, 0.0));
    /// # new.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub const fn capacity(mut self, bytes: usize) -> Self {
        self.settings.capacity = Some(bytes);
        self.settings.given = self.settings.given.with(Set::CAPACITY);
        self
    }

    /// The largest size of the new region's heap in bytes, its bookkeeping included: 8 KiB to about 16.5 GiB,
    /// rounded up to whole pages. 64 MiB by default for a type that keeps values in a heap; other types get
    /// none by default.
    ///
    /// The file is as long as its heap can become, but the heap takes memory only as it is used: see
    /// [`heap`](crate::heap). What was taken is used again, and stays with the region.
    ///
    /// ```
    /// use shm_core::{Owned, Region};
    ///
    /// let notes = Region::<[Owned<str>; 3]>::options().heap_max(1 << 20).private()?;
    /// notes[0].set("as long as you like")?;
    /// assert_eq!(notes[0].load()?, "as long as you like");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn heap_max(mut self, bytes: u64) -> Self {
        self.settings.heap_max = Some(bytes);
        self.settings.given = self.settings.given.with(Set::HEAP_MAX);
        self
    }

    /// Opens a region that was made before the machine was last started, as a file on a disk can be.
    /// [`Boot`](super::Boot) says how this is determined.
    #[must_use]
    pub const fn after_reboot(mut self, accept: bool) -> Self {
        self.settings.after_reboot = accept;
        self.settings.given = self.settings.given.set(Set::AFTER_REBOOT, accept);
        self
    }

    /// The longest wait for a region that does not exist yet: the reader may start first.
    ///
    /// ```
    /// use std::time::Duration;
    /// use shm_core::Region;
    ///
    /// let name = format!("shm-doc-wait-{}", std::process::id());
    /// let reader = std::thread::spawn({
    ///     let name = name.clone(); // usually in another process
    ///     move || Region::<u64>::options().wait(Duration::from_secs(10)).open(name).map(|r| r.get())
    /// });
    /// let writer = Region::<u64>::create_from(&name, &7)?;
    /// assert_eq!(reader.join().unwrap()?, 7);
    /// writer.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub const fn wait(mut self, timeout: Duration) -> Self {
        self.settings.wait = Some(timeout);
        self.settings.given = self.settings.given.with(Set::WAIT);
        self
    }

    /// For programs that follow a region of another host: makes the new region a [mirror](super::mirror), or opens one
    /// for writing, which is refused to all others. A mirror's file is to have the [mode](Self::mode) 0444; its owner's
    /// follower can open it for writing nevertheless.
    #[must_use]
    pub const fn mirror(mut self, is_mirror: bool) -> Self {
        self.settings.mirror = is_mirror;
        self.settings.given = self.settings.given.set(Set::MIRROR, is_mirror);
        self
    }

    /// Creates under a temporary name even where the file system does not need one.
    #[doc(hidden)]
    #[must_use]
    pub const fn named_temporary(mut self, named: bool) -> Self {
        self.settings.named_temporary = named;
        self.settings.given = self.settings.given.set(Set::NAMED_TEMPORARY, named);
        self
    }
}

impl<R> Clone for RegionOptions<R> {
    fn clone(&self) -> Self {
        Self::with(self.settings)
    }
}

impl<R> fmt::Debug for RegionOptions<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RegionOptions").field(&self.settings).finish()
    }
}
