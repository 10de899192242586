//! [`Place`]: one value of a region, found by its path.

use std::sync::{Arc, OnceLock};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use shm_core::dynamic::Spot;

use crate::errors;
use crate::live::{self, Address, Form, Memory};
use crate::region::{Handle, Inner, Region};

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

    fn spot(&self) -> PyResult<&Spot> {
        if let Some(spot) = self.word.get() {
            self.inner.writable()?;
            return Ok(spot);
        }
        let spot = self.inner.writable()?.spot(&self.path).map_err(errors::by_name)?;
        Ok(self.word.get_or_init(|| spot))
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
}

fn not_a_number(path: &str) -> PyErr {
    PyTypeError::new_err(format!("`{path}` is not a number, a bool or a character"))
}
