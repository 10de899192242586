//! Opening a region as one with a layout that this program has made at run time, as a typed program opens it by its type.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;

use super::create::{Accept, Start};
use super::options::found;
use super::outcome::DynOutcome;
use super::region::DynRegion;
use crate::access::Access;
use crate::error::Error;
use crate::region::{self, RegionOptions, Sender, Settings, Verb, resolve_name};
use crate::schema::{Encoded, Schema};
use shm_schema::describe::DynLayout;

/// The layout that a region is expected to have.
pub(super) struct Expected {
    program: Arc<Encoded>,
    schema: Arc<Schema>,
}

impl Expected {
    pub(super) fn of(layout: &DynLayout) -> Self {
        let schema = Arc::new(layout.schema().clone());
        let program = Encoded::of_schema(layout.name(), &schema);
        Self { program: Arc::new(program.expect("a layout was examined")), schema }
    }

    pub(super) fn open_at<A: Access>(
        &self,
        path: &Path,
        settings: &Settings,
    ) -> Result<DynRegion<A>, Error> {
        let expected = (&self.program, &self.schema);
        Ok(found(region::by_layout(path, settings, A::WRITABLE, expected)?, Some(path)))
    }

    fn receive<A: Access>(
        &self,
        fd: OwnedFd,
        sender: Sender,
        settings: &Settings,
    ) -> Result<DynRegion<A>, Error> {
        let expected = (&self.program, &self.schema);
        let explained = region::descriptor_by_layout(fd, sender, settings, A::WRITABLE, expected)?;
        Ok(found(explained, None))
    }
}

/// Opening with a layout. The program has the fields of its layout, under its own names, as a typed program has those
/// of its struct: fields that only the region has it does not see; fields that only the program has, and for which the
/// region has room, are added to the region, if it is opened for writing; renamed ones are found by their aliases.
/// [`docs/evolution.md`](https://docs.rs/crate/shm-core/latest/source/docs/evolution.md) has the rules.
impl<A: Access> RegionOptions<DynRegion<A>> {
    /// Opens a region as one with this layout.
    ///
    /// # Errors
    /// As [`Region::open`](crate::Region::open): [`FormatError::LayoutDiffers`](crate::format::FormatError::LayoutDiffers)
    /// in an [`Error::Format`] if the region has another layout, with both side by side; [`Error::TimedOut`] after the
    /// time to [wait](Self::wait).
    ///
    /// ```
    /// use shm_core::{dynamic::DynLayout, DynRegion, Region, SharedLayout};
    ///
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// #[shm(capacity = 64)]
    /// struct Station { temprature: f64, hits: u64 }
    ///
    /// let name = format!("shm-doc-open-as-{}", std::process::id());
    /// let old = Region::<Station>::create(&name)?; // an old program
    /// old.temprature.set(21.5);
    ///
    /// let layout = DynLayout::builder("Station")
    ///     .field("temperature", "f64").alias("temprature")
    ///     .field("hits", "u64")
    ///     .field("humidity", "f32")
    ///     .build()?;
    /// let station = DynRegion::options().open_as(&name, &layout)?;
    /// assert_eq!(station.get("temperature")?.to_string(), "21.5");
    /// station.set("humidity", 0.5)?;
    ///
    /// let wrong = DynLayout::builder("Station").field("temprature", "f32").build()?;
    /// let error = DynRegion::options().open_as(&name, &wrong).unwrap_err();
    /// assert!(error.to_string().contains("does not hold a `Station` as this program has it"));
    /// # old.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_as(
        &self,
        name: impl AsRef<Path>,
        layout: &DynLayout,
    ) -> Result<DynRegion<A>, Error> {
        self.settings.expect(Verb::OPEN)?;
        let (name, path) = (name.as_ref(), resolve_name(name.as_ref())?);
        let expected = Expected::of(layout);
        self.settings.wait_for(&name.display(), || expected.open_at(&path, &self.settings))
    }

    /// Opens the region that the parent process passed, as one with this layout.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no region was passed under this name; then as [`open_as`](Self::open_as).
    pub fn passed_as(&self, name: &str, layout: &DynLayout) -> Result<DynRegion<A>, Error> {
        self.settings.expect(Verb::PASSED)?;
        Expected::of(layout).receive(region::receive(name)?, Sender::Parent, &self.settings)
    }

    /// Opens a region from a passed descriptor, as one with this layout.
    ///
    /// # Errors
    /// [`Error::SealsMissing`] if it is not a sealed memfd; then as [`open_as`](Self::open_as).
    pub fn from_fd_as(
        &self,
        fd: impl Into<OwnedFd>,
        layout: &DynLayout,
    ) -> Result<DynRegion<A>, Error> {
        self.settings.expect(Verb::FROM_FD)?;
        Expected::of(layout).receive(fd.into(), Sender::Any, &self.settings)
    }
}

impl RegionOptions<DynRegion> {
    /// Opens the region as one with this layout or, if it does not exist, creates it full of zeros;
    /// [`DynRegion::created`] reports which.
    ///
    /// # Errors
    /// As [`open_as`](Self::open_as) and [`DynRegion::create`].
    pub fn open_or_create_as(
        &self,
        name: impl AsRef<Path>,
        layout: &DynLayout,
    ) -> Result<DynRegion, Error> {
        let zeroed = Start::<fn(&DynRegion)>::Zeroed;
        self.open_or_start(name.as_ref(), layout, Accept::Layout, zeroed)
    }

    /// As [`open_or_create_as`](Self::open_or_create_as), filled in by `init`.
    ///
    /// # Errors
    /// As [`open_as`](Self::open_as) and [`create_with`](Self::create_with).
    pub fn open_or_create_as_with<R: DynOutcome>(
        &self,
        name: impl AsRef<Path>,
        layout: &DynLayout,
        init: impl FnOnce(&DynRegion) -> R,
    ) -> Result<DynRegion, R::Error> {
        self.open_or_start(name.as_ref(), layout, Accept::Layout, Start::With(init))
    }
}
