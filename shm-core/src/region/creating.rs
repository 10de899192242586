//! The verbs of [`RegionOptions`] that create a region of a type that the program has. Those that open one
//! are in `opening.rs`, those without a type in `dynamic/options.rs`.

use std::path::Path;
use std::sync::Arc;

use super::create::{self, Draft, NewValue};
use super::mapping::Mapping;
use super::opening::open_at;

use super::settings::Verb;
use super::temporary::IfTaken;
use super::{Mapped, Region, RegionOptions, name};
use crate::access::ReadWrite;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::placeable::Placeable;
use crate::root::{Root, View};
use crate::shared_layout::ValidZeroed;

/// Creating. A region created full of zeros needs a type for which zero is valid.
impl<T: Root + ?Sized> RegionOptions<Region<T>> {
    /// Creates a region full of zeros; see [`Region::create`].
    ///
    /// # Errors
    /// As [`Region::create`].
    pub fn create(&self, name: impl AsRef<Path>) -> Result<Region<T>, Error>
    where
        T: Placeable + ValidZeroed,
    {
        self.create_with(name, |_| {})
    }

    /// Creates a zeroed region that `init` fills in before another process can see it. If `init` fails
    /// or panics, or the process dies, no region is created.
    ///
    /// # Errors
    /// As [`Region::create`], and the error of `init`.
    ///
    /// ```
    /// # use shm_core::{Region, SharedLayout};
    /// # #[derive(SharedLayout)] #[repr(C)] struct Station { temperature: f64, hits: u64 }
    /// let name = format!("shm-doc-create-with-{}", std::process::id());
    /// let station =
    ///     Region::<Station>::options().create_with(&name, |station| station.temperature.set(20.0))?;
    /// assert_eq!(station.temperature.get(), 20.0);
    /// station.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn create_with<R: Outcome>(
        &self,
        name: impl AsRef<Path>,
        init: impl FnOnce(&View<T>) -> R,
    ) -> Result<Region<T>, R::Error>
    where
        T: Placeable,
    {
        self.settings.expect(Verb::CREATE)?;
        self.create_as(name.as_ref(), IfTaken::Refuse, init)
    }

    /// Creates a region full of zeros and gives it the name, replacing any file that had it; see
    /// [`RegionOptions::create_or_replace_with`].
    ///
    /// # Errors
    /// As [`Region::create`], except for [`Error::AlreadyExists`].
    ///
    /// ```
    /// use shm_core::Region;
    ///
    /// let name = format!("shm-doc-replace-{}", std::process::id());
    /// let old = Region::<u64>::create(&name)?;
    /// let new = Region::<u64>::options().create_or_replace(&name)?;
    /// assert!(!old.is_current() && new.is_current());
    /// new.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn create_or_replace(&self, name: impl AsRef<Path>) -> Result<Region<T>, Error>
    where
        T: Placeable + ValidZeroed,
    {
        self.create_or_replace_with(name, |_| {})
    }

    /// Creates a region that `init` fills in, and gives it the name in one step, replacing any file that
    /// had it: at any time the name means the old region or the new one. Processes that have the old one
    /// mapped keep it; [`Region::is_current`] tells them. A process that is killed between making the
    /// region and replacing the old one leaves a hidden file `.shm-new.*` beside it, which the next
    /// creation in this directory removes. See [`Leftover`](super::Leftover).
    ///
    /// # Errors
    /// As [`Region::create`], except for [`Error::AlreadyExists`]; and the error of `init`.
    ///
    /// ```
    /// # use shm_core::Region;
    /// let name = format!("shm-doc-replace-with-{}", std::process::id());
    /// let old = Region::<u64>::create_from(&name, &1)?;
    /// let new = Region::<u64>::options().create_or_replace_with(&name, |value| value.set(2))?;
    /// assert_eq!((old.get(), new.get()), (1, 2));
    /// new.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn create_or_replace_with<R: Outcome>(
        &self,
        name: impl AsRef<Path>,
        init: impl FnOnce(&View<T>) -> R,
    ) -> Result<Region<T>, R::Error>
    where
        T: Placeable,
    {
        self.settings.expect(Verb::CREATE_OR_REPLACE)?;
        self.create_as(name.as_ref(), IfTaken::Replace, init)
    }

    /// Opens the region or, if it does not exist, creates it full of zeros. Of any number of processes
    /// that do this at once, exactly one creates it; see [`Region::created`].
    ///
    /// # Errors
    /// As [`Region::open`] and [`Region::create`].
    ///
    /// ```
    /// use shm_core::Region;
    ///
    /// let name = format!("shm-doc-open-or-create-{}", std::process::id());
    /// let first = Region::<u64>::options().open_or_create(&name)?;
    /// let second = Region::<u64>::options().open_or_create(&name)?;
    /// assert!(first.created() && !second.created());
    /// first.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn open_or_create(&self, name: impl AsRef<Path>) -> Result<Region<T>, Error>
    where
        T: Placeable + ValidZeroed,
    {
        self.open_or_create_with(name, |_| {})
    }

    /// Opens the region or, if it does not exist, creates it and fills it in with `init`. Of any number
    /// of processes that do this at once, exactly one creates it; see [`Region::created`].
    ///
    /// # Errors
    /// As [`Region::open`] and [`Region::create`], and the error of `init`.
    ///
    /// ```
    /// # use shm_core::{Region, SharedLayout};
    /// # #[derive(SharedLayout)] #[repr(C)] struct Station { temperature: f64, hits: u64 }
    /// let name = format!("shm-doc-open-or-create-with-{}", std::process::id());
    /// for _ in 0..2 {
    ///     let station = Region::<Station>::options()
    ///         .open_or_create_with(&name, |new| new.temperature.set(20.0))?;
    ///     station.hits.fetch_add(1);
    /// }
    /// let station = Region::<Station>::open(&name)?;
    /// assert_eq!((station.temperature.get(), station.hits.get()), (20.0, 2));
    /// station.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn open_or_create_with<R: Outcome>(
        &self,
        name: impl AsRef<Path>,
        init: impl FnOnce(&View<T>) -> R,
    ) -> Result<Region<T>, R::Error>
    where
        T: Placeable,
    {
        self.settings.expect(Verb::OPEN_OR_CREATE)?;
        let path = name::resolve(name.as_ref())?;
        create::open_or_create(
            &path,
            || open_at(&path, &self.settings),
            || self.draft(&path, init),
            |mapping| Region::over(Mapped::created_at(mapping, Some(&path))),
        )
    }

    /// Creates a sealed region without a name (`memfd_create(2)`), to pass to another process as a
    /// descriptor: see [`Region::as_fd`] and [`RegionOptions::from_fd`]. No process can shrink it.
    ///
    /// # Errors
    /// [`Error::BadName`] for a label of more than 249 bytes; [`Error::NotEnoughSpace`].
    pub fn memfd(&self, label: &str) -> Result<Region<T>, Error>
    where
        T: Placeable + ValidZeroed,
    {
        self.memfd_with(label, |_| {})
    }

    /// Like [`RegionOptions::memfd`], filled in by `init`.
    ///
    /// # Errors
    /// As [`RegionOptions::memfd`], and the error of `init`.
    ///
    /// ```
    /// use std::num::NonZeroU32;
    /// use shm_core::Region;
    ///
    /// let id = Region::<NonZeroU32>::options().memfd_with("id", |id| id.set(NonZeroU32::MIN))?;
    /// assert_eq!(id.get()?, NonZeroU32::MIN);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn memfd_with<R: Outcome>(
        &self,
        label: &str,
        init: impl FnOnce(&View<T>) -> R,
    ) -> Result<Region<T>, R::Error>
    where
        T: Placeable,
    {
        self.settings.expect(Verb::MEMFD)?;
        self.unnamed(label, init)
    }

    /// Creates a region that child processes inherit through `fork` and no other process can open: a
    /// memfd without a label.
    ///
    /// # Errors
    /// As [`RegionOptions::memfd`].
    ///
    /// ```
    /// # use shm_core::Region;
    /// let counter = Region::<u64>::options().anonymous()?;
    /// // .. fork: parent and child now both have `counter`, and it is the same memory ..
    /// counter.fetch_add(1);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn anonymous(&self) -> Result<Region<T>, Error>
    where
        T: Placeable + ValidZeroed,
    {
        self.anonymous_with(|_| {})
    }

    /// Like [`RegionOptions::anonymous`], filled in by `init`.
    ///
    /// # Errors
    /// As [`RegionOptions::memfd_with`].
    pub fn anonymous_with<R: Outcome>(
        &self,
        init: impl FnOnce(&View<T>) -> R,
    ) -> Result<Region<T>, R::Error>
    where
        T: Placeable,
    {
        self.settings.expect(Verb::ANONYMOUS)?;
        self.unnamed(create::ANONYMOUS, init)
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
    /// let station = Region::<Station>::options().private()?;
    /// heat(&station);
    /// assert_eq!(station.temperature.get(), 1.0);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn private(&self) -> Result<Region<T>, Error>
    where
        T: Placeable + ValidZeroed,
    {
        self.private_with(|_| {})
    }

    /// Like [`RegionOptions::private`], filled in by `init`.
    ///
    /// # Errors
    /// As [`RegionOptions::private`], and the error of `init`.
    pub fn private_with<R: Outcome>(
        &self,
        init: impl FnOnce(&View<T>) -> R,
    ) -> Result<Region<T>, R::Error>
    where
        T: Placeable,
    {
        self.settings.expect(Verb::PRIVATE)?;
        let mapping = create::private::<T>(&self.settings)?;
        through_view::<T, R>(init)(&mapping)?;
        Ok(Region::over(Mapped::created_at(mapping, None)))
    }

    fn create_as<R: Outcome>(
        &self,
        name: &Path,
        if_taken: IfTaken,
        init: impl FnOnce(&View<T>) -> R,
    ) -> Result<Region<T>, R::Error> {
        let path = name::resolve(name)?;
        let mapping = self.draft(&path, init)?.publish(&path, if_taken)?;
        Ok(Region::over(Mapped::created_at(mapping, Some(&path))))
    }

    fn draft<R: Outcome>(
        &self,
        path: &Path,
        init: impl FnOnce(&View<T>) -> R,
    ) -> Result<Draft, R::Error> {
        let value = NewValue::of::<T>(&self.settings, path)?;
        Draft::at(path, &self.settings, &value, through_view::<T, R>(init))
    }

    fn unnamed<R: Outcome>(
        &self,
        label: &str,
        init: impl FnOnce(&View<T>) -> R,
    ) -> Result<Region<T>, R::Error> {
        let value = NewValue::of::<T>(&self.settings, &create::memfd_label(label))?;
        let init = through_view::<T, R>(init);
        let mapping = create::memfd(label, &self.settings, &value, init)?;
        Ok(Region::over(Mapped::created_at(mapping, None)))
    }
}

/// Calls `init` with the view of a new value.
fn through_view<T: Root + ?Sized, R: Outcome>(
    init: impl FnOnce(&View<T>) -> R,
) -> impl FnOnce(&Arc<Mapping>) -> Result<(), R::Error> {
    |mapping| {
        let view = T::view_ptr::<ReadWrite>(mapping.data(), mapping.contents().tail_len);
        // SAFETY: the mapping has the size of a `T` of this length, at an alignment of at least `T`'s
        // (I2); views are made of atomics (I1).
        init(unsafe { &*view }).into_result(mapping.label())
    }
}
