//! [`Mirror`]: what a region says of itself that is a copy of a region on another host.

use std::time::Duration;

use pyo3::prelude::*;
use shm_core::region::mirror;

use crate::convert::seconds;
use crate::errors;

/// Of which region another one is a mirror, and how current it is, as of one moment.
#[pyclass(frozen, module = "shm")]
pub(crate) struct Mirror(mirror::Mirror);

impl Mirror {
    pub(crate) fn of(mirror: mirror::Mirror) -> Self {
        Self(mirror)
    }
}

#[pymethods]
impl Mirror {
    /// The region elsewhere: `"HOST:NAME"`.
    #[getter]
    fn origin(&self) -> &str {
        self.0.origin()
    }

    /// What the follower wrote last: `"filling"`, `"following"`, `"silent"`, `"lost"`, `"ended"` or `"replaced"`. A follower
    /// that was killed leaves the one that it had; the age tells.
    #[getter]
    fn state(&self) -> String {
        self.0.state().to_string()
    }

    /// The seconds since the origin was last heard, with nothing newer than what is here; `None` if it never was.
    #[getter]
    fn age(&self) -> Option<f64> {
        self.0.age().map(|age| age.as_secs_f64())
    }

    /// The number of the origin's last change that is here.
    #[getter]
    fn sequence(&self) -> u64 {
        self.0.sequence()
    }

    /// The process that follows the origin; 0 if there was none yet.
    #[getter]
    fn follower(&self) -> u32 {
        self.0.follower()
    }

    /// Checks that everything was filled in and the origin heard at most `max_age` seconds ago; `shm.Stale` if not.
    fn fresh(&self, max_age: f64) -> PyResult<()> {
        self.0.fresh(seconds(max_age)?).map_err(|stale| {
            let error = errors::named("Stale", &stale.to_string(), stale.help());
            Python::attach(|py| {
                let value = error.value(py);
                let age = stale.age.as_ref().map(Duration::as_secs_f64);
                let set = value
                    .setattr("origin", stale.origin)
                    .and_then(|()| value.setattr("state", stale.state.to_string()))
                    .and_then(|()| value.setattr("age", age));
                set.err().unwrap_or_else(|| error.clone_ref(py))
            })
        })
    }

    fn __repr__(&self) -> String {
        let heard = match self.0.age() {
            Some(age) => format!("heard {:.3} s ago", age.as_secs_f64()),
            None => "never heard".to_owned(),
        };
        format!("<mirror of {}, {}, {heard}>", self.0.origin().escape_debug(), self.0.state())
    }
}
