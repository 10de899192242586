//! [`PerProcess`]: a row for each process, and what the rows of past ones add up to.

use std::sync::{Arc, Mutex as StdMutex, MutexGuard, OnceLock, PoisonError};

use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple, PyType};
use shm_core::dynamic::{DynRow, DynRows};

use crate::convert::{from_python, to_python};
use crate::errors;
use crate::guard::Guard;
use crate::live::{self, Form, GIVEN_UP, Memory, OPEN};
use crate::mapped::{Inner, either};
use crate::place::Place;
use crate::wait::wait;

/// A field that is a `PerProcess`. Rows are added up, number by number, unless the region says that its programs fold
/// otherwise.
#[pyclass(frozen, module = "shm")]
pub(crate) struct PerProcess {
    place: Place,
    row: Py<Form>,
    found: OnceLock<DynRows>,
}

impl PerProcess {
    fn found(&self) -> PyResult<&DynRows> {
        self.place.once(&self.found, |region, path| region.rows_of(path))
    }
}

#[pymethods]
impl PerProcess {
    #[new]
    fn new(place: &Place, row: Py<Form>) -> Self {
        Self { place: place.again(), row, found: OnceLock::new() }
    }

    /// Takes a row for this process, in which nothing is counted yet: a free one, or that of a process that died, after
    /// its counts were added to the totals. `Busy` if all rows belong to living processes.
    fn claim(&self, py: Python<'_>) -> PyResult<Row> {
        let found = self.found()?;
        let row = wait(py, || found.claim(), drop)?.map_err(errors::of_lock)?;
        let guard = Py::new(py, Guard::new(Arc::clone(&self.place.inner), OPEN))?;
        let (index, offset, form) = (row.index(), row.offset(), self.row.clone_ref(py));
        let inner = Arc::clone(&self.place.inner);
        Ok(Row { row: StdMutex::new(Some(row)), guard, inner, form, index, offset })
    }

    /// What has been counted by all processes, the past ones included: each count once. With `fold`, a function of two
    /// rows as values, what that makes of them: for rows of which the region's programs keep a maximum, say.
    #[pyo3(signature = (fold=None))]
    fn totals<'py>(
        &self,
        py: Python<'py>,
        fold: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let path = &self.place.path;
        let Some(fold) = fold else {
            let total = either!(self.place.inner, region => {
                py.detach(|| region.rows_of(path)?.totals())
            });
            return to_python(py, &total.map_err(errors::by_name)?);
        };
        let snapshot = either!(self.place.inner, region => {
            py.detach(|| region.rows_of(path)?.snapshot())
        });
        let (retired, rows) = snapshot.map_err(errors::by_name)?;
        rows.iter().try_fold(to_python(py, &retired)?, |total, row| {
            fold.call1((total, to_python(py, row)?))
        })
    }

    /// The rows that are in use at this moment: of living processes, and of dead ones until another takes them over.
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let path = &self.place.path;
        let rows = either!(self.place.inner, region => py.detach(|| region.rows_of(path)?.rows()));
        let rows = rows.map_err(errors::by_name)?.into_iter().map(|row| {
            let value = to_python(py, &row.value)?.unbind();
            let process = row.process;
            let is_alive = process
                .as_ref()
                .is_some_and(|process| process.liveness != shm_core::inspect::Liveness::Dead);
            let (pid, name) =
                process.map_or((None, None), |process| (Some(process.pid), Some(process.name)));
            Ok(ProcessRow { index: row.index, pid, name, is_alive, value })
        });
        PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)
    }

    /// Adds the counts of all processes that died to the totals, so that their rows are free; returns their number.
    /// `claim` does it when it finds no free row.
    fn fold_dead(&self, py: Python<'_>) -> PyResult<usize> {
        let found = self.found()?;
        wait(py, || found.fold_dead(), drop)?.map_err(errors::of_lock)
    }

    /// The number of rows.
    #[getter]
    fn capacity(&self) -> PyResult<usize> {
        let path = &self.place.path;
        let found = either!(self.place.inner, region => {
            region.rows_of(path).map(|rows| rows.capacity())
        });
        found.map_err(errors::by_name)
    }

    fn _plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.place.inner.get(py, &self.place.path)
    }

    #[classmethod]
    fn __class_getitem__<'py>(
        class: &Bound<'py, PyType>,
        parameters: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        super::generic(class, parameters)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        match self.totals(py, None) {
            Ok(totals) => Ok(format!("<PerProcess {}>", totals.repr()?)),
            // Only the region's programs know what rows add up to.
            Err(_) => Ok(format!("<PerProcess, rows {}>", self.rows(py)?.repr()?)),
        }
    }
}

/// A row that is in use, as `rows` lists it.
#[pyclass(frozen, get_all, module = "shm")]
pub(crate) struct ProcessRow {
    /// Its number among the rows.
    index: usize,
    /// The process that has it; `None` if another process has that one's place among the participants.
    pid: Option<u32>,
    name: Option<String>,
    is_alive: bool,
    /// What is counted in it.
    value: Py<PyAny>,
}

#[pymethods]
impl ProcessRow {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (pid, name) = (self.pid.unwrap_or(0), self.name.as_deref().unwrap_or("?"));
        let dead = if self.is_alive { "" } else { ", dead" };
        let value = self.value.bind(py).repr()?;
        Ok(format!("<row {} of {pid} ({name:?}{dead}): {value}>", self.index))
    }
}

/// The row of this process, which it gives up by `release`, at the end of a block, or when it is collected. Its
/// counts stay in the totals.
#[pyclass(frozen, module = "shm")]
pub(crate) struct Row {
    row: StdMutex<Option<DynRow>>,
    guard: Py<Guard>,
    inner: Arc<Inner>,
    form: Py<Form>,
    index: usize,
    offset: usize,
}

impl Row {
    fn row(&self) -> MutexGuard<'_, Option<DynRow>> {
        self.row.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with a row that is one number.
    fn with_number<R>(
        &self,
        work: impl FnOnce(&DynRow) -> Result<R, shm_core::errors::DynError>,
    ) -> PyResult<R> {
        if !self.form.get().is_word() {
            let text = "this row has several numbers: they are attributes of its `value`";
            return Err(PyTypeError::new_err(text));
        }
        match &*self.row() {
            Some(row) if self.guard.get().is_open() => work(row).map_err(errors::by_name),
            _ => Err(PyRuntimeError::new_err("this row was given up")),
        }
    }
}

#[pymethods]
impl Row {
    /// Its number among the rows.
    #[getter]
    fn index(&self) -> usize {
        self.index
    }

    /// The view of the row, which writes until the row is given up; the row itself if it is one number.
    #[getter]
    fn value<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let (py, this) = (slf.py(), slf.get());
        if this.form.get().is_word() {
            return Ok(slf.clone().into_any());
        }
        let address = live::inside(this.inner.data, this.offset);
        let state = Arc::clone(this.guard.get().state());
        let memory = Memory { address, owner: this.guard.clone_ref(py).into_any(), state };
        live::part(py, this.form.get(), &memory, 0)
    }

    /// Reads a row that is one number.
    fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.with_number(|row| row.get(""))?)
    }

    /// Writes a row that is one number.
    fn set(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let value = from_python(value)?;
        self.with_number(|row| row.set("", value))
    }

    /// Adds to a row that is one integer, in one step; returns the number before.
    fn add<'py>(&self, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let added = from_python(value)?;
        to_python(value.py(), &self.with_number(|row| row.fetch_add("", added))?)
    }

    /// Gives the row up; a second time does nothing.
    fn release(&self, py: Python<'_>) {
        self.guard.get().end(GIVEN_UP);
        let row = self.row().take();
        // This may wait for a process that folds.
        py.detach(|| drop(row));
    }

    fn __enter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::value(slf)
    }

    #[pyo3(signature = (*_raised))]
    fn __exit__(&self, py: Python<'_>, _raised: &Bound<'_, PyTuple>) {
        self.release(py);
    }

    fn __repr__(&self) -> String {
        format!("<Row {}>", self.index)
    }
}

impl Drop for Row {
    fn drop(&mut self) {
        self.guard.get().end(GIVEN_UP);
    }
}
