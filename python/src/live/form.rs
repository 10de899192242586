//! [`Form`]: how the bytes at a place are read and written.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};
use shm_core::layout::ScalarKind;

use super::address::Width;
use super::number;

/// How the bytes at a place become an object, and an object becomes bytes.
#[pyclass(frozen, module = "shm._shm")]
pub(crate) struct Form(pub(super) Kind);

pub(super) enum Kind {
    /// A number, a `bool` or a character.
    Scalar(ScalarKind),
    /// A number in the other byte order.
    Swapped(ScalarKind),
    /// A number that is not zero; zero is `None`, if it is optional.
    NonZero { scalar: ScalarKind, optional: bool },
    /// A member of an enum.
    Enum { repr: ScalarKind, members: Py<PyDict> },
    /// A view of a class.
    Struct(Py<PyType>),
    /// An array of known length.
    Array { element: Py<Form>, len: usize, stride: usize },
    /// The part of a region whose length is known when it is opened.
    Slice { element: Py<Form>, stride: usize },
    /// Text or bytes behind their length.
    Counted { bytes: usize, capacity: usize, text: bool },
    /// An integer of 128 bits, which only copies have.
    Wide { signed: bool },
    /// An object that a function makes of the place of the value with this tag.
    Made { maker: Py<PyAny>, tag: String, advice: String },
    /// Read and written by its path: the value with this tag.
    ByPath { tag: String },
    /// Read and written by the path of the struct and this name, under the lock beside the field.
    Guarded { tag: String, name: String, before: usize },
}

fn scalar(code: u8) -> PyResult<ScalarKind> {
    ScalarKind::from_code(code)
        .filter(|kind| number::width(*kind).is_some())
        .ok_or_else(|| PyValueError::new_err(format!("{code} is not the code of a scalar")))
}

#[pymethods]
impl Form {
    #[staticmethod]
    #[pyo3(name = "scalar")]
    fn of_scalar(code: u8) -> PyResult<Self> {
        Ok(Self(Kind::Scalar(scalar(code)?)))
    }

    #[staticmethod]
    fn swapped(code: u8) -> PyResult<Self> {
        Ok(Self(Kind::Swapped(scalar(code)?)))
    }

    #[staticmethod]
    fn non_zero(code: u8, optional: bool) -> PyResult<Self> {
        Ok(Self(Kind::NonZero { scalar: scalar(code)?, optional }))
    }

    #[staticmethod]
    #[pyo3(name = "enum")]
    fn of_enum(code: u8, members: Py<PyDict>) -> PyResult<Self> {
        Ok(Self(Kind::Enum { repr: scalar(code)?, members }))
    }

    #[staticmethod]
    #[pyo3(name = "struct")]
    fn of_struct(class: Py<PyType>) -> Self {
        Self(Kind::Struct(class))
    }

    #[staticmethod]
    fn array(element: Py<Form>, len: usize, stride: usize) -> Self {
        Self(Kind::Array { element, len, stride })
    }

    #[staticmethod]
    fn slice(element: Py<Form>, stride: usize) -> Self {
        Self(Kind::Slice { element, stride })
    }

    #[staticmethod]
    fn counted(bytes: usize, capacity: usize, text: bool) -> Self {
        Self(Kind::Counted { bytes, capacity, text })
    }

    #[staticmethod]
    fn wide(signed: bool) -> Self {
        Self(Kind::Wide { signed })
    }

    /// With `advice` to who assigns to it: what to do instead.
    #[staticmethod]
    fn made(maker: Py<PyAny>, tag: String, advice: String) -> Self {
        Self(Kind::Made { maker, tag, advice })
    }

    #[staticmethod]
    fn by_path(tag: String) -> Self {
        Self(Kind::ByPath { tag })
    }

    /// A field `before` bytes after the start of its struct, which has this tag.
    #[staticmethod]
    fn guarded(tag: String, name: String, before: usize) -> Self {
        Self(Kind::Guarded { tag, name, before })
    }
}

impl Form {
    /// The scalar, if this is one in the order of this machine.
    pub(super) fn as_scalar(&self) -> Option<ScalarKind> {
        match self.0 {
            Kind::Scalar(kind) => Some(kind),
            _ => None,
        }
    }

    /// The scalar that this is stored as, if it is one word.
    pub(super) fn word(&self) -> Option<(ScalarKind, Width)> {
        let kind = match self.0 {
            Kind::Scalar(kind) | Kind::Swapped(kind) => kind,
            Kind::NonZero { scalar, .. } => scalar,
            Kind::Enum { repr, .. } => repr,
            _ => return None,
        };
        Some((kind, number::width(kind)?))
    }

    /// Whether it is one word, of which there are no views.
    pub(crate) fn is_word(&self) -> bool {
        self.word().is_some() || self.is_by_path() || matches!(self.0, Kind::Counted { .. })
    }

    /// Whether it is read and written by its path, so that errors have the whole path.
    pub(super) fn is_by_path(&self) -> bool {
        matches!(self.0, Kind::ByPath { .. } | Kind::Guarded { .. })
    }

    /// Whether a value can be assigned to it: not to a struct, nor to what has methods of its own.
    pub(super) fn is_assigned(&self) -> bool {
        match &self.0 {
            Kind::Struct(_) | Kind::Made { .. } | Kind::Wide { .. } => false,
            Kind::Array { element, .. } | Kind::Slice { element, .. } => {
                element.get().is_assigned()
            }
            _ => true,
        }
    }
}
