//! [`Place`]: one value of a region, found by its path.

use std::sync::{Arc, OnceLock};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use shm_core::DynRegion;
use shm_core::dynamic::Spot;
use shm_core::errors::{DynError, InvalidPath};
use shm_core::path::Path;

use crate::errors;
use crate::live::{self, Address, Array, Form, Memory, Owners, View};
use crate::mapped::{Handle, Inner};
use crate::region::{self, Region, keeper};

/// A value that was found by its path: what `shm.field` gives, and what locks and events are made of.
#[pyclass(frozen, module = "shm", name = "Place")]
pub(crate) struct Place {
    pub(crate) inner: Arc<Inner>,
    pub(crate) path: String,
    /// Where it is, if it was reached through a view.
    address: Option<Address>,
    /// The word there, once it was asked for.
    word: OnceLock<Spot>,
}

impl Place {
    pub(crate) fn new(inner: Arc<Inner>, path: String, address: Address) -> Self {
        Self { inner, path, address: Some(address), word: OnceLock::new() }
    }

    pub(crate) fn named(inner: Arc<Inner>, path: String) -> PyResult<Self> {
        match &inner.handle {
            Handle::Writes(region) => drop(region.resolve(&path).map_err(errors::by_name)?),
            Handle::Reads(region) => drop(region.resolve(&path).map_err(errors::by_name)?),
        }
        Ok(Self { inner, path, address: None, word: OnceLock::new() })
    }

    /// The same place, for another object.
    pub(crate) fn again(&self) -> Self {
        let (inner, path) = (Arc::clone(&self.inner), self.path.clone());
        Self { inner, path, address: self.address, word: OnceLock::new() }
    }

    /// The value `offset` bytes after it, as a view of the region if it is not one word.
    pub(crate) fn part<'py>(
        &self,
        py: Python<'py>,
        form: &Form,
        offset: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Some(address) = self.address else { return self.inner.get(py, &self.path) };
        let owner = Bound::new(py, Region::of_inner(Arc::clone(&self.inner)))?.into_any().unbind();
        let memory = Memory { address, owner, state: Arc::clone(&self.inner.state) };
        live::part(py, form, &memory, offset)
    }

    /// Where it is, also if it was found by its path.
    pub(crate) fn address(&self, inner: &Inner) -> PyResult<Address> {
        match self.address {
            Some(address) => Ok(address),
            None => inner.address_of(&self.path),
        }
    }

    /// A handle of the value, made by `find` at its first use and then kept in `kept`. The region must be writable
    /// each time: it may have been closed since.
    pub(crate) fn once<'k, T>(
        &self,
        kept: &'k OnceLock<T>,
        find: impl FnOnce(&DynRegion, &str) -> Result<T, DynError>,
    ) -> PyResult<&'k T> {
        let region = self.inner.writable()?;
        if let Some(handle) = kept.get() {
            return Ok(handle);
        }
        let handle = find(region, &self.path).map_err(errors::by_name)?;
        Ok(kept.get_or_init(|| handle))
    }

    fn spot(&self) -> PyResult<&Spot> {
        self.once(&self.word, |region, path| region.spot(path))
    }
}

#[pymethods]
impl Place {
    /// The path from the region's root.
    #[getter]
    fn path(&self) -> &str {
        &self.path
    }

    /// Reads the value.
    fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.inner.get(py, &self.path)
    }

    /// Writes the value. Through a `Latest` this makes a new version, through a `Watched` it wakes all
    /// waiters.
    fn set(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.set(&self.path, value)
    }

    /// Adds to an integer in one step that no other process can interrupt; returns the value before.
    fn add<'py>(&self, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let (spot, py) = (self.spot()?, value.py());
        let Some(kind) = spot.ty().scalar() else { return Err(not_a_number(&self.path)) };
        let bits = live::addend(kind, value).map_err(|error| errors::at(py, &self.path, error))?;
        let before = py.detach(|| spot.fetch_add(bits)).map_err(errors::by_name)?;
        live::to_object(py, kind, before)
    }

    /// Replaces a number in one step; returns the value before.
    fn swap<'py>(&self, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let (spot, py) = (self.spot()?, value.py());
        let Some(kind) = spot.ty().scalar() else { return Err(not_a_number(&self.path)) };
        let bits = live::to_bits(kind, value).map_err(|error| errors::at(py, &self.path, error))?;
        let before = py.detach(|| spot.swap(bits)).map_err(errors::by_name)?;
        live::to_object(py, kind, before)
    }

    /// Replaces a number in one step, if it is `old`; returns whether it was.
    fn compare_and_set(&self, old: &Bound<'_, PyAny>, new: &Bound<'_, PyAny>) -> PyResult<bool> {
        let (spot, py) = (self.spot()?, old.py());
        let Some(kind) = spot.ty().scalar() else { return Err(not_a_number(&self.path)) };
        let bits =
            |value| live::to_bits(kind, value).map_err(|error| errors::at(py, &self.path, error));
        let (old, new) = (bits(old)?, bits(new)?);
        let found = py.detach(|| spot.compare_exchange(old, new)).map_err(errors::by_name)?;
        Ok(found.is_ok())
    }

    fn __repr__(&self) -> String {
        format!("<shm.Place {:?}>", self.path)
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("shm._notebook")?.call_method1("html", (slf,))
    }
}

fn not_a_number(path: &str) -> PyErr {
    PyTypeError::new_err(format!("`{path}` is not a number, a bool or a character"))
}

/// The answers of the owners of memory.
pub(crate) const OWNERS: Owners = Owners {
    len: region::len_of,
    made,
    path_of: |py, owner, address, tag| keeper(py, owner)?.path_of(address, tag),
    get: |py, owner, path| keeper(py, owner)?.get(py, path),
    set: |py, owner, path, value| keeper(py, owner)?.set_value(py, path, value),
};

/// The lock, event or other at an address, which `maker` makes when it is first asked for.
fn made<'py>(
    maker: &Bound<'py, PyAny>,
    tag: &str,
    memory: &Memory,
    address: Address,
) -> PyResult<Bound<'py, PyAny>> {
    let py = maker.py();
    let inner = keeper(py, &memory.owner)?;
    let region = memory.owner.bind(py).cast::<Region>().ok();
    let found = region.and_then(|region| region.get().found(py, address));
    if let Some(found) = found {
        return Ok(found);
    }
    let place = Place::new(Arc::clone(inner), inner.path_of(address, tag)?, address);
    let made = maker.call1((place,))?;
    if let Some(region) = region {
        region.get().made().insert(address.as_usize(), made.clone().unbind());
    }
    Ok(made)
}

/// The place of a view in its region, and a path below it.
#[pyfunction]
pub(crate) fn place_of(view: &Bound<'_, PyAny>, tag: &str, path: &str) -> PyResult<Place> {
    let (py, memory) = (view.py(), View::memory(view)?);
    let inner = keeper(py, &memory.owner)?;
    let above: Path = inner.path_of(memory.address, tag)?.parse().map_err(syntax)?;
    let path = above.join(&path.parse::<Path>().map_err(syntax)?).to_string();
    Place::named(Arc::clone(inner), path)
}

/// The place of a path from the root of a region.
#[pyfunction]
pub(crate) fn place_at(region: &Bound<'_, Region>, path: String) -> PyResult<Place> {
    Place::named(Arc::clone(&region.get().inner), path)
}

/// The region that a view, an array or a place is of.
#[pyfunction]
pub(crate) fn region_of<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Region>> {
    let py = object.py();
    if let Ok(region) = object.cast::<Region>() {
        return Ok(region.clone());
    }
    if let Ok(place) = object.cast::<Place>() {
        return Bound::new(py, Region::of_inner(Arc::clone(&place.get().inner)));
    }
    let owner = match object.cast::<Array>() {
        Ok(array) => array.get().owner(),
        Err(_) => &View::memory(object)?.owner,
    };
    match owner.bind(py).cast::<Region>() {
        Ok(region) => Ok(region.clone()),
        Err(_) => Bound::new(py, Region::of_inner(Arc::clone(keeper(py, owner)?))),
    }
}

fn syntax(error: InvalidPath) -> PyErr {
    errors::by_name(DynError::from(error))
}
