//! Creating regions without a type, each with the default [`RegionOptions`].

use std::path::Path;

use super::layout::DynLayout;
use super::region::DynRegion;
use super::zero;
use crate::access::Access;
use crate::error::DynError;
use crate::error::Error;
use crate::region::RegionOptions;

/// Creating a region by name. A plain name, such as `station`, means `/dev/shm/station`; anything with
/// a slash is a path. [`RegionOptions`] has the same with options, and with a length.
impl DynRegion {
    /// Creates a region full of zeros.
    ///
    /// # Errors
    /// As [`Region::create`](crate::Region::create), and [`Error::ZeroIsNoValue`] if a field cannot be
    /// zero, such as a `NonZero`.
    ///
    /// ```
    /// use shm_core::{DynLayout, DynRegion, Region};
    ///
    /// let name = format!("shm-doc-dynamic-create-{}", std::process::id());
    /// let hits = DynRegion::create(&name, &DynLayout::of("u64")?)?;
    /// hits.fetch_add("", 3)?;
    /// assert_eq!(Region::<u64>::open(&name)?.get(), 3);
    /// # shm_core::unlink(&name)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn create(name: impl AsRef<Path>, layout: &DynLayout) -> Result<Self, Error> {
        RegionOptions::new().create_dynamic(name, layout)
    }

    /// Creates a region, zeroed, and has `init` fill it in before anybody else can see it. If `init`
    /// fails, no region comes to exist.
    ///
    /// # Errors
    /// As [`Region::create`](crate::Region::create), and [`Error::NotInitialised`] if `init` fails, or
    /// leaves a field at zero that cannot be zero.
    ///
    /// ```
    /// use shm_core::{DynLayout, DynRegion};
    ///
    /// let name = format!("shm-doc-dynamic-create-with-{}", std::process::id());
    /// let layout = DynLayout::builder("Robot").field("id", "NonZero<u32>").build()?;
    ///
    /// let error = DynRegion::create(&name, &layout).unwrap_err();
    /// assert!(error.to_string().contains("zero is no value of `id`"));
    ///
    /// let robot = DynRegion::create_with(&name, &layout, |robot| robot.set("id", 7))?;
    /// assert_eq!(robot.get("id")?.to_string(), "7");
    /// # shm_core::unlink(&name)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn create_with(
        name: impl AsRef<Path>,
        layout: &DynLayout,
        init: impl FnMut(&Self) -> Result<(), DynError>,
    ) -> Result<Self, Error> {
        RegionOptions::new().create_dynamic_with(name, layout, init)
    }

    /// Creates a region full of zeros and gives it the name, whatever had it before, in one step; see
    /// [`Region::create_or_replace`](crate::Region::create_or_replace).
    ///
    /// # Errors
    /// As [`DynRegion::create`], but for [`Error::AlreadyExists`].
    pub fn create_or_replace(name: impl AsRef<Path>, layout: &DynLayout) -> Result<Self, Error> {
        RegionOptions::new().create_or_replace_dynamic(name, layout)
    }

    /// As [`DynRegion::create_or_replace`], with what `init` fills in.
    ///
    /// # Errors
    /// As [`DynRegion::create_with`], but for [`Error::AlreadyExists`].
    pub fn create_or_replace_with(
        name: impl AsRef<Path>,
        layout: &DynLayout,
        init: impl FnMut(&Self) -> Result<(), DynError>,
    ) -> Result<Self, Error> {
        RegionOptions::new().create_or_replace_dynamic_with(name, layout, init)
    }
}

impl<A: Access> DynRegion<A> {
    /// Checks that every field has a value of which zero is none.
    ///
    /// # Errors
    /// The first one that has not.
    pub(crate) fn expect_initialised(&self) -> Result<(), DynError> {
        zero::check(self)
    }
}
