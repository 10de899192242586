//! The Python package `shm`: regions by field name, from Python.
//!
//! ```text
//! name -> region (DynRegion) -> plan -> classes (shm/_classes.py) -> views (live) -> memory
//! ```
//! `live` has all `unsafe`; everything else is safe PyO3. `py/shm/` is the part in Python.

mod convert;
mod errors;
mod guard;
mod layout;
mod live;
mod locate;
mod mapped;
mod mirror;
mod objects;
mod options;
mod place;
mod plan;
mod region;
mod rlock;
mod shown;
mod sync;
mod wait;

use pyo3::prelude::*;

// Interpreters without a lock of their own: what is shared is an atomic, behind a lock, or written once.
#[pymodule(gil_used = false)]
fn _shm(module: &Bound<'_, PyModule>) -> PyResult<()> {
    live::add_to(module, place::OWNERS)?;
    module.add_class::<guard::Guard>()?;
    module.add_class::<layout::Layout>()?;
    module.add_class::<mirror::Mirror>()?;
    module.add_class::<objects::Heap>()?;
    module.add_class::<objects::NamedObject>()?;
    module.add_class::<place::Place>()?;
    module.add_class::<region::Region>()?;
    module.add_class::<rlock::RLock>()?;
    module.add_class::<rlock::Scalar>()?;
    rlock::add_lock_methods(&module.py().get_type::<rlock::RLock>())?;
    module.add_class::<sync::Barrier>()?;
    module.add_class::<sync::Descriptor>()?;
    module.add_class::<sync::Event>()?;
    module.add_class::<sync::Follower>()?;
    module.add_class::<sync::Latest>()?;
    module.add_class::<sync::Map>()?;
    module.add_class::<sync::Member>()?;
    module.add_class::<sync::Moment>()?;
    module.add_class::<sync::Mutex>()?;
    module.add_class::<sync::Once>()?;
    module.add_class::<sync::PerProcess>()?;
    module.add_class::<sync::Permit>()?;
    module.add_class::<sync::ProcessRow>()?;
    module.add_class::<sync::Queue>()?;
    module.add_class::<sync::Reading>()?;
    module.add_class::<sync::Repair>()?;
    module.add_class::<sync::Ring>()?;
    module.add_class::<sync::Row>()?;
    module.add_class::<sync::RwLock>()?;
    module.add_class::<sync::Semaphore>()?;
    module.add_class::<sync::Watched>()?;
    module.add_class::<sync::Within>()?;
    module.add_function(wrap_pyfunction!(guard::after_fork_in_child, module)?)?;
    module.add_function(wrap_pyfunction!(rlock::add_lock_methods, module)?)?;
    module.add_function(wrap_pyfunction!(live::add, module)?)?;
    module.add_function(wrap_pyfunction!(live::is_assigned, module)?)?;
    module.add_function(wrap_pyfunction!(live::new_field, module)?)?;
    module.add_function(wrap_pyfunction!(live::place_field, module)?)?;
    module.add_function(wrap_pyfunction!(place::place_at, module)?)?;
    module.add_function(wrap_pyfunction!(place::place_of, module)?)?;
    module.add_function(wrap_pyfunction!(place::region_of, module)?)?;
    module.add_function(wrap_pyfunction!(options::open, module)?)?;
    module.add_function(wrap_pyfunction!(options::create, module)?)?;
    module.add_function(wrap_pyfunction!(options::from_fd, module)?)?;
    module.add_function(wrap_pyfunction!(options::passed, module)?)?;
    module.add_function(wrap_pyfunction!(options::unlink, module)?)
}
