//! [`Region`]: a region that Python has opened, and what views ask of it.

use std::collections::HashMap;
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use shm_core::dynamic::DynField;

use crate::guard::Guard;
use crate::live::{Address, CLOSED, Form, Memory};
use crate::mapped::{Handle, Inner, either};
use crate::mirror::Mirror;
use crate::{errors, live, plan, shown};

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

    /// The locks, events and others that were asked for, by their addresses.
    pub(crate) fn made(&self) -> MutexGuard<'_, HashMap<usize, Py<PyAny>>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn found<'py>(
        &self,
        py: Python<'py>,
        address: Address,
    ) -> Option<Bound<'py, PyAny>> {
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

    /// The paths of all fields, with their types, documentation and units, and whether they are counters.
    fn fields(&self) -> Vec<(String, String, String, String, bool)> {
        let fields = either!(self.inner, region => region.fields());
        let text = str::to_owned;
        fields
            .map(|field| {
                let (ty, doc, unit) =
                    (field.ty().to_string(), text(field.doc()), text(field.unit()));
                (field.path().to_string(), ty, doc, unit, field.is_counter())
            })
            .collect()
    }

    /// The fields of the value at a path, as `shm show` lists them: offset, type, depth, name, value, unit, remarks.
    fn rows(&self, py: Python<'_>, path: &str) -> PyResult<Vec<shown::Row>> {
        py.detach(|| shown::rows(&self.inner, path)).map_err(errors::by_name)
    }

    /// The size of the value in bytes, with its elements.
    #[getter]
    fn size(&self) -> usize {
        either!(self.inner, region => region.data()).len()
    }

    /// The name of the value's type, and its documentation.
    #[getter]
    fn described(&self) -> (String, String) {
        let root = DynField::root(self.inner.schema());
        (root.type_name(), root.doc().to_owned())
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

    /// Of which region this is a mirror, if it is one.
    fn mirror(&self) -> Option<Mirror> {
        either!(self.inner, region => region.mirror()).map(Mirror::of)
    }

    fn unlink(&self) -> PyResult<()> {
        if self.inner.is_object {
            let help = "`shm.heap(region).remove(name)` removes its name".to_owned();
            let text = "this is a named object in the heap of a region";
            return Err(errors::named("NotSupported", text, Some(help)));
        }
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
}
