//! [`Event`] and [`Watched`]: what is waited for.

use std::os::fd::AsRawFd;
use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::types::PyType;
use shm_core::ReadOnly;
use shm_core::region::Projected;
use shm_core::sync::{EventFd, EventView, Ticket};

use crate::errors;
use crate::live::Form;
use crate::mapped::Handle;
use crate::place::Place;
use crate::wait::{limit, wait};

/// The event of a place, by the access to its region.
enum Bell {
    Writes(Projected<EventView>),
    Reads(Projected<EventView<ReadOnly>>),
}

impl Bell {
    fn of(place: &Place) -> PyResult<Self> {
        let path = &place.path;
        let bell = match &place.inner.handle {
            Handle::Writes(region) => region.event_of(path).map(Self::Writes),
            Handle::Reads(region) => region.event_of(path).map(Self::Reads),
        };
        bell.map_err(errors::by_name)
    }

    fn ticket(&self) -> Ticket {
        match self {
            Self::Writes(event) => event.ticket(),
            Self::Reads(event) => event.ticket(),
        }
    }

    fn wait(&self, py: Python<'_>, ticket: Ticket, timeout: Option<f64>) -> PyResult<bool> {
        let limit = limit(timeout)?;
        match self {
            Self::Writes(event) => wait(py, || event.wait_timeout(ticket, limit), drop),
            Self::Reads(event) => wait(py, || event.wait_timeout(ticket, limit), drop),
        }
    }

    fn descriptor(&self) -> PyResult<Descriptor> {
        let descriptor = match self {
            Self::Writes(event) => event.as_eventfd()?,
            Self::Reads(event) => event.as_eventfd()?,
        };
        Ok(Descriptor(descriptor))
    }
}

/// A moment of an event: a wait for it ends with the first notification after it was taken.
#[pyclass(frozen, name = "Ticket", module = "shm")]
pub(crate) struct Moment(Ticket);

/// A descriptor that is readable after a change: for event loops.
#[pyclass(frozen, module = "shm._shm")]
pub(crate) struct Descriptor(EventFd);

#[pymethods]
impl Descriptor {
    fn fileno(&self) -> i32 {
        self.0.as_raw_fd()
    }

    /// Makes it unreadable until the next change.
    fn clear(&self) -> u64 {
        self.0.clear()
    }
}

/// A field that is an `Event`.
#[pyclass(frozen, module = "shm")]
pub(crate) struct Event {
    bell: Bell,
}

impl Event {
    /// The moment from which a wait counts.
    pub(super) fn moment(&self) -> Ticket {
        self.bell.ticket()
    }

    pub(super) fn wait_after(
        &self,
        py: Python<'_>,
        ticket: Ticket,
        timeout: Option<f64>,
    ) -> PyResult<bool> {
        self.bell.wait(py, ticket, timeout)
    }
}

#[pymethods]
impl Event {
    #[new]
    fn new(place: &Place) -> PyResult<Self> {
        Ok(Self { bell: Bell::of(place)? })
    }

    /// Wakes all waiters.
    fn notify(&self) -> PyResult<()> {
        match &self.bell {
            Bell::Writes(event) => {
                event.notify_all();
                Ok(())
            }
            Bell::Reads(_) => Err(errors::read_only("the region was opened for reading only")),
        }
    }

    /// The moment from which a wait counts: take it before looking at the data.
    fn ticket(&self) -> Moment {
        Moment(self.bell.ticket())
    }

    /// Waits for a notification after the ticket, or from now on; `False` once the time is up.
    #[pyo3(signature = (ticket=None, timeout=None))]
    fn wait(
        &self,
        py: Python<'_>,
        ticket: Option<&Bound<'_, Moment>>,
        timeout: Option<f64>,
    ) -> PyResult<bool> {
        let ticket = ticket.map_or_else(|| self.bell.ticket(), |moment| moment.get().0);
        self.bell.wait(py, ticket, timeout)
    }

    /// Used by `shm.aio`.
    fn _descriptor(&self) -> PyResult<Descriptor> {
        self.bell.descriptor()
    }

    fn _plain(&self, py: Python<'_>) -> Py<PyAny> {
        py.None()
    }

    fn __repr__(&self) -> &'static str {
        "<Event>"
    }
}

/// A field that is a `Watched`.
#[pyclass(frozen, module = "shm")]
pub(crate) struct Watched {
    place: Place,
    value: Py<Form>,
    offset: usize,
    bell: OnceLock<Bell>,
}

impl Watched {
    fn bell(&self) -> PyResult<&Bell> {
        if let Some(bell) = self.bell.get() {
            return Ok(bell);
        }
        let bell = Bell::of(&self.place)?;
        Ok(self.bell.get_or_init(|| bell))
    }
}

#[pymethods]
impl Watched {
    #[new]
    fn new(place: &Place, value: Py<Form>, offset: usize) -> Self {
        Self { place: place.again(), value, offset, bell: OnceLock::new() }
    }

    /// Reads the value.
    fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.place.part(py, self.value.get(), self.offset)
    }

    /// Writes the value, and wakes all waiters.
    fn set(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.place.inner.set(&self.place.path, value)
    }

    /// Waits until `condition` holds of the value, which is returned; `TimedOut` once the time is up.
    #[pyo3(signature = (condition, timeout=None))]
    fn wait_until<'py>(
        &self,
        py: Python<'py>,
        condition: &Bound<'py, PyAny>,
        timeout: Option<f64>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let start = std::time::Instant::now();
        let bell = self.bell()?;
        loop {
            let ticket = bell.ticket();
            let value = self.get(py)?;
            if condition.call1((&value,))?.is_truthy()? {
                return Ok(value);
            }
            let left = timeout.map(|timeout| timeout - start.elapsed().as_secs_f64());
            if left.is_some_and(|left| left <= 0.0) {
                let text = format!("`{}` did not meet the condition in time", self.place.path);
                return Err(errors::named("TimedOut", &text, None));
            }
            bell.wait(py, ticket, left)?;
        }
    }

    /// Waits for the next change, and returns the value; `TimedOut` once the time is up.
    #[pyo3(signature = (timeout=None, ticket=None))]
    fn wait<'py>(
        &self,
        py: Python<'py>,
        timeout: Option<f64>,
        ticket: Option<&Bound<'_, Moment>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let bell = self.bell()?;
        let ticket = ticket.map_or_else(|| bell.ticket(), |moment| moment.get().0);
        if bell.wait(py, ticket, timeout)? {
            return self.get(py);
        }
        let text = format!("`{}` did not change in time", self.place.path);
        Err(errors::named("TimedOut", &text, None))
    }

    /// The moment from which a wait counts: take it before looking at the value.
    fn ticket(&self) -> PyResult<Moment> {
        Ok(Moment(self.bell()?.ticket()))
    }

    fn _assign(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.set(value)
    }

    /// Used by `shm.aio`.
    fn _descriptor(&self) -> PyResult<Descriptor> {
        self.bell()?.descriptor()
    }

    fn _plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("shm._classes")?.getattr("plain")?.call1((self.get(py)?,))
    }

    #[classmethod]
    fn __class_getitem__<'py>(
        class: &Bound<'py, PyType>,
        parameters: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        super::generic(class, parameters)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Watched {}>", self.get(py)?.repr()?))
    }
}
