//! Creating regions whose layout was described at run time.

use std::path::Path;
use std::sync::Arc;

use super::temporary::Taken;
use super::{Explained, RegionOptions, create, name};
use crate::dynamic::{DynLayout, DynRegion, fields_without_zero};
use crate::error::{DynError, Error};

/// Creating without a type.
impl RegionOptions {
    /// Creates a region full of zeros; see [`DynRegion::create`].
    ///
    /// # Errors
    /// As [`DynRegion::create`].
    pub fn create_dynamic(
        &self,
        name: impl AsRef<Path>,
        layout: &DynLayout,
    ) -> Result<DynRegion, Error> {
        self.create_zeroed(name.as_ref(), layout, Taken::Refuse)
    }

    /// Creates a region that `init` fills in; see [`DynRegion::create_with`].
    ///
    /// # Errors
    /// As [`DynRegion::create_with`].
    pub fn create_dynamic_with(
        &self,
        name: impl AsRef<Path>,
        layout: &DynLayout,
        mut init: impl FnMut(&DynRegion) -> Result<(), DynError>,
    ) -> Result<DynRegion, Error> {
        self.create_described(name.as_ref(), layout, Taken::Refuse, &mut init)
    }

    /// Creates a region full of zeros and gives it the name, whatever had it before; see
    /// [`DynRegion::create_or_replace`].
    ///
    /// # Errors
    /// As [`DynRegion::create_or_replace`].
    pub fn create_or_replace_dynamic(
        &self,
        name: impl AsRef<Path>,
        layout: &DynLayout,
    ) -> Result<DynRegion, Error> {
        self.create_zeroed(name.as_ref(), layout, Taken::Replace)
    }

    /// Creates a region that `init` fills in and gives it the name, whatever had it before; see
    /// [`DynRegion::create_or_replace_with`].
    ///
    /// # Errors
    /// As [`DynRegion::create_or_replace_with`].
    pub fn create_or_replace_dynamic_with(
        &self,
        name: impl AsRef<Path>,
        layout: &DynLayout,
        mut init: impl FnMut(&DynRegion) -> Result<(), DynError>,
    ) -> Result<DynRegion, Error> {
        self.create_described(name.as_ref(), layout, Taken::Replace, &mut init)
    }

    fn create_zeroed(
        &self,
        name: &Path,
        layout: &DynLayout,
        taken: Taken,
    ) -> Result<DynRegion, Error> {
        let fields = fields_without_zero(layout.schema(), self.len.unwrap_or(0) as u64);
        if !fields.is_empty() {
            let region = name::resolve(name)?.display().to_string();
            return Err(Error::ZeroIsNoValue { region, fields });
        }
        self.create_described(name, layout, taken, &mut |_| Ok(()))
    }

    fn create_described(
        &self,
        name: &Path,
        layout: &DynLayout,
        taken: Taken,
        init: &mut dyn FnMut(&DynRegion) -> Result<(), DynError>,
    ) -> Result<DynRegion, Error> {
        let path = name::resolve(name)?;
        let mut created = None;
        create::described(&path, self, taken, layout, &mut |mapping| {
            let (schema, notes) =
                (Arc::new(layout.schema().clone()), layout.annotations().cloned());
            let explained = Explained { mapping: mapping.clone(), schema, notes };
            let region = DynRegion::over(explained, &path);
            let outcome = init(&region).and_then(|()| region.expect_initialised());
            outcome.map_err(|source| Error::NotInitialised {
                region: path.display().to_string(),
                source: Box::new(source),
            })?;
            created = Some(region);
            Ok(())
        })?;
        Ok(created.expect("a region is initialised before it comes to exist"))
    }
}
