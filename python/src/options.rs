//! Creating and opening regions. `shm/__init__.py` has the functions that programs call.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use shm_core::dynamic::{DynLayout, DynRegion};
use shm_core::errors::Error;
use shm_core::region::RegionOptions;

use crate::convert::seconds;
use crate::errors::{self, Failed};
use crate::layout::Layout;
use crate::live;
use crate::mapped::{Handle, Inner};
use crate::region::Region;

type Options = RegionOptions<DynRegion>;

/// The settings that keyword arguments name.
fn settings(given: Option<&Bound<'_, PyDict>>) -> PyResult<Options> {
    let mut options = DynRegion::options();
    for (name, value) in given.into_iter().flatten() {
        if !value.is_none() {
            options = setting(options, name.cast::<PyString>()?.to_str()?, &value)?;
        }
    }
    Ok(options)
}

fn setting(options: Options, name: &str, value: &Bound<'_, PyAny>) -> PyResult<Options> {
    Ok(match name {
        "permissions" => options.mode(value.extract()?),
        "populate" => options.populate(value.extract()?),
        "sparse" => options.sparse(value.extract()?),
        "allow_owner" => options.allow_owner(value.extract()?),
        "length" => options.len(value.extract()?),
        "participants" => options.participants(value.extract()?),
        "capacity" => options.capacity(value.extract()?),
        "heap_max" => options.heap_max(value.extract()?),
        "after_reboot" => options.after_reboot(value.extract()?),
        other => return Err(PyTypeError::new_err(format!("there is no setting `{other}`"))),
    })
}

/// Opens a region; with `wait`, once it exists, for which the interpreter's lock is released.
#[pyfunction]
#[pyo3(signature = (name, read_only=false, wait=None, layout=None, **given))]
#[allow(clippy::needless_pass_by_value, reason = "an argument from Python")]
pub(crate) fn open(
    py: Python<'_>,
    name: PathBuf,
    read_only: bool,
    wait: Option<f64>,
    layout: Option<&Bound<'_, Layout>>,
    given: Option<&Bound<'_, PyDict>>,
) -> PyResult<Region> {
    let options = settings(given)?;
    let layout = layout.map(|layout| layout.get().layout());
    let Some(wait) = wait else {
        let opened = try_open(py, &options, &name, read_only, layout);
        return opened.map(Region::new).map_err(errors::of_region);
    };
    let deadline = std::time::Instant::now() + seconds(wait)?;
    // In short pieces, so that Ctrl-C ends it.
    loop {
        let left = deadline.saturating_duration_since(std::time::Instant::now());
        let piece = options.clone().wait(left.min(PIECE));
        match try_open(py, &piece, &name, read_only, layout) {
            Err(Error::TimedOut { .. }) if left > PIECE => py.check_signals()?,
            other => return other.map(Region::new).map_err(errors::of_region),
        }
    }
}

/// The longest time without a look at signals, while a region is awaited.
const PIECE: Duration = Duration::from_millis(20);

fn try_open(
    py: Python<'_>,
    options: &Options,
    name: &Path,
    read_only: bool,
    layout: Option<&DynLayout>,
) -> Result<Handle, Error> {
    py.detach(|| match (read_only, layout) {
        (true, None) => options.read_only().open(name).map(Handle::Reads),
        (true, Some(layout)) => options.read_only().open_as(name, layout).map(Handle::Reads),
        (false, None) => options.open(name).map(Handle::Writes),
        (false, Some(layout)) => options.open_as(name, layout).map(Handle::Writes),
    })
}

/// The ways to create a region.
#[derive(Clone, Copy)]
enum Verb {
    Create,
    Replace,
    OpenOrCreate,
    Memfd,
    Anonymous,
    Private,
}

fn verb(name: &str) -> PyResult<Verb> {
    Ok(match name {
        "create" => Verb::Create,
        "create_or_replace" => Verb::Replace,
        "open_or_create" => Verb::OpenOrCreate,
        "memfd" => Verb::Memfd,
        "anonymous" => Verb::Anonymous,
        "private" => Verb::Private,
        other => return Err(PyValueError::new_err(format!("there is no verb `{other}`"))),
    })
}

/// Creates a region, which `init` fills in before another process can see it.
#[pyfunction]
#[pyo3(signature = (way, name, layout, init=None, **given))]
#[allow(clippy::needless_pass_by_value, reason = "an argument from Python")]
pub(crate) fn create(
    py: Python<'_>,
    way: &str,
    name: PathBuf,
    layout: &Bound<'_, Layout>,
    init: Option<&Bound<'_, PyAny>>,
    given: Option<&Bound<'_, PyDict>>,
) -> PyResult<Region> {
    let (verb, options, layout) = (verb(way)?, settings(given)?, layout.get().layout());
    let label = name.to_string_lossy();
    let fill = |region: &DynRegion| -> Result<(), Failed> {
        let Some(init) = init else { return Ok(()) };
        fill(py, Inner::new(Handle::Writes(region.clone())), init)
    };
    let made: Result<DynRegion, Failed> = match verb {
        Verb::Create => options.create_with(&name, layout, fill),
        Verb::Replace => options.create_or_replace_with(&name, layout, fill),
        Verb::OpenOrCreate => options.open_or_create_as_with(&name, layout, fill),
        Verb::Memfd => options.memfd_with(&label, layout, fill),
        Verb::Anonymous => options.anonymous_with(layout, fill),
        Verb::Private => options.private_with(layout, fill),
    };
    made.map(Handle::Writes).map(Region::new).map_err(|Failed(error)| error)
}

/// Has a function fill in what no other process can see yet.
pub(crate) fn fill(
    py: Python<'_>,
    inner: Arc<Inner>,
    init: &Bound<'_, PyAny>,
) -> Result<(), Failed> {
    let filled = Bound::new(py, Region::of_inner(inner)).and_then(|region| {
        let filled = init.call1((&region,)).map(drop);
        region.get().close();
        filled
    });
    filled.map_err(Failed)
}

/// Opens a sealed region from a descriptor, of which it takes a copy.
#[pyfunction]
pub(crate) fn from_fd(
    fd: i32,
    read_only: bool,
    layout: Option<&Bound<'_, Layout>>,
) -> PyResult<Region> {
    let fd = live::copy_of_descriptor(fd)?;
    let options = DynRegion::options();
    let layout = layout.map(|layout| layout.get().layout());
    let opened = match (read_only, layout) {
        (true, None) => options.read_only().from_fd(fd).map(Handle::Reads),
        (true, Some(layout)) => options.read_only().from_fd_as(fd, layout).map(Handle::Reads),
        (false, None) => options.from_fd(fd).map(Handle::Writes),
        (false, Some(layout)) => options.from_fd_as(fd, layout).map(Handle::Writes),
    };
    opened.map(Region::new).map_err(errors::of_region)
}

/// Opens the region that the parent process passed under this name.
#[pyfunction]
pub(crate) fn passed(name: &str, layout: Option<&Bound<'_, Layout>>) -> PyResult<Region> {
    let opened = match layout {
        None => DynRegion::options().passed(name),
        Some(layout) => DynRegion::options().passed_as(name, layout.get().layout()),
    };
    opened.map(Handle::Writes).map(Region::new).map_err(errors::of_region)
}

/// Removes a name.
#[pyfunction]
pub(crate) fn unlink(name: PathBuf) -> PyResult<()> {
    shm_core::region::unlink(name).map_err(errors::of_region)
}
