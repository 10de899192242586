//! Values that are read and written by path, as Python objects.

use std::time::Duration;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple,
};
use shm_core::dynamic::DynValue;

/// A number of seconds.
pub(crate) fn seconds(given: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(given.max(0.0))
        .map_err(|_| PyValueError::new_err(format!("{given} is not a number of seconds")))
}

/// A value as a Python object: lists, and dicts for structs; a variant is its name.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &DynValue) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        DynValue::None => py.None().into_bound(py),
        DynValue::Bool(value) => PyBool::new(py, *value).to_owned().into_any(),
        DynValue::U64(value) => value.into_pyobject(py)?.into_any(),
        DynValue::I64(value) => value.into_pyobject(py)?.into_any(),
        DynValue::U128(value) => value.into_pyobject(py)?.into_any(),
        DynValue::I128(value) => value.into_pyobject(py)?.into_any(),
        DynValue::F32(value) => PyFloat::new(py, f64::from(*value)).into_any(),
        DynValue::F64(value) => PyFloat::new(py, *value).into_any(),
        DynValue::Char(value) => value.into_pyobject(py)?.into_any(),
        DynValue::Text(text) => PyString::new(py, text).into_any(),
        DynValue::Bytes(bytes) => PyBytes::new(py, bytes).into_any(),
        DynValue::Variant { name, .. } => PyString::new(py, name).into_any(),
        DynValue::List(elements) => {
            let elements = elements.iter().map(|element| to_python(py, element));
            PyList::new(py, elements.collect::<PyResult<Vec<_>>>()?)?.into_any()
        }
        DynValue::Struct(fields) => {
            let dict = PyDict::new(py);
            for (name, value) in fields {
                dict.set_item(name, to_python(py, value)?)?;
            }
            dict.into_any()
        }
        other => return Err(PyTypeError::new_err(format!("{other} has no form in Python"))),
    })
}

/// A Python object as a value to write.
pub(crate) fn from_python(value: &Bound<'_, PyAny>) -> PyResult<DynValue> {
    if value.is_none() {
        return Ok(DynValue::None);
    }
    if let Ok(value) = value.cast::<PyFloat>() {
        return Ok(value.value().into());
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_str()?.into());
    }
    if let Some(truth) = truth(value) {
        return Ok(truth.into());
    }
    if value.cast::<PyInt>().is_ok() {
        return integer(value);
    }
    compound(value)
}

/// The truth value of a `bool`, or of numpy's; `None` for anything else, which may be true or false as well.
pub(crate) fn truth(value: &Bound<'_, PyAny>) -> Option<bool> {
    if let Ok(boolean) = value.cast::<PyBool>() {
        return Some(boolean.is_true());
    }
    let class = value.get_type();
    let (module, name) = (class.module().ok()?, class.name().ok()?);
    let is_numpys = module == "numpy" && (name == "bool" || name == "bool_");
    if is_numpys { value.is_truthy().ok() } else { None }
}

fn integer(value: &Bound<'_, PyAny>) -> PyResult<DynValue> {
    // A member of an `enum.IntEnum` is written by its number, as any integer is.
    if let Ok(value) = value.extract::<u64>() {
        return Ok(value.into());
    }
    if let Ok(value) = value.extract::<i64>() {
        return Ok(value.into());
    }
    match value.extract::<u128>() {
        Ok(value) => Ok(value.into()),
        Err(_) => Ok(value.extract::<i128>()?.into()),
    }
}

fn compound(value: &Bound<'_, PyAny>) -> PyResult<DynValue> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(bytes.as_bytes().into());
    }
    if let Ok(bytes) = value.cast::<PyByteArray>() {
        return Ok(DynValue::Bytes(bytes.to_vec()));
    }
    if let Ok(dict) = value.cast::<PyDict>() {
        let fields = dict.iter().map(|(name, value)| Ok((name.extract()?, from_python(&value)?)));
        return Ok(DynValue::Struct(fields.collect::<PyResult<_>>()?));
    }
    if value.cast::<PyList>().is_ok() || value.cast::<PyTuple>().is_ok() {
        return list(value);
    }
    if let Ok(dict) = as_dict(value) {
        return from_python(&dict);
    }
    // Before what an array of one element also has.
    if value.len().is_ok() && value.try_iter().is_ok() {
        return list(value);
    }
    if value.hasattr("__index__")? {
        return integer(&value.call_method0("__index__")?);
    }
    if value.hasattr("__float__")? {
        return Ok(value.extract::<f64>()?.into());
    }
    match value.try_iter() {
        Ok(_) => list(value),
        Err(_) => {
            let class = value.get_type().name()?;
            Err(PyTypeError::new_err(format!("a `{class}` cannot be written to a region")))
        }
    }
}

fn list(value: &Bound<'_, PyAny>) -> PyResult<DynValue> {
    let elements = value.try_iter()?.map(|element| from_python(&element?));
    Ok(DynValue::List(elements.collect::<PyResult<_>>()?))
}

/// A view as a dict; fails for anything else.
fn as_dict<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let classes = value.py().import("shm._classes")?;
    if !value.is_instance(&classes.getattr("Struct")?)? {
        return Err(PyTypeError::new_err("not a view"));
    }
    classes.getattr("to_dict")?.call1((value,))
}
