//! The steps by which a region without a type is created.

use std::path::Path;
use std::sync::Arc;

use super::expected::Expected;
use super::options::open_at;
use super::outcome::DynOutcome;
use super::region::DynRegion;
use super::zero;
use crate::error::Error;
use crate::region::{
    self, Draft, IfTaken, Mapped, Mapping, NewValue, RegionOptions, Verb, resolve_name,
};
use crate::schema::Schema;
use shm_schema::describe::DynLayout;

/// The steps of creating.
impl RegionOptions<DynRegion> {
    pub(super) fn create_as<R: DynOutcome, F: FnOnce(&DynRegion) -> R>(
        &self,
        name: &Path,
        layout: &DynLayout,
        if_taken: IfTaken,
        start: Start<F>,
    ) -> Result<DynRegion, R::Error> {
        let path = resolve_name(name)?;
        let new = New::of(layout);
        let mapping = self.draft(&path, &new, start)?.publish(&path, if_taken)?;
        Ok(new.region(mapping, Some(&path)))
    }

    pub(super) fn open_or_start<R: DynOutcome, F: FnOnce(&DynRegion) -> R>(
        &self,
        name: &Path,
        layout: &DynLayout,
        accept: Accept,
        start: Start<F>,
    ) -> Result<DynRegion, R::Error> {
        self.settings.expect(Verb::OPEN_OR_CREATE)?;
        let path = resolve_name(name)?;
        let new = New::of(layout);
        let open = || match accept {
            Accept::Any => open_at(&path, &self.settings),
            Accept::Layout => Expected::of(layout).open_at(&path, &self.settings),
        };
        region::open_or_create(
            &path,
            open,
            || self.draft(&path, &new, start),
            |mapping| new.region(mapping, Some(&path)),
        )
    }

    fn draft<R: DynOutcome, F: FnOnce(&DynRegion) -> R>(
        &self,
        path: &Path,
        new: &New<'_>,
        start: Start<F>,
    ) -> Result<Draft, R::Error> {
        let value = self.value(new, start.is_zeroed(), path)?;
        Draft::at(path, &self.settings, &value, |mapping| new.start(mapping, Some(path), start))
    }

    pub(super) fn unnamed<R: DynOutcome, F: FnOnce(&DynRegion) -> R>(
        &self,
        label: &str,
        layout: &DynLayout,
        start: Start<F>,
    ) -> Result<DynRegion, R::Error> {
        let new = New::of(layout);
        let value = self.value(&new, start.is_zeroed(), &region::memfd_label(label))?;
        let init = |mapping: &Arc<Mapping>| new.start(mapping, None, start);
        let mapping = region::memfd(label, &self.settings, &value, init)?;
        Ok(new.region(mapping, None))
    }

    pub(super) fn alone<R: DynOutcome, F: FnOnce(&DynRegion) -> R>(
        &self,
        layout: &DynLayout,
        start: Start<F>,
    ) -> Result<DynRegion, R::Error> {
        self.settings.expect(Verb::PRIVATE)?;
        let new = New::of(layout);
        if start.is_zeroed() {
            self.expect_zero(layout, Path::new("private memory"))?;
        }
        let mapping = region::private_described(layout.name(), &new.schema, &self.settings)?;
        new.start(&mapping, None, start)?;
        Ok(new.region(mapping, None))
    }

    fn value(&self, new: &New<'_>, is_zeroed: bool, region: &Path) -> Result<NewValue, Error> {
        if is_zeroed {
            self.expect_zero(new.layout, region)?;
        }
        NewValue::described(new.layout.description(), &new.schema, &self.settings)
    }

    /// Checks that zero is valid for every field.
    fn expect_zero(&self, layout: &DynLayout, region: &Path) -> Result<(), Error> {
        let fields = zero::fields(layout.schema(), self.settings.len().unwrap_or(0) as u64);
        match fields.is_empty() {
            true => Ok(()),
            false => Err(Error::ZeroIsNoValue { region: region.display().to_string(), fields }),
        }
    }
}

/// The layouts that an existing region may have.
#[derive(Clone, Copy)]
pub(super) enum Accept {
    Any,
    /// Those that a program with the given layout can use.
    Layout,
}

/// The first value of a new region.
pub(super) enum Start<F> {
    Zeroed,
    With(F),
}

impl<F> Start<F> {
    fn is_zeroed(&self) -> bool {
        matches!(self, Self::Zeroed)
    }
}

/// A region to be created.
struct New<'l> {
    layout: &'l DynLayout,
    schema: Arc<Schema>,
}

impl<'l> New<'l> {
    fn of(layout: &'l DynLayout) -> Self {
        Self { layout, schema: Arc::new(layout.schema().clone()) }
    }

    fn region(&self, mapping: Arc<Mapping>, path: Option<&Path>) -> DynRegion {
        DynRegion::over(Mapped::created_at(mapping, path), Arc::clone(&self.schema))
    }

    /// Fills in the first value, and checks that every field has a value of its type.
    fn start<R: DynOutcome, F: FnOnce(&DynRegion) -> R>(
        &self,
        mapping: &Arc<Mapping>,
        path: Option<&Path>,
        start: Start<F>,
    ) -> Result<(), R::Error> {
        let Start::With(init) = start else { return Ok(()) };
        let mapped = Mapped::created_at(Arc::clone(mapping), path);
        let region = DynRegion::to_be_filled(mapped, Arc::clone(&self.schema));
        init(&region).into_result(region.label())?;
        Ok(zero::check(&region).into_result(region.label())?)
    }
}
