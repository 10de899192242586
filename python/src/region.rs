//! [`Region`]: a region that Python has opened, and what views ask of it.

use std::collections::HashMap;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::path::PathBuf;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use shm_core::dynamic::{DynRegion, DynValue};
use shm_core::errors::DynError;
use shm_core::schema::Schema;
use shm_core::{ReadOnly, path::Path};

use crate::convert::{from_python, to_python};
use crate::guard::Guard;
use crate::live::{Address, Array, CLOSED, FROZEN, Form, Memory, OPEN, State, View};
use crate::place::Place;
use crate::{errors, live, locate, plan};

/// A region, by the access that it was opened with.
pub(crate) enum Handle {
    Writes(DynRegion),
    Reads(DynRegion<ReadOnly>),
}

/// A region that stays mapped for as long as any view, lock or event of it exists.
pub(crate) struct Inner {
    pub(crate) handle: Handle,
    pub(crate) state: State,
    data: Address,
}

/// Calls the same method of either handle.
macro_rules! either {
    ($inner:expr, $region:ident => $body:expr) => {
        match &$inner.handle {
            Handle::Writes($region) => $body,
            Handle::Reads($region) => $body,
        }
    };
}

impl Inner {
    pub(crate) fn new(handle: Handle) -> Arc<Self> {
        let (data, state) = match &handle {
            Handle::Writes(region) => (region.data(), OPEN),
            Handle::Reads(region) => (region.data(), FROZEN),
        };
        Arc::new(Self { handle, state: State::new(state.into()), data: Address::of(data.cast()) })
    }

    pub(crate) fn schema(&self) -> &Schema {
        either!(self, region => region.schema())
    }

    /// The region, to change it.
    pub(crate) fn writable(&self) -> PyResult<&DynRegion> {
        match (&self.handle, self.state.load(Relaxed)) {
            (_, CLOSED) => Err(errors::read_only("the region was closed, so it cannot be written")),
            (Handle::Writes(region), _) => Ok(region),
            (Handle::Reads(_), _) => {
                Err(errors::read_only("the region was opened for reading only"))
            }
        }
    }

    /// Reads a value by its path.
    pub(crate) fn get<'py>(&self, py: Python<'py>, path: &str) -> PyResult<Bound<'py, PyAny>> {
        let value = either!(self, region => py.detach(|| region.get(path)));
        to_python(py, &value.map_err(errors::by_name)?)
    }

    pub(crate) fn set(&self, path: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.set_value(value.py(), path, from_python(value)?)
    }

    pub(crate) fn set_value(&self, py: Python<'_>, path: &str, value: DynValue) -> PyResult<()> {
        let region = self.writable()?;
        // Without the interpreter's lock, as this may wait for one of the region's.
        py.detach(|| region.set(path, value)).map_err(errors::by_name)
    }

    /// The path of the value of this type at an address of the region.
    pub(crate) fn path_of(&self, address: Address, tag: &str) -> PyResult<String> {
        let offset = self.offset_of(address) as u64;
        locate::path_at(self.schema().root(), offset, tag).ok_or_else(|| {
            PyTypeError::new_err(format!("no `{tag}` is at this place of the region"))
        })
    }

    /// The address of what a path names.
    pub(crate) fn address_of(&self, path: &str) -> PyResult<Address> {
        let found = either!(self, region => region.field(path).map(|field| field.offset()));
        let offset = found.map_err(errors::by_name)?;
        Ok(live::inside(self.data, offset as usize))
    }

    pub(crate) fn offset_of(&self, address: Address) -> usize {
        address.as_usize().wrapping_sub(self.data.as_usize())
    }

    /// The number of elements of the part whose length is known at run time.
    pub(crate) fn len(&self) -> usize {
        either!(self, region => region.len()).unwrap_or(0)
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        either!(self, region => region.as_fd())
    }
}

/// The region that keeps the memory of a view.
pub(crate) fn keeper<'a>(py: Python<'a>, owner: &'a Py<PyAny>) -> PyResult<&'a Arc<Inner>> {
    let owner = owner.bind(py);
    if let Ok(region) = owner.cast::<Region>() {
        return Ok(&region.get().inner);
    }
    match owner.cast::<Guard>() {
        Ok(guard) => Ok(guard.get().inner()),
        Err(_) => Err(PyTypeError::new_err("this is a copy, which is not in a region")),
    }
}

/// The length of the slice at the end of the region that an owner keeps.
pub(crate) fn len_of(py: Python<'_>, owner: &Py<PyAny>) -> PyResult<usize> {
    Ok(keeper(py, owner)?.len())
}

/// The lock, event or other at an address, which `maker` makes when it is first asked for.
pub(crate) fn made<'py>(
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

/// A region. Programs have the view of its value; `shm`'s functions find this by it.
#[pyclass(frozen, weakref, module = "shm._shm")]
pub(crate) struct Region {
    pub(crate) inner: Arc<Inner>,
    /// The locks, events and others that were asked for, by their addresses. None of them refers to
    /// this object, so that there is no circle.
    made: Mutex<HashMap<usize, Py<PyAny>>>,
}

impl Region {
    pub(crate) fn new(handle: Handle) -> Self {
        Self::of_inner(Inner::new(handle))
    }

    pub(crate) fn of_inner(inner: Arc<Inner>) -> Self {
        Self { inner, made: Mutex::default() }
    }

    fn made(&self) -> MutexGuard<'_, HashMap<usize, Py<PyAny>>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn found<'py>(&self, py: Python<'py>, address: Address) -> Option<Bound<'py, PyAny>> {
        self.made().get(&address.as_usize()).map(|made| made.bind(py).clone())
    }
}

#[pymethods]
impl Region {
    /// The whole value: a view, an array, a lock or a number, as the form says.
    fn root<'py>(slf: Bound<'py, Self>, form: &Bound<'py, Form>) -> PyResult<Bound<'py, PyAny>> {
        let (py, inner) = (slf.py(), Arc::clone(&slf.get().inner));
        let state = Arc::clone(&inner.state);
        let memory = Memory { address: inner.data, owner: slf.into_any().unbind(), state };
        live::part(py, form.get(), &memory, 0)
    }

    /// What Python makes classes of.
    fn plan<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plan::of(py, self.inner.schema().root())
    }

    /// Equal for regions of equal layouts with equal names.
    fn identity(&self) -> String {
        plan::identity(self.inner.schema())
    }

    fn fingerprint(&self) -> Option<u64> {
        self.inner.schema().fingerprint()
    }

    fn get<'py>(&self, py: Python<'py>, path: &str) -> PyResult<Bound<'py, PyAny>> {
        self.inner.get(py, path)
    }

    fn set(&self, path: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.set(path, value)
    }

    /// The paths of all fields, with their types, documentation and units.
    fn fields(&self) -> Vec<(String, String, String, String)> {
        let fields = either!(self.inner, region => region.fields());
        let text = str::to_owned;
        fields
            .map(|field| {
                let (ty, doc, unit) =
                    (field.ty().to_string(), text(field.doc()), text(field.unit()));
                (field.path().to_string(), ty, doc, unit)
            })
            .collect()
    }

    /// Ends writing through every view of the region. The memory stays mapped until the last is gone.
    pub(crate) fn close(&self) {
        self.inner.state.store(CLOSED, Relaxed);
        let made = std::mem::take(&mut *self.made());
        drop(made);
    }

    #[getter]
    fn closed(&self) -> bool {
        self.inner.state.load(Relaxed) == CLOSED
    }

    #[getter]
    fn read_only(&self) -> bool {
        matches!(self.inner.handle, Handle::Reads(_))
    }

    #[getter]
    fn created(&self) -> bool {
        either!(self.inner, region => region.created())
    }

    #[getter]
    fn path(&self) -> Option<PathBuf> {
        either!(self.inner, region => region.path()).map(PathBuf::from)
    }

    #[getter]
    fn is_current(&self) -> bool {
        either!(self.inner, region => region.is_current())
    }

    fn unlink(&self) -> PyResult<()> {
        either!(self.inner, region => region.unlink()).map_err(errors::of_region)
    }

    fn flush(&self, py: Python<'_>) -> PyResult<()> {
        either!(self.inner, region => py.detach(|| region.flush())).map_err(errors::of_region)
    }

    fn fileno(&self) -> PyResult<i32> {
        match self.inner.fd() {
            Some(fd) => Ok(fd.as_raw_fd()),
            None => Err(errors::named("NotSupported", "this region has no descriptor", None)),
        }
    }

    /// The place of a view in its region, and a path below it.
    #[staticmethod]
    fn place_of(view: &Bound<'_, PyAny>, tag: &str, path: &str) -> PyResult<Place> {
        let (py, memory) = (view.py(), View::memory(view)?);
        let inner = keeper(py, &memory.owner)?;
        let above: Path = inner.path_of(memory.address, tag)?.parse().map_err(syntax)?;
        let path = above.join(&path.parse::<Path>().map_err(syntax)?).to_string();
        Place::named(Arc::clone(inner), path)
    }

    /// The place of a path from the root.
    fn place(&self, path: &str) -> PyResult<Place> {
        Place::named(Arc::clone(&self.inner), path.to_owned())
    }

    /// The region that a view, an array or a place is of.
    #[staticmethod]
    fn of<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let py = object.py();
        if let Ok(region) = object.cast::<Self>() {
            return Ok(region.clone());
        }
        if let Ok(place) = object.cast::<Place>() {
            return Bound::new(py, Self::of_inner(Arc::clone(&place.get().inner)));
        }
        let owner = match object.cast::<Array>() {
            Ok(array) => array.get().owner(),
            Err(_) => &View::memory(object)?.owner,
        };
        match owner.bind(py).cast::<Self>() {
            Ok(region) => Ok(region.clone()),
            Err(_) => Bound::new(py, Self::of_inner(Arc::clone(keeper(py, owner)?))),
        }
    }
}

fn syntax(error: shm_core::errors::InvalidPath) -> PyErr {
    errors::by_name(DynError::from(error))
}
