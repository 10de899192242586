//! [`Heap`]: the named objects in the heap of a region.

use std::sync::Arc;

use pyo3::prelude::*;
use shm_core::dynamic::DynRegion;
use shm_core::errors::Error;

use crate::errors::{self, Failed};
use crate::layout::Layout;
use crate::mapped::{Handle, Inner, either};
use crate::options;
use crate::region::Region;

/// The heap of a region; `shm/_objects.py` has the class that programs use.
#[pyclass(frozen, module = "shm._shm")]
pub(crate) struct Heap {
    inner: Arc<Inner>,
}

/// A named object, as `objects` lists it.
#[pyclass(frozen, get_all, module = "shm")]
pub(crate) struct NamedObject {
    name: String,
    type_name: String,
    size: u64,
    /// The number of elements, if its type has a part whose length is known at run time.
    length: Option<u64>,
}

#[pymethods]
impl NamedObject {
    fn __repr__(&self) -> String {
        format!("<{}: {}>", self.name, self.type_name)
    }
}

#[pymethods]
impl Heap {
    #[new]
    fn new(region: &Bound<'_, Region>) -> PyResult<Self> {
        let inner = Arc::clone(&region.get().inner);
        if either!(inner, region => region.heap().is_none()) {
            let help = "create the region with `heap_max`".to_owned();
            let text = "this region was made without a heap";
            return Err(errors::named("NotSupported", text, Some(help)));
        }
        Ok(Self { inner })
    }

    /// Finds the object of a name, or makes it, which `init` then fills in before another process can find it.
    #[pyo3(signature = (name, layout, length, init=None))]
    fn named(
        &self,
        py: Python<'_>,
        name: &str,
        layout: &Bound<'_, Layout>,
        length: usize,
        init: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Region> {
        let (region, layout) = (self.inner.writable()?, layout.get().layout());
        let made = match init {
            None => py
                .detach(|| region.named_object(name, layout, length, |_: &DynRegion| {}))
                .map_err(errors::of_region),
            Some(init) => region
                .named_object(name, layout, length, |new: &DynRegion| {
                    options::fill(py, Inner::of_object(Handle::Writes(new.clone())), init)
                })
                .map_err(|Failed(error)| error),
        };
        Ok(Region::of_inner(Inner::of_object(Handle::Writes(made?))))
    }

    /// Finds the object of a name, as one with a layout if that is given.
    #[pyo3(signature = (name, layout=None))]
    fn find(
        &self,
        py: Python<'_>,
        name: &str,
        layout: Option<&Bound<'_, Layout>>,
    ) -> PyResult<Option<Region>> {
        let layout = layout.map(|layout| layout.get().layout());
        macro_rules! found {
            ($region:expr, $handle:path) => {
                py.detach(|| match layout {
                    None => $region.object(name),
                    Some(layout) => $region.object_as(name, layout),
                })
                .map(|found| found.map($handle))
            };
        }
        let found: Result<Option<Handle>, Error> = match &self.inner.handle {
            Handle::Writes(region) => found!(region, Handle::Writes),
            Handle::Reads(region) => found!(region, Handle::Reads),
        };
        let found = found.map_err(errors::of_region)?;
        Ok(found.map(|handle| Region::of_inner(Inner::of_object(handle))))
    }

    /// Removes a name; whether an object had it.
    fn remove(&self, py: Python<'_>, name: &str) -> PyResult<bool> {
        let region = self.inner.writable()?;
        let removed = py.detach(|| region.heap().map(|heap| heap.remove(name)));
        removed.transpose().map(|removed| removed.unwrap_or(false)).map_err(errors::of_region)
    }

    /// The objects that have a name.
    fn objects(&self, py: Python<'_>) -> Vec<NamedObject> {
        let found = either!(self.inner, region => {
            py.detach(|| region.heap().map(|heap| heap.objects()))
        });
        let listed = |found: shm_core::heap::NamedObject| NamedObject {
            name: found.name,
            type_name: found.type_name,
            size: found.size,
            length: found.len,
        };
        found.unwrap_or_default().into_iter().map(listed).collect()
    }
}
