//! [`Queue`], [`Ring`] and [`Map`]: values that come and go. They are copied whole, so they are ordinary
//! values in Python: a dict for a struct.

use std::sync::{Mutex as StdMutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyList, PyType};
use shm_core::ReadOnly;
use shm_core::dynamic::{DynFollower, DynMap, DynValue};
use shm_core::errors::DynError;

use crate::convert::{from_python, to_python};
use crate::errors;
use crate::mapped::Handle;
use crate::place::Place;
use crate::wait::{limit, wait};

/// A field that is a `Queue`: each value goes to one consumer.
#[pyclass(frozen, module = "shm")]
pub(crate) struct Queue {
    place: Place,
}

#[pymethods]
impl Queue {
    #[new]
    fn new(place: &Place) -> Self {
        Self { place: place.again() }
    }

    /// Adds a value, waiting for room; `Full` if there is none in time.
    #[pyo3(signature = (value, timeout=None))]
    fn push(&self, value: &Bound<'_, PyAny>, timeout: Option<f64>) -> PyResult<()> {
        let (region, limit) = (self.place.inner.writable()?, limit(timeout)?);
        let (py, path, value) = (value.py(), &self.place.path, from_python(value)?);
        wait(py, || region.push_timeout(path, value, limit), drop)?.map_err(errors::by_name)
    }

    /// Takes the oldest value, waiting for one; `TimedOut` if there is none in time.
    #[pyo3(signature = (timeout=None))]
    fn pop<'py>(&self, py: Python<'py>, timeout: Option<f64>) -> PyResult<Bound<'py, PyAny>> {
        let (region, limit) = (self.place.inner.writable()?, limit(timeout)?);
        let (path, mut lost) = (&self.place.path, None);
        // An interrupted wait takes nothing, unless it was interrupted at the queue's lock and then had that after
        // all: its caller gets no value, and the next one does.
        let put_back = |taken: Result<Option<DynValue>, DynError>| {
            if let Ok(Some(value)) = taken {
                if region.push(path, value.clone()).is_err() {
                    lost = Some(value);
                }
            }
        };
        let taken = wait(py, || region.pop_timeout(path, limit), put_back);
        if let (Err(raised), Some(value)) = (&taken, lost) {
            let note =
                format!("taken from `{path}`, and there was no room to put it back: {value}");
            raised.value(py).call_method1("add_note", (note,))?;
        }
        match taken?.map_err(errors::by_name)? {
            Some(value) => to_python(py, &value),
            None => Err(errors::named("TimedOut", &format!("`{path}` stayed empty"), None)),
        }
    }

    #[classmethod]
    fn __class_getitem__<'py>(
        class: &Bound<'py, PyType>,
        parameters: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        super::generic(class, parameters)
    }

    fn _plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.place.inner.get(py, &self.place.path)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Queue {}>", self._plain(py)?.repr()?))
    }
}

/// A field that is a `Ring`: every reader sees every item.
#[pyclass(frozen, module = "shm")]
pub(crate) struct Ring {
    place: Place,
}

#[pymethods]
impl Ring {
    #[new]
    fn new(place: &Place) -> Self {
        Self { place: place.again() }
    }

    /// Adds an item. Never waits for readers.
    fn push(&self, item: &Bound<'_, PyAny>) -> PyResult<()> {
        let region = self.place.inner.writable()?;
        let (py, path, item) = (item.py(), &self.place.path, from_python(item)?);
        py.detach(|| region.push(path, item)).map_err(errors::by_name)
    }

    /// An iterator over the items that are pushed from now on, or from the oldest that there is. It waits for
    /// each, and raises `Missed` if items were overwritten before it had them.
    #[pyo3(signature = (from_oldest=false, timeout=None))]
    fn follow(&self, from_oldest: bool, timeout: Option<f64>) -> PyResult<Follower> {
        macro_rules! follower {
            ($region:expr) => {{
                let items = $region.resolve(&self.place.path).map_err(errors::by_name)?;
                let found = if from_oldest { items.follow_from_oldest() } else { items.follow() };
                found.map_err(errors::by_name)?
            }};
        }
        let follower = match &self.place.inner.handle {
            Handle::Writes(region) => Following::Writes(follower!(region)),
            Handle::Reads(region) => Following::Reads(follower!(region)),
        };
        Ok(Follower { follower: StdMutex::new(follower), timeout })
    }

    #[classmethod]
    fn __class_getitem__<'py>(
        class: &Bound<'py, PyType>,
        parameters: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        super::generic(class, parameters)
    }

    fn _plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.place.inner.get(py, &self.place.path)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Ring {}>", self._plain(py)?.repr()?))
    }
}

enum Following {
    Writes(DynFollower),
    Reads(DynFollower<ReadOnly>),
}

/// A reader of a ring.
#[pyclass(frozen, module = "shm._shm")]
pub(crate) struct Follower {
    follower: StdMutex<Following>,
    timeout: Option<f64>,
}

#[pymethods]
impl Follower {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    /// The next item; the iteration ends once the time of `follow` is up.
    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let limit = limit(self.timeout)?;
        let next = || match &mut *self.follower.lock().unwrap_or_else(PoisonError::into_inner) {
            Following::Writes(follower) => follower.next_timeout(limit),
            Following::Reads(follower) => follower.next_timeout(limit),
        };
        match wait(py, next, drop)?.transpose().map_err(errors::by_name)? {
            Some(item) => to_python(py, &item).map(Some),
            None => Ok(None),
        }
    }
}

/// A field that is a `Map`: values of any length, found by keys.
#[pyclass(frozen, mapping, module = "shm")]
pub(crate) struct Map {
    place: Place,
}

/// The most entries that are read at once.
const MOST: usize = 1 << 20;

impl Map {
    fn writable(&self) -> PyResult<DynMap> {
        self.place.inner.writable()?.map(&self.place.path).map_err(errors::by_name)
    }

    fn entries(&self, py: Python<'_>) -> PyResult<Vec<(DynValue, DynValue)>> {
        let path = &self.place.path;
        let entries = py.detach(|| match &self.place.inner.handle {
            Handle::Writes(region) => region.map(path)?.entries(MOST),
            Handle::Reads(region) => region.map(path)?.entries(MOST),
        });
        entries.map_err(errors::by_name)
    }

    fn find(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<Option<DynValue>> {
        let (path, key) = (&self.place.path, from_python(key)?);
        let found = py.detach(|| match &self.place.inner.handle {
            Handle::Writes(region) => region.map(path)?.get(key),
            Handle::Reads(region) => region.map(path)?.get(key),
        });
        found.map_err(errors::by_name)
    }
}

#[pymethods]
impl Map {
    #[new]
    fn new(place: &Place) -> Self {
        Self { place: place.again() }
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        let path = &self.place.path;
        let len = py.detach(|| match &self.place.inner.handle {
            Handle::Writes(region) => region.map(path)?.len(),
            Handle::Reads(region) => region.map(path)?.len(),
        });
        Ok(len.map_err(errors::by_name)? as usize)
    }

    fn __getitem__<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = key.py();
        match self.find(py, key)? {
            Some(value) => to_python(py, &value),
            None => Err(pyo3::exceptions::PyKeyError::new_err(key.clone().unbind())),
        }
    }

    fn __setitem__(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let map = self.writable()?;
        let (py, key, value) = (key.py(), from_python(key)?, from_python(value)?);
        py.detach(|| map.insert(key, value)).map_err(errors::by_name)
    }

    fn __delitem__(&self, key: &Bound<'_, PyAny>) -> PyResult<()> {
        let (py, map, wanted) = (key.py(), self.writable()?, from_python(key)?);
        match py.detach(|| map.remove(wanted)).map_err(errors::by_name)? {
            true => Ok(()),
            false => Err(pyo3::exceptions::PyKeyError::new_err(key.clone().unbind())),
        }
    }

    fn __contains__(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.find(key.py(), key)?.is_some())
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.keys(py)?.as_any().call_method0("__iter__")
    }

    /// The value of a key, or another one if there is none.
    #[pyo3(signature = (key, default=None))]
    fn get<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.find(key.py(), key)? {
            Some(value) => to_python(key.py(), &value).map(Some),
            None => Ok(default),
        }
    }

    /// The keys at this moment.
    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let keys = self.entries(py)?;
        let keys = keys.iter().map(|(key, _)| to_python(py, key));
        PyList::new(py, keys.collect::<PyResult<Vec<_>>>()?)
    }

    /// The keys and values at this moment.
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let entries = self.entries(py)?;
        let entries =
            entries.iter().map(|(key, value)| Ok((to_python(py, key)?, to_python(py, value)?)));
        PyList::new(py, entries.collect::<PyResult<Vec<_>>>()?)
    }

    /// Removes all entries.
    fn clear(&self, py: Python<'_>) -> PyResult<()> {
        let map = self.writable()?;
        py.detach(|| map.clear()).map_err(errors::by_name)
    }

    fn _assign(&self, values: &Bound<'_, PyAny>) -> PyResult<()> {
        for entry in values.call_method0("items")?.try_iter()? {
            let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = entry?.extract()?;
            self.__setitem__(&key, &value)?;
        }
        Ok(())
    }

    fn _plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("builtins")?.getattr("dict")?.call1((self.items(py)?,))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let len = self.__len__(py)?;
        Ok(format!("<Map of {len} {}>", if len == 1 { "entry" } else { "entries" }))
    }

    #[classmethod]
    fn __class_getitem__<'py>(
        class: &Bound<'py, PyType>,
        parameters: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        super::generic(class, parameters)
    }
}
