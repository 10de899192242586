//! Methods that CPython calls without anything in between: for locks, which are taken and released all the time.

use std::ffi::CStr;

use pyo3::PyClass;
use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;
use pyo3::types::{PyBool, PyString, PyTuple, PyType};

use super::object::{attached, borrowed, returned};

/// A method of a class, with at most two arguments.
pub(crate) trait Method {
    /// The class.
    type Class: PyClass<Frozen = True> + Sync;
    /// The name of the method.
    const NAME: &'static CStr;
    /// The names of its arguments.
    const ARGUMENTS: [&'static str; 2];
    /// What `help` shows.
    const DOC: &'static CStr;

    /// Does the work; `None` for an argument that is not given. `Some(true)` becomes `True`, `None` becomes `None`.
    fn call(
        this: &Bound<'_, Self::Class>,
        given: [Option<Bound<'_, PyAny>>; 2],
    ) -> PyResult<Option<bool>>;
}

/// Gives the class, or a subclass of it, the method. A subclass that inherits it works as well, but CPython calls a
/// method directly only if it belongs to the very class of the instance.
pub(crate) fn add_method<M: Method>(class: &Bound<'_, PyType>) -> PyResult<()> {
    let py = class.py();
    if !class.is_subclass_of::<M::Class>()? {
        return Err(PyTypeError::new_err("the methods of a lock belong to its class"));
    }
    let function: ffi::PyCFunctionFastWithKeywords = called::<M>;
    // The class, which refers to it, is never freed.
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: M::NAME.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: function },
        ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
        ml_doc: M::DOC.as_ptr(),
    }));
    // SAFETY: the definition lives for ever, and its function is of the kind that the flags say.
    let method = unsafe { ffi::PyDescr_NewMethod(class.as_type_ptr(), definition) };
    // SAFETY: CPython returns a new reference, or null with an error set.
    let method = unsafe { Bound::from_owned_ptr_or_err(py, method) }?;
    class.setattr(M::NAME.to_string_lossy(), method)
}

unsafe extern "C" fn called<M: Method>(
    this: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython called this method.
    let py = unsafe { attached() };
    // SAFETY: CPython's own argument.
    let this = unsafe { borrowed(py, this) };
    // SAFETY: the descriptor of a method, which `add_method` made for this class, checks the class of its instance.
    let this = unsafe { this.cast_unchecked::<M::Class>() };
    let given = if count == 0 && names.is_null() {
        Ok([None, None])
    } else {
        // SAFETY: CPython's own arguments.
        unsafe { given::<M>(py, arguments, count as usize, names) }
    };
    match given.and_then(|given| M::call(&this, given)) {
        Ok(None) => py.None().into_ptr(),
        Ok(Some(value)) => PyBool::new(py, value).to_owned().into_ptr(),
        Err(error) => returned(py, Err(error)),
    }
}

/// The arguments, by position and by name.
///
/// # Safety
/// They are those of a call of a method with these flags.
#[cold]
unsafe fn given<'py, M: Method>(
    py: Python<'py>,
    arguments: *const *mut ffi::PyObject,
    count: usize,
    names: *mut ffi::PyObject,
) -> PyResult<[Option<Bound<'py, PyAny>>; 2]> {
    let mut given = [None, None];
    let refused = |text: &str| {
        let name = M::NAME.to_string_lossy();
        PyTypeError::new_err(format!("{name}() {text}"))
    };
    let names = match names.is_null() {
        true => None,
        // SAFETY: CPython passes a tuple of names.
        false => Some(unsafe { borrowed(py, names) }.cast::<PyTuple>()?.to_owned()),
    };
    let named = names.as_ref().map_or(0, PyTupleMethods::len);
    for at in 0..count + named {
        let index = match at.checked_sub(count) {
            None => Some(at).filter(|at| *at < given.len()),
            Some(named) => {
                let name = names.as_ref().map(|names| names.get_item(named)).transpose()?;
                let name = name.map(Bound::cast_into::<PyString>).transpose()?;
                let name = name.as_ref().map(|name| name.to_str()).transpose()?;
                M::ARGUMENTS.iter().position(|known| Some(*known) == name)
            }
        };
        let index = index.ok_or_else(|| refused("got an argument that it does not take"))?;
        // SAFETY: the values of named arguments follow the others.
        let value = unsafe { arguments.add(at) };
        // SAFETY: as above.
        let value = unsafe { *value };
        // SAFETY: CPython's own argument.
        let value = unsafe { borrowed(py, value) }.to_owned();
        if given[index].replace(value).is_some() {
            return Err(refused("got the same argument twice"));
        }
    }
    Ok(given)
}
