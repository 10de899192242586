//! The constructors of [`Region`]: the four that are needed most, and the builder for everything else.

use std::path::Path;

use super::{Region, RegionOptions, Settings};
use crate::access::ReadOnly;
use crate::error::Error;
use crate::placeable::Placeable;
use crate::root::{Root, RootValue};
use crate::shared_layout::ValidZeroed;

/// Creating and opening a region by name. A plain name, such as `station`, means `/dev/shm/station`;
/// anything with a slash is a path. `/station` is refused, because it means different files to
/// shm_open(3) and open(2).
impl<T: Root + ?Sized> Region<T> {
    /// Creates a region full of zeros.
    ///
    /// The file gets mode 0600 and all the space it needs. It appears under its name only when it is
    /// complete; if the process dies before that, nothing is left. The exceptions are file systems that
    /// cannot make files without a name (and processes without `/proc`): there a hidden file
    /// `.shm-new.*` is left in the same directory, which the next creation there removes. See
    /// [`Leftover`](super::Leftover).
    ///
    /// # Errors
    /// [`Error::AlreadyExists`], [`Error::NotEnoughSpace`], [`Error::PermissionDenied`],
    /// [`Error::NoDirectory`], [`Error::BadName`]; [`Error::NeedsLength`] for a type with a run-time
    /// length, which [`RegionOptions::len`] gives.
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
        T: Placeable + ValidZeroed,
    {
        Self::options().create(name)
    }

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
        let mut options = Self::options();
        if T::TAIL.is_some() {
            options = options.len(value.tail_len());
        }
        options.create_with(name, |view| T::store_root(view, value))
    }

    /// Opens a region for reading and writing, after checking that its header is valid and its layout is
    /// `T`'s or compatible with it. If `T` has more fields than the region, and the region has room for
    /// them, they are recorded in the region first; see [`RegionOptions::capacity`].
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::PermissionDenied`], [`Error::ForeignOwner`],
    /// [`Error::NotRegularFile`], [`Error::Rebooted`], or [`Error::Format`] with the fault in its bytes:
    /// not a region, another version, damaged, truncated, another layout. [`Error::Io`] of kind
    /// `TimedOut` if another process keeps new fields from being recorded.
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
        Self::options().open(name)
    }

    /// Opens a region for reading: the file with `O_RDONLY`, the memory with `PROT_READ`. This process
    /// cannot change the region through it, and its view has no method that would.
    ///
    /// # Errors
    /// As [`Region::open`]; and `NotGrown` if the region has room for fields that only `T` has: a
    /// program that writes must record them first.
    ///
    /// ```
    /// use shm_core::{traits::Access, Region, View};
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
        Self::options().read_only().open(name)
    }

    /// Returns the builder for everything else: settings, and every other way to create or open a region
    /// of `T`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use shm_core::Region;
    ///
    /// let name = format!("shm-doc-region-options-{}", std::process::id());
    /// let numbers = Region::<[f64]>::options().len(1000).create_or_replace(&name)?;
    /// let reader =
    ///     Region::<[f64]>::options().wait(Duration::from_secs(5)).read_only().open(&name)?;
    /// assert_eq!(reader.len(), 1000);
    /// numbers.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub const fn options() -> RegionOptions<Self> {
        RegionOptions::with(Settings::DEFAULT)
    }
}
