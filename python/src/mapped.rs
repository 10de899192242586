//! [`Inner`]: a region that is mapped, and what is asked of it.

use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use shm_core::ReadOnly;
use shm_core::dynamic::{DynRegion, DynValue};
use shm_core::schema::Schema;

use crate::convert::{from_python, to_python};
use crate::live::{Address, CLOSED, FROZEN, OPEN, State};
use crate::{errors, live, locate};

/// A region, by the access that it was opened with.
pub(crate) enum Handle {
    Writes(DynRegion),
    Reads(DynRegion<ReadOnly>),
}

/// A region that stays mapped for as long as any view, lock or event of it exists.
pub(crate) struct Inner {
    pub(crate) handle: Handle,
    pub(crate) state: State,
    pub(crate) data: Address,
    /// Whether it is a named object in the heap of a region, to which whatever concerns the file belongs.
    pub(crate) is_object: bool,
}

/// Calls the same method of either handle.
macro_rules! either {
    ($inner:expr, $region:ident => $body:expr) => {
        match &$inner.handle {
            $crate::mapped::Handle::Writes($region) => $body,
            $crate::mapped::Handle::Reads($region) => $body,
        }
    };
}
pub(crate) use either;

impl Inner {
    pub(crate) fn new(handle: Handle) -> Arc<Self> {
        Self::made(handle, false)
    }

    /// A named object, which is read and written as a region is.
    pub(crate) fn of_object(handle: Handle) -> Arc<Self> {
        Self::made(handle, true)
    }

    fn made(handle: Handle, is_object: bool) -> Arc<Self> {
        let (data, state) = match &handle {
            Handle::Writes(region) => (region.data(), OPEN),
            Handle::Reads(region) => (region.data(), FROZEN),
        };
        let data = Address::of(data.cast());
        Arc::new(Self { handle, state: State::new(state.into()), data, is_object })
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

    pub(crate) fn fd(&self) -> Option<BorrowedFd<'_>> {
        either!(self, region => region.as_fd())
    }
}
