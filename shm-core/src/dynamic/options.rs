//! The verbs of [`RegionOptions`] for regions whose type the program does not have. They match those in
//! `region/creating.rs` and `region/opening.rs`; creating takes a [`DynLayout`].

use std::os::fd::OwnedFd;
use std::path::Path;

use super::create::{Accept, Start};
use super::outcome::DynOutcome;
use super::region::DynRegion;
use crate::access::{Access, ReadOnly};
use crate::error::Error;
use crate::region::{
    self, Explained, Follow, IfTaken, Mapped, RegionOptions, Sender, Settings, Verb, Way,
    resolve_name,
};
use shm_schema::describe::DynLayout;

/// Creating and opening a region by name. A plain name, such as `station`, means `/dev/shm/station`;
/// anything with a slash is a path.
impl DynRegion {
    /// Creates a region full of zeros.
    ///
    /// # Errors
    /// As [`Region::create`](crate::Region::create), and [`Error::ZeroIsNoValue`] if a field cannot be
    /// zero, such as a `NonZero`.
    ///
    /// ```
    /// use shm_core::{dynamic::DynLayout, DynRegion, Region};
    ///
    /// let name = format!("shm-doc-dynamic-create-{}", std::process::id());
    /// let hits = DynRegion::create(&name, &DynLayout::of("u64")?)?;
    /// hits.fetch_add("", 3)?;
    /// assert_eq!(Region::<u64>::open(&name)?.get(), 3);
    /// # hits.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn create(name: impl AsRef<Path>, layout: &DynLayout) -> Result<Self, Error> {
        Self::options().create(name, layout)
    }

    /// Opens a region of any layout for reading and writing.
    ///
    /// # Errors
    /// As [`Region::open`](crate::Region::open), except that any layout is accepted.
    pub fn open(name: impl AsRef<Path>) -> Result<Self, Error> {
        Self::options().open(name)
    }

    /// Returns a builder with all settings and every other way to create or open a region without its type.
    ///
    /// ```
    /// use shm_core::{dynamic::DynLayout, DynRegion};
    ///
    /// let name = format!("shm-doc-dynamic-options-{}", std::process::id());
    /// let numbers = DynRegion::options().len(1000).open_or_create(&name, &DynLayout::of("[f64]")?)?;
    /// let reader = DynRegion::options().read_only().open(&name)?;
    /// assert_eq!((numbers.created(), reader.len()), (true, Some(1000)));
    /// numbers.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn options() -> RegionOptions<Self> {
        RegionOptions::with(Settings::DEFAULT)
    }
}

impl DynRegion<ReadOnly> {
    /// Opens a region of any layout for reading only.
    ///
    /// # Errors
    /// As [`DynRegion::open`].
    ///
    /// ```
    /// use shm_core::{DynRegion, Region};
    ///
    /// let name = format!("shm-doc-dynamic-read-only-{}", std::process::id());
    /// let numbers = Region::<[i32]>::create_from(&name, &[3, 1, 4])?;
    /// let reader = DynRegion::open_read_only(&name)?;
    /// assert_eq!(reader.len(), Some(3));
    /// assert_eq!(i32::try_from(reader.get("[2]")?)?, 4);
    /// # numbers.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_read_only(name: impl AsRef<Path>) -> Result<Self, Error> {
        DynRegion::options().read_only().open(name)
    }
}

/// Opening without a type.
impl<A: Access> RegionOptions<DynRegion<A>> {
    /// Opens for reading only; see the [typed one](RegionOptions::read_only).
    #[must_use]
    pub const fn read_only(&self) -> RegionOptions<DynRegion<ReadOnly>> {
        RegionOptions::with(self.settings)
    }

    /// Opens a region of any layout; see [`DynRegion::open`].
    ///
    /// # Errors
    /// As [`DynRegion::open`]; [`Error::TimedOut`] after the time to [wait](Self::wait).
    pub fn open(&self, name: impl AsRef<Path>) -> Result<DynRegion<A>, Error> {
        self.settings.expect(Verb::OPEN)?;
        let (name, path) = (name.as_ref(), resolve_name(name.as_ref())?);
        self.settings.wait_for(&name.display(), || open_at(&path, &self.settings))
    }

    /// Opens the region that has the name now and, on each request, the one that has it at that time; see
    /// [`Follow`].
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn follow(&self, name: impl AsRef<Path>) -> Result<Follow<DynRegion<A>>, Error> {
        self.settings.expect(Verb::FOLLOW)?;
        let way = Way { open: open_at, is_current: DynRegion::is_current };
        Follow::begin(resolve_name(name.as_ref())?, self.settings, way)
    }

    /// Opens the region that the parent process passed, of any layout; see the
    /// [typed one](RegionOptions::passed).
    ///
    /// # Errors
    /// [`Error::NotFound`] if no region was passed under this name; then as [`DynRegion::open`].
    pub fn passed(&self, name: &str) -> Result<DynRegion<A>, Error> {
        self.settings.expect(Verb::PASSED)?;
        let (fd, settings) = (region::receive(name)?, &self.settings);
        let explained = region::descriptor_by_schema(fd, Sender::Parent, settings, A::WRITABLE)?;
        Ok(found(explained, None))
    }

    /// Opens a region of any layout from a passed descriptor; see the
    /// [typed one](RegionOptions::from_fd).
    ///
    /// # Errors
    /// [`Error::SealsMissing`] if it is not a sealed memfd; then as [`DynRegion::open`].
    ///
    /// ```
    /// use shm_core::{DynRegion, Region};
    ///
    /// let ours = Region::<u64>::options().memfd("hits")?;
    /// let passed = ours.as_fd().unwrap().try_clone_to_owned()?; // usually over a socket
    /// let theirs = DynRegion::options().from_fd(passed)?;
    /// ours.set(5);
    /// assert_eq!(theirs.get("")?.to_string(), "5");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_fd(&self, fd: impl Into<OwnedFd>) -> Result<DynRegion<A>, Error> {
        self.settings.expect(Verb::FROM_FD)?;
        let (fd, settings) = (fd.into(), &self.settings);
        let explained = region::descriptor_by_schema(fd, Sender::Any, settings, A::WRITABLE)?;
        Ok(found(explained, None))
    }
}

pub(super) fn open_at<A: Access>(path: &Path, settings: &Settings) -> Result<DynRegion<A>, Error> {
    Ok(found(region::by_schema(path, settings, A::WRITABLE)?, Some(path)))
}

/// A region that existed before.
pub(super) fn found<A: Access>(explained: Explained, path: Option<&Path>) -> DynRegion<A> {
    let Explained { mapping, schema } = explained;
    DynRegion::over(Mapped::found_at(mapping, path), schema)
}

/// Creating without a type. A region can be created full of zeros only if each of its fields can be zero.
/// See [`DynOutcome`] for the results that `init` functions may return.
impl RegionOptions<DynRegion> {
    /// Creates a region full of zeros; see [`DynRegion::create`].
    ///
    /// # Errors
    /// As [`DynRegion::create`].
    pub fn create(&self, name: impl AsRef<Path>, layout: &DynLayout) -> Result<DynRegion, Error> {
        self.settings.expect(Verb::CREATE)?;
        self.create_as(name.as_ref(), layout, IfTaken::Refuse, Start::<fn(&DynRegion)>::Zeroed)
    }

    /// Creates a zeroed region, which `init` fills in before another process can see it. If `init` fails
    /// or panics, no region is created.
    ///
    /// # Errors
    /// As [`Region::create`](crate::Region::create); [`Error::NotInitialised`] if `init` fails with a
    /// [`DynError`](crate::errors::DynError), or leaves a field at zero that cannot be zero; any other error
    /// of `init`.
    ///
    /// ```
    /// use shm_core::{dynamic::DynLayout, DynRegion};
    ///
    /// let name = format!("shm-doc-dynamic-create-with-{}", std::process::id());
    /// let layout = DynLayout::builder("Robot").field("id", "NonZero<u32>").build()?;
    ///
    /// let error = DynRegion::create(&name, &layout).unwrap_err();
    /// assert!(error.to_string().contains("zero is not a valid value of `id`"));
    ///
    /// let robot = DynRegion::options().create_with(&name, &layout, |robot| robot.set("id", 7))?;
    /// assert_eq!(robot.get("id")?.to_string(), "7");
    /// # robot.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn create_with<R: DynOutcome>(
        &self,
        name: impl AsRef<Path>,
        layout: &DynLayout,
        init: impl FnOnce(&DynRegion) -> R,
    ) -> Result<DynRegion, R::Error> {
        self.settings.expect(Verb::CREATE)?;
        self.create_as(name.as_ref(), layout, IfTaken::Refuse, Start::With(init))
    }

    /// Creates a region full of zeros and gives it the name in one step, replacing any file that had it; see
    /// the [typed one](RegionOptions::create_or_replace).
    ///
    /// # Errors
    /// As [`DynRegion::create`], except [`Error::AlreadyExists`].
    pub fn create_or_replace(
        &self,
        name: impl AsRef<Path>,
        layout: &DynLayout,
    ) -> Result<DynRegion, Error> {
        self.settings.expect(Verb::CREATE_OR_REPLACE)?;
        self.create_as(name.as_ref(), layout, IfTaken::Replace, Start::<fn(&DynRegion)>::Zeroed)
    }

    /// As [`create_or_replace`](Self::create_or_replace), filled in by `init`.
    ///
    /// # Errors
    /// As [`create_with`](Self::create_with), except [`Error::AlreadyExists`].
    pub fn create_or_replace_with<R: DynOutcome>(
        &self,
        name: impl AsRef<Path>,
        layout: &DynLayout,
        init: impl FnOnce(&DynRegion) -> R,
    ) -> Result<DynRegion, R::Error> {
        self.settings.expect(Verb::CREATE_OR_REPLACE)?;
        self.create_as(name.as_ref(), layout, IfTaken::Replace, Start::With(init))
    }

    /// Opens the region, of any layout, or, if it does not exist, creates one of the given layout full of
    /// zeros; [`DynRegion::created`] reports which.
    ///
    /// # Errors
    /// As [`DynRegion::open`] and [`DynRegion::create`].
    pub fn open_or_create(
        &self,
        name: impl AsRef<Path>,
        layout: &DynLayout,
    ) -> Result<DynRegion, Error> {
        self.open_or_start(name.as_ref(), layout, Accept::Any, Start::<fn(&DynRegion)>::Zeroed)
    }

    /// As [`open_or_create`](Self::open_or_create), filled in by `init`.
    ///
    /// # Errors
    /// As [`DynRegion::open`] and [`create_with`](Self::create_with).
    pub fn open_or_create_with<R: DynOutcome>(
        &self,
        name: impl AsRef<Path>,
        layout: &DynLayout,
        init: impl FnOnce(&DynRegion) -> R,
    ) -> Result<DynRegion, R::Error> {
        self.open_or_start(name.as_ref(), layout, Accept::Any, Start::With(init))
    }

    /// Creates a sealed region without a name; see the [typed one](RegionOptions::memfd).
    ///
    /// # Errors
    /// [`Error::BadName`] for a label of more than 249 bytes; [`Error::NotEnoughSpace`];
    /// [`Error::ZeroIsNoValue`].
    pub fn memfd(&self, label: &str, layout: &DynLayout) -> Result<DynRegion, Error> {
        self.settings.expect(Verb::MEMFD)?;
        self.unnamed(label, layout, Start::<fn(&DynRegion)>::Zeroed)
    }

    /// As [`memfd`](Self::memfd), filled in by `init`.
    ///
    /// # Errors
    /// As [`memfd`](Self::memfd) and [`create_with`](Self::create_with).
    pub fn memfd_with<R: DynOutcome>(
        &self,
        label: &str,
        layout: &DynLayout,
        init: impl FnOnce(&DynRegion) -> R,
    ) -> Result<DynRegion, R::Error> {
        self.settings.expect(Verb::MEMFD)?;
        self.unnamed(label, layout, Start::With(init))
    }

    /// Creates a region that child processes inherit through `fork` and no other process can open; see
    /// the [typed one](RegionOptions::anonymous).
    ///
    /// # Errors
    /// As [`memfd`](Self::memfd).
    pub fn anonymous(&self, layout: &DynLayout) -> Result<DynRegion, Error> {
        self.settings.expect(Verb::ANONYMOUS)?;
        self.unnamed(region::ANONYMOUS, layout, Start::<fn(&DynRegion)>::Zeroed)
    }

    /// As [`anonymous`](Self::anonymous), filled in by `init`.
    ///
    /// # Errors
    /// As [`memfd_with`](Self::memfd_with).
    pub fn anonymous_with<R: DynOutcome>(
        &self,
        layout: &DynLayout,
        init: impl FnOnce(&DynRegion) -> R,
    ) -> Result<DynRegion, R::Error> {
        self.settings.expect(Verb::ANONYMOUS)?;
        self.unnamed(region::ANONYMOUS, layout, Start::With(init))
    }

    /// Maps zeroed memory of this process alone; see the [typed one](RegionOptions::private).
    ///
    /// # Errors
    /// [`Error::NotEnoughSpace`] if the kernel has no memory; [`Error::ZeroIsNoValue`].
    ///
    /// ```
    /// use shm_core::{dynamic::DynLayout, DynRegion};
    ///
    /// let numbers = DynRegion::options().len(3).private(&DynLayout::of("[i32]")?)?;
    /// numbers.set("[2]", -4)?;
    /// assert_eq!(numbers.get("")?.to_string(), "[0, 0, -4]");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn private(&self, layout: &DynLayout) -> Result<DynRegion, Error> {
        self.alone(layout, Start::<fn(&DynRegion)>::Zeroed)
    }

    /// As [`private`](Self::private), filled in by `init`.
    ///
    /// # Errors
    /// As [`private`](Self::private) and [`create_with`](Self::create_with).
    pub fn private_with<R: DynOutcome>(
        &self,
        layout: &DynLayout,
        init: impl FnOnce(&DynRegion) -> R,
    ) -> Result<DynRegion, R::Error> {
        self.alone(layout, Start::With(init))
    }
}
